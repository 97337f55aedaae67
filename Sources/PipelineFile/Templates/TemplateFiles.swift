import FoundationEssentials
package import Model
package import SystemPackage

/// Finds and reads the files of templates.
package enum TemplateFiles {
  /// More files than this are no folder of templates.
  private static let mostFiles = 10_000

  /// - Parameters:
  ///   - entries: `templates:` of the settings: files, folders with all that is below them, and patterns.
  ///   - directory: the pipeline's; from there upwards `.harness` folders are looked through for templates, up to the top of
  ///     the repository.
  ///   - shown: how messages call a file.
  /// - Throws: ``PipelineFileError`` when a file is there and cannot be read.
  package static func read(
    _ entries: [Located<FilePath>], around directory: FilePath, shown: (FilePath) -> String
  ) throws(PipelineFileError) -> (library: TemplateLibrary, diagnostics: [Diagnostic]) {
    var templates = [Template]()
    var sources = [SourceText]()
    var diagnostics = [Diagnostic]()
    var seen = Set<FilePath>()
    func add(_ path: FilePath, isNamed: Bool) throws(PipelineFileError) {
      guard seen.insert(path).inserted else { return }
      let source = try SourceText(reading: path, name: shown(path))
      if !isNamed, !source.mentionsTemplate || TemplateReader.isOfAnotherKind(source) { return }
      let (template, found) = TemplateReader.read(source)
      sources.append(source)
      diagnostics += found
      if let template { templates.append(template) }
    }
    for entry in entries {
      let (paths, isNamed) = try DefinitionFiles.files(of: entry.value, isRecursive: true)
      if paths.isEmpty {
        diagnostics.append(
          Diagnostic(
            .noSuchFile, "no file matches '\(entry.value)'", at: entry.span, help: "paths are relative to the settings")
        )
      }
      for path in paths { try add(path, isNamed: isNamed) }
    }
    for path in usualFiles(around: directory) { try add(path, isNamed: false) }
    diagnostics += duplicates(templates)
    return (TemplateLibrary(templates, sources: sources), diagnostics)
  }

  /// The same from files that are there already, such as those that a run kept.
  package static func read(_ sources: [SourceText]) -> (library: TemplateLibrary, diagnostics: [Diagnostic]) {
    var templates = [Template]()
    var diagnostics = [Diagnostic]()
    for source in sources {
      let (template, found) = TemplateReader.read(source)
      if let template { templates.append(template) }
      diagnostics += found
    }
    return (TemplateLibrary(templates, sources: sources), diagnostics)
  }

  /// `.harness/**/templates/**` of the directory and, within a repository, of each one above it.
  private static func usualFiles(around directory: FilePath) -> [FilePath] {
    places(around: directory).flatMap { place in
      yamlFiles(below: place.lastComponent?.string == ".harness" ? place : place.appending(".harness"))
    }.filter { path in
      path.removingLastComponent().components.contains { $0.string == "templates" }
    }
  }

  private static func places(around directory: FilePath) -> [FilePath] {
    var places = [directory]
    var isWithinRepository = false
    while let place = places.last {
      isWithinRepository = FileManager.default.fileExists(atPath: place.appending(".git").string)
      let parent = place.removingLastComponent()
      if isWithinRepository || parent == place || parent.isEmpty { break }
      places.append(parent)
    }
    if isWithinRepository { return places }
    // Outside of a repository what lies further up belongs to somebody else, unless the pipeline lies in '.harness' itself.
    guard let harness = places.first(where: { $0.lastComponent?.string == ".harness" }) else { return [directory] }
    return [harness]
  }

  /// In the order of their names.
  static func yamlFiles(below directory: FilePath) -> [FilePath] {
    // A folder that is not there, or cannot be listed, has no files to offer.
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: directory.string)) ?? []
    return names.sorted().filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.prefix(mostFiles)
      .map { directory.pushing(FilePath($0)) }
  }

  private static func duplicates(_ templates: [Template]) -> [Diagnostic] {
    var first: [[AnyHashable]: Template] = [:]
    return templates.compactMap { template in
      let key: [AnyHashable] = [template.identifier, template.scope, template.versionLabel]
      guard let earlier = first[key] else {
        first[key] = template
        return nil
      }
      return Diagnostic(
        .duplicateTemplate, .warning, "the template \(template.title) is defined twice", at: template.span,
        labels: [Diagnostic.Label(span: earlier.span, text: "this one is used")], help: "remove one of the files")
    }
  }
}

extension SourceText {
  /// A look that costs nothing, before a whole file is read as YAML.
  fileprivate var mentionsTemplate: Bool { String(decoding: bytes, as: UTF8.self).contains("template:") }
}
