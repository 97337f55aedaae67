extension ScanReport {
  /// Why a document is no scan report.
  package struct DocumentError: Error, Hashable {
    /// Names the key that is missing or has an unfit value.
    package let message: String
  }

  private static let schema = "slipway.scan/1"

  /// The report as JSON, in a form that stays the same from version to version:
  ///
  ///     schema             "slipway.scan/1"
  ///     scanner            {name, version, data: [text]}
  ///     archive            digest of the bytes that were read
  ///     manifest           digest of the image's manifest
  ///     configuration      digest of the image's configuration
  ///     operatingSystem    text or null
  ///     counts             {critical, high, medium, low, info, unknown, total}: what `findings` comes to, for readers
  ///     packages           [package]
  ///     findings           [{vulnerability, aliases: [text], package, severity, score or null, fixedVersion or null, source}]
  ///     remarks            [text]
  ///
  /// A package is {kind, name, version, sourceName or null, sourceVersion or null, locations: [text], layer: digest or null}.
  package var document: Value {
    let counts = counts
    var counted = Dictionary(uniqueKeysWithValues: Severity.allCases.map { ($0.rawValue, Value.integer(counts[$0])) })
    counted["total"] = .integer(counts.total)
    return [
      "schema": .string(Self.schema),
      "scanner": [
        "name": .string(scanner.name), "version": .string(scanner.version),
        "data": .list(scanner.data.map(Value.string)),
      ],
      "archive": .string(archiveDigest.description),
      "manifest": .string(manifestDigest.description),
      "configuration": .string(configurationDigest.description),
      "operatingSystem": Value(operatingSystem),
      "counts": .map(counted),
      "packages": .list(packages.map(\.document)),
      "findings": .list(findings.map(\.document)),
      "remarks": .list(remarks.map(Value.string)),
    ]
  }

  /// Reads what ``document`` gives; keys that it doesn't know are passed over.
  package init(document: Value) throws(DocumentError) {
    let schema = try document.text("schema")
    guard schema == Self.schema else { throw DocumentError(message: "“\(schema)” is no schema of scan reports") }
    let scanner = document["scanner"] ?? .null
    self.init(
      scanner: ScannerIdentity(
        name: try scanner.text("name"), version: try scanner.text("version"), data: try scanner.texts("data")),
      archiveDigest: try document.digest("archive"), manifestDigest: try document.digest("manifest"),
      configurationDigest: try document.digest("configuration"),
      operatingSystem: try document.optionalText("operatingSystem"),
      packages: try document.elements("packages") { (value) throws(DocumentError) in
        try InstalledPackage(document: value)
      },
      findings: try document.elements("findings") { (value) throws(DocumentError) in try Finding(document: value) },
      remarks: try document.texts("remarks"))
  }
}

extension InstalledPackage {
  fileprivate var document: Value {
    [
      "kind": .string(kind.rawValue), "name": .string(name), "version": .string(version),
      "sourceName": Value(sourceName), "sourceVersion": Value(sourceVersion),
      "locations": .list(locations.map(Value.string)), "layer": Value(layer?.description),
    ]
  }

  fileprivate init(document: Value) throws(ScanReport.DocumentError) {
    guard let kind = Kind(rawValue: try document.text("kind")) else { throw .unfit("kind") }
    self.init(
      kind: kind, name: try document.text("name"), version: try document.text("version"),
      sourceName: try document.optionalText("sourceName"), sourceVersion: try document.optionalText("sourceVersion"),
      locations: try document.texts("locations"),
      layer: try document.optionalText("layer") == nil ? nil : document.digest("layer"))
  }
}

extension Finding {
  fileprivate var document: Value {
    [
      "vulnerability": .string(vulnerability), "aliases": .list(aliases.map(Value.string)),
      "package": package.document, "severity": .string(severity.rawValue),
      "score": score.map(Value.double) ?? .null, "fixedVersion": Value(fixedVersion), "source": .string(source),
    ]
  }

  fileprivate init(document: Value) throws(ScanReport.DocumentError) {
    guard let severity = Severity(rawValue: try document.text("severity")) else { throw .unfit("severity") }
    self.init(
      vulnerability: try document.text("vulnerability"), aliases: try document.texts("aliases"),
      package: try InstalledPackage(document: document["package"] ?? .null), severity: severity,
      score: try document.optionalNumber("score"), fixedVersion: try document.optionalText("fixedVersion"),
      source: try document.text("source"))
  }
}

extension ScanReport.DocumentError {
  fileprivate static func unfit(_ key: String) -> Self {
    Self(message: "the scan report's “\(key)” is missing or unfit")
  }
}

extension Value {
  fileprivate func text(_ key: String) throws(ScanReport.DocumentError) -> String {
    guard let text = self[key]?.string else { throw .unfit(key) }
    return text
  }

  fileprivate func optionalText(_ key: String) throws(ScanReport.DocumentError) -> String? {
    switch self[key] {
    case nil, .null: return nil
    case .string(let text): return text
    default: throw .unfit(key)
    }
  }

  fileprivate func optionalNumber(_ key: String) throws(ScanReport.DocumentError) -> Double? {
    switch self[key] {
    case nil, .null: return nil
    case .double(let number): return number
    // JSON writes 7.0 as 7.
    case .integer(let number): return Double(number)
    default: throw .unfit(key)
    }
  }

  fileprivate func digest(_ key: String) throws(ScanReport.DocumentError) -> Digest {
    do {
      return try Digest(try text(key))
    } catch {
      throw .unfit(key)
    }
  }

  fileprivate func elements<Element>(
    _ key: String, _ read: (Value) throws(ScanReport.DocumentError) -> Element
  ) throws(ScanReport.DocumentError) -> [Element] {
    guard let values = self[key]?.list else { throw .unfit(key) }
    var elements: [Element] = []
    for value in values { elements.append(try read(value)) }
    return elements
  }

  fileprivate func texts(_ key: String) throws(ScanReport.DocumentError) -> [String] {
    try elements(key) { (value) throws(ScanReport.DocumentError) in
      guard let text = value.string else { throw .unfit(key) }
      return text
    }
  }
}
