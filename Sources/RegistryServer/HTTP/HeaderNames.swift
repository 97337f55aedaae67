import HTTPTypes

extension HTTPField.Name {
  static let dockerContentDigest = registered("Docker-Content-Digest")
  static let dockerDistributionVersion = registered("Docker-Distribution-API-Version")
  static let dockerUploadIdentifier = registered("Docker-Upload-UUID")
  static let link = registered("Link")
  static let ociFiltersApplied = registered("OCI-Filters-Applied")
  static let ociSubject = registered("OCI-Subject")

  private static func registered(_ name: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(name) else { preconditionFailure("“\(name)” is a header name") }
    return name
  }
}
