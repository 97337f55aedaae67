// The table of step types: the published schema's, and those of other stages that people put into CI stages all the same.
// The reference in the documentation is generated from it.

extension StepType {
  /// Every step type, in the order of the reference.
  package static let all: [StepType] =
    scripts + source + build + caches + control + scanners + supplyChain + platform

  private static let scripts = types(
    .scripts,
    [
      ("Run", .runs),
      ("Test", .differs("all tests are run: choosing and splitting them is Harness's")),
      ("RunTests", .differs("all tests are run: choosing and splitting them is Harness's")),
      ("Background", .differs("services share the machine's network: a container's port is the machine's port")),
      ("Plugin", .runs),
      ("Action", .cannotRun("a GitHub action needs GitHub's runner, which Harness emulates on its own machines")),
      ("Bitrise", .cannotRun("a Bitrise step needs Bitrise's runner, which Harness emulates on its own machines")),
    ])

  private static let source = types(
    .source, [("GitClone", .differs("this machine's git clones, by the URL of a git connector"))])

  private static let build = types(
    .build,
    [
      "BuildAndPushDockerRegistry", "BuildAndPushECR", "BuildAndPushGCR", "BuildAndPushGAR", "BuildAndPushACR",
    ].map { ($0, .differs(embeddedBuilder)) })

  private static let embeddedBuilder =
    "the image is built by Slipway itself, without a daemon, and pushed to the embedded registry unless --live says otherwise"

  private static let caches = types(
    .caches,
    [
      "RestoreCache", "SaveCache", "RestoreCacheS3", "SaveCacheS3", "RestoreCacheGCS", "SaveCacheGCS",
      "RestoreCacheAzure", "SaveCacheAzure",
    ].map { ($0, .differs("a directory under state/buckets stands for the bucket")) }
      + ["S3Upload", "GCSUpload", "ArtifactoryUpload", "HarUpload"].map {
        ($0, .differs("a directory under state/buckets stands for the store"))
      })

  private static let control = types(
    .control,
    [
      ("Wait", .runs),
      ("Policy", .cannotRun("the policy sets live on Harness's servers")),
      ("Barrier", .cannotRun("barriers hold parallel stages of a deployment together on Harness's servers")),
      ("Queue", .cannotRun("the queue is kept by Harness's servers")),
      ("ResourceConstraint", .cannotRun("the constraint is kept by Harness's servers")),
      ("EventListener", .cannotRun("it waits for an event that reaches Harness's servers")),
    ])

  private static let scanners = types(
    .scanners,
    ["AquaTrivy", "Grype"].map {
      ($0, .differs("image archives are scanned, by the built-in scanner with its own advisories; other targets fail"))
    }
      + [
        "Anchore", "AquaSecurity", "AWSECR", "AWSSecurityHub", "Bandit", "BlackDuck", "Brakeman", "Burp", "Checkmarx",
        "CheckmarxOne", "Checkov", "Clair", "CodeQL", "CortexCloud", "Coverity", "CustomIngest", "DataTheorem",
        "DockerContentTrust", "FortifyOnDemand", "Fossa", "GitHubAdvancedSecurity", "Gitleaks", "HarnessSAST",
        "HarnessSCA", "JfrogXray", "Mend", "Metasploit", "ModelScan", "MythosAgent", "Nessus", "NexusIQ", "Nikto",
        "Nmap", "OpenAi", "Openvas", "OsvScanner", "Owasp", "PrismaCloud", "Prowler", "Qualys", "Reapsaw", "Security",
        "Semgrep", "ShiftLeft", "Sniper", "Snyk", "Sonarqube", "Sysdig", "Tenable", "Traceable", "Veracode", "Wiz",
        "Zap",
      ].map { ($0, .cannotRun("the scanner is another vendor's and not part of Slipway")) })

  private static let supplyChain = types(
    .supplyChain,
    [
      "SscaOrchestration", "SscaAibomOrchestration", "SscaEnforcement", "SscaCompliance", "SscaArtifactSigning",
      "SscaArtifactVerification", "SscaPrAttestation", "SscaJunitAttestation", "SlsaVerification",
      "EnforceAttestation", "DeployAttestation", "provenance", "HsaRepoScan",
    ].map { ($0, .cannotRun("it needs Harness's supply chain service, which keeps the attestations")) })

  private static let platform = types(
    .platform,
    ["HarnessApproval", "JiraApproval", "ServiceNowApproval", "CustomApproval"].map {
      ($0, .cannotRun("nobody can be asked for an approval outside of Harness"))
    }
      + ["JiraCreate", "JiraUpdate", "ServiceNowCreate", "ServiceNowUpdate", "Email", "RONotify"].map {
        ($0, .cannotRun("it tells another system of the run, which a local run must not do"))
      } + [
        ("Http", .cannotRun("a delegate of Harness's sends the request, from its own network")),
        ("ShellScript", .cannotRun("it runs on a delegate of Harness's; a Run step does the same in a CI stage")),
        ("Container", .cannotRun("it runs in a cluster of a Custom or Deployment stage")),
        ("Command", .cannotRun("it runs on the hosts of a deployment")),
        ("FlagConfiguration", .cannotRun("feature flags live on Harness's servers")),
        ("ChangeAdvisor", .cannotRun("it asks a service of Harness's")),
        ("AiEval", .cannotRun("it asks a service of Harness's")),
        ("AiTestAutomation", .cannotRun("it asks a service of Harness's")),
        ("Agent", .cannotRun("it asks a service of Harness's")),
        ("IdpAction", .cannotRun("it changes the developer portal on Harness's servers")),
      ])

  private static func types(_ family: Family, _ rows: [(String, Support)]) -> [StepType] {
    rows.map { StepType(name: $0, family: family, support: $1) }
  }
}
