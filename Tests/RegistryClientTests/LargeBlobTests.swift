import Model
import NIOCore
import OCI
import RegistryServer
import SystemPackage
import Testing

@testable import RegistryClient

struct LargeBlobTests {
  @Test func `a file is sent in pieces of bounded size, from any place`() async throws {
    let client = try Client()
    let content = [UInt8]((0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 / 3) })
    let path = client.blobs.path(of: try client.blobs.put(content))
    var received: [UInt8] = []
    for try await piece in FileSlice(path: path, offset: 100_000, count: 800_000) {
      #expect(piece.readableBytes <= FileSlice.pieceSize)
      received.append(contentsOf: piece.readableBytesView)
    }
    #expect(received == Array(content[100_000..<900_000]))
  }

  @Test func `a blob of many pieces is pushed and pulled`() async throws {
    let size = 64 << 20
    let sender = try Client()
    let writer = try sender.blobs.makeWriter()
    var piece = [UInt8](repeating: 0x5A, count: 1 << 20)
    for number in 0..<(size >> 20) {
      piece[0] = UInt8(truncatingIfNeeded: number)
      try writer.write(piece)
    }
    let layer = try writer.commit().digest
    let image = try sender.makeImage(configuration: Array("{}".utf8), layers: [layer])
    let receiver = try Client()
    let server = try Server()
    try await server.run { port in
      let pushed = try await sender.with { try await sender.push(image, with: $0, to: port) }
      #expect(pushed == image.digest)
      let pulled = try await receiver.with { try await receiver.pull(with: $0, from: port) }
      #expect(pulled?.digest == image.digest)
    }
    try receiver.blobs.verify(layer)
  }
}
