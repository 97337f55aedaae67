import Model

extension SettingsReader {
  /// `images:`, each a reference with an archive or a Dockerfile that stands for it.
  func images(_ fields: Fields) -> [ImageSetting] {
    guard let images = fields.fields("images") else { return [] }
    var places: [ImageReference: SourceSpan] = [:]
    return images.mapping.entries.compactMap { entry in
      let owner = "the image \(Excerpt.quoted(entry.key.text))"
      let reference = reference(entry.key, owner)
      guard
        let image = images.fields(entry.value, under: entry.key.text, owner: owner, place: entry.key.span),
        let source = source(image), let reference
      else { return nil }
      // `busybox` and `docker.io/library/busybox:latest` are one image under two keys.
      if let first = places[reference] {
        problems.report(
          .duplicateDefinition, "\(owner) is the same as one above: \(reference)", at: entry.key.span,
          labels: [Diagnostic.Label(span: first, text: "first here")], help: "remove one of them")
        return nil
      }
      places[reference] = entry.key.span
      return ImageSetting(reference: reference, source: source, span: entry.key.span)
    }
  }

  private func reference(_ key: Node.Scalar, _ owner: String) -> ImageReference? {
    do {
      return try ImageReference(key.text)
    } catch {
      let part: String =
        switch error {
        case .empty: "it is empty"
        case .invalidRegistry(let text): "\(Excerpt.quoted(text)) is no registry"
        case .invalidRepository(let text): "\(Excerpt.quoted(text)) is no repository"
        case .invalidTag(let text): "\(Excerpt.quoted(text)) is no tag"
        case .invalidDigest(let text): "\(Excerpt.quoted(text)) is no digest"
        }
      problems.report(.invalidReference, "\(owner) has no valid reference: \(part)", at: key.span)
      return nil
    }
  }

  private func source(_ fields: Fields) -> ImageSetting.Source? {
    check(fields, ["archive", "dockerfile", "context", "target", "buildArgs"])
    if fields.has("archive") {
      for key in ["dockerfile", "context", "target", "buildArgs"] where fields.has(key) {
        problems.report(
          .contradiction, "\(fields.owner): '\(key)' has no meaning beside 'archive'", at: fields.place(of: key),
          labels: [Diagnostic.Label(span: fields.place(of: "archive"), text: "the archive is the image")],
          help: "keep one of them")
      }
      return path(fields, "archive").map { .archive($0.value) }
    }
    guard fields.has("dockerfile") else {
      problems.report(
        .missingKey, "\(fields.owner) has neither 'archive' nor 'dockerfile'", at: fields.place,
        help: "add 'archive: image.tar', or 'dockerfile: Dockerfile' and 'context: .'")
      return nil
    }
    let dockerfile = path(fields, "dockerfile")
    guard fields.requiredText("context", example: ".") != nil, let context = path(fields, "context"), let dockerfile
    else { return nil }
    let arguments = fields.namedTexts("buildArgs").map { ($0.name, $0.value.raw) }
    return .dockerfile(
      dockerfile.value, context: context.value, target: fields.text("target")?.raw,
      buildArguments: Dictionary(arguments) { first, _ in first })
  }

  /// `registries:`, each a host with how it is to be reached.
  func registries(_ fields: Fields) -> [RegistrySetting] {
    guard let registries = fields.fields("registries") else { return [] }
    return registries.mapping.entries.compactMap { entry in
      let host = entry.key.text
      let owner = "the registry \(Excerpt.quoted(host))"
      guard let registry = registries.fields(entry.value, under: host, owner: owner, place: entry.key.span) else {
        return nil
      }
      check(registry, ["plainHTTP", "address", "mirror", "certificate"])
      do {
        _ = try RegistryAddress("https://" + host)
      } catch {
        problems.report(
          .invalidSetting, "\(owner) is no host", at: entry.key.span,
          help: "write the host and, where there is one, the port: 'localhost:5000'")
        return nil
      }
      return RegistrySetting(
        host: host, usesPlainHTTP: registry.boolean("plainHTTP") ?? false,
        address: address(registry, "address")?.value, mirror: address(registry, "mirror")?.value,
        certificate: path(registry, "certificate")?.value, span: entry.key.span)
    }
  }
}
