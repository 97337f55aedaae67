import Testing

@testable import Commands

struct OutputLinesTests {
  private func lines(_ pieces: [String]) -> [String] {
    var assembler = OutputLines()
    var lines = [String]()
    for piece in pieces {
      assembler.append(Array(piece.utf8)[...]) { lines.append(String(decoding: $0, as: UTF8.self)) }
    }
    assembler.finish { lines.append(String(decoding: $0, as: UTF8.self) + "¶") }
    return lines
  }

  @Test(arguments: [
    ([], []), (["a\nb\n"], ["a", "b"]), (["a", "b\nc", "", "\n", "d"], ["ab", "c", "d¶"]), (["\n\n"], ["", ""]),
    (["a\r", "\nb\r\n"], ["a", "b"]), (["10%\r50%\r100%\n"], ["100%"]), (["10%\r50%\r\n"], ["50%"]),
    (["a\rb"], ["b¶"]),
  ])
  func `pieces are joined to lines`(_ pieces: [String], _ expected: [String]) {
    #expect(lines(pieces) == expected)
  }

  @Test(arguments: [true, false])
  func `a line without an end is cut between characters`(_ endsInPieces: Bool) {
    let text = String(repeating: "ä", count: 40_000)
    let pieces = endsInPieces ? ["x"] + [text] : ["x" + text + "\n"]
    let lines = lines(pieces).map { $0.replacing("¶", with: "") }
    #expect(lines.count > 2)
    #expect(lines.joined() == "x" + text)
    #expect(lines.allSatisfy { $0.utf8.count <= OutputLines.longestLine })
  }

  @Test func `the tail holds the last lines only`() {
    var tail = OutputTail()
    tail.append(Array("old\nunfinished".utf8)[...])
    tail.append(Array((1...100).map { "\($0)\n" }.joined().utf8)[...])
    tail.append(Array("x".utf8)[...])
    #expect(tail.lines(3) == ["99", "100", "x"])
    #expect(tail.lines(50) == (82...100).map(String.init) + ["x"])
    #expect(tail.lines(0) == [])
    var short = OutputTail()
    short.append(Array("a".utf8)[...])
    short.append(Array("b\nc".utf8)[...])
    #expect(short.lines(5) == ["ab", "c"])
  }
}
