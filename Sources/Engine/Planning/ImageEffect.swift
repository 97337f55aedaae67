import Model

/// What a step does with images, and with the archives that they lie in: as the file alone says it, or as its settings come to in a run.
package enum ImageEffect: Hashable, Sendable {
  /// - Parameters:
  ///   - archive: where the image is written; nil when it is not.
  ///   - isPushed: in the same step.
  case build(archive: ArchivePath?, isPushed: Bool)
  case push(ArchivePath)
  /// - Parameter archive: nil for an image in a registry or a daemon.
  case scan(archive: ArchivePath?)
  /// Nobody can tell from the settings: a script, a plugin, a switch that is an expression.
  case unknown
  case nothing

  /// Of a build-and-push step.
  ///
  /// - Parameter path: what an archive is called, given what the mode says and the settings that may have said it, the strongest first.
  init(_ mode: BuildAndPushMode, path: (_ written: String, _ settings: [String]) -> ArchivePath?) {
    func target(_ archive: String?) -> ArchivePath? {
      archive.flatMap { path($0, ["PLUGIN_TAR_PATH", "PLUGIN_DESTINATION_TAR_PATH"]) }
    }
    self =
      switch mode {
      case .buildAndPush(let archive): .build(archive: target(archive), isPushed: true)
      case .buildOnly(let archive): .build(archive: target(archive), isPushed: false)
      case .pushOnly(let source): path(source, ["PLUGIN_SOURCE_TAR_PATH"]).map(ImageEffect.push) ?? .unknown
      }
  }

  /// The archive that the step writes.
  package var written: ArchivePath? {
    if case .build(let archive, _) = self { archive } else { nil }
  }

  /// The archive that has to be there when the step starts.
  package var read: ArchivePath? {
    switch self {
    case .push(let archive): archive
    case .scan(let archive): archive
    case .build, .unknown, .nothing: nil
    }
  }
}
