package import Model

extension BuildAndPushStep {
  /// The PLUGIN_ variables that Harness makes of the step's own fields (its `PluginSettingUtils`).
  ///
  /// Those of the connector are left out: they are credentials, and the registry client gets them another way.
  package func pluginVariables(_ evaluator: StepEvaluator, registryOfConnector: String?) throws -> [String: String] {
    var variables: [String: String] = [:]
    switch target {
    case .ecr(let account, let region, let imageName):
      let (account, region) = (try evaluator.render(account), try evaluator.render(region))
      variables["PLUGIN_REGISTRY"] = "\(account).dkr.ecr.\(region).amazonaws.com"
      variables["PLUGIN_REGION"] = region
      variables["PLUGIN_REPO"] = try evaluator.render(imageName)
    case .docker(let repository):
      variables["PLUGIN_REPO"] = try evaluator.render(repository)
      variables["PLUGIN_REGISTRY"] = registryOfConnector
    case .gcr(let host, let project, let imageName), .gar(let host, let project, let imageName):
      variables["PLUGIN_REGISTRY"] = try evaluator.render(host) + "/" + evaluator.render(project)
      variables["PLUGIN_REPO"] = try evaluator.render(imageName)
    case .acr(let repository):
      let repository = try evaluator.render(repository)
      variables["PLUGIN_REPO"] = repository
      variables["PLUGIN_REGISTRY"] = repository.split(separator: "/").first.map(String.init)
    }
    variables["PLUGIN_TAGS"] = try tags.map(evaluator.render).joined(separator: ",")
    variables["PLUGIN_DOCKERFILE"] = try dockerfile.map(evaluator.render)
    variables["PLUGIN_CONTEXT"] = try context.map(evaluator.render)
    variables["PLUGIN_TARGET"] = try buildStage.map(evaluator.render)
    return variables
  }
}
