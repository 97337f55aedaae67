import Model

extension PipelineParser {
  /// `properties.ci.codebase`.
  func codebase(_ fields: Fields) -> Codebase? {
    guard let properties = fields.fields("properties") else { return nil }
    properties.checkKeys(["ci"])
    guard let ci = properties.fields("ci") else { return nil }
    ci.checkKeys(["codebase"])
    guard let codebase = ci.fields("codebase") else { return nil }
    codebase.checkKeys([
      "connectorRef", "repoName", "build", "depth", "sslVerify", "prCloneStrategy", "resources", "lfs", "debug",
      "fetchTags", "sparseCheckout", "submoduleStrategy", "cloneDirectory", "preFetchCommand", "persistCredentials",
    ])
    return Codebase(
      connector: codebase.text("connectorRef"), repositoryName: codebase.text("repoName"), build: codebase.node("build")
    )
  }
}
