/// Where a cache lies, which the step's type says: `SaveCacheGCS`.
package enum CacheStore: String, Hashable, Sendable, CaseIterable {
  case s3 = "S3"
  case gcs = "GCS"
  case azure = "Azure"
  /// `RestoreCache` and `SaveCache`, which name their provider in the spec.
  case any = ""
}

/// What the steps that save a cache and those that restore one have in common.
package struct CacheSettings: Hashable, Sendable {
  package enum ArchiveFormat: String, Hashable, Sendable, CaseIterable {
    case tar = "Tar"
    case gzip = "Gzip"
    case zstd = "Zstd"
  }

  package enum Provider: String, Hashable, Sendable, CaseIterable {
    case gcs = "Gcs"
    case s3 = "S3"
    case harness = "Harness"
    case azure = "Azure"
  }

  package var store: CacheStore
  /// A Go template of the cache plugin's, not an expression: `deps-{{ checksum "go.sum" }}`.
  package var key: Text
  package var connector: Text?
  package var provider: FieldValue<Provider>?
  /// `bucket`, or for Azure `containerName`.
  package var bucket: Text?
  package var storageAccount: Text?
  package var endpoint: Text?
  package var region: Text?
  package var usesPathStyle: Text?
  package var archiveFormat: FieldValue<ArchiveFormat>?
  package var baseImageConnectors: [Text] = []
  package var runAsUser: Text?
  package var resources: ContainerResources?

  package init(store: CacheStore, key: Text) {
    self.store = store
    self.key = key
  }
}

/// `type: SaveCache…`.
package struct SaveCacheStep: Hashable, Sendable {
  package var cache: CacheSettings
  package var sourcePaths: [Text]
  /// `override`: whether a cache of the same key is replaced; false when the file says nothing.
  package var overwrites: Text?

  package init(cache: CacheSettings, sourcePaths: [Text], overwrites: Text? = nil) {
    self.cache = cache
    self.sourcePaths = sourcePaths
    self.overwrites = overwrites
  }
}

/// `type: RestoreCache…`.
package struct RestoreCacheStep: Hashable, Sendable {
  package var cache: CacheSettings
  /// Only Azure's step asks for them.
  package var sourcePaths: [Text]
  package var failsIfKeyNotFound: Text?
  package var preservesMetadata: Text?

  package init(
    cache: CacheSettings, sourcePaths: [Text] = [], failsIfKeyNotFound: Text? = nil, preservesMetadata: Text? = nil
  ) {
    self.cache = cache
    self.sourcePaths = sourcePaths
    self.failsIfKeyNotFound = failsIfKeyNotFound
    self.preservesMetadata = preservesMetadata
  }
}
