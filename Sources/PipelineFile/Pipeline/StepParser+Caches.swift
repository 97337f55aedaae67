import Model

extension StepParser {
  func restoreCache(_ fields: Fields, _ store: CacheStore) -> StepSpec? {
    fields.checkKeys(Self.cacheKeys(store) + ["failIfKeyNotFound", "preserveMetadata"], tolerated: ["sourcePaths"])
    let failsIfKeyNotFound = fields.flag("failIfKeyNotFound")
    let preservesMetadata = fields.flag("preserveMetadata")
    if store == .azure { _ = fields.require("sourcePaths", example: "[node_modules]") }
    // Harness asks for it where a cache is restored, and not where one is saved.
    if store == .any { _ = fields.require("providerType", example: "Harness") }
    return cache(fields, store).map {
      .restoreCache(
        RestoreCacheStep(
          cache: $0, sourcePaths: fields.texts("sourcePaths"), failsIfKeyNotFound: failsIfKeyNotFound,
          preservesMetadata: preservesMetadata))
    }
  }

  func saveCache(_ fields: Fields, _ store: CacheStore) -> StepSpec? {
    fields.checkKeys(Self.cacheKeys(store) + ["sourcePaths", "override"])
    _ = fields.require("sourcePaths", example: "[node_modules]")
    let (paths, overwrites) = (fields.texts("sourcePaths"), fields.flag("override"))
    return cache(fields, store).map {
      .saveCache(SaveCacheStep(cache: $0, sourcePaths: paths, overwrites: overwrites))
    }
  }

  private static func cacheKeys(_ store: CacheStore) -> [String] {
    let common = ["key", "connectorRef", "archiveFormat", "baseImageConnectorRefs", "runAsUser", "resources"]
    switch store {
    case .s3: return common + ["bucket", "endpoint", "region", "pathStyle"]
    case .gcs: return common + ["bucket"]
    case .azure: return common + ["containerName", "storageAccount"]
    case .any: return common + ["providerType", "bucket", "endpoint", "region", "pathStyle"]
    }
  }

  private func cache(_ fields: Fields, _ store: CacheStore) -> CacheSettings? {
    let key = fields.requiredText("key", example: "deps-{{ checksum \"package-lock.json\" }}")
    var bucket: Text?
    switch store {
    case .s3, .gcs:
      bucket = fields.requiredText("bucket", example: "my-bucket")
      _ = fields.requiredText("connectorRef")
    case .azure:
      bucket = fields.requiredText("containerName", example: "caches")
      _ = fields.requiredText("connectorRef")
      _ = fields.requiredText("storageAccount", example: "mystorage")
    case .any: bucket = fields.text("bucket")
    }
    let archiveFormat = fields.value("archiveFormat", of: CacheSettings.ArchiveFormat.allCases)
    let usesPathStyle = fields.flag("pathStyle")
    let provider = fields.value("providerType", of: CacheSettings.Provider.allCases)
    guard let key else { return nil }
    var cache = CacheSettings(store: store, key: key)
    (cache.bucket, cache.connector) = (bucket, fields.text("connectorRef"))
    (cache.archiveFormat, cache.provider, cache.usesPathStyle) = (archiveFormat, provider, usesPathStyle)
    (cache.endpoint, cache.region) = (fields.text("endpoint"), fields.text("region"))
    cache.storageAccount = fields.text("storageAccount")
    cache.baseImageConnectors = fields.texts("baseImageConnectorRefs")
    (cache.runAsUser, cache.resources) = (fields.text("runAsUser"), fields.resources())
    return cache
  }

  // MARK: - Uploads

  func upload(_ fields: Fields, type: String) -> StepSpec? {
    let common = ["connectorRef", "sourcePath", "target", "baseImageConnectorRefs", "resources", "runAsUser"]
    let own = [
      "S3Upload": ["bucket", "region", "endpoint", "stripPrefix"], "GCSUpload": ["bucket"],
      "ArtifactoryUpload": ["uploadAsFlat"],
      "HarUpload": ["registryRef", "packageType", "packageName", "packageVersion", "settings"],
    ]
    fields.checkKeys(common + (own[type] ?? []))
    let connector = type == "HarUpload" ? fields.text("connectorRef") : fields.requiredText("connectorRef")
    let sourcePath = fields.requiredText("sourcePath", example: "dist/*.zip")
    let target =
      type == "ArtifactoryUpload" ? fields.requiredText("target", example: "repo/path") : fields.text("target")
    guard let destination = destination(fields, type: type), let sourcePath else { return nil }
    var step = UploadStep(destination: destination, sourcePath: sourcePath, connector: connector, target: target)
    step.settings = fields.namedTexts("settings")
    step.baseImageConnectors = fields.texts("baseImageConnectorRefs")
    (step.runAsUser, step.resources) = (fields.text("runAsUser"), fields.resources())
    return .upload(step)
  }

  private func destination(_ fields: Fields, type: String) -> UploadStep.Destination? {
    switch type {
    case "S3Upload":
      let bucket = fields.requiredText("bucket", example: "my-bucket")
      let region = fields.requiredText("region", example: "us-east-1")
      guard let bucket, let region else { return nil }
      return .s3(
        bucket: bucket, region: region, endpoint: fields.text("endpoint"), stripPrefix: fields.text("stripPrefix"))
    case "GCSUpload": return fields.requiredText("bucket", example: "my-bucket").map { .gcs(bucket: $0) }
    case "ArtifactoryUpload": return .artifactory(isFlat: fields.flag("uploadAsFlat"))
    default:
      let registry = fields.requiredText("registryRef", example: "my_registry")
      let packageType = fields.requiredValue("packageType", of: UploadStep.PackageType.allCases)
      guard let registry, let packageType else { return nil }
      return .harnessRegistry(
        registry: registry, packageType: packageType, name: fields.text("packageName"),
        version: fields.text("packageVersion"))
    }
  }
}
