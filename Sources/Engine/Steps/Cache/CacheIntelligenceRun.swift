import Model
import OCI
import SystemPackage

/// A stage's `caching:`: a cache is restored before its steps and saved after them. What goes wrong here fails nothing, as on Harness.
struct CacheIntelligenceRun {
  /// The files that say what a project depends on: their checksums make the key when the stage names none.
  private static let lockFiles = [
    "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "go.sum", "pom.xml", "build.gradle", "build.gradle.kts",
    "requirements.txt", "poetry.lock", "Pipfile.lock", "Gemfile.lock", "Cargo.lock", "Package.resolved",
  ]

  let settings: CacheIntelligence
  let buckets: FilePath
  let workspace: Workspace
  let sharedPaths: [SharedPath]
  let key: CacheKey
  let evaluator: StepEvaluator

  /// - Returns: what to tell the user; nil when the stage has no cache, or only saves one.
  func restore() -> String? {
    guard let cache = prepared(for: [.pull, .both]) else { return nil }
    do {
      let (cache, key, _) = try cache.get()
      return try cache.restore(key) == 0 ? "caching: there is no cache '\(key)' yet" : "caching: restored '\(key)'"
    } catch {
      return "caching: nothing was restored: \(Self.message(of: error))"
    }
  }

  func save() -> String? {
    guard let cache = prepared(for: [.push, .both]) else { return nil }
    do {
      let (cache, key, paths) = try cache.get()
      let overwrites = try evaluator.bool(settings.overwrites, field: "override") ?? true
      return switch try cache.save(paths, key: key, format: .zstd, overwrites: overwrites) {
      case .kept: "caching: '\(key)' is there already and is kept"
      case .saved(let entries): "caching: saved '\(key)': \(entries) files and directories"
      }
    } catch {
      return "caching: nothing was saved: \(Self.message(of: error))"
    }
  }

  private func prepared(
    for policies: [CacheIntelligence.Policy]
  ) -> Result<(cache: DirectoryCache, key: String, paths: [String]), any Error>? {
    do {
      guard try evaluator.bool(settings.isEnabled, field: "caching.enabled") == true else { return nil }
      let policy = try settings.policy.map { try evaluator.word($0, field: "caching.policy") } ?? .both
      guard policies.contains(policy) else { return nil }
      let paths = try settings.paths.map(evaluator.render)
      guard !paths.isEmpty else {
        throw StepFailure(
          .configuration,
          "name the directories under caching.paths: this version does not guess them from the build tool")
      }
      let bucket = try Bucket("cache-intelligence", scheme: "harness", in: buckets)
      let written = try settings.key.map(evaluator.render) ?? ""
      let name = try written.isEmpty ? ownKey() : key.render(written)
      return .success((DirectoryCache(bucket: bucket, workspace: workspace, sharedPaths: sharedPaths), name, paths))
    } catch {
      return .failure(error)
    }
  }

  private func ownKey() throws -> String {
    let checksums = try Self.lockFiles
      .filter { FileTree.exists(workspace.directory.appending($0)) }
      .map { try Digest.ofFile(at: workspace.directory.appending($0)).digest.hex }
    return "auto-" + Digest(of: checksums.joined().utf8).hex
  }

  private static func message(of error: any Error) -> String {
    (error as? StepFailure)?.message ?? (error as? OCIError)?.message ?? "\(error)"
  }
}
