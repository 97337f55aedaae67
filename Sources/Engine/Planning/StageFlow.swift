import Model

/// Which steps of one stage write, scan and mention which archive, in the order in which they end.
package struct StageFlow: Sendable {
  private var writers: [ArchivePath: [ImageFlow.Use]] = [:]
  private var scans: [ArchivePath: [ImageFlow.Use]] = [:]
  private var allWriters: [ImageFlow.Use] = []
  private var allScans: [ImageFlow.Use] = []
  /// Steps about which nobody can tell, and what they mention: each word with the count at which the first of them ends.
  private var unknowns: [PlacedStep.Interval] = []
  private var mentions: [Substring: Int] = [:]
  private var hasArchiveWithExpressions = false

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
      unknowns.append(use.place.interval)
      if let source = use.place.step.source { addMentions(source, end: use.place.interval.end) }
    }
  }

  mutating func sort() {
    func byEnd(_ left: ImageFlow.Use, _ right: ImageFlow.Use) -> Bool {
      left.place.interval.end < right.place.interval.end
    }
    allWriters.sort(by: byEnd)
    allScans.sort(by: byEnd)
    for path in Array(writers.keys) { writers[path]?.sort(by: byEnd) }
    for path in Array(scans.keys) { scans[path]?.sort(by: byEnd) }
    unknowns.sort { $0.end < $1.end }
  }

  // MARK: - Questions

  /// The last step that has written the archive whenever `interval` starts.
  package func lastWriter(of archive: ArchivePath, before interval: PlacedStep.Interval) -> ImageFlow.Use? {
    Self.last(writers[archive] ?? [], before: interval)
  }

  /// Any step that writes the archive at all, be it too late.
  package func anyWriter(of archive: ArchivePath) -> ImageFlow.Use? { writers[archive]?.first }

  /// The last step that has written some archive.
  package func lastWriter(before interval: PlacedStep.Interval) -> ImageFlow.Use? {
    Self.last(allWriters, before: interval)
  }

  /// The last scan of the archive that has ended whenever `interval` starts.
  package func lastScan(of archive: ArchivePath, before interval: PlacedStep.Interval) -> ImageFlow.Use? {
    Self.last(scans[archive] ?? [], before: interval)
  }

  /// Any scan of the archive, be it too late.
  package func anyScan(of archive: ArchivePath) -> ImageFlow.Use? { scans[archive]?.first }

  /// Whether one of the last scans of the archive before `interval` is not lenient.
  package func hasStrictScan(
    of archive: ArchivePath, before interval: PlacedStep.Interval, isLenient: (ImageFlow.Use) -> Bool
  ) -> Bool {
    let scans = scans[archive] ?? []
    let count = Self.count(scans, before: interval)
    // More scans of one archive than this are no pipeline, and must not cost their number squared.
    return scans[..<count].suffix(32).contains { !isLenient($0) }
  }

  /// The last scan of any image.
  package func lastScan(before interval: PlacedStep.Interval) -> ImageFlow.Use? {
    Self.last(allScans, before: interval)
  }

  package var firstScan: ImageFlow.Use? { allScans.first }

  /// Whether a step that nobody can see through has ended before.
  package func hasUnknown(before interval: PlacedStep.Interval) -> Bool {
    unknowns.first.map { $0.isBefore(interval) } ?? false
  }

  /// Whether such a step mentions one of the words, be it alone or as a part of a path.
  package func mentions(_ words: some Sequence<String>, before interval: PlacedStep.Interval) -> Bool {
    words.contains { (mentions[$0[...]] ?? Int.max) <= interval.start }
  }

  /// Whether paths can be compared at all: an archive whose name is computed may be any.
  package var namesAreKnown: Bool { !hasArchiveWithExpressions }

  private static func last(_ uses: [ImageFlow.Use], before interval: PlacedStep.Interval) -> ImageFlow.Use? {
    let count = count(uses, before: interval)
    return count == 0 ? nil : uses[count - 1]
  }

  /// How many of the uses, which are in the order of their ends, have ended before.
  private static func count(_ uses: [ImageFlow.Use], before interval: PlacedStep.Interval) -> Int {
    var (low, high) = (0, uses.count)
    while low < high {
      let middle = (low + high) / 2
      if uses[middle].place.interval.isBefore(interval) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  // MARK: - Words

  private mutating func addMentions(_ node: Node, end: Int) {
    switch node {
    case .scalar(let scalar):
      for word in scalar.text.split(whereSeparator: Self.separatesWords) {
        mentions[word] = Swift.min(mentions[word] ?? Int.max, end)
      }
    case .sequence(let sequence): for element in sequence.elements { addMentions(element, end: end) }
    case .mapping(let mapping): for entry in mapping.entries { addMentions(entry.value, end: end) }
    }
  }

  private static func separatesWords(_ character: Character) -> Bool {
    !(character.isLetter || character.isNumber || character == "." || character == "-" || character == "_")
  }
}
