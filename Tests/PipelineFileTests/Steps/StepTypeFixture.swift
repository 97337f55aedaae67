import Model
import Testing

/// A step of one type with all the fields that Harness documents for it, as somebody would write it.
struct StepTypeFixture: Sendable, CustomTestStringConvertible {
  typealias Field = (key: String, value: String)

  let type: String
  /// Of `spec:`; the values in YAML's flow style.
  let fields: [Field]
  /// What the type cannot do without. Of a group any one is enough, and the first is named when none is there.
  let required: [[String]]

  var testDescription: String { type }

  init(_ type: String, required: [[String]] = [], _ fields: [Field]...) {
    self.type = type
    self.required = required
    self.fields = fields.flatMap(\.self)
  }

  /// A pipeline with the step alone in it.
  ///
  /// - Parameter missing: keys that are left out.
  func pipeline(without missing: [String] = []) -> String {
    let indent = "\n" + String(repeating: " ", count: 20)
    let spec = fields.filter { !missing.contains($0.key) }.map { field in
      indent + field.key + ": " + field.value.replacing("\n", with: indent + "  ")
    }
    return """
      pipeline:
        identifier: one_step
        name: one step
        stages:
          - stage:
              identifier: build
              name: build
              type: CI
              spec:
                cloneCodebase: false
                platform: { os: Linux, arch: Amd64 }
                runtime: { type: Cloud, spec: {} }
                execution:
                  steps:
                    - step:
                        identifier: the_step
                        name: the step
                        type: \(type)
                        description: what it is for
                        timeout: 1h 30m
                        when: { stageStatus: All, condition: <+pipeline.name> == "one step" }
                        failureStrategies: [{ onFailure: { errors: [AllErrors], action: { type: MarkAsFailure } } }]
                        spec:\(spec.isEmpty ? " {}" : spec.joined())

      """
  }
}

// MARK: What many have in common

private typealias Field = StepTypeFixture.Field

private let resources: [Field] = [
  ("resources", "{ limits: { memory: 512Mi, cpu: \"0.5\" }, requests: { memory: 256Mi, cpu: 250m } }"),
  ("runAsUser", "1000"),
]
private let container: [Field] = [
  ("connectorRef", "account.harnessImage"), ("image", "node:20"), ("imagePullPolicy", "IfNotPresent"),
  ("privileged", "false"),
]
private let environment: [Field] = [("envVariables", "{ LANG: C.UTF-8, DEPTH: 12, EMPTY: \"\" }")]
private let reports: [Field] = [("reports", "{ type: JUnit, spec: { paths: [\"**/TEST-*.xml\"] } }")]
private let outputs: [Field] = [
  ("outputVariables", "[{ name: VERSION }, { name: token, type: Secret, value: TOKEN }, { name: COUNT, type: Number }]")
]
private let baseImages: [Field] = [("baseImageConnectorRefs", "[docker_hub]")]

extension StepTypeFixture {
  /// One for each step type, in the order of the table.
  static let all: [StepTypeFixture] =
    scripts + source + builds + caches + uploads + control + scanners + supplyChain + platform

  // MARK: Scripts

  private static let script: [Field] =
    [("shell", "Bash"), ("command", "|\nnpm ci\nnpm test")] + container + environment
    + outputs + reports + resources

