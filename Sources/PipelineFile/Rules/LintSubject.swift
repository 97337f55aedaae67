package import Engine
package import Model

/// A pipeline as the rules look at it: what several of them need is found out once.
package struct LintSubject: Sendable {
  package let pipeline: Pipeline
  /// Nothing of the file was left out for being unreadable.
  package let isWhole: Bool
  /// In the file's order.
  package let steps: [PlacedStep]
  package let flow: ImageFlow
  /// What expressions mention and is not there.
  package let brokenReferences: [BrokenReference]
  /// The steps whose output variables some expression uses.
  let stepsWithUsedOutputs: Set<String>
  /// By stage and by the image's name: a scan of an image that is not an archive.
  let scannedImages: [Identifier: [String: PlacedStep]]
  /// The build-and-push steps with what is known of their settings.
  let builds: [Build]
  private let sources: [String: SourceText]

  typealias Build = (step: BuildAndPushStep, use: ImageFlow.Use, settings: DeclaredPluginSettings)

  package init(_ pipeline: Pipeline, isWhole: Bool = true, sources: [SourceText]) {
    self.pipeline = pipeline
    self.isWhole = isWhole
    steps = PlacedStep.all(of: pipeline)
    flow = ImageFlow(pipeline, steps: steps)
    self.sources = Dictionary(sources.map { ($0.file, $0) }) { first, _ in first }
    var walk = ReferenceWalk(pipeline, steps: steps)
    walk.visit()
    if walk.texts.isEmpty {
      // Without expressions no names have to be collected.
      brokenReferences = []
      stepsWithUsedOutputs = []
    } else {
      var check = ReferenceCheck(pipeline, steps: steps, sources: self.sources)
      check.run(walk.texts)
      brokenReferences = check.broken
      stepsWithUsedOutputs = check.stepsWithUsedOutputs
    }
    scannedImages = Self.scannedImages(steps)
    builds = flow.uses.compactMap { use in
      guard let settings = use.settings, case .buildAndPush(let step) = use.place.step.spec else { return nil }
      return (step, use, settings)
    }
  }

  private static func scannedImages(_ steps: [PlacedStep]) -> [Identifier: [String: PlacedStep]] {
    var images: [Identifier: [String: PlacedStep]] = [:]
    for place in steps {
      guard case .scan(let scan) = place.step.spec, scan.imageType?.raw != "local_archive",
        case .mapping(let spec)? = place.step.source, case .mapping(let image)? = spec["image"],
        case .scalar(let name)? = image["name"]
      else { continue }
      images[place.stage.identifier, default: [:]][name.text] = place
    }
    return images
  }
}

extension LintSubject {
  // MARK: - Places

  /// Where a part of a text stands in its file.
  func place(of range: Range<Int>, in text: Text) -> SourceSpan? {
    TextPlace(text, sources: sources).span(of: range)
  }

  /// `type: …` of a step.
  func typeSpan(of step: Step) -> SourceSpan? {
    guard case .mapping(let mapping)? = step.definition,
      let entry = mapping.entries.first(where: { $0.key.text == "type" })
    else { return nil }
    return SourceSpan(file: entry.key.span.file, start: entry.key.span.start, end: entry.value.span.end)
  }

  /// Where a step says what it is called: a short place that stands for the whole step.
  static func nameSpan(of step: Step) -> SourceSpan {
    if case .mapping(let mapping)? = step.definition, let name = mapping["identifier"] { return name.span }
    return SourceSpan(file: step.span.file, start: step.span.start, end: step.span.start)
  }

  /// Whether the step itself, not its `spec`, has a key.
  func has(_ key: String, in step: Step) -> Bool {
    if case .mapping(let mapping)? = step.definition { mapping[key] != nil } else { false }
  }

  /// `key:` of a step or of what is around it, as the last one before a place.
  func span(of key: String, before place: SourceSpan) -> SourceSpan? {
    guard let bytes = sources[place.file]?.bytes, place.start.offset <= bytes.count else { return nil }
    let key = Array((key + ":").utf8)
    var (offset, line) = (place.start.offset, place.start.line)
    let limit = max(0, offset - 4096)
    while offset > limit {
      offset -= 1
      if bytes[offset] == UInt8(ascii: "\n") { line -= 1 }
      guard bytes[offset...].starts(with: key), offset == 0 || !Self.isKeyByte(bytes[offset - 1]) else { continue }
      let lineStart = bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      let column = bytes[lineStart..<offset].count { $0 & 0xC0 != 0x80 } + 1
      let length = key.count - 1
      return SourceSpan(
        file: place.file, start: SourcePosition(line: line, column: column, offset: offset),
        end: SourcePosition(line: line, column: column + length, offset: offset + length))
    }
    return nil
  }

  /// The key that stands before a value on the same line: `KEY: value`.
  func keySpan(before value: SourceSpan) -> SourceSpan? {
    guard let bytes = sources[value.file]?.bytes, value.start.offset <= bytes.count else { return nil }
    var end = value.start.offset
    while end > 0, bytes[end - 1] == UInt8(ascii: " ") { end -= 1 }
    guard end > 0, bytes[end - 1] == UInt8(ascii: ":") else { return nil }
    end -= 1
    var start = end
    while start > 0, Self.isKeyByte(bytes[start - 1]) { start -= 1 }
    guard start < end else { return nil }
    func position(_ offset: Int) -> SourcePosition {
      // Keys are ASCII here, so that bytes and columns go together.
      SourcePosition(
        line: value.start.line, column: value.start.column - (value.start.offset - offset), offset: offset)
    }
    return SourceSpan(file: value.file, start: position(start), end: position(end))
  }

  private static func isKeyByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
