/// The step types that Harness knows.
enum StepType {
  /// What a CI stage can hold, apart from security steps.
  static let ci = [
    "Run", "Test", "RunTests", "Background", "Plugin", "GitClone", "Action", "Bitrise", "BuildAndPushDockerRegistry",
    "BuildAndPushECR", "BuildAndPushGCR", "BuildAndPushGAR", "BuildAndPushACR", "RestoreCacheS3", "SaveCacheS3",
    "RestoreCacheGCS", "SaveCacheGCS", "RestoreCacheAzure", "SaveCacheAzure", "RestoreCache", "SaveCache", "S3Upload",
    "GCSUpload", "ArtifactoryUpload", "HarUpload", "Wait", "Policy", "AiEval", "AiTestAutomation", "SscaEnforcement",
    "SscaOrchestration", "SscaAibomOrchestration", "SlsaVerification", "EnforceAttestation", "provenance",
    "SscaArtifactSigning", "SscaArtifactVerification", "SscaCompliance", "HsaRepoScan", "SscaPrAttestation",
    "DeployAttestation", "SscaJunitAttestation", "EventListener", "RONotify", "ChangeAdvisor", "Agent", "IdpAction",
  ]

  /// Security steps: the type is the scanner, and `Security` is any of them.
  static let scanners = [
    "Security", "Anchore", "AquaSecurity", "AquaTrivy", "AWSECR", "AWSSecurityHub", "Bandit", "BlackDuck", "Brakeman",
    "Burp", "Checkmarx", "CheckmarxOne", "Checkov", "Clair", "CodeQL", "Coverity", "CustomIngest", "DataTheorem",
    "DockerContentTrust", "FortifyOnDemand", "Fossa", "GitHubAdvancedSecurity", "Gitleaks", "Grype", "JfrogXray",
    "Mend",
    "Metasploit", "Nessus", "NexusIQ", "Nikto", "Nmap", "Openvas", "OsvScanner", "Owasp", "PrismaCloud", "Prowler",
    "Qualys", "Reapsaw", "Semgrep", "ShiftLeft", "Sniper", "Snyk", "Sonarqube", "Sysdig", "Tenable", "Traceable",
    "Veracode", "Zap", "Wiz", "CortexCloud", "ModelScan", "OpenAi", "MythosAgent", "HarnessSAST", "HarnessSCA",
  ]

  /// Steps of other stages that people also put into CI stages.
  static let platform = [
    "Http", "ShellScript", "HarnessApproval", "JiraApproval", "JiraCreate", "JiraUpdate", "ServiceNowApproval",
    "ServiceNowCreate", "ServiceNowUpdate", "CustomApproval", "Barrier", "Queue", "Email", "Container", "Command",
    "ResourceConstraint", "FlagConfiguration",
  ]

  static let known = Set(ci + scanners + platform)

  /// The scanners whose settings are read, since a scan of an image archive can be done here.
  static let imageScanners: Set<String> = ["AquaTrivy", "Grype"]

  /// What a misspelt type probably was; other stages' steps are no candidates.
  static func suggestion(for type: String) -> String? {
    let renamed = [
      "AnchoreEnterprise": "Anchore", "Trivy": "AquaTrivy", "Script": "Run", "Docker": "BuildAndPushDockerRegistry",
    ]
    if let name = renamed[type] { return "did you mean '\(name)'?" }
    return Excerpt.suggestion(for: type, among: ci + scanners)
  }
}
