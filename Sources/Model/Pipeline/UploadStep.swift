/// `type: S3Upload`, `GCSUpload`, `ArtifactoryUpload` and `HarUpload`: files of the workspace go to a store.
package struct UploadStep: Hashable, Sendable {
  package enum Destination: Hashable, Sendable {
    case s3(bucket: Text, region: Text, endpoint: Text?, stripPrefix: Text?)
    case gcs(bucket: Text)
    /// `uploadAsFlat` is true when the file says nothing.
    case artifactory(isFlat: Text?)
    case harnessRegistry(registry: Text, packageType: FieldValue<PackageType>, name: Text?, version: Text?)
  }

  package enum PackageType: String, Hashable, Sendable, CaseIterable {
    case cargo = "CARGO"
    case generic = "GENERIC"
    case go = "GO"
    case maven = "MAVEN"
    case npm = "NPM"
    case nuget = "NUGET"
    case python = "PYTHON"
    case rpm = "RPM"
    case dart = "DART"
    case conda = "CONDA"
    case composer = "COMPOSER"
    case huggingFace = "HUGGINGFACE"
  }

  package var destination: Destination
  package var connector: Text?
  /// A glob.
  package var sourcePath: Text
  /// The path in the store.
  package var target: Text?
  package var settings: [NamedText] = []
  package var baseImageConnectors: [Text] = []
  package var runAsUser: Text?
  package var resources: ContainerResources?

  package init(destination: Destination, sourcePath: Text, connector: Text? = nil, target: Text? = nil) {
    self.destination = destination
    self.sourcePath = sourcePath
    self.connector = connector
    self.target = target
  }
}
