import Model

extension SettingsReader {
  /// `secrets:`, each a name with exactly one place where its value is.
  func secrets(_ fields: Fields) -> [SecretSetting] {
    guard let secrets = fields.fields("secrets") else { return [] }
    return secrets.mapping.entries.compactMap { entry in
      if Self.isCommand(entry) { return nil }
      let owner = "the secret \(Excerpt.quoted(entry.key.text))"
      let reference = reference(entry.key, owner)
      if case .scalar = entry.value, !entry.value.isNull {
        problems.report(
          .invalidSetting, "\(owner) says neither 'env', 'file', 'value' nor 'command'", at: entry.value.span,
          help: "write '\(entry.key.text): {env: VARIABLE}' to take it from the environment")
        return nil
      }
      guard
        let secret = secrets.fields(entry.value, under: entry.key.text, owner: owner, place: entry.key.span),
        let source = source(secret), let reference
      else { return nil }
      return SecretSetting(reference: reference, source: source, span: entry.key.span)
    }
  }

  private func reference(_ key: Node.Scalar, _ owner: String) -> ScopedReference? {
    do {
      return try ScopedReference(key.text)
    } catch {
      problems.report(
        .invalidReference, "\(owner) has no valid name", at: key.span,
        help: "a secret is named by its identifier, alone or as 'org.identifier' or 'account.identifier'")
      return nil
    }
  }

  private func source(_ fields: Fields) -> SecretSetting.Source? {
    check(fields, ["env", "file", "value", "command"])
    let keys = ["env", "file", "value", "command"].filter(fields.has)
    if keys.count > 1 {
      problems.report(
        .contradiction, "\(fields.owner) has both '\(keys[0])' and '\(keys[1])'", at: fields.place(of: keys[1]),
        labels: [Diagnostic.Label(span: fields.place(of: keys[0]), text: "the other one")], help: "keep one of them")
      return nil
    }
    if keys.isEmpty {
      problems.report(
        .missingKey, "\(fields.owner) says neither 'env', 'file', 'value' nor 'command'", at: fields.place,
        help: "write 'env: VARIABLE' to take it from the environment")
      return nil
    }
    if let name = fields.text("env") { return .environment(name.raw) }
    if let path = path(fields, "file") { return .file(path.value) }
    if fields.has("command") { return command(fields).map(SecretSetting.Source.command) }
    return fields.anyText("value").map { .value(ConcealedText($0.raw)) }
  }

  // MARK: - Commands

  /// `secrets: command: …` is no secret: it is asked for all of those that have no entry of their own.
  func secretCommand(_ fields: Fields) -> SecretCommand? {
    guard let secrets = fields.fields("secrets"),
      let entry = secrets.mapping.entries.first(where: Self.isCommand)
    else { return nil }
    guard case .sequence = entry.value else { return secrets.text("command").map { SecretCommand(line: $0.raw) } }
    return words(secrets).map { SecretCommand(asking: $0) }
  }

  private static func isCommand(_ entry: Node.Mapping.Entry) -> Bool {
    guard entry.key.text == "command", !entry.value.isNull else { return false }
    if case .mapping = entry.value { return false }
    return true
  }

  private func command(_ fields: Fields) -> SecretCommand? {
    guard case .sequence? = fields.node("command") else {
      return fields.text("command").map { SecretCommand(line: $0.raw) }
    }
    return words(fields).map { SecretCommand($0) }
  }

  private func words(_ fields: Fields) -> [String]? {
    let words = fields.texts("command").map(\.raw)
    guard words.isEmpty else { return words }
    problems.report(
      .invalidSetting, "\(fields.owner): 'command' names no program", at: fields.place(of: "command"),
      help: "write it as 'command: [pass, show]' or as a line for the shell")
    return nil
  }
}
