import CYAML
import Model

/// Builds the tree from the events, one event at a time: depth and size are bounded here, and nothing recurses.
struct TreeBuilder {
  /// Why the file cannot be read on.
  struct Stop: Error {
    let diagnostic: Diagnostic
  }

  /// A list or a mapping that is still open.
  private struct Frame {
    let isMapping: Bool
    let start: SourcePosition
    let anchor: String?
    /// Elements of a list.
    var elements: [Node] = []
    /// Entries of a mapping; `key` waits for its value.
    var entries: [Node.Mapping.Entry] = []
    var key: Node.Scalar?
    /// Where each key is among the entries, once there are many.
    var keyIndex: [String: Int] = [:]
    var merged: [Node.Mapping] = []
    var tree = Extent()

    /// Going through a handful of keys takes less time than hashing each of them.
    private static let fewEntries = 16

    func entry(of key: String) -> Node.Mapping.Entry? {
      if entries.count > Self.fewEntries { return keyIndex[key].map { entries[$0] } }
      return entries.first { $0.key.text == key }
    }

    mutating func append(_ entry: Node.Mapping.Entry) {
      entries.append(entry)
      if entries.count > Self.fewEntries {
        for index in keyIndex.count..<entries.count { keyIndex[entries[index].key.text] = index }
      }
    }
  }

  /// How large a subtree is, with all that its aliases stand for.
  private struct Extent {
    var values = 1
    var height = 1
  }

  /// A file with more duplicate keys than this was not written by a person.
  private static let mostDiagnostics = 100

  private let source: SourceText
  private let bytes: UnsafeBufferPointer<UInt8>
  private let limits: YAMLLimits
  private var cursor = PositionCursor()
  private var frames: [Frame] = []
  private var anchors: [String: (node: Node, extent: Extent)] = [:]
  private var root: Node?
  private var values = 0
  private var lastEnd = SourcePosition(line: 1, column: 1, offset: 0)
  /// What is wrong but lets the file be read on.
  private(set) var diagnostics: [Diagnostic] = []

  init(source: SourceText, bytes: UnsafeBufferPointer<UInt8>, limits: YAMLLimits) {
    self.source = source
    self.bytes = bytes
    self.limits = limits
  }

  /// - Throws: ``Stop`` or ``SyntaxMistake``.
  mutating func build(from parser: EventParser) throws -> Node {
    var documents = 0
    while true {
      let event = try parser.next()
      switch event.kind {
      case .streamStart, .documentEnd: break
      case .documentStart:
        documents += 1
        if documents > 1 { throw severalDocuments(event) }
      case .streamEnd:
        guard let root, !Self.isEmpty(root) else { throw emptyFile() }
        return root
      case .alias(let name): try addAlias(name, event)
      case .scalar(let scalar): try addScalar(scalar, event)
      case .sequenceStart(let anchor, let tag, let isFlow):
        try open(isMapping: false, anchor: anchor, tag: tag, isFlow: isFlow, event)
      case .mappingStart(let anchor, let tag, let isFlow):
        try open(isMapping: true, anchor: anchor, tag: tag, isFlow: isFlow, event)
      case .end: try close(event)
      }
    }
  }

  // MARK: - Values

  private mutating func addScalar(_ scalar: YAMLEvent.Scalar, _ event: YAMLEvent) throws {
    let isBlock = scalar.style == YAML_LITERAL_SCALAR_STYLE || scalar.style == YAML_FOLDED_SCALAR_STYLE
    let span = self.span(of: event, isBlock: isBlock)
    lastEnd = span.end
    try checkTag(scalar.tag, at: span)
    let isText = scalar.tag == "!" || scalar.tag == "tag:yaml.org,2002:str"
    let style = Self.style(scalar.style, isText: isText)
    let node = Node.Scalar(text: scalar.text, style: style, span: span)
    try add(.scalar(node), anchor: scalar.anchor, extent: Extent())
  }

  /// `!!str 1` has no style of its own; it is as much a string as `"1"`.
  private static func style(_ style: yaml_scalar_style_t, isText: Bool) -> Node.Scalar.Style {
    switch style {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
    case YAML_LITERAL_SCALAR_STYLE: .literal
    case YAML_FOLDED_SCALAR_STYLE: .folded
    default: isText ? .doubleQuoted : .plain
    }
  }