  static let scripts: [StepTypeFixture] = [
    StepTypeFixture(
      "Run", required: [["command", "image"]], script,
      [("registryRef", "account.images"), ("outputAlias", "{ key: build, scope: Pipeline }")]),
    StepTypeFixture(
      "Test", required: [["command"]], script,
      [("intelligenceMode", "true"), ("globs", "[\"**/*Test.java\"]"), ("splitStrategy", "TestCount")]),
    StepTypeFixture(
      "RunTests", required: [["language"], ["buildTool"]], container, environment, outputs, reports, resources,
      [
        ("language", "Java"), ("buildTool", "Maven"), ("args", "test"), ("shell", "Sh"),
        ("preCommand", "mvn -v"), ("postCommand", "ls target"), ("buildEnvironment", "Core"),
        ("frameworkVersion", "\"6.0\""), ("pythonVersion", "\"3\""), ("packages", "org.example"),
        ("namespaces", "Example"), ("testAnnotations", "org.junit.Test"), ("testGlobs", "\"**/*Test.java\""),
        ("testRoot", "src/test"), ("runOnlySelectedTests", "true"), ("enableTestSplitting", "true"),
        ("testSplitStrategy", "ClassTiming"),
      ]),
    StepTypeFixture(
      "Background", required: [["image", "command", "entrypoint"]], container, environment, reports, resources,
      [
        ("shell", "Sh"), ("command", "redis-server --port 6379"), ("entrypoint", "[docker-entrypoint.sh]"),
        ("portBindings", "{ \"6379\": \"6379\" }"),
      ]),
    StepTypeFixture(
      "Plugin", required: [["image", "uses"]], container, environment, reports, resources,
      [
        ("registryRef", "account.images"), ("uses", "github.com/drone-plugins/drone-slack@v1"),
        ("entrypoint", "[/bin/drone-slack]"),
        ("settings", "{ channel: builds, verbose: true, recipients: [ada, zoe], extra: { colour: teal } }"),
      ]),
    StepTypeFixture(
      "Action", required: [["uses"]],
      [("uses", "actions/setup-go@v5"), ("with", "{ go-version: \"1.22\" }"), ("env", "{ GOFLAGS: -mod=mod }")]),
    StepTypeFixture(
      "Bitrise", required: [["uses"]],
      [("uses", "github.com/bitrise-steplib/steps-script@1"), ("with", "{ content: ls }"), ("env", "{ A: b }")]),
  ]

  static let source: [StepTypeFixture] = [
    StepTypeFixture(
      "GitClone", required: [["build"]], baseImages, resources,
      [
        ("connectorRef", "git_hub"), ("repoName", "tides"), ("projectName", "harbour"),
        ("build", "{ type: branch, spec: { branch: main } }"), ("cloneDirectory", "/harness/tides"), ("depth", "50"),
        ("sslVerify", "true"), ("lfs", "false"), ("debug", "false"), ("fetchTags", "true"),
        ("sparseCheckout", "[src, docs]"), ("submoduleStrategy", "recursive"), ("preFetchCommand", "git --version"),
        ("privileged", "false"), ("outputFilePathsContent", "[VERSION]"),
      ])
  ]

  // MARK: Images

  private static let build: [Field] =
    [
      ("connectorRef", "registry"), ("tags", "[new-<+pipeline.sequenceId>, stable]"), ("dockerfile", "Dockerfile"),
      ("context", "app"), ("target", "final"), ("buildArgs", "{ VERSION: 1.2.3 }"),
      ("labels", "{ maintainer: ada }"), ("envDockerSecrets", "{ npm: NPM_TOKEN }"),
      ("fileDockerSecrets", "{ netrc: .netrc }"), ("optimize", "true"),
    ] + environment + baseImages + resources
  private static let layerCache: [Field] = [
    ("caching", "true"), ("cacheFrom", "[registry.example/cache]"), ("cacheTo", "registry.example/cache"),
  ]
  private static let cloud: [Field] = [("imageName", "tides"), ("remoteCacheImage", "tides-cache")]

  static let builds: [StepTypeFixture] = [
    StepTypeFixture(
      "BuildAndPushDockerRegistry", required: [["connectorRef", "registryRef"], ["repo"], ["tags"]], build, layerCache,
      [("registryRef", "account.images"), ("repo", "harbour/tides"), ("remoteCacheRepo", "harbour/cache")]),
    StepTypeFixture(
      "BuildAndPushECR", required: [["connectorRef"], ["account"], ["region"], ["imageName"], ["tags"]], build,
      layerCache, cloud, [("account", "\"123456789012\""), ("region", "us-east-1")]),
    StepTypeFixture(
      "BuildAndPushGCR", required: [["connectorRef"], ["host"], ["projectID"], ["imageName"], ["tags"]], build,
      layerCache, cloud, [("host", "eu.gcr.io"), ("projectID", "harbour")]),
    StepTypeFixture(
      "BuildAndPushGAR", required: [["connectorRef"], ["host"], ["projectID"], ["imageName"], ["tags"]], build,
      layerCache, cloud, [("host", "europe-docker.pkg.dev"), ("projectID", "harbour")]),
    StepTypeFixture(
      "BuildAndPushACR", required: [["connectorRef"], ["repository"], ["tags"]], build, layerCache,
      [
        ("repository", "harbour.azurecr.io/tides"), ("subscriptionId", "b4a1"),
        ("remoteCacheImage", "harbour.azurecr.io/cache"),
      ]),
  ]

