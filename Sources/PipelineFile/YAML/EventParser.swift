import CYAML

/// One of libyaml's events, with the two places it lies between, counted in Unicode scalars.
struct YAMLEvent {
  enum Kind {
    case streamStart, streamEnd
    case documentStart, documentEnd
    case alias(String)
    case scalar(Scalar)
    case sequenceStart(anchor: String?, tag: String?, isFlow: Bool)
    case mappingStart(anchor: String?, tag: String?, isFlow: Bool)
    case end
  }

  struct Scalar {
    let text: String
    let style: yaml_scalar_style_t
    let anchor: String?
    let tag: String?
  }

  let kind: Kind
  let start: Int
  let end: Int
}

/// What libyaml objects to, in its own words.
struct SyntaxMistake: Error {
  let problem: String
  /// Counted in Unicode scalars.
  let place: Int
  let context: String?
  let contextPlace: Int?
}

/// libyaml's parser: pulls one event after the other out of a buffer.
///
/// The buffer has to outlive it. A class, since libyaml keeps a pointer to its own structure.
final class EventParser {
  private let parser: UnsafeMutablePointer<yaml_parser_t>

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    parser = .allocate(capacity: 1)
    precondition(yaml_parser_initialize(parser) == 1, "libyaml gets the memory for its parser")
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    let hasByteOrderMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    let text = UnsafeBufferPointer(rebasing: bytes[(hasByteOrderMark ? 3 : 0)...])
    yaml_parser_set_input_string(parser, text.baseAddress, text.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  /// - Throws: ``SyntaxMistake``; then there are no more events.
  func next() throws(SyntaxMistake) -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw mistake() }
    defer { yaml_event_delete(&event) }
    return YAMLEvent(kind: Self.kind(of: event), start: event.start_mark.index, end: event.end_mark.index)
  }

  private static func kind(of event: yaml_event_t) -> YAMLEvent.Kind {
    switch event.type {
    case YAML_STREAM_START_EVENT: return .streamStart
    case YAML_STREAM_END_EVENT: return .streamEnd
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_DOCUMENT_END_EVENT: return .documentEnd
    case YAML_ALIAS_EVENT: return .alias(text(event.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      return .scalar(
        YAMLEvent.Scalar(
          text: String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self),
          style: scalar.style, anchor: text(scalar.anchor), tag: text(scalar.tag)))
    case YAML_SEQUENCE_START_EVENT:
      let start = event.data.sequence_start
      return .sequenceStart(
        anchor: text(start.anchor), tag: text(start.tag), isFlow: start.style == YAML_FLOW_SEQUENCE_STYLE)
    case YAML_MAPPING_START_EVENT:
      let start = event.data.mapping_start
      return .mappingStart(
        anchor: text(start.anchor), tag: text(start.tag), isFlow: start.style == YAML_FLOW_MAPPING_STYLE)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return .end
    default: preconditionFailure("libyaml has no event of type \(event.type.rawValue)")
    }
  }

  private func mistake() -> SyntaxMistake {
    guard parser.pointee.error != YAML_MEMORY_ERROR else {
      return SyntaxMistake(problem: "out of memory", place: 0, context: nil, contextPlace: nil)
    }
    let problem = parser.pointee.problem.map { String(cString: $0) } ?? ""
    let context = parser.pointee.context.map { String(cString: $0) }
    // A reader's error has no mark of its own: the parser's own is where it stopped.
    let isReader = parser.pointee.error == YAML_READER_ERROR
    return SyntaxMistake(
      problem: problem, place: isReader ? parser.pointee.mark.index : parser.pointee.problem_mark.index,
      context: context, contextPlace: context == nil ? nil : parser.pointee.context_mark.index)
  }

  private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }
}