  private mutating func addAlias(_ name: String, _ event: YAMLEvent) throws {
    let span = self.span(of: event)
    lastEnd = span.end
    guard let anchored = anchors[name] else {
      let isOpen = frames.contains { $0.anchor == name }
      throw Stop(
        diagnostic: Diagnostic(
          .invalidAlias,
          isOpen ? "the anchor '&\(name)' contains itself" : "there is no anchor '&\(name)' before this alias",
          at: span, notes: ["'*' at the start of a plain value makes it an alias"],
          help: Spelling.nearest(to: name, among: anchors.keys).map { "did you mean '*\($0)'?" }
            ?? "put the value in quotes if the '*' is part of it"))
    }
    if frames.count + anchored.extent.height > limits.depth { throw tooDeep(at: span) }
    try add(anchored.node, anchor: nil, extent: anchored.extent, alias: span)
  }

  private mutating func open(isMapping: Bool, anchor: String?, tag: String?, isFlow: Bool, _ event: YAMLEvent) throws {
    let span = self.span(of: event)
    lastEnd = span.end
    try checkTag(tag, at: span)
    if let frame = frames.last, frame.isMapping, frame.key == nil { throw keyIsNoString(at: span, isFlow: isFlow) }
    if frames.count >= limits.depth { throw tooDeep(at: span) }
    frames.append(Frame(isMapping: isMapping, start: span.start, anchor: anchor))
  }

  private mutating func close(_ event: YAMLEvent) throws {
    guard var frame = frames.popLast() else { preconditionFailure("libyaml closes only what it opened") }
    // A block's end is no character of the file: libyaml places it at the next token, lines further down.
    let end = event.start == event.end ? lastEnd : cursor.position(ofScalar: event.end, in: bytes)
    lastEnd = end
    let span = SourceSpan(file: source.file, start: frame.start, end: max(frame.start, end))
    guard frame.isMapping else {
      try add(
        .sequence(Node.Sequence(elements: frame.elements, span: span)), anchor: frame.anchor, extent: frame.tree)
      return
    }
    for mapping in frame.merged {
      for entry in mapping.entries where frame.entry(of: entry.key.text) == nil { frame.append(entry) }
    }
    try add(.mapping(Node.Mapping(entries: frame.entries, span: span)), anchor: frame.anchor, extent: frame.tree)
  }

  /// Puts a finished value where it belongs: the list, the mapping or the root that is open.
  private mutating func add(_ node: Node, anchor: String?, extent: Extent, alias: SourceSpan? = nil) throws {
    let place = alias ?? node.span
    // The parts of a list or a mapping were counted when they came; an alias brings all that it stands for.
    values += alias == nil ? 1 : extent.values
    if values > limits.values { throw tooManyValues(at: place) }
    if let anchor { anchors[anchor] = (node, extent) }
    guard let top = frames.indices.last else {
      root = node
      return
    }
    frames[top].tree.values += extent.values
    frames[top].tree.height = max(frames[top].tree.height, extent.height + 1)
    if !frames[top].isMapping {
      frames[top].elements.append(node)
    } else if let key = frames[top].key {
      frames[top].key = nil
      addEntry(key, node)
    } else if case .scalar(let key) = node {
      frames[top].key = Node.Scalar(text: key.text, style: key.style, span: place)
    } else {
      throw keyIsNoString(at: place, isFlow: false)
    }
  }

  private mutating func addEntry(_ key: Node.Scalar, _ value: Node) {
    let top = frames.count - 1
    if key.text == "<<", key.style == .plain {
      merge(value, key)
    } else if let first = frames[top].entry(of: key.text) {
      guard diagnostics.count < Self.mostDiagnostics else { return }
      diagnostics.append(
        Diagnostic(
          .duplicateKey, "the key '\(key.text)' occurs twice in the same mapping", at: key.span,
          labels: [Diagnostic.Label(span: first.key.span, text: "first here")],
          help: "remove one of them, or give it another name"))
    } else {
      frames[top].append(Node.Mapping.Entry(key: key, value: value))
    }
  }

