import Model

/// What the embedded registry holds.
struct RegistryTable: ListDisplayable {
  struct Row {
    let repository: String
    let tag: String
    let digest: Digest
  }

  static let noun = "images"
  static let fields = ["repository", "tag", "digest"]

  private let images: [Row]

  init(_ rows: [Row]) {
    images = rows
  }

  var records: [[Value]] {
    images.map { [.string($0.repository), .string($0.tag), .string($0.digest.description)] }
  }

  let header = ["REPOSITORY", "TAG", "DIGEST"]

  func rows(on terminal: Terminal) -> [[TextTable.Cell]] {
    images.map { [TextTable.Cell($0.repository), TextTable.Cell($0.tag), TextTable.Cell($0.digest.abbreviated, .dim)] }
  }
}
