package import SystemPackage

/// Reads a file from its beginning in pieces, with one buffer that is used again and again.
package final class FileReader {
  private let descriptor: FileDescriptor
  private let path: FilePath
  private let buffer: UnsafeMutableRawBufferPointer
  /// Bytes read so far.
  package private(set) var position: Int64 = 0

  package static let defaultChunkSize = 256 * 1024

  package init(opening path: FilePath, chunkSize: Int = defaultChunkSize) throws(OCIError) {
    do {
      descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
    } catch let errno as Errno {
      throw OCIError(errno, "open “\(path)”")
    } catch {
      throw OCIError(.inputOutput, "cannot open “\(path)”", cause: error)
    }
    self.path = path
    // Most files are small, and a large buffer costs more than reading them.
    let size = (try? FileStatus(of: descriptor))?.size ?? Int64(chunkSize)
    buffer = .allocate(byteCount: min(chunkSize, max(4096, Int(clamping: size))), alignment: 64)
  }

  deinit {
    // Nothing was written, so closing has nothing to report.
    try? descriptor.close()
    buffer.deallocate()
  }

  /// The next piece, empty at the end of the file; valid until the next call.
  package func next(limit: Int64 = .max) throws(OCIError) -> UnsafeRawBufferPointer {
    do {
      let wanted = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(min(limit, Int64(buffer.count)))])
      let count = try descriptor.read(into: wanted, retryOnInterrupt: true)
      position += Int64(count)
      return UnsafeRawBufferPointer(rebasing: buffer[..<count])
    } catch let errno as Errno {
      throw OCIError(errno, "read “\(path)”")
    } catch {
      throw OCIError(.inputOutput, "cannot read “\(path)”", cause: error)
    }
  }

  package func readAll(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    while true {
      let piece = try next()
      if piece.isEmpty { return }
      try body(piece)
    }
  }

  /// At most `count` bytes from the beginning of a file.
  package static func firstBytes(of path: FilePath, count: Int) throws(OCIError) -> [UInt8] {
    let reader = try FileReader(opening: path, chunkSize: count)
    // The piece lies in the reader's buffer.
    defer { withExtendedLifetime(reader) {} }
    return Array(try reader.next())
  }

  /// Goes to an offset from the beginning.
  package func seek(to offset: Int64) throws(OCIError) {
    do {
      position = try descriptor.seek(offset: offset, from: .start)
    } catch let errno as Errno {
      throw OCIError(errno, "seek in “\(path)”")
    } catch {
      throw OCIError(.inputOutput, "cannot seek in “\(path)”", cause: error)
    }
  }
}
