import Model
import PipelineFile
import Testing

/// What the fuzzer found, each as it was found.
struct FuzzingFindingsTests {
  static let files: [[UInt8]] = [
    // A stray continuation byte between CR and LF made the line number 0.
    [0x65, 0x3E, 0x20, 0x6E, 0x0D, 0xAE, 0x0A, 0x20, 0x69, 0x3A, 0x6D, 0x65]
  ]

  @Test(arguments: files)
  func `every finding lies within the file`(bytes: [UInt8]) {
    let diagnostics = PipelineReader.read(SourceText(file: "p.yaml", bytes: bytes)).diagnostics
    #expect(!diagnostics.isEmpty)
    for span in diagnostics.compactMap(\.span) {
      #expect(span.start.line >= 1)
      #expect(span.start.column >= 1)
      #expect(span.start.offset <= span.end.offset)
      #expect(span.end.offset <= bytes.count)
    }
  }
}
