package import Model
package import SystemPackage

/// A file that a person wrote, with its name, so that a message can show the line it speaks of.
package struct SourceText: Sendable {
  /// As the user wrote it on the command line.
  package let file: String
  package let bytes: [UInt8]

  /// Beyond this no file is taken for something that a person wrote.
  package static let largestSize = 64 << 20

  package init(file: String, bytes: [UInt8]) {
    self.file = file
    self.bytes = bytes
  }

  package init(file: String, text: String) {
    self.init(file: file, bytes: Array(text.utf8))
  }

  /// Reads `path`, which messages will call `name`, or the path itself.
  ///
  /// At most one byte more than ``largestSize`` is read: the readers report such a file.
  /// - Throws: ``PipelineFileError``.
  package init(reading path: FilePath, name: String? = nil) throws(PipelineFileError) {
    let name = name ?? path.string
    do {
      let descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
      let bytes = try descriptor.closeAfter { try Self.read(descriptor) }
      self.init(file: name, bytes: bytes)
    } catch let errno as Errno {
      throw PipelineFileError(errno, reading: name)
    } catch {
      throw PipelineFileError(.inputOutput, "cannot read \(name): \(error)", cause: error)
    }
  }

  /// Reads standard input to its end.
  /// - Throws: ``PipelineFileError``.
  package init(readingStandardInput name: String) throws(PipelineFileError) {
    do {
      self.init(file: name, bytes: try Self.read(.standardInput))
    } catch let errno as Errno {
      throw PipelineFileError(errno, reading: name)
    } catch {
      throw PipelineFileError(.inputOutput, "cannot read \(name): \(error)", cause: error)
    }
  }

  private static func read(_ descriptor: FileDescriptor) throws -> [UInt8] {
    var bytes = [UInt8]()
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    while bytes.count <= largestSize {
      let count = try buffer.withUnsafeMutableBytes { try descriptor.read(into: $0) }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    return bytes
  }
}

extension SourceText {
  /// The text of a 1-based line without its end; nil when there is no such line.
  ///
  /// What is no UTF-8 comes out as U+FFFD. Lines end with LF, CR LF or CR.
  package func line(_ number: Int) -> String? {
    guard number >= 1 else { return nil }
    var start = startsWithByteOrderMark ? 3 : 0
    for _ in 1..<number {
      let end = endOfLine(from: start)
      guard end < bytes.count else { return nil }
      start = startOfLine(after: end)
    }
    return String(decoding: bytes[start..<endOfLine(from: start)], as: UTF8.self)
  }

  /// The place of the byte at `offset`, or the end of the file.
  package func position(atOffset offset: Int) -> SourcePosition {
    let offset = min(offset, bytes.count)
    var cursor = PositionCursor()
    return bytes.withUnsafeBufferPointer { cursor.position(atOffset: offset, in: $0) }
  }

  /// A span from one byte offset to another.
  package func span(from start: Int, to end: Int) -> SourceSpan {
    SourceSpan(file: file, start: position(atOffset: start), end: position(atOffset: end))
  }

  /// The start of the file, for what is wrong with the file as a whole.
  package var beginning: SourceSpan { span(from: 0, to: 0) }

  var startsWithByteOrderMark: Bool { bytes.starts(with: [0xEF, 0xBB, 0xBF]) }

  private func endOfLine(from start: Int) -> Int {
    bytes[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
  }

  private func startOfLine(after end: Int) -> Int {
    let isPair = bytes[end] == 0x0D && end + 1 < bytes.count && bytes[end + 1] == 0x0A
    return end + (isPair ? 2 : 1)
  }
}
