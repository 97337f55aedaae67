/// The values that each scanner's `config` takes, after the published schema.
enum ScannerConfigurations {
  static func of(_ scanner: String) -> [String] { table[scanner] ?? ["default"] }

  /// A scanner that is not named here knows `default` alone.
  private static let table: [String: [String]] = [
    "Anchore": ["default", "all", "non-os", "os"],
    "AquaSecurity": ["default", "self-hosted"],
    "AquaTrivy": ["default", "fs", "sbom"],
    "Burp": burp,
    "Checkmarx": ["default", "cxsast", "cxsca", "cxosa"],
    "CustomIngest": ["default", "sarif"],
    "GitHubAdvancedSecurity": ["default", "codeql", "dependabot", "secret"],
    "HarnessSAST": ["default", "sast", "sca", "sast_sca"],
    "Mend": ["default", "sast", "sca", "container"],
    "Metasploit": ["default", "metasploit-weak-ssh", "metasploit-openssl-heartbleed"],
    "MythosAgent": ["hunt_full", "hunt_incremental", "scan"],
    "Nmap": [
      "default", "firewall-bypass", "unusual-port", "smb-security-mode", "vuln", "exploit", "no-default-cli-flags",
    ],
    "OpenAi": ["default", "full", "incremental"],
    "Prowler": ["default", "hipaa", "gdpr", "exclude_extras"],
    "Semgrep": [
      "default", "no-default-cli-flags", "p-default", "auto-only", "auto-and-ported-security-tools",
      "auto-and-ported-security-tools-except-p-gitleaks", "scan-third-party-dependencies",
    ],
    "Snyk": ["default", "oss", "container", "iac", "code"],
    "Sonarqube": ["default", "branch-scan"],
    "Veracode": ["default", "sandbox"],
    "Wiz": ["default", "wiz-container-images", "wiz-directory", "wiz-iac-templates"],
    "Zap": ["default", "quick", "attack", "standard"],
  ]

  private static let burp = [
    "default", "never-stop-crawl-due-to-application-errors", "never-stop-audit-due-to-application-errors",
    "minimize-false-positives", "minimize-false-negatives", "crawl-strategy-most-complete",
    "crawl-strategy-more-complete", "crawl-strategy-fastest", "crawl-strategy-faster", "crawl-limit-60-minutes",
    "crawl-limit-30-minutes", "crawl-limit-10-minutes", "crawl-and-audit-lightweight", "crawl-and-audit-fast",
    "crawl-and-audit-deep", "crawl-and-audit-balanced", "audit-coverage-thorough", "audit-coverage-maximum",
    "audit-checks-passive", "audit-checks-medium-active", "audit-checks-light-active",
    "audit-checks-critical-issues-only", "audit-checks-all-except-time-based-detection-methods",
    "audit-checks-all-except-java-script-analysis",
  ]
}