  // MARK: Files

  private static let cache: [Field] =
    [
      ("connectorRef", "store"), ("key", "'deps-{{ checksum \"package-lock.json\" }}'"), ("archiveFormat", "Gzip"),
    ] + baseImages + resources
  private static let s3: [Field] = [
    ("bucket", "caches"), ("endpoint", "https://s3.example"), ("region", "us-east-1"), ("pathStyle", "true"),
  ]
  private static let azure: [Field] = [("containerName", "caches"), ("storageAccount", "harbour")]
  private static let save: [Field] = [("sourcePaths", "[node_modules, .cache]"), ("override", "true")]
  private static let restore: [Field] = [("failIfKeyNotFound", "false"), ("preserveMetadata", "true")]

  static let caches: [StepTypeFixture] = [
    StepTypeFixture(
      "RestoreCache", required: [["key"], ["providerType"]], cache,
      [("providerType", "S3"), ("bucket", "caches"), ("failIfKeyNotFound", "false")]),
    StepTypeFixture("SaveCache", required: [["key"], ["sourcePaths"]], cache, s3, save),
    StepTypeFixture("RestoreCacheS3", required: [["bucket"], ["connectorRef"], ["key"]], cache, s3, restore),
    StepTypeFixture(
      "SaveCacheS3", required: [["bucket"], ["connectorRef"], ["key"], ["sourcePaths"]], cache, s3, save),
    StepTypeFixture(
      "RestoreCacheGCS", required: [["bucket"], ["connectorRef"], ["key"]], cache, [("bucket", "caches")], restore),
    StepTypeFixture(
      "SaveCacheGCS", required: [["bucket"], ["connectorRef"], ["key"], ["sourcePaths"]], cache,
      [("bucket", "caches")], save),
    StepTypeFixture(
      "RestoreCacheAzure",
      required: [["containerName"], ["connectorRef"], ["key"], ["sourcePaths"], ["storageAccount"]], cache, azure,
      [("sourcePaths", "[node_modules]")], restore),
    StepTypeFixture(
      "SaveCacheAzure", required: [["containerName"], ["connectorRef"], ["key"], ["sourcePaths"], ["storageAccount"]],
      cache, azure, save),
  ]

  private static let upload: [Field] =
    [("connectorRef", "store"), ("sourcePath", "dist/*.zip"), ("target", "site/<+pipeline.sequenceId>")] + baseImages
    + resources

  static let uploads: [StepTypeFixture] = [
    StepTypeFixture(
      "S3Upload", required: [["bucket"], ["connectorRef"], ["region"], ["sourcePath"]], upload,
      [("bucket", "site"), ("region", "us-east-1"), ("endpoint", "https://s3.example"), ("stripPrefix", "dist/")]),
    StepTypeFixture(
      "GCSUpload", required: [["bucket"], ["connectorRef"], ["sourcePath"]], upload, [("bucket", "site")]),
    StepTypeFixture(
      "ArtifactoryUpload", required: [["connectorRef"], ["sourcePath"], ["target"]], upload,
      [("uploadAsFlat", "false")]),
    StepTypeFixture(
      "HarUpload", required: [["registryRef"], ["packageType"], ["sourcePath"]], upload,
      [
        ("registryRef", "account.packages"), ("packageType", "GENERIC"), ("packageName", "tides"),
        ("packageVersion", "1.2.3"), ("settings", "{ description: tables }"),
      ]),
  ]

