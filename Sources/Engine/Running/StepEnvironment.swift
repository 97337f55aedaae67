import Model
import SystemPackage

/// What every step finds in its environment, as Harness's `BuildEnvironmentUtils` sets it.
struct StepEnvironment {
  let run: Run
  let pipeline: Pipeline
  let accountIdentifier: String?
  let failedSteps: [StepPath]
  /// What earlier steps of the stage have put into the file that DRONE_ENV names.
  var exports: [String: String] = [:]

  /// - Parameter isStageFailing: whether a step of the stage has failed so far.
  func variables(stage: Stage, isStageFailing: Bool, evaluator: StepEvaluator) throws -> [String: String] {
    var variables: [String: String] = [:]
    // Harness gives secrets to steps through expressions only, and other variables as they come out.
    for variable in pipeline.variables where variable.kind != .secret {
      let name = variable.name
      if let given = run.origin.inputs[name] ?? run.origin.inputs["pipeline.variables." + name] {
        variables[name] = try evaluator.render(Text(given))
      } else if let text = variable.value ?? variable.defaultValue {
        variables[name] = try evaluator.render(text)
      }
    }
    for variable in stage.variables where variable.kind != .secret {
      guard let text = variable.value ?? variable.defaultValue else { continue }
      variables[variable.name] = try evaluator.render(text)
    }
    variables.merge(exports) { $1 }
    let seconds = String(run.startedAt.seconds)
    let number = String(run.sequenceID)
    let status = isStageFailing ? "FAILURE" : "SUCCESS"
    var fixed: [String: String?] = [
      "CI": "true", "DRONE": "true", "HARNESS_ACCOUNT_ID": accountIdentifier, "HARNESS_ORG_ID": pipeline.organization,
      "HARNESS_PROJECT_ID": pipeline.project, "HARNESS_PIPELINE_ID": pipeline.identifier.description,
      "HARNESS_STAGE_ID": stage.identifier.description, "HARNESS_BUILD_ID": number,
      "HARNESS_EXECUTION_ID": run.id.description, "HARNESS_WORKSPACE": Workspace.mountPoint.string,
      "DRONE_WORKSPACE": Workspace.mountPoint.string, "DRONE_STAGE_STATUS": status, "DRONE_BUILD_STATUS": status,
      "CI_BUILD_STATUS": status, "HARNESS_USER_ID": run.origin.actor,
    ]
    for prefix in ["DRONE", "CI"] {
      fixed[prefix + "_BUILD_NUMBER"] = number
      for moment in ["CREATED", "STARTED", "FINISHED"] { fixed["\(prefix)_BUILD_\(moment)"] = seconds }
      fixed[prefix + "_COMMIT_BRANCH"] = run.origin.codebase?.branch
      fixed[prefix + "_COMMIT_SHA"] = run.origin.codebase?.commit
    }
    fixed["DRONE_STAGE_STARTED"] = seconds
    fixed["DRONE_STAGE_FINISHED"] = seconds
    if !failedSteps.isEmpty {
      fixed["DRONE_FAILED_STEPS"] = failedSteps.compactMap { $0.last?.description }.joined(separator: ",")
    }
    for (name, value) in fixed {
      // Harness cuts values here.
      if let value { variables[name] = String(value.prefix(8191)) }
    }
    return variables
  }
}
