import Model

/// Reads what one package manager leaves in an image about the packages that it installed.
///
/// Every holder promises to look only at the files that it asked for, to leave out what isn't installed, and to name in
/// a remark whatever it could not read.
protocol Cataloger: Sendable {
  /// Files at known places, without a leading slash; symbolic links on the way are followed.
  var places: [String] { get }

  /// Whether the file of this path, without a leading slash, is one that says what is installed, wherever it lies.
  func wants(_ path: String) -> Bool

  /// The packages that the file tells of.
  func catalogue(_ contents: [UInt8], at path: String) -> Catalogue
}

extension Cataloger {
  /// No files at known places.
  var places: [String] { [] }
}

/// What one file says is installed.
struct Catalogue: Hashable, Sendable {
  struct Entry: Hashable, Sendable {
    let kind: InstalledPackage.Kind
    let name: String
    let version: String
    var sourceName: String?
    var sourceVersion: String?
  }

  var entries: [Entry] = []
  /// A sentence each, for what could not be read.
  var remarks: [String] = []
}