  // MARK: Control

  static let control: [StepTypeFixture] = [
    StepTypeFixture("Wait", required: [["duration"]], [("duration", "10m"), ("metadata", "for the tide")]),
    StepTypeFixture(
      "Policy", required: [["policySets"]],
      [
        ("policySets", "[account.images]"), ("type", "Custom"), ("policySpec", "{ payload: '{\"image\": \"tides\"}' }"),
        ("metadata", "gate"),
      ]),
    StepTypeFixture("Barrier", [("barrierRef", "tide")]),
    StepTypeFixture("Queue", [("key", "harbour"), ("scope", "Pipeline")]),
    StepTypeFixture("ResourceConstraint", [("name", "crane"), ("permits", "1"), ("holdingScope", "STAGE")]),
    StepTypeFixture("EventListener", [("eventRef", "tide")]),
  ]

  // MARK: Scanners

  private static func scan(
    _ type: String, config: String = "default", mode: String = "orchestration", target: String = "repository",
    _ blocks: [Field]...
  ) -> StepTypeFixture {
    let common: [Field] =
      [
        ("mode", mode), ("config", config),
        (
          "target",
          "{ type: \(target), name: tides, variant: main, detection: manual, workspace: /harness\(target == "container" ? "/image.tar" : "") }"
        ),
        (
          "advanced",
          "{ log: { level: debug, serializer: simple_onprem }, args: { cli: --quiet, passthrough: -v }, fail_on_severity: critical, include_raw: true }"
        ),
        ("ingestion", "{ file: /harness/report.sarif }"), ("settings", "{ product_lookup: byName }"),
        ("connectorRef", "account.harnessImage"), ("imageTag", "latest"), ("imagePullPolicy", "Always"),
        ("privileged", "true"),
      ] + baseImages + outputs + resources
    return StepTypeFixture(type, required: [["mode"], ["config"], ["target"]], common, blocks.flatMap(\.self))
  }

  private static let auth: [Field] = [
    (
      "auth",
      "{ access_token: <+secrets.getValue(\"token\")>, access_id: ada, domain: https://scan.example, region: us-east-1, ssl: true, type: apiKey, version: 5.0.2 }"
    )
  ]
  private static let image: [Field] = [
    (
      "image",
      "{ type: docker_v2, name: harbour/tides, tag: stable, domain: docker.io, region: us-east-1, access_id: ada, access_token: <+secrets.getValue(\"token\")>, registry: r, image_path: p }"
    )
  ]
  private static let archive: [Field] = [("image", "{ type: local_archive, name: tides, tag: stable }")]
  private static let bill: [Field] = [("sbom", "{ generate: true, format: spdx-json }")]
  private static let instance: [Field] = [
    ("instance", "{ domain: harbour.example, path: /, protocol: https, port: 443, username: ada, password: p }")
  ]

