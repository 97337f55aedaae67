import Engine
import SystemPackage
import Testing

@testable import Processes

@Suite struct SandboxReportTests {
  @Test(arguments: [
    ("exited 0\n", ProcessExit.exited(code: 0)), ("exited 255\n", .exited(code: 255)),
    ("killed 9\n", .killed(signal: 9)),
    ("warning: something of the loader's\nexited 3\n", .exited(code: 3)),
  ])
  func `an end is read`(_ text: String, _ exit: ProcessExit) throws {
    guard case .ended(let read) = try #require(SandboxReport(text)) else {
      Issue.record("no end in \(text)")
      return
    }
    #expect(read == exit)
  }

  @Test func `an error is read with its reason and a way out`() throws {
    guard case .notStarted(let error) = try #require(SandboxReport("error mount-refused 1 /harness cannot be made\n"))
    else {
      Issue.record("no error")
      return
    }
    #expect(error.code == .mountRefused)
    #expect(error.message.hasPrefix("/harness cannot be made: Operation not permitted."))
    #expect(error.message.contains("slipway doctor"))
    #expect(error.cause as? Errno == .notPermitted)
  }

  @Test(arguments: ["", "exited", "exited many", "error unheard-of 1 x", "killed 9 twice", "Segmentation fault"])
  func `anything else says nothing`(_ text: String) {
    #expect(SandboxReport(text) == nil)
  }
}
