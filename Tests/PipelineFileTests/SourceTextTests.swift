import FoundationEssentials
import Model
import PipelineFile
import SystemPackage
import Testing

@Suite struct SourceTextTests {
  @Test(arguments: ["one\ntwo\n\nfour", "one\r\ntwo\r\n\r\nfour", "one\rtwo\r\rfour", "\u{FEFF}one\ntwo\n\nfour\n"])
  func `a line is found by its number`(_ text: String) {
    let source = SourceText(file: "f", text: text)
    #expect((1...4).map { source.line($0) } == ["one", "two", "", "four"])
    #expect(source.line(0) == nil)
    #expect(source.line(6) == nil)
  }

  @Test func `what is no UTF-8 shows as a replacement character`() {
    #expect(SourceText(file: "f", bytes: [0x61, 0xFF]).line(1) == "a\u{FFFD}")
  }

  @Test(arguments: [
    (0, 1, 1), (2, 1, 2), (3, 1, 3), (4, 2, 1), (5, 2, 2), (99, 2, 2),
  ])
  func `a byte has a line and a column`(_ offset: Int, _ line: Int, _ column: Int) {
    let position = SourceText(file: "f", text: "ä:\nb").position(atOffset: offset)
    #expect((position.line, position.column) == (line, column))
  }

  @Test func `a file that is not there is named`() {
    let error = #expect(throws: PipelineFileError.self) { try SourceText(reading: "/nonexistent/pipeline.yaml") }
    #expect(error?.code == .notFound)
    #expect(error?.message.contains("/nonexistent/pipeline.yaml") == true)
  }

  @Test func `a directory is no file`() {
    let error = #expect(throws: PipelineFileError.self) { try SourceText(reading: "/tmp") }
    #expect(error?.code == .notAFile)
  }
}