  /// `<<`: the keys of the value, or of each of a list of values, earlier ones first, behind the mapping's own.
  /// See https://yaml.org/type/merge.html.
  private mutating func merge(_ value: Node, _ key: Node.Scalar) {
    let top = frames.count - 1
    let mappings: [Node]
    if case .sequence(let sequence) = value { mappings = sequence.elements } else { mappings = [value] }
    for node in mappings {
      if case .mapping(let mapping) = node {
        frames[top].merged.append(mapping)
      } else {
        diagnostics.append(
          Diagnostic(
            .invalidMergeKey, "'<<' merges mappings, and this is none", at: key.span,
            labels: [Diagnostic.Label(span: node.span, text: "this value")],
            help: "give it an alias of a mapping, as in '<<: *defaults'"))
      }
    }
  }

  // MARK: - Places

  private mutating func span(of event: YAMLEvent, isBlock: Bool = false) -> SourceSpan {
    let start = cursor.position(ofScalar: event.start, in: bytes)
    var end = cursor.position(ofScalar: event.end, in: bytes)
    if isBlock {
      // libyaml lets a block scalar end where the next line starts; for a reader it ends with its last word.
      var offset = end.offset
      while offset > start.offset, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset - 1]) { offset -= 1 }
      end = cursor.position(atOffset: offset, in: bytes)
    }
    return SourceSpan(file: source.file, start: start, end: max(start, end))
  }

  // MARK: - Stops

  private func checkTag(_ tag: String?, at span: SourceSpan) throws {
    guard let tag, tag != "!" else { return }
    let known = ["str", "int", "float", "bool", "null", "map", "seq"].map { "tag:yaml.org,2002:" + $0 }
    if known.contains(tag) { return }
    throw Stop(
      diagnostic: Diagnostic(
        .unsupportedTag, "the tag '\(tag)' has no meaning in a pipeline", at: span,
        notes: ["'!' at the start of a plain value makes it a tag"],
        help: "put the value in quotes if the '!' is part of it"))
  }

  private func tooDeep(at span: SourceSpan) -> Stop {
    Stop(
      diagnostic: Diagnostic(
        .nestedTooDeep, "lists and mappings are nested more than \(limits.depth) deep here", at: span,
        help: "check for brackets that are never closed"))
  }

  private func tooManyValues(at span: SourceSpan) -> Stop {
    Stop(
      diagnostic: Diagnostic(
        .tooManyValues, "the file comes to more than \(limits.values) values, aliases written out", at: span,
        help: "split the file, or check its anchors: aliases of lists of aliases multiply"))
  }

  private mutating func severalDocuments(_ event: YAMLEvent) -> Stop {
    let labels = root.map { [Diagnostic.Label(span: $0.span, text: "the first document")] } ?? []
    return Stop(
      diagnostic: Diagnostic(
        .severalDocuments, "a second document starts here; a file holds one", at: span(of: event), labels: labels,
        help: "put each document in a file of its own"))
  }

  private func emptyFile() -> Stop {
    Stop(
      diagnostic: Diagnostic(
        .emptyFile, "the file is empty", at: source.beginning, help: "a pipeline starts with 'pipeline:'"))
  }

  private func keyIsNoString(at span: SourceSpan, isFlow: Bool) -> Stop {
    let offset = span.start.offset
    let isTemplate =
      isFlow && bytes[offset] == UInt8(ascii: "{")
      && (offset > 0 && bytes[offset - 1] == UInt8(ascii: "{")
        || offset + 1 < bytes.count && bytes[offset + 1] == UInt8(ascii: "{"))
    if isTemplate { return Stop(diagnostic: SyntaxMistake.unrenderedTemplate(at: span)) }
    return Stop(
      diagnostic: Diagnostic(
        .keyIsNoString, "a key is a string, and this is a list or a mapping", at: span,
        help: "put it in quotes if it is meant as text"))
  }

  private static func isEmpty(_ node: Node) -> Bool {
    if case .scalar(let scalar) = node { scalar.style == .plain && scalar.text.isEmpty } else { false }
  }
}
