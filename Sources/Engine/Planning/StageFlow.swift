import Model

/// Which steps of one stage write, scan and mention which archive, in the file's order.
package struct StageFlow: Sendable {
  private var writers: [ArchivePath: [ImageFlow.Use]] = [:]
  private var scans: [ArchivePath: [ImageFlow.Use]] = [:]
  private var allWriters: [ImageFlow.Use] = []
  private var allScans: [ImageFlow.Use] = []
  /// Steps about which nobody can tell, and what they mention: each word with the first of them.
  private var unknowns: [PlacedStep.Position] = []
  private var mentions: [Substring: [PlacedStep.Position]] = [:]
  /// What such steps say, until it is known whether anybody asks.
  private var unread: [(source: Node, position: PlacedStep.Position)] = []
  private var hasArchiveWithExpressions = false

  /// Questions look at no more steps than so many side by side, lest they cost the number of steps squared.
  private static let lookBack = 64

  init() {}

  mutating func add(_ use: ImageFlow.Use) {
    switch use.effect {
    case .build(let archive?, _):
      writers[archive, default: []].append(use)
      allWriters.append(use)
      if archive.hasExpressions { hasArchiveWithExpressions = true }
    case .build(nil, _), .push, .nothing: break
    case .scan(let archive):
      allScans.append(use)
      guard let archive else { return }
      scans[archive, default: []].append(use)
    case .unknown:
      unknowns.append(use.place.position)
      if let source = use.place.step.source { unread.append((source, use.place.position)) }
    }
  }

  /// Called once, when every step has been added.
  mutating func finish(handlesImages: Bool) {
    // Nobody asks for words in a stage without images.
    if handlesImages { for (source, position) in unread { addMentions(source, by: position) } }
    unread = []
  }

  // MARK: - Questions

  /// The last step that has written the archive whenever `position` starts.
  package func lastWriter(of archive: ArchivePath, before position: PlacedStep.Position) -> ImageFlow.Use? {
    Self.last(writers[archive] ?? [], before: position)
  }

  /// Any step that writes the archive at all, be it too late.
  package func anyWriter(of archive: ArchivePath) -> ImageFlow.Use? { writers[archive]?.first }

  /// The last step that has written some archive.
  package func lastWriter(before position: PlacedStep.Position) -> ImageFlow.Use? {
    Self.last(allWriters, before: position)
  }

  /// The last scan of the archive that has ended whenever `position` starts.
  package func lastScan(of archive: ArchivePath, before position: PlacedStep.Position) -> ImageFlow.Use? {
    Self.last(scans[archive] ?? [], before: position)
  }

  /// Any scan of the archive, be it too late.
  package func anyScan(of archive: ArchivePath) -> ImageFlow.Use? { scans[archive]?.first }

  /// Whether one of the last scans of the archive before `position` is not lenient.
  package func hasStrictScan(
    of archive: ArchivePath, before position: PlacedStep.Position, isLenient: (ImageFlow.Use) -> Bool
  ) -> Bool {
    Self.latest(scans[archive] ?? [], before: position).contains { !isLenient($0) }
  }

  /// The last scan of any image.
  package func lastScan(before position: PlacedStep.Position) -> ImageFlow.Use? {
    Self.last(allScans, before: position)
  }

  package var firstScan: ImageFlow.Use? { allScans.first }

  /// Whether a step that nobody can see through has ended before.
  package func hasUnknown(before position: PlacedStep.Position) -> Bool {
    unknowns.prefix(Self.lookBack).contains { $0.isBefore(position) }
  }

  /// Whether such a step mentions one of the words, be it alone or as a part of a path.
  package func mentions(_ words: some Sequence<String>, before position: PlacedStep.Position) -> Bool {
    words.contains { word in mentions[word[...]]?.contains { $0.isBefore(position) } ?? false }
  }

  /// Whether paths can be compared at all: an archive whose name is computed may be any.
  package var namesAreKnown: Bool { !hasArchiveWithExpressions }

  private static func last(_ uses: [ImageFlow.Use], before position: PlacedStep.Position) -> ImageFlow.Use? {
    latest(uses, before: position).first
  }

  /// The uses that have ended before, the latest first.
  private static func latest(
    _ uses: [ImageFlow.Use], before position: PlacedStep.Position
  ) -> LazyFilterSequence<ReversedCollection<ArraySlice<ImageFlow.Use>>> {
    // In the file's order, what stands behind the step is never before it.
    var (low, high) = (0, uses.count)
    while low < high {
      let middle = (low + high) / 2
      if uses[middle].place.position.forward < position.forward { low = middle + 1 } else { high = middle }
    }
    return uses[..<low].suffix(lookBack).reversed().lazy.filter { $0.place.position.isBefore(position) }
  }

  // MARK: - Words

  private mutating func addMentions(_ node: Node, by position: PlacedStep.Position) {
    switch node {
    case .scalar(let scalar):
      for word in scalar.text.split(whereSeparator: Self.separatesWords) {
        if (mentions[word]?.count ?? 0) < Self.lookBack, mentions[word]?.last != position {
          mentions[word, default: []].append(position)
        }
      }
    case .sequence(let sequence): for element in sequence.elements { addMentions(element, by: position) }
    case .mapping(let mapping): for entry in mapping.entries { addMentions(entry.value, by: position) }
    }
  }

  private static func separatesWords(_ character: Character) -> Bool {
    !(character.isLetter || character.isNumber || character == "." || character == "-" || character == "_")
  }
}
