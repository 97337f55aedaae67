import Model
import Testing

@testable import DockerfileSyntax

struct PatternTests {
  @Test(
    arguments: [
      ("*.go", "a.go", true), ("*.go", "d/a.go", false), ("a?c", "abc", true), ("a?c", "a/c", false),
      ("a[b-d]e", "ace", true), ("a[^b-d]e", "ace", false), ("a\\*c", "a*c", true), ("a\\*c", "abc", false),
      ("**", "a/b", false), ("d/*/f", "d/x/f", true), ("[ä-ü]", "ö", true), ("", "", true), ("a*b*c", "aXbYbc", true),
    ])
  func `file names match`(pattern: String, path: String, expected: Bool) throws {
    #expect(try FileNamePattern(pattern).matches(path) == expected)
  }

  @Test(arguments: ["[", "[]", "[a", "[-]", "[a-", "a\\", "[^]", "[\\"])
  func `malformed patterns are refused`(pattern: String) {
    #expect(throws: DockerfileError.self) { try FileNamePattern(pattern) }
    #expect(throws: DockerfileError.self) { try IgnorePatterns([pattern]) }
  }

  @Test func `an ignore file has comments, blank lines, leading slashes and exceptions`() throws {
    let text = "\u{FEFF}# all logs\r\n\n  *.log  \n/build/\n!build/keep/\n! /x.log\n#!y.log\n../outside\n.\n"
    let (parsed, diagnostics) = IgnorePatterns.parse(text, file: ".dockerignore")
    let patterns = try #require(parsed)
    #expect(diagnostics.isEmpty)
    #expect(patterns.excludes("a.log") && !patterns.excludes("d/a.log") && !patterns.excludes("x.log"))
    #expect(patterns.excludes("build") && patterns.excludes("build/a/b") && !patterns.excludes("build/keep/c"))
    #expect(!patterns.excludes("src/build") && !patterns.excludes("."))
  }

  @Test func `the last pattern that matches decides`() throws {
    #expect(try IgnorePatterns(["*.md", "!README.md"]).excludes("README.md") == false)
    #expect(try IgnorePatterns(["!README.md", "*.md"]).excludes("README.md"))
    #expect(try IgnorePatterns(["a/b", "!a"]).excludes("a/b") == false)
  }

  @Test func `a bad line of an ignore file is named`() {
    let (patterns, diagnostics) = IgnorePatterns.parse("a\n!\n[\n", file: ".dockerignore")
    #expect(patterns == nil)
    #expect(diagnostics.map { $0.span?.start.line } == [2, 3])
  }

  @Test func `a walk need not enter a directory in which nothing comes back`() throws {
    let patterns = try IgnorePatterns(["a", "b", "c/d", "!b/x", "!e/**"])
    #expect(patterns.excludesEverything(below: "a"))
    #expect(!patterns.excludesEverything(below: "b"))
    #expect(patterns.excludesEverything(below: "b/y"))
    #expect(patterns.excludesEverything(below: "c/d"))
    #expect(!patterns.excludesEverything(below: "e"))
    #expect(try !IgnorePatterns(["a", "!**/*.go"]).excludesEverything(below: "a"))
  }

  @Test func `a pattern full of stars takes no time`() throws {
    let stars = String(repeating: "*a", count: 500)
    #expect(try !FileNamePattern(stars + "b").matches(String(repeating: "a", count: 2_000)))
    #expect(
      try ShellPattern(stars + "b").trimPrefix(of: String(repeating: "a", count: 2_000), longest: true).count == 2_000)
  }

  @Test(arguments: [("a//b/./c", "a/b/c"), ("a/../b", "b"), ("/..", "/"), ("../a", "../a"), ("", "."), ("a/", "a")])
  func `paths are cleaned`(path: String, expected: String) {
    #expect(LexicalPath.clean(path) == expected)
  }
}
