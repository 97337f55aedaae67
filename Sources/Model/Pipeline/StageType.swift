/// A stage type that Harness knows, and why stages of it cannot run on this machine, if they cannot.
package struct StageType: Hashable, Sendable {
  package let name: String
  package let obstacle: String?

  package static func named(_ name: String) -> StageType? { all.first { $0.name == name } }

  package static let all: [StageType] = [
    StageType(name: "CI", obstacle: nil),
    StageType(name: "SecurityTests", obstacle: nil),
    StageType(name: "Deployment", obstacle: "it deploys to infrastructure that Harness's servers know"),
    StageType(name: "Approval", obstacle: "nobody can be asked for an approval outside of Harness"),
    StageType(name: "Custom", obstacle: "its steps run on delegates of Harness's"),
    StageType(name: "Pipeline", obstacle: "it starts another pipeline on Harness's servers"),
    StageType(name: "Dynamic", obstacle: "its pipeline is made on Harness's servers"),
    StageType(name: "FeatureFlag", obstacle: "feature flags live on Harness's servers"),
    StageType(name: "IACM", obstacle: "the workspace's state is kept on Harness's servers"),
    StageType(name: "IDP", obstacle: "it changes the developer portal on Harness's servers"),
    StageType(name: "DRTest", obstacle: "it needs Harness's resilience testing service"),
    StageType(name: "CompositeLoadTest", obstacle: "it needs Harness's resilience testing service"),
  ]
}
