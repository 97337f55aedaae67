import Testing

@testable import RegistryServer

struct ByteRangeTests {
  @Test(arguments: [
    (nil, ByteRange.Answer.whole),
    ("bytes=0-3", .part(ByteRange(offset: 0, count: 4))),
    ("bytes=2-", .part(ByteRange(offset: 2, count: 8))),
    ("bytes=-3", .part(ByteRange(offset: 7, count: 3))),
    ("bytes=-30", .part(ByteRange(offset: 0, count: 10))),
    ("bytes=8-99", .part(ByteRange(offset: 8, count: 2))),
    ("bytes=10-", .unsatisfiable),
    ("bytes=10-12", .unsatisfiable),
    ("bytes=-0", .unsatisfiable),
    ("bytes=3-2", .whole),
    ("bytes=0-1,3-4", .whole),
    ("bytes=a-b", .whole),
    ("lines=1-2", .whole),
  ])
  func `a Range header asks for a stretch of ten bytes`(header: String?, expected: ByteRange.Answer) {
    #expect(ByteRange.answer(to: header, size: 10) == expected)
  }

  @Test func `a chunk is first and last byte, both inclusive`() {
    #expect(ByteRange(chunk: "5-9") == ByteRange(offset: 5, count: 5))
    #expect(ByteRange(chunk: "0-0") == ByteRange(offset: 0, count: 1))
  }

  @Test(arguments: ["", "5", "9-5", "-5", "bytes 0-3/10", "a-b", "1-2-3"])
  func `anything else is no chunk`(header: String) {
    #expect(ByteRange(chunk: header) == nil)
  }
}
