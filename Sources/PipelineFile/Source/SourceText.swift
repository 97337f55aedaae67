package import Model
import Synchronization
package import SystemPackage

/// A file that a person wrote, with its name, so that a message can show the line it speaks of.
package struct SourceText: Sendable {
  /// As the user wrote it on the command line.
  package let file: String
  package let bytes: [UInt8]
  private let lineStarts = LineStarts()

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
  /// Beyond this many bytes a line is no longer shown.
  package static let longestLine = 10_000

  /// The text of a 1-based line without its end, at most ``longestLine`` bytes of it; nil when there is no such line.
  ///
  /// What is no UTF-8 comes out as U+FFFD. Lines end with LF, CR LF or CR.
  package func line(_ number: Int) -> String? {
    guard number >= 1, let start = lineStarts.start(ofLine: number, in: self) else { return nil }
    let end = bytes[start...].prefix(Self.longestLine).firstIndex { $0 == 0x0A || $0 == 0x0D }
    return String(decoding: bytes[start..<(end ?? min(bytes.count, start + Self.longestLine))], as: UTF8.self)
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

  /// The same, found from a place before it: where the file is long, and many spans are wanted.
  func span(from start: Int, to end: Int, behind place: SourcePosition) -> SourceSpan {
    var cursor = PositionCursor(at: place)
    return bytes.withUnsafeBufferPointer { bytes in
      let first = cursor.position(atOffset: min(start, bytes.count), in: bytes)
      return SourceSpan(file: file, start: first, end: cursor.position(atOffset: min(end, bytes.count), in: bytes))
    }
  }

  /// The start of the file, for what is wrong with the file as a whole.
  package var beginning: SourceSpan { span(from: 0, to: 0) }

  var startsWithByteOrderMark: Bool { bytes.starts(with: [0xEF, 0xBB, 0xBF]) }
}

/// Where the lines of a file start: found once, when the first line is asked for.
private final class LineStarts: Sendable {
  private let starts = Mutex<[Int]>([])

  func start(ofLine number: Int, in source: SourceText) -> Int? {
    starts.withLock { starts in
      if starts.isEmpty { starts = Self.find(in: source) }
      return number <= starts.count ? starts[number - 1] : nil
    }
  }

  private static func find(in source: SourceText) -> [Int] {
    var starts = [source.startsWithByteOrderMark ? 3 : 0]
    source.bytes.withUnsafeBufferPointer { bytes in
      for index in bytes.indices {
        let isPair = bytes[index] == 0x0D && index + 1 < bytes.count && bytes[index + 1] == 0x0A
        if bytes[index] == 0x0A || (bytes[index] == 0x0D && !isPair) { starts.append(index + 1) }
      }
    }
    return starts
  }
}
