import FoundationEssentials
package import Model
package import SystemPackage

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Every connector and secret that the settings name.
package struct DefinitionFiles: Sendable {
  package let connectors: ConnectorCatalog
  package let secrets: [SecretDefinition]
  /// The files, so that messages can show their lines.
  package let sources: [SourceText]

  /// Reads each entry of `connectors:`: a file, every YAML file of a directory, or the files that a pattern with `*` or `?`
  /// matches. In directories and patterns, Harness files of other kinds are passed over.
  ///
  /// - Parameter own: connectors that the settings define themselves.
  /// - Returns: what could be read, and what is wrong with the rest.
  /// - Throws: ``PipelineFileError`` when a file is there and cannot be read.
  package static func read(
    _ entries: [Located<FilePath>], own: [Connector] = []
  ) throws(PipelineFileError) -> (files: DefinitionFiles, diagnostics: [Diagnostic]) {
    var connectors = own
    var secrets = [SecretDefinition]()
    var diagnostics = [Diagnostic]()
    var sources = [SourceText]()
    var seen = Set<FilePath>()
    for entry in entries {
      let (paths, isNamed) = try files(of: entry.value)
      if paths.isEmpty {
        diagnostics.append(
          Diagnostic(
            .noSuchFile, "no file matches '\(entry.value)'", at: entry.span, help: "paths are relative to the settings")
        )
      }
      for path in paths where seen.insert(path).inserted {
        let source = try SourceText(reading: path)
        if !isNamed, DefinitionReader.isOfAnotherKind(source) { continue }
        let (definition, found) = DefinitionReader.read(source)
        sources.append(source)
        diagnostics += found
        switch definition {
        case .connector(let connector): connectors.append(connector)
        case .secret(let secret): secrets.append(secret)
        case nil: break
        }
      }
    }
    diagnostics += duplicates(connectors.map { ("connector", $0.identifier, $0.scope, $0.span) })
    diagnostics += duplicates(secrets.map { ("secret", $0.identifier, $0.scope, $0.span) })
    let files = DefinitionFiles(connectors: ConnectorCatalog(connectors), secrets: secrets, sources: sources)
    return (files, diagnostics)
  }

  private typealias Definition = (what: String, identifier: Identifier, scope: DefinitionScope, span: SourceSpan?)

  private static func duplicates(_ definitions: [Definition]) -> [Diagnostic] {
    var first: [[AnyHashable]: SourceSpan] = [:]
    var diagnostics = [Diagnostic]()
    for definition in definitions {
      guard let span = definition.span else { continue }
      let key: [AnyHashable] = [definition.identifier, definition.scope]
      if let earlier = first[key] {
        diagnostics.append(
          Diagnostic(
            .duplicateDefinition, "the \(definition.what) '\(definition.identifier)' is defined twice", at: span,
            labels: [Diagnostic.Label(span: earlier, text: "first here")],
            help: "remove one of the files from 'connectors:'"))
      } else {
        first[key] = span
      }
    }
    return diagnostics
  }

  // MARK: - Files

  /// The files that an entry of the settings means, and whether it names the one file.
  static func files(
    of path: FilePath, isRecursive: Bool = false
  ) throws(PipelineFileError) -> (paths: [FilePath], isNamed: Bool) {
    var isDirectory = false
    if FileManager.default.fileExists(atPath: path.string, isDirectory: &isDirectory) {
      guard isDirectory else { return ([path], true) }
      return (isRecursive ? TemplateFiles.yamlFiles(below: path) : try yamlFiles(in: path), false)
    }
    guard path.string.contains(where: { $0 == "*" || $0 == "?" || $0 == "[" }) else { return ([], true) }
    return (matches(path.string), false)
  }

  private static func yamlFiles(in directory: FilePath) throws(PipelineFileError) -> [FilePath] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: directory.string).sorted()
        .map { directory.appending($0) }.filter { $0.extension == "yaml" || $0.extension == "yml" }
    } catch {
      throw PipelineFileError(.inputOutput, "cannot list \(directory): \(error)", cause: error)
    }
  }

  /// glob(3), sorted; directories are no files.
  private static func matches(_ pattern: String) -> [FilePath] {
    var result = glob_t()
    defer { globfree(&result) }
    guard glob(pattern, GLOB_MARK, nil, &result) == 0 else { return [] }
    return (0..<Int(result.gl_pathc)).compactMap { index in
      result.gl_pathv[index].map { String(cString: $0) }
    }.filter { !$0.hasSuffix("/") }.map { FilePath($0) }
  }
}
