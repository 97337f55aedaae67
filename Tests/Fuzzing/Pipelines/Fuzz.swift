import Engine
import Model
import PipelineFile

/// Whatever the bytes say, a file is a pipeline or has at least one error, and every finding lies within the file.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let source = SourceText(file: "pipeline.yaml", bytes: Array(UnsafeBufferPointer(start: start, count: count)))
  let (pipeline, diagnostics) = PipelineReader.read(source)
  precondition(
    pipeline != nil || diagnostics.contains { $0.severity == .error }, "a file that is no pipeline has an error")
  for diagnostic in diagnostics {
    precondition(!diagnostic.message.isEmpty, "a finding says what is wrong")
    for span in [diagnostic.span].compactMap(\.self) + diagnostic.labels.map(\.span) where span.file == source.file {
      precondition(span.start.line >= 1 && span.start.column >= 1, "lines and columns count from 1")
      precondition(span.start.offset <= span.end.offset && span.end.offset <= count, "a finding lies within the file")
    }
  }
  if let pipeline { _ = Plan(pipeline).limitations() }
  return 0
}
