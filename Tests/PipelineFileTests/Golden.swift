import FoundationEssentials
import Model
import SystemPackage
import TestSupport
import Testing

/// Files beside the tests, each with what is expected of it in `NAME.expected`.
///
/// With RECORD_SNAPSHOTS set, the expectations are written anew, and the test fails once.
enum Golden {
  static let fixtures = Repository.root.appending("Tests/PipelineFileTests/Fixtures")

  static func names(in folder: String) -> [String] {
    // A folder that cannot be listed has no tests, and `every folder has fixtures` says so.
    let files = (try? FileManager.default.contentsOfDirectory(atPath: fixtures.appending(folder).string)) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }

  static func expect(
    _ actual: String, at file: FilePath, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
      try Data(actual.utf8).write(to: URL(fileURLWithPath: file.string))
      Issue.record("recorded \(file)", sourceLocation: sourceLocation)
      return
    }
    let expected = String(decoding: try Data(contentsOf: URL(fileURLWithPath: file.string)), as: UTF8.self)
    let difference = actual.split(separator: "\n", omittingEmptySubsequences: false)
      .difference(from: expected.split(separator: "\n", omittingEmptySubsequences: false))
    let lines = difference.map { change in
      switch change {
      case .insert(let offset, let line, _): "+\(offset + 1) \(line)"
      case .remove(let offset, let line, _): "-\(offset + 1) \(line)"
      }
    }
    #expect(actual == expected, "\(lines.joined(separator: "\n"))", sourceLocation: sourceLocation)
  }

  /// `file:line:column severity code message`, and below it, indented, what belongs to it.
  static func text(of diagnostics: [Diagnostic]) -> String {
    diagnostics.map { diagnostic in
      var lines = ["\(place(diagnostic.span)) \(diagnostic.severity) \(diagnostic.code) \(diagnostic.message)"]
      lines += diagnostic.labels.map { "  \($0.span.start.line):\($0.span.start.column) \($0.text)" }
      lines += diagnostic.notes.map { "  note: \($0)" }
      lines += diagnostic.help.map { ["  help: \($0)"] } ?? []
      return lines.joined(separator: "\n") + "\n"
    }.joined()
  }

  /// Without what is quoted of the file: `file:line:column severity code`.
  static func list(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.map { "\(place($0.span)) \($0.severity) \($0.code)\n" }.joined()
  }

  private static func place(_ span: SourceSpan?) -> String {
    guard let span else { return "-" }
    let isOneLine = span.start.line == span.end.line && span.end.column > span.start.column
    return isOneLine ? "\(span)-\(span.end.column)" : "\(span)"
  }
}
