import DockerfileSyntax
import Engine
import Model
import OCI
import SystemPackage

/// What COPY and ADD have in common, before its words are expanded.
struct FileTransfer {
  enum Origin {
    case context
    /// Lowest first, and how messages call it.
    case layers([StageLayer], name: String)
  }

  let keyword: String
  let sources: [CopySource]
  let destination: String
  let owner: String?
  let mode: String?
  let origin: Origin
  let unpacksArchives: Bool
  let isLinked: Bool
}

/// The same with its words expanded.
struct ExpandedTransfer {
  struct Heredoc {
    let name: String
    let content: [UInt8]
  }

  let transfer: FileTransfer
  /// Relative to the origin's root; without `..`.
  let patterns: [String]
  let heredocs: [Heredoc]
  /// Relative to the image's root.
  let destination: FilePath
  /// Whether it was written as a directory: with a slash at the end.
  let namesDirectory: Bool
  let owner: String?
  let permissions: UInt16?

  /// Everything that the result depends on but the files themselves.
  func add(to key: inout CacheKey) {
    key.add(patterns)
    key.add(heredocs.count)
    for heredoc in heredocs {
      key.add(heredoc.name)
      key.add(heredoc.content)
    }
    key.add(destination.bytes)
    key.add(namesDirectory ? 1 : 0)
    key.add(owner)
    key.add(permissions.map { String($0) })
    key.add(transfer.unpacksArchives ? 1 : 0)
    key.add(transfer.isLinked ? 1 : 0)
  }
}

extension StageBuilder {
  func transfer(_ transfer: FileTransfer, _ instruction: Instruction) async throws {
    let expanded = try expandWords(of: transfer, instruction)
    var keys = [Digest]()
    if case .layers(let layers, _) = transfer.origin {
      // The stage as a whole tells without a look at its files.
      var key = CacheKey("\(transfer.keyword) from layers")
      key.add(state.layers.chainID)
      key.add(layers.chainID)
      key.add(build.sourceDate)
      expanded.add(to: &key)
      keys.append(key.digest())
      if try await useCached(keys, instruction) { return }
    }
    let tree = try sourceTree(of: transfer.origin)
    let selections = try await select(expanded, from: tree, instruction)
    keys.append(try contentKey(of: expanded, selections, from: tree))
    if try await useCached(keys, instruction) { return }

    try await announce(instruction)
    let layer = try compose(expanded, selections, instruction)
    for key in keys { try build.builder.cache.store(.init(layer: layer), for: key) }
    add(layer, createdBy: instruction.original)
  }

  private func useCached(_ keys: [Digest], _ instruction: Instruction) async throws -> Bool {
    guard let last = keys.last, let entry = cached(last) else { return false }
    try await announce(instruction, isCached: true)
    for key in keys.dropLast() { try build.builder.cache.store(entry, for: key) }
    add(entry.layer, createdBy: instruction.original)
    return true
  }

  private func sourceTree(of origin: FileTransfer.Origin) throws -> SourceTree {
    switch origin {
    case .context: SourceTree(build.context)
    case .layers(let layers, let name): SourceTree(try build.builder.layers.fileSystem(of: layers), name: name)
    }
  }

  // MARK: Words

  private func expandWords(of transfer: FileTransfer, _ instruction: Instruction) throws -> ExpandedTransfer {
    var patterns = [String]()
    var heredocs = [ExpandedTransfer.Heredoc]()
    for source in transfer.sources {
      switch source {
      case .path(let word): patterns.append(try pattern(try expand(word, instruction), of: transfer, instruction))
      case .heredoc(let heredoc):
        var content = heredoc.content
        if heredoc.expandsVariables {
          content = try GlobalVariables.expand(content, .heredocBody, state.variables.all, at: instruction.span)
        }
        heredocs.append(.init(name: heredoc.name, content: Array(content.utf8)))
      }
    }
    let destination = try expand(transfer.destination, instruction)
    guard !destination.isEmpty else {
      throw ImageBuildError.mistake(
        .invalidDestination, "the destination of \(transfer.keyword) is empty", at: instruction.span,
        help: "name a path in the image")
    }
    return ExpandedTransfer(
      transfer: transfer, patterns: patterns, heredocs: heredocs, destination: absolute(destination).relative,
      namesDirectory: destination.hasSuffix("/") || destination == "." || destination.hasSuffix("/."),
      owner: try transfer.owner.map { try expand($0, instruction) },
      permissions: try transfer.mode.map { try permissions(try expand($0, instruction), instruction) })
  }

  /// The pattern without leading slash, `.` and `..`.
  private func pattern(_ word: String, of transfer: FileTransfer, _ instruction: Instruction) throws -> String {
    var components = [Substring]()
    for component in word.split(separator: "/") where component != "." {
      if component != ".." {
        components.append(component)
      } else if components.popLast() == nil, !word.hasPrefix("/"), case .context = transfer.origin {
        throw ImageBuildError.mistake(
          .sourceOutsideContext, "\(transfer.keyword) \(word) lies outside of the build context", at: instruction.span,
          help: "copy the file into the context, or choose a directory above as the context")
      }
    }
    return components.joined(separator: "/")
  }