  static let scanners: [StepTypeFixture] = [
    scan(
      "AquaTrivy", target: "container", archive, bill,
      [("repository", "{ type: local, registry: r, name: n, version: \"1\" }")]),
    scan("Grype", target: "container", archive),
    scan(
      "Anchore", config: "non-os", target: "container", auth, image,
      [("tool", "{ image_name: tides, ingest_tool_severity: true }")]),
    scan("AquaSecurity", config: "self-hosted", target: "container", auth, image),
    scan("AWSECR", mode: "extraction", target: "container", auth, image),
    scan("AWSSecurityHub", mode: "extraction", target: "configuration", auth),
    scan("Bandit"),
    scan(
      "BlackDuck", target: "container", auth, image, bill, [("tool", "{ project_name: tides, project_version: \"1\" }")]
    ),
    scan("Brakeman"),
    scan(
      "Burp", config: "audit-coverage-maximum", target: "instance", auth, instance,
      [("tool", "{ scan_id: s, site_id: t, start_urls: u, in_scope_url_prefixes: v, out_of_scope_url_prefixes: w }")]),
    scan("Checkmarx", config: "cxsast", auth, image, [("tool", "{ project_name: tides, team_name: /harbour }")]),
    scan("CheckmarxOne", auth, image, instance, [("tool", "{ project_name: tides, scan_type: DASTAPI }")]),
    scan("Checkov"), scan("Clair", mode: "ingestion", target: "container"), scan("CodeQL", mode: "ingestion"),
    scan(
      "CortexCloud", target: "container", auth, image, [("tool", "{ image_id: i, ingest_tool_severity: true }")]),
    scan("Coverity", mode: "ingestion"), scan("CustomIngest", config: "sarif", mode: "ingestion"),
    scan("DataTheorem", mode: "extraction"), scan("DockerContentTrust", target: "container", image),
    scan(
      "FortifyOnDemand", auth, image,
      [("tool", "{ app_name: a, audit_type: b, data_center: c, lookup_type: d, release_name: e, scan_type: f }")]),
    scan("Fossa", auth, [("tool", "{ policy_name: p, project_name: tides, team_name: t }")]),
    scan("GitHubAdvancedSecurity", config: "dependabot", mode: "extraction", auth), scan("Gitleaks"),
    scan("HarnessSAST", config: "sast", [("tool", "{ target_language: go, app_name: tides }")]),
    scan("HarnessSCA", [("tool", "{ target_language: go, app_name: tides }")]),
    scan("JfrogXray", mode: "ingestion", target: "container"),
    scan(
      "Mend", config: "sca", auth, image,
      [("tool", "{ product_name: harbour, product_token: t, project_name: tides, include: \"**\", exclude: docs }")]),
    scan("Metasploit", config: "metasploit-weak-ssh", target: "instance", instance), scan("ModelScan"),
    scan("MythosAgent", config: "hunt_full", auth, [("tool", "{ model: m, base_url: https://model.example }")]),
    scan("Nessus", target: "instance", instance),
    scan("NexusIQ", auth, [("tool", "{ lookup_id: l, project_name: tides, organization_id: o }")]),
    scan("Nikto", target: "instance", instance), scan("Nmap", config: "vuln", target: "instance", instance),
    scan("OpenAi", config: "full", auth), scan("Openvas", target: "instance", auth, instance),
    scan("OsvScanner", image), scan("Owasp"),
    scan(
      "PrismaCloud", target: "container", auth, image,
      [("tool", "{ ingest_tool_severity: true, honor_grace_period: true }")]),
    scan("Prowler", config: "gdpr", target: "configuration", auth), scan("Qualys", mode: "ingestion"),
    scan("Reapsaw", mode: "ingestion"),
    StepTypeFixture(
      "Security",
      [
        ("connectorRef", "account.harnessImage"), ("privileged", "true"),
        (
          "settings",
          "{ policy_type: ingestionOnly, scan_type: repository, product_name: zap, product_config_name: default }"
        ),
      ]),
    scan("Semgrep", config: "p-default", auth), scan("ShiftLeft", [("tool", "{ target_language: java, app_name: a }")]),
    scan("Sniper", target: "instance"),
    scan(
      "Snyk", config: "container", target: "container", auth, image, bill, [("tool", "{ ingest_tool_severity: true }")]),
    scan(
      "Sonarqube", config: "branch-scan", auth,
      [
        (
          "tool",
          "{ project_key: tides, branch_name: main, pull_request_key: \"7\", analysis_detection: auto, java: { binaries: target, libraries: lib } }"
        )
      ]),
    scan("Sysdig", target: "container", auth, image), scan("Tenable", target: "instance", instance),
    scan("Traceable", target: "instance", auth, instance, [("tool", "{ suite_id: s, scan_name: nightly }")]),
    scan("Veracode", config: "sandbox", auth, [("tool", "{ app_id: a, project_name: tides, sandbox_id: b }")]),
    scan("Wiz", config: "wiz-container-images", target: "container", auth, image, [("tool", "{ project_id: p }")]),
    scan("Zap", config: "standard", target: "instance", instance, [("tool", "{ context: c, port: 8080 }")]),
  ]

