package import Model
import OCI
package import SystemPackage

/// `SaveCache…` and `RestoreCache…`, with a directory in the place of the bucket.
package struct CacheExecutor: StepExecutor {
  private let buckets: FilePath
  private let clock: EngineClock

  /// - Parameter buckets: the directory that holds the buckets.
  package init(buckets: FilePath, clock: EngineClock) {
    self.buckets = buckets
    self.clock = clock
  }

  package func handles(_ spec: StepSpec) -> Bool {
    switch spec {
    case .saveCache, .restoreCache: true
    default: false
    }
  }

  package func execute(_ execution: StepExecution) async throws -> StepResult {
    switch execution.step.spec {
    case .saveCache(let step): return try await save(step, execution)
    case .restoreCache(let step): return try await restore(step, execution)
    default: preconditionFailure("a step that is no cache came to its executor")
    }
  }

  private func save(_ step: SaveCacheStep, _ execution: StepExecution) async throws -> StepResult {
    let evaluator = execution.evaluator
    let (cache, key) = try cache(step.cache, execution)
    let paths = try step.sourcePaths.map(evaluator.render).flatMap { $0.split(separator: ",").map(String.init) }
    guard !paths.isEmpty else { throw StepFailure(.configuration, "sourcePaths is empty") }
    let format = try step.cache.archiveFormat.map { try evaluator.word($0, field: "archiveFormat") } ?? .tar
    let overwrites = try evaluator.bool(step.overwrites, field: "override") ?? false
    switch try cache.save(paths, key: key, format: DirectoryArchive.Format(format), overwrites: overwrites) {
    case .kept:
      try await execution.output.line(
        "The cache '\(key)' is in \(cache.bucket.name) already and is kept: 'override: true' would replace it")
    case .saved(let entries):
      try await execution.output.line(
        "Saved \(paths.joined(separator: ", ")) as '\(key)' in \(cache.bucket.name): \(entries) files and directories")
    }
    return StepResult(.succeeded)
  }

  private func restore(_ step: RestoreCacheStep, _ execution: StepExecution) async throws -> StepResult {
    let (cache, key) = try cache(step.cache, execution)
    let count = try cache.restore(key)
    if count == 0 {
      if try execution.evaluator.bool(step.failsIfKeyNotFound, field: "failIfKeyNotFound") == true {
        throw StepFailure(.unknown, "there is no cache '\(key)' in \(cache.bucket.name)", exitCode: 1)
      }
      try await execution.output.line("There is no cache '\(key)' in \(cache.bucket.name)")
    } else {
      try await execution.output.line("Restored '\(key)' from \(cache.bucket.name)")
    }
    return StepResult(.succeeded)
  }

  private func cache(
    _ settings: CacheSettings, _ execution: StepExecution
  ) throws -> (cache: DirectoryCache, key: String) {
    let evaluator = execution.evaluator
    let provider = try settings.provider.map { try evaluator.word($0, field: "providerType") }
    let scheme =
      switch (settings.store, provider) {
      case (.s3, _), (.any, .s3): "s3"
      case (.gcs, _), (.any, .gcs): "gcs"
      case (.azure, _), (.any, .azure): "azure"
      case (.any, .harness), (.any, nil): "harness"
      }
    let name = try settings.bucket.map(evaluator.render) ?? ""
    let account = try settings.storageAccount.map(evaluator.render) ?? ""
    let full = [account, name.isEmpty ? "default" : name].filter { !$0.isEmpty }.joined(separator: "/")
    let bucket = try Bucket(full, scheme: scheme, in: buckets)
    let key = try CacheKey(for: execution, now: clock.now()).render(try evaluator.render(settings.key))
    return (
      DirectoryCache(bucket: bucket, workspace: execution.workspace, sharedPaths: execution.sharedPaths), key
    )
  }
}

extension DirectoryArchive.Format {
  init(_ format: CacheSettings.ArchiveFormat) {
    self =
      switch format {
      case .tar: .tar
      case .gzip: .gzip
      case .zstd: .zstd
      }
  }
}
