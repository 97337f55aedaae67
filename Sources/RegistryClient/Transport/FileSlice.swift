import NIOCore
import OCI
import SystemPackage

/// A stretch of a file as the body of a request: read piece by piece while it is sent, anew for each attempt.
struct FileSlice: AsyncSequence, Sendable {
  typealias Element = ByteBuffer

  let path: FilePath
  let offset: Int64
  let count: Int64

  /// The most that is in memory of it at once, apart from what the socket buffers.
  static let pieceSize = FileReader.defaultChunkSize

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(slice: self, remaining: count) }

  struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let slice: FileSlice
    fileprivate var remaining: Int64
    private var reader: FileReader?

    fileprivate init(slice: FileSlice, remaining: Int64) {
      self.slice = slice
      self.remaining = remaining
    }

    mutating func next() async throws -> ByteBuffer? {
      guard remaining > 0 else { return nil }
      let reader = try self.reader ?? opened()
      let piece = ByteBuffer(bytes: try reader.next(limit: remaining))
      guard piece.readableBytes > 0 else {
        throw OCIError(.corrupt, "“\(slice.path)” became shorter while it was sent")
      }
      remaining -= Int64(piece.readableBytes)
      return piece
    }

    private mutating func opened() throws -> FileReader {
      let reader = try FileReader(opening: slice.path, chunkSize: FileSlice.pieceSize)
      if slice.offset > 0 { try reader.seek(to: slice.offset) }
      self.reader = reader
      return reader
    }
  }
}
