import FoundationEssentials
import Model
import SystemPackage
import TestSupport

@testable import DockerfileSyntax

/// The suites with the results of the reference builder's own parser.
enum ReferenceSuite {
  private static func path(_ name: String) throws -> String {
    struct Absent: Error {}
    guard let directory = SharedData.directory else { throw Absent() }
    return directory.appending("dockerfile").string + "/" + name
  }

  /// As the builder reads a file: bytes that are no UTF-8 are replaced.
  static func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path(name))), as: UTF8.self)
  }

  static func decode<Value: Decodable>(_ type: Value.Type, from name: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  static func rows(_ name: String) throws -> [Row] {
    try text(name).split(separator: "\n").map { try JSONDecoder().decode(Row.self, from: Data($0.utf8)) }
  }

  static func names(in directory: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path(directory)).sorted()
  }

  struct Row: Decodable {
    let File: String
    let Error: String?
    let Escape: String
    let Dump: String?
    let Nodes: [Node]?
    let Warnings: [String]?
    let InstrError: String?
    let Stages: [String]?

    struct Node: Decodable, Equatable {
      let Line: Int
      let End: Int
      let Cmd: String
      let Flags: [String]?
      let Args: [String]?
      let JSON: Bool?
      let Original: String
      let Heredocs: [Heredoc]?
      let Comments: [String]?
    }

    struct Heredoc: Decodable, Equatable {
      let Name: String
      let Content: String
      let Expand: Bool
      let Chomp: Bool
      let FD: Int
    }

    /// The line that the instruction error names.
    var errorLine: Int? {
      guard let words = InstrError?.split(separator: " "), let index = words.firstIndex(of: "line") else { return nil }
      return Int(words[index + 1].dropLast())
    }
  }
}

extension ReferenceSuite.Row.Node {
  init(_ node: DockerfileSyntax.Node) {
    func some<Element>(_ list: [Element]) -> [Element]? { list.isEmpty ? nil : list }
    self.init(
      Line: node.startLine, End: node.endLine, Cmd: node.keyword, Flags: some(node.flags), Args: some(node.words),
      JSON: node.isJSON ? true : nil, Original: node.original,
      Heredocs: some(
        node.heredocs.map {
          .init(
            Name: $0.name, Content: $0.rawContent, Expand: $0.expandsVariables, Chomp: $0.stripsTabs,
            FD: $0.fileDescriptor)
        }), Comments: some(node.comments))
  }
}