  // MARK: Other stages' and services' steps

  private static let attested: [Field] = [
    ("source", "{ type: docker, spec: { connector: docker_hub, image: harbour/tides:stable } }")
  ]

  static let supplyChain: [StepTypeFixture] = [
    StepTypeFixture(
      "SscaOrchestration", attested,
      [("tool", "{ type: Syft, spec: { format: spdx-json } }"), ("attestation", "{ type: cosign, spec: {} }")]),
    StepTypeFixture("SscaAibomOrchestration", attested),
    StepTypeFixture(
      "SscaEnforcement", attested, [("policy", "{ policySets: [account.images] }"), ("verifyAttestation", "{}")]),
    StepTypeFixture("SscaCompliance", [("mode", "orchestration"), ("config", "default")]),
    StepTypeFixture("SscaArtifactSigning", attested, [("signing", "{ type: cosign, spec: { private_key: k } }")]),
    StepTypeFixture("SscaArtifactVerification", attested, [("verifySign", "{ type: cosign }")]),
    StepTypeFixture("SscaPrAttestation", [("repo", "tides")]),
    StepTypeFixture("SscaJunitAttestation", [("paths", "[\"**/TEST-*.xml\"]")]),
    StepTypeFixture("SlsaVerification", attested, [("slsaVerifyAttestation", "{ type: cosign }")]),
    StepTypeFixture("EnforceAttestation", attested), StepTypeFixture("DeployAttestation", attested),
    StepTypeFixture("provenance", attested, [("attestation", "{ type: cosign }")]),
    StepTypeFixture("HsaRepoScan", [("target", "{ type: repository }")]),
  ]

  private static let approval: [Field] = [
    ("approvalMessage", "Go on?"), ("approvers", "{ userGroups: [account.harbour], minimumCount: 1 }"),
  ]

  static let platform: [StepTypeFixture] = [
    StepTypeFixture("HarnessApproval", approval, [("includePipelineExecutionHistory", "true")]),
    StepTypeFixture("JiraApproval", [("connectorRef", "jira"), ("issueKey", "TIDE-1")]),
    StepTypeFixture("ServiceNowApproval", [("connectorRef", "snow"), ("ticketNumber", "CHG1")]),
    StepTypeFixture("CustomApproval", [("shell", "Bash"), ("retryInterval", "1m")]),
    StepTypeFixture("JiraCreate", [("connectorRef", "jira"), ("projectKey", "TIDE"), ("issueType", "Task")]),
    StepTypeFixture("JiraUpdate", [("connectorRef", "jira"), ("issueKey", "TIDE-1"), ("fields", "[]")]),
    StepTypeFixture("ServiceNowCreate", [("connectorRef", "snow"), ("ticketType", "change_request")]),
    StepTypeFixture("ServiceNowUpdate", [("connectorRef", "snow"), ("ticketNumber", "CHG1")]),
    StepTypeFixture("Email", [("to", "ada@harbour.example"), ("subject", "Tides"), ("body", "High.")]),
    StepTypeFixture("RONotify", [("releaseGroup", "tides")]),
    StepTypeFixture(
      "Http", [("url", "https://harbour.example"), ("method", "GET"), ("assertion", "<+httpResponseCode> == 200")]),
    StepTypeFixture(
      "ShellScript", [("shell", "Bash"), ("source", "{ type: Inline, spec: { script: ls } }"), ("onDelegate", "true")]),
    StepTypeFixture("Container", [("image", "alpine"), ("command", "ls"), ("connectorRef", "docker_hub")]),
    StepTypeFixture("Command", [("commandUnits", "[]")]),
    StepTypeFixture("FlagConfiguration", [("feature", "tides"), ("environment", "production")]),
    StepTypeFixture("ChangeAdvisor", [("service", "tides")]), StepTypeFixture("AiEval", [("suite", "tides")]),
    StepTypeFixture("AiTestAutomation", [("suite", "tides")]), StepTypeFixture("Agent", [("agent", "tides")]),
    StepTypeFixture("IdpAction", [("action", "tides")]),
  ]
}
