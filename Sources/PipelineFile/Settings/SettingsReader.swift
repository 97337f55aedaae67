package import Model
package import SystemPackage

/// Reads `slipway.yaml`. It is our own file, so that a key that nobody reads is an error in it.
package struct SettingsReader {
  private let directory: FilePath
  let problems: Problems

  /// - Parameter directory: the file's own, which its paths are relative to.
  /// - Returns: the settings, when nothing in the file is an error. An empty file means no settings.
  package static func read(
    _ source: SourceText, directory: FilePath
  ) -> (settings: Settings?, diagnostics: [Diagnostic]) {
    let (root, syntax) = YAMLReader.read(source)
    guard let root else {
      let isEmpty = syntax.allSatisfy { $0.code == .emptyFile }
      return isEmpty ? (Settings(), []) : (nil, syntax)
    }
    let problems = Problems()
    syntax.forEach(problems.report)
    let settings = SettingsReader(directory: directory, problems: problems).settings(root)
    return (problems.hasErrors ? nil : settings, problems.sorted)
  }

  private init(directory: FilePath, problems: Problems) {
    self.directory = directory
    self.problems = problems
  }

  private func settings(_ root: Node) -> Settings? {
    guard case .mapping(let mapping) = root else {
      problems.report(.wrongType, "the settings must be a mapping, not \(Excerpt.kind(of: root))", at: root.place)
      return nil
    }
    let fields = Fields(mapping: mapping, key: nil, owner: "the settings", place: root.place, problems: problems)
    check(
      fields,
      [
        "codebase", "connectors", "secrets", "secretFiles", "variables", "account", "images", "registries", "custody",
        "registry", "templates", "inputs", "inputSets", "snapshots", "featureFlags",
      ])
    var settings = Settings()
    settings.codebase = path(fields, "codebase")
    (settings.connectors, settings.ownConnectors) = connectors(fields)
    settings.templates = paths(fields, "templates")
    settings.inputs = fields.fields("inputs").map { .mapping($0.mapping) }
    settings.inputSets = paths(fields, "inputSets")
    settings.secretFiles = paths(fields, "secretFiles")
    settings.variables = variables(fields)
    settings.account = account(fields)
    settings.secrets = secrets(fields)
    settings.secretCommand = secretCommand(fields)
    settings.images = images(fields)
    settings.registries = registries(fields)
    if let custody = fields.choice("custody", of: CustodySetting.allCases) {
      settings.custody = Located(custody, at: fields.node("custody")?.span ?? fields.place)
    }
    if let snapshots = fields.choice("snapshots", of: SnapshotSetting.allCases) {
      settings.snapshots = Located(snapshots, at: fields.node("snapshots")?.span ?? fields.place)
    }
    settings.registry = address(fields, "registry")
    settings.featureFlags = featureFlags(fields)
    return settings
  }

  func check(_ fields: Fields, _ keys: [String]) {
    fields.checkKeys(keys, severity: .error, code: .unknownSetting)
  }

  // MARK: - Paths and addresses

  func path(_ fields: Fields, _ key: String) -> Located<FilePath>? {
    fields.text(key).map(located)
  }

  func paths(_ fields: Fields, _ key: String) -> [Located<FilePath>] {
    fields.texts(key).map(located)
  }

  /// `connectors:`, a list of files, folders and patterns, and of connectors as Harness writes them.
  private func connectors(_ fields: Fields) -> ([Located<FilePath>], [Connector]) {
    guard case .sequence(let list)? = fields.node("connectors") else { return (paths(fields, "connectors"), []) }
    var paths = [Located<FilePath>]()
    var connectors = [Connector]()
    for node in list.elements where !node.isNull {
      guard case .mapping(let mapping) = node else {
        if let text = fields.text(of: node, called: "connectors") { paths.append(located(text)) }
        continue
      }
      let item = Fields(
        mapping: mapping, key: "connectors", owner: "an item of 'connectors'", place: node.place, problems: problems)
      check(item, ["connector"])
      guard let connector = item.requiredFields("connector") else { continue }
      if let read = ConnectorReader(problems: problems).connector(connector.named("connector")) {
        connectors.append(read)
      }
    }
    return (paths, connectors)
  }

  private func located(_ text: Text) -> Located<FilePath> {
    // An absolute path takes the directory's place.
    Located(
      directory.pushing(FilePath(text.raw)).lexicallyNormalized(), at: text.span ?? SourceSpan(file: "", line: 1))
  }

  func address(_ fields: Fields, _ key: String) -> Located<RegistryAddress>? {
    guard let text = fields.text(key), let span = text.span else { return nil }
    do {
      return Located(try RegistryAddress(text.raw), at: span)
    } catch {
      problems.report(
        .invalidSetting, "\(fields.owner): \(Excerpt.quoted(text.raw)) is no address of a registry", at: span,
        help: "write it as in 'http://127.0.0.1:5001', with nothing behind host and port")
      return nil
    }
  }

  // MARK: - Variables and account

  private func variables(_ fields: Fields) -> [String: Text] {
    Dictionary(fields.namedTexts("variables").map { ($0.name, $0.value) }) { first, _ in first }
  }

  private func featureFlags(_ fields: Fields) -> Set<FeatureFlag> {
    var flags: Set<FeatureFlag> = []
    for text in fields.texts("featureFlags") {
      if let flag = FeatureFlag(rawValue: text.raw) {
        flags.insert(flag)
      } else {
        let known = FeatureFlag.allCases.map(\.rawValue)
        problems.report(
          .invalidSetting, "\(fields.owner): \(Excerpt.quoted(text.raw)) is no feature flag that changes anything here",
          at: text.span ?? fields.place(of: "featureFlags"), notes: ["it can be \(Excerpt.alternatives(known))"],
          help: Excerpt.suggestion(for: text.raw, among: known))
      }
    }
    return flags
  }

  private func account(_ fields: Fields) -> Settings.Account {
    guard let account = fields.fields("account") else { return Settings.Account() }
    check(account, ["identifier", "name"])
    return Settings.Account(identifier: account.text("identifier")?.raw, name: account.text("name")?.raw)
  }
}
