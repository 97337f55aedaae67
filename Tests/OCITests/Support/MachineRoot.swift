import Foundation
import Glibc

/// Whether the tests run as root of the machine itself, and not only of a user namespace, where devices and `trusted.` attributes
/// are refused.
let isRootOfMachine: Bool = {
  guard geteuid() == 0, let map = try? String(contentsOfFile: "/proc/self/uid_map", encoding: .utf8) else {
    return false
  }
  return map.split(whereSeparator: \.isWhitespace) == ["0", "0", "4294967295"]
}()
