import Testing

@testable import Commands

struct RedrawnAreaTests {
  private let palette = Palette(usesColor: false)

  @Test func `the second drawing goes over the first`() {
    var area = RedrawnArea()
    let first = area.redraw(["a", "b"], palette: palette, ellipsis: "…", columns: 10)
    let second = area.redraw(["c"], palette: palette, ellipsis: "…", columns: 10)
    #expect(first == "\ra\u{1B}[K\nb\u{1B}[K\n\u{1B}[J")
    #expect(second == "\r\u{1B}[2Ac\u{1B}[K\n\u{1B}[J")
    #expect(area.redraw(["c"], palette: palette, ellipsis: "…", columns: 10) == nil)
  }

  @Test func `lines that a narrower terminal has wrapped are counted as what they became`() {
    var area = RedrawnArea()
    _ = area.redraw(
      [StyledLine(String(repeating: "x", count: 25)), "y"], palette: palette, ellipsis: "…", columns: 30)
    let narrow = area.redraw(["z"], palette: palette, ellipsis: "…", columns: 10)
    #expect(narrow?.hasPrefix("\r\u{1B}[4Az") == true)
  }

  @Test func `clearing leaves nothing and can be done once`() {
    var area = RedrawnArea()
    _ = area.redraw(["a"], palette: palette, ellipsis: "…", columns: 10)
    #expect(area.redraw([], palette: palette, ellipsis: "…", columns: 10) == "\r\u{1B}[1A\u{1B}[J")
  }
}
