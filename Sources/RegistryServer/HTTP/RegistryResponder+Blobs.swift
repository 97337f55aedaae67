import HTTPTypes
import Hummingbird
import Model
import NIOCore
import OCI

extension RegistryResponder {
  func blob(_ digest: Digest, in repository: RepositoryName, range header: String?) throws -> Response {
    let size = try store.size(of: digest, in: repository)
    var headers: HTTPFields = [
      .contentType: "application/octet-stream", .dockerContentDigest: digest.description,
      .acceptRanges: "bytes", .eTag: "\"\(digest)\"",
    ]
    switch ByteRange.answer(to: header, size: size) {
    case .whole:
      return Response(status: .ok, headers: headers, body: body(of: digest, ByteRange(offset: 0, count: size)))
    case .part(let range):
      headers[.contentRange] = "bytes \(range.offset)-\(range.offset + range.count - 1)/\(size)"
      return Response(status: .partialContent, headers: headers, body: body(of: digest, range))
    case .unsatisfiable:
      return try Response(
        RegistryServerError(.rangeInvalid, "blob \(digest) has only \(size) bytes"),
        headers: [.contentRange: "bytes */\(size)"])
    }
  }

  /// Reads the file while it is sent, one piece at a time.
  private func body(of digest: Digest, _ range: ByteRange) -> ResponseBody {
    let path = store.blobs.path(of: digest)
    return ResponseBody(contentLength: Int(range.count)) { writer in
      let reader = try FileReader(opening: path)
      try reader.seek(to: range.offset)
      var remaining = range.count
      while remaining > 0 {
        let piece = ByteBuffer(bytes: try reader.next(limit: remaining))
        guard piece.readableBytes > 0 else {
          throw RegistryServerError(.inputOutput, "blob \(digest) ends \(remaining) bytes too early")
        }
        remaining -= Int64(piece.readableBytes)
        try await writer.write(piece)
      }
      try await writer.finish(nil)
    }
  }
}
