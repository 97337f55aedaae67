import DockerfileSyntax
import Engine
import Model
import OCI
import SystemPackage

extension StageBuilder {
  /// Writes the layer of a COPY or ADD; nil when there is nothing to copy.
  func compose(
    _ expanded: ExpandedTransfer, _ selections: [SourceTree.Selection], _ instruction: Instruction
  ) throws -> StageLayer? {
    let fileSystem = try fileSystem()
    let plan = TransferPlan(
      over: LayerComposer(over: fileSystem, followsLinks: !expanded.transfer.isLinked),
      owner: try owner(expanded.owner, in: fileSystem, instruction), permissions: expanded.permissions,
      destination: expanded.destination, namesDirectory: expanded.namesDirectory)
    do {
      for selection in selections {
        if expanded.transfer.unpacksArchives, let archive = try archive(in: selection) {
          let unpacked = try unpack(archive)
          plan.temporaryDirectories.append(unpacked)
          try plan.putTree(
            try SourceTree(LayeredFileSystem(directories: [unpacked], interpretsWhiteouts: false), name: "").select(""))
        } else if selection.isDirectory {
          try plan.putTree(selection)
        } else {
          try plan.putFile(selection)
        }
      }
      for heredoc in expanded.heredocs { try plan.putHeredoc(heredoc) }
    } catch let refusal as LayerComposer.Refusal {
      throw ImageBuildError.mistake(
        .invalidDestination, refusal.message, at: instruction.span, help: "choose another destination")
    }
    if plan.composer.isEmpty { return nil }
    return StageLayer(try plan.composer.write(into: build.builder.store, modificationTime: build.sourceDate))
  }

  private func owner(
    _ text: String?, in fileSystem: LayeredFileSystem, _ instruction: Instruction
  ) throws -> (userID: UInt32, groupID: UInt32)? {
    guard let text else { return nil }
    do {
      return try UserDatabase(of: fileSystem).owner(text)
    } catch let error as UserDatabase.UnknownName {
      throw unknown(error, instruction)
    }
  }

  /// The file, if it is one that ADD unpacks: a tar archive, compressed or not.
  private func archive(in selection: SourceTree.Selection) throws -> FilePath? {
    guard !selection.isDirectory, let item = selection.items.first, item.status.kind == .file, item.status.size > 0
    else {
      return nil
    }
    do {
      return try TarReader(reading: item.location).next() == nil ? nil : item.location
    } catch let error as OCIError where error.code == .corrupt {
      // Not an archive, whatever its name is: then it is copied as it is.
      return nil
    }
  }

  private func unpack(_ archive: FilePath) throws -> FilePath {
    let directory = try DirectoryTree.makeTemporary(in: build.builder.layers.root, prefix: ".add-")
    do {
      try LayerExtractor().extract(archive: archive, to: directory)
      return directory
    } catch {
      // The first failure is the one to tell.
      try? DirectoryTree.remove(directory)
      throw error
    }
  }
}

/// Where everything of one COPY or ADD goes.
private final class TransferPlan {
  let composer: LayerComposer
  /// Of unpacked archives, needed until the layer is written.
  var temporaryDirectories = [FilePath]()
  private let owner: (userID: UInt32, groupID: UInt32)?
  private let permissions: UInt16?
  private let destination: FilePath
  private let namesDirectory: Bool
  /// The first place that was met of each file with several names.
  private var firstLocations: [UInt64: FilePath] = [:]

  init(
    over composer: LayerComposer, owner: (userID: UInt32, groupID: UInt32)?, permissions: UInt16?,
    destination: FilePath,
    namesDirectory: Bool
  ) {
    self.composer = composer
    self.owner = owner
    self.permissions = permissions
    self.destination = destination
    self.namesDirectory = namesDirectory
  }

  deinit {
    // What is left behind is in nobody's way.
    for directory in temporaryDirectories { try? DirectoryTree.remove(directory) }
  }

  /// Of directories that have to be made for what is copied.
  private var madeAttributes: LayerComposer.Attributes {
    .init(permissions: 0o755, userID: owner?.userID ?? 0, groupID: owner?.groupID ?? 0)
  }

  /// What is in a directory goes into the destination.
  func putTree(_ selection: SourceTree.Selection) throws {
    let top = try composer.makeDirectory(destination, attributes: madeAttributes)
    for item in selection.items { try put(item, at: top.pushing(item.entry.path)) }
  }

  func putFile(_ selection: SourceTree.Selection) throws {
    guard let item = selection.items.first, let name = selection.path.lastComponent else { return }
    try put(item, at: try place(of: name))
  }

  func putHeredoc(_ heredoc: ExpandedTransfer.Heredoc) throws {
    guard let name = FilePath.Component(heredoc.name) else {
      throw LayerComposer.Refusal(message: "“\(heredoc.name)” cannot be the name of a file")
    }
    let entry = LayerEntry(
      path: try place(of: name), kind: .file(size: Int64(heredoc.content.count)), permissions: permissions ?? 0o644,
      userID: owner?.userID ?? 0, groupID: owner?.groupID ?? 0)
    try composer.put(entry, contents: .bytes(heredoc.content))
  }

  /// In the destination if that is a directory, else the destination itself.
  private func place(of name: FilePath.Component) throws -> FilePath {
    if try namesDirectory || composer.kind(at: destination) == .directory {
      return try composer.makeDirectory(destination, attributes: madeAttributes).appending(name)
    }
    guard let last = destination.lastComponent else { return FilePath(root: nil, [name]) }
    return try composer.makeDirectory(destination.removingLastComponent(), attributes: madeAttributes).appending(last)
  }

  private func put(_ item: SourceTree.Item, at path: FilePath) throws {
    var entry = item.entry
    entry.path = path
    if let owner { (entry.userID, entry.groupID) = owner }
    if case .symbolicLink = entry.kind {
      entry.permissions = 0o777
    } else if let permissions {
      entry.permissions = permissions
    }
    guard case .file = entry.kind else { return try composer.put(entry) }
    if item.status.linkCount > 1 {
      let first = firstLocations[item.status.inode] ?? item.location
      firstLocations[item.status.inode] = first
      entry.kind = .hardLink(target: first)
    }
    try composer.put(entry, contents: .file(item.location))
  }
}
