import Model

/// Python packages, from the metadata that pip, setuptools and distributions install beside the code.
struct PythonCataloger: Cataloger {
  func wants(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    guard let file = parts.last else { return false }
    let directory = parts.dropLast().last ?? ""
    switch file {
    case "METADATA": return directory.hasSuffix(".dist-info")
    case "PKG-INFO": return directory.hasSuffix(".egg-info") || directory == "EGG-INFO"
    default: return file.hasSuffix(".egg-info")
    }
  }

  func catalogue(_ contents: [UInt8], at path: String) -> Catalogue {
    var catalogue = Catalogue()
    var isHeader = true
    // Only the first paragraph is metadata; what follows is the long description.
    FieldParagraphs.read(contents, wanted: ["Name", "Version"]) { fields in
      guard isHeader else { return }
      isHeader = false
      guard let name = fields["Name"], let version = fields["Version"], !name.isEmpty, !version.isEmpty else { return }
      catalogue.entries.append(.init(kind: .python, name: name, version: version))
    }
    if catalogue.entries.isEmpty {
      catalogue.remarks.append("/\(path): no name and version of a Python package are in it")
    }
    return catalogue
  }
}