  private func permissions(_ text: String, _ instruction: Instruction) throws -> UInt16 {
    let isOctal = !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }
    guard isOctal, let number = UInt16(text, radix: 8), number <= 0o7777 else {
      throw ImageBuildError.mistake(
        .invalidMode, "--chmod=\(text) is no octal mode", at: instruction.span, help: "write --chmod=755, for example")
    }
    return number
  }

  // MARK: Sources

  private func select(
    _ expanded: ExpandedTransfer, from tree: SourceTree, _ instruction: Instruction
  ) async throws -> [SourceTree.Selection] {
    var selections = [SourceTree.Selection]()
    for pattern in expanded.patterns {
      let paths: [FilePath]
      do {
        paths = try tree.matches(pattern)
      } catch let error as DockerfileError {
        throw ImageBuildError.mistake(.invalidWord, error.message, at: instruction.span, help: error.help)
      }
      if paths.isEmpty {
        try await build.log.warning("nothing in \(tree.name) matches \(pattern)", at: instruction.span)
      }
      for path in paths {
        do {
          selections.append(try tree.select(path))
        } catch let missing as SourceTree.Missing {
          throw self.missing(missing, path, in: tree, instruction)
        }
      }
    }
    let count = selections.count + expanded.heredocs.count
    let isDirectoryWanted = count > 1 || expanded.patterns.count + expanded.heredocs.count > 1
    guard expanded.namesDirectory || !isDirectoryWanted else {
      throw ImageBuildError.mistake(
        .invalidDestination, "\(expanded.transfer.keyword) of \(count) sources needs a directory as its destination",
        at: instruction.span, help: "end the destination with a slash: \(expanded.transfer.destination)/")
    }
    return selections
  }

  private func missing(
    _ missing: SourceTree.Missing, _ path: FilePath, in tree: SourceTree, _ instruction: Instruction
  ) -> ImageBuildError {
    let shown = path.isEmpty ? "." : path.string
    switch missing {
    case .ignored:
      let file = tree.context?.ignoreFileName ?? ".dockerignore"
      return .mistake(
        .ignoredSource, "\(shown) is left out of the build context by \(file)", at: instruction.span,
        help: "add a line !\(shown) to \(file), or remove the pattern that matches it")
    case .absent:
      let siblings =
        (try? tree.fileSystem.resolve(path.removingLastComponent())).flatMap { $0 }
        .flatMap { try? tree.fileSystem.names(in: $0) } ?? []
      let nearest = path.lastComponent.flatMap { Spelling.nearest(to: $0.string, among: siblings.map(\.string)) }
      let help = nearest.map { "did you mean \(path.removingLastComponent().appending($0))?" }
      return .mistake(
        .missingSource, "\(tree.name) has no \(shown)", at: instruction.span,
        help: help
          ?? (tree.context == nil ? "check the path in \(tree.name)" : "paths are relative to \(build.request.context)")
      )
    }
  }

  private func contentKey(
    of expanded: ExpandedTransfer, _ selections: [SourceTree.Selection], from tree: SourceTree
  ) throws -> Digest {
    var key = CacheKey(expanded.transfer.keyword)
    key.add(state.layers.chainID)
    key.add(build.sourceDate)
    expanded.add(to: &key)
    try build.add(selections, from: tree, to: &key)
    return key.digest()
  }
}

extension Build {
  /// Everything about the selected files that a layer made of them depends on.
  func add(_ selections: [SourceTree.Selection], from tree: SourceTree, to key: inout CacheKey) throws {
    key.add(selections.count)
    for selection in selections {
      key.add(selection.path.bytes)
      key.add(selection.items.count)
      for item in selection.items {
        let entry = item.entry
        key.add(entry.path.bytes)
        key.add(entry.permissions)
        key.add(entry.userID)
        key.add(entry.groupID)
        switch entry.kind {
        case .file:
          key.add("file")
          key.add(
            try tree.context == nil
              ? Digest.ofFile(at: item.location).digest : files.digest(of: item.location, status: item.status))
        case .directory: key.add("directory")
        case .symbolicLink(let target):
          key.add("link")
          key.add(target)
        case .hardLink(let target):
          key.add("hard link")
          key.add(target.bytes)
        case .characterDevice(let major, let minor), .blockDevice(let major, let minor):
          key.add(item.status.kind == .blockDevice ? "block device" : "character device")
          key.add(major)
          key.add(minor)
        case .fifo: key.add("fifo")
        }
        key.add(entry.extendedAttributes.count)
        for (name, value) in entry.extendedAttributes.sorted(by: { $0.key < $1.key }) {
          key.add(name)
          key.add(value)
        }
      }
    }
  }
}
