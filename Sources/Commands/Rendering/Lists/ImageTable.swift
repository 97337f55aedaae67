import Ledger
import Model

/// Images, and whether they were scanned and pushed.
struct ImageTable: ListDisplayable {
  static let noun = "images"
  static let fields = [
    "manifestDigest", "names", "builtAt", "builtBy", "scannedAt", "isPassed", "pushedAt", "pushCount",
    "isPushedUnscanned",
  ]

  private let images: [ImageOverview]

  init(_ images: [ImageOverview]) {
    self.images = images
  }

  var records: [[Value]] {
    images.map { image in
      [
        .string(image.manifestDigest.description), .list(image.names.map(Value.string)),
        Value(image.builtAt?.description), Value(image.builtBy), Value(image.scannedAt?.description),
        image.isPassed.map(Value.bool) ?? .null, Value(image.pushedAt?.description), .integer(image.pushCount),
        .bool(image.isPushedUnscanned),
      ]
    }
  }

  let header = ["IMAGE", "BUILT", "BY", "SCANNED", "PUSHED", "NAMES"]

  func rows(on terminal: Terminal) -> [[TextTable.Cell]] {
    images.map { image in
      let scan: TextTable.Cell =
        switch image.isPassed {
        case nil: TextTable.Cell("never", .red)
        case _ where image.isPushedUnscanned: TextTable.Cell("after a push", .red)
        case true?: TextTable.Cell("passed", .green)
        case false?: TextTable.Cell("refused", .yellow)
        }
      return [
        TextTable.Cell(image.manifestDigest.abbreviated), TextTable.Cell(image.builtAt.map(terminal.localTime) ?? ""),
        TextTable.Cell(image.builtBy ?? ""), scan,
        TextTable.Cell(image.pushCount == 0 ? "never" : image.pushCount == 1 ? "once" : "\(image.pushCount) times"),
        TextTable.Cell(image.names.joined(separator: " "), .dim),
      ]
    }
  }
}
