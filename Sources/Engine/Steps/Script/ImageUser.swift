import Model
import OCI
import SystemPackage

/// The `User` of an image's configuration: `USER[:GROUP]`, each a number or a name of the image's own `/etc/passwd` and `/etc/group`.
struct ImageUser {
  /// Nil for root, which needs no saying.
  let user: SandboxedProcess.User?

  /// - Parameter layers: topmost first.
  /// - Throws: ``StepFailure`` when a name is not there.
  init(_ written: String, in layers: [FilePath]) throws {
    let parts = written.split(separator: ":", maxSplits: 1).map(String.init)
    let name = parts.first ?? ""
    var group: UInt32 = 0
    let identifier: UInt32
    if let number = UInt32(name) {
      identifier = number
      group = try Self.fields(of: "etc/passwd", in: layers) { $0[2] == name }.flatMap { UInt32($0[3]) } ?? 0
    } else {
      guard let entry = try Self.fields(of: "etc/passwd", in: layers, where: { $0[0] == name }),
        let number = UInt32(entry[2]), let its = UInt32(entry[3])
      else { throw StepFailure(.configuration, "the image runs as '\(name)', whom its /etc/passwd does not know") }
      (identifier, group) = (number, its)
    }
    if parts.count == 2 {
      if let number = UInt32(parts[1]) {
        group = number
      } else {
        guard let entry = try Self.fields(of: "etc/group", in: layers, where: { $0[0] == parts[1] }),
          let number = UInt32(entry[2])
        else { throw StepFailure(.configuration, "the image's /etc/group does not know its group '\(parts[1])'") }
        group = number
      }
    }
    user = identifier == 0 && group == 0 ? nil : .init(userID: identifier, groupID: group)
  }

  private static func fields(
    of file: String, in layers: [FilePath], where isWanted: ([String]) -> Bool
  ) throws -> [String]? {
    for layer in layers {
      let path = layer.pushing(FilePath(file))
      // In another layer, or nowhere.
      guard let status = try? FileStatus(of: path), status.kind == .file else { continue }
      let text = String(decoding: try FileReader.firstBytes(of: path, count: 1 << 20), as: UTF8.self)
      return text.split(separator: "\n").map {
        $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      }
      .first { $0.count >= 4 && isWanted($0) }
    }
    return nil
  }
}
