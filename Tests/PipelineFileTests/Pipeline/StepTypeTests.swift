import Model
import PipelineFile
import Testing

/// Every step type whose settings are read, with every setting it has.
@Suite struct StepTypeTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let type: String
    let required: [String]
    /// Each key with a value that is right.
    let fields: [(key: String, value: String)]

    init(_ type: String, requires required: [String] = [], _ fields: KeyValuePairs<String, String>) {
      self.type = type
      self.required = required
      self.fields = fields.map { ($0.key, $0.value) }
    }

    var testDescription: String { type }
  }

  private static let container: [(key: String, value: String)] = [
    ("connectorRef", "account.hub"), ("imagePullPolicy", "Always"), ("privileged", "true"), ("runAsUser", "1000"),
    ("resources", "{limits: {cpu: 400m, memory: 1Gi}}"),
  ]

  private static func inContainer(
    _ type: String, requires required: [String] = [], _ fields: KeyValuePairs<String, String>
  ) -> Case {
    Case(adding: container, to: Case(type, requires: required, fields))
  }

  private static let script: KeyValuePairs<String, String> = [
    "command": "make", "image": "alpine", "shell": "Bash", "envVariables": "{A: b}",
    "outputVariables": "[{name: VERSION}]", "reports": "{type: JUnit, spec: {paths: [\"**/*.xml\"]}}",
  ]

  private static func registry(_ type: String, _ own: KeyValuePairs<String, String>) -> Case {
    let common: KeyValuePairs<String, String> = [
      "connectorRef": "c", "tags": "[latest]", "dockerfile": "Dockerfile", "context": ".", "target": "final",
      "buildArgs": "{A: b}", "labels": "{A: b}", "envVariables": "{A: b}", "envDockerSecrets": "{A: b}",
      "fileDockerSecrets": "{A: b}", "baseImageConnectorRefs": "[hub]", "optimize": "true", "caching": "true",
      "cacheFrom": "[a]", "cacheTo": "b", "runAsUser": "0", "resources": "{limits: {cpu: 1, memory: 1Gi}}",
    ]
    let required =
      ["connectorRef", "tags"] + own.map(\.key).filter { !$0.hasPrefix("remote") && $0 != "subscriptionId" }
    return Case(adding: own.map { ($0.key, $0.value) }, to: Case(type, requires: required, common))
  }

  private static func cache(_ type: String, requires required: [String], _ own: KeyValuePairs<String, String>) -> Case {
    let common: KeyValuePairs<String, String> = [
      "key": "deps", "connectorRef": "c", "archiveFormat": "Tar", "baseImageConnectorRefs": "[hub]",
      "runAsUser": "0", "resources": "{limits: {cpu: 1, memory: 1Gi}}",
    ]
    return Case(adding: own.map { ($0.key, $0.value) }, to: Case(type, requires: required + ["key"], common))
  }

  static let cases: [Case] =
    [
      inContainer("Run", requires: [], script),
      inContainer("Test", requires: ["command"], script),
      inContainer(
        "RunTests", requires: ["language", "buildTool"],
        [
          "language": "Java", "buildTool": "Maven", "args": "test", "preCommand": "a", "postCommand": "b",
          "shell": "Sh", "image": "maven", "envVariables": "{A: b}", "outputVariables": "[{name: A}]",
          "reports": "{type: JUnit, spec: {paths: [a]}}", "packages": "com.a", "testAnnotations": "T",
          "runOnlySelectedTests": "true", "enableTestSplitting": "false", "testSplitStrategy": "ClassTiming",
          "testGlobs": "*.java", "testRoot": ".", "namespaces": "n", "pythonVersion": "3", "frameworkVersion": "5.0",
          "buildEnvironment": "Core",
        ]),
      inContainer(
        "Background", requires: [],
        [
          "image": "postgres", "command": "run", "shell": "Sh", "entrypoint": "[a, b]", "envVariables": "{A: b}",
          "portBindings": "{\"5432\": \"5432\"}", "reports": "{type: JUnit, spec: {paths: [a]}}",
        ]),
      inContainer(
        "Plugin", requires: ["image"],
        [
          "image": "plugins/slack", "entrypoint": "[a]", "settings": "{a: [1, 2], b: {c: d}}", "envVariables": "{A: b}",
          "reports": "{type: JUnit, spec: {paths: [a]}}",
        ]),
      Case(
        "GitClone", requires: ["build"],
        [
          "build": "{type: branch, spec: {branch: main}}", "connectorRef": "c", "repoName": "r",
          "cloneDirectory": "d", "depth": "1", "sslVerify": "true", "lfs": "true", "debug": "false",
          "fetchTags": "true",
          "sparseCheckout": "[a]", "submoduleStrategy": "recursive", "preFetchCommand": "a", "projectName": "p",
          "privileged": "true", "runAsUser": "0", "outputFilePathsContent": "[a]", "baseImageConnectorRefs": "[a]",
          "resources": "{limits: {cpu: 1, memory: 1Gi}}",
        ]),
      Case("Action", requires: ["uses"], ["uses": "a/b@v1", "with": "{a: b}", "env": "{A: b}"]),
      Case("Bitrise", requires: ["uses"], ["uses": "a", "with": "{a: b}", "env": "{A: b}"]),
      registry("BuildAndPushDockerRegistry", ["repo": "a/b", "remoteCacheRepo": "a/c"]),
      registry("BuildAndPushECR", ["account": "\"1\"", "region": "eu", "imageName": "i", "remoteCacheImage": "c"]),
      registry("BuildAndPushGCR", ["host": "gcr.io", "projectID": "p", "imageName": "i", "remoteCacheImage": "c"]),
      registry("BuildAndPushGAR", ["host": "pkg.dev", "projectID": "p", "imageName": "i", "remoteCacheImage": "c"]),
      registry("BuildAndPushACR", ["repository": "a/b", "subscriptionId": "s", "remoteCacheImage": "c"]),
      cache(
        "RestoreCacheS3", requires: ["bucket", "connectorRef"],
        ["bucket": "b", "region": "eu", "endpoint": "e", "pathStyle": "true", "failIfKeyNotFound": "true"]),
      cache(
        "SaveCacheS3", requires: ["bucket", "connectorRef", "sourcePaths"],
        ["bucket": "b", "region": "eu", "endpoint": "e", "pathStyle": "true", "override": "true", "sourcePaths": "[a]"]),
      cache(
        "RestoreCacheGCS", requires: ["bucket", "connectorRef"],
        ["bucket": "b", "failIfKeyNotFound": "true", "preserveMetadata": "true"]),
      cache(
        "SaveCacheGCS", requires: ["bucket", "connectorRef", "sourcePaths"],
        ["bucket": "b", "override": "false", "sourcePaths": "[a]"]),
      cache(
        "RestoreCacheAzure", requires: ["containerName", "storageAccount", "connectorRef", "sourcePaths"],
        ["containerName": "b", "storageAccount": "s", "sourcePaths": "[a]", "failIfKeyNotFound": "false"]),
      cache(
        "SaveCacheAzure", requires: ["containerName", "storageAccount", "connectorRef", "sourcePaths"],
        ["containerName": "b", "storageAccount": "s", "sourcePaths": "[a]", "override": "false"]),
      cache("RestoreCache", requires: [], ["providerType": "S3", "bucket": "b"]),
      cache("SaveCache", requires: ["sourcePaths"], ["sourcePaths": "[a]", "bucket": "b"]),
      Case(
        "S3Upload", requires: ["bucket", "region", "connectorRef", "sourcePath"],
        [
          "bucket": "b", "region": "eu", "connectorRef": "c", "sourcePath": "a", "target": "t", "endpoint": "e",
          "stripPrefix": "p", "baseImageConnectorRefs": "[a]", "runAsUser": "0",
        ]),
      Case(
        "GCSUpload", requires: ["bucket", "connectorRef", "sourcePath"],
        ["bucket": "b", "connectorRef": "c", "sourcePath": "a", "target": "t"]),
      Case(
        "ArtifactoryUpload", requires: ["connectorRef", "sourcePath", "target"],
        ["connectorRef": "c", "sourcePath": "a", "target": "t", "uploadAsFlat": "false"]),
      Case(
        "HarUpload", requires: ["registryRef", "sourcePath", "packageType"],
        [
          "registryRef": "r", "sourcePath": "a", "packageType": "NPM", "packageName": "n", "packageVersion": "1",
          "settings": "{a: b}", "target": "t",
        ]),
      Case("Wait", requires: ["duration"], ["duration": "10m"]),
      Case(
        "Policy", requires: ["policySets"],
        ["policySets": "[a]", "type": "Custom", "policySpec": "{payload: \"{}\"}"]),
    ] + scanners

  private static let scanners: [Case] = StepType.all.filter { $0.family == .scanners && $0.name != "Security" }.map {
    Case(
      $0.name, requires: ["mode", "config", "target"],
      [
        "mode": "orchestration", "config": $0.name == "MythosAgent" ? "scan" : "default",
        "target": "{type: container, name: a, variant: b, detection: manual, workspace: a.tar}",
        "advanced":
          "{log: {level: info, serializer: basic}, args: {cli: a, passthrough: b}, fail_on_severity: high, include_raw: true}",
        "image":
          "{type: docker_v2, name: a, tag: b, domain: d, region: r, access_id: i, access_token: t, registry: g, image_path: p}",
        "auth": "{access_token: t, access_id: i, domain: d, region: r, ssl: true, type: apiKey, version: \"1\"}",
        "instance": "{domain: d, path: p, protocol: https, port: 443, username: u, password: w}",
        "ingestion": "{file: a.json}", "sbom": "{generate: true, format: spdx-json}", "tool": "{project_name: p}",
        "settings": "{a: b}", "imageTag": "latest", "connectorRef": "c", "privileged": "true", "runAsUser": "0",
        "imagePullPolicy": "Never", "resources": "{limits: {cpu: 1, memory: 1Gi}}",
      ])
  }

  @Test(arguments: cases)
  func `is read with all that it can have`(_ testCase: Case) throws {
    let (step, diagnostics) = try read(testCase.type, testCase.fields)
    #expect(diagnostics == [])
    let spec = try #require(step?.spec)
    #expect(spec != .recognised(type: testCase.type) && spec != .open)
  }

  @Test(arguments: cases)
  func `takes a runtime input for every setting`(_ testCase: Case) throws {
    for index in testCase.fields.indices {
      var fields = testCase.fields
      fields[index].value = "<+input>.default(1)"
      let (step, diagnostics) = try read(testCase.type, fields)
      #expect(!diagnostics.contains { $0.severity == .error }, "\(fields[index].key): \(diagnostics)")
      #expect(step != nil, "\(fields[index].key)")
    }
  }

  @Test(arguments: cases)
  func `says which setting is missing`(_ testCase: Case) throws {
    for key in testCase.required {
      let (_, diagnostics) = try read(testCase.type, testCase.fields.filter { $0.key != key })
      let errors = diagnostics.filter { $0.severity == .error }
      #expect(errors.map(\.code.description) == ["SW2001"], "\(key): \(diagnostics)")
      #expect(errors.first?.message.contains("'\(key)'") == true)
    }
  }

  @Test(arguments: cases)
  func `a setting without a value counts as absent`(_ testCase: Case) throws {
    for index in testCase.fields.indices where !testCase.required.contains(testCase.fields[index].key) {
      var fields = testCase.fields
      fields[index].value = ""
      let (_, diagnostics) = try read(testCase.type, fields)
      let isOutput = fields[index].key == "command"
      #expect(isOutput || !diagnostics.contains { $0.severity == .error }, "\(fields[index].key): \(diagnostics)")
    }
  }

  @Test func `every type whose settings are read is in this table`() {
    let tested = Set(Self.cases.map(\.type))
    let families: Set<StepType.Family> = [.scripts, .source, .build, .caches, .scanners]
    let missing = StepType.all.filter { families.contains($0.family) && !tested.contains($0.name) }.map(\.name)
    #expect(missing == ["Security"])
  }

  @Test func `no type is named twice`() {
    let names = StepType.all.map(\.name)
    #expect(Set(names).count == names.count)
  }

  private func read(_ type: String, _ fields: [(key: String, value: String)]) throws -> (Step?, [Diagnostic]) {
    let spec = fields.map { "\($0.key): \($0.value)" }.joined(separator: "\n" + String(repeating: " ", count: 20))
    let text = """
      pipeline:
        identifier: a
        name: a
        stages:
          - stage:
              identifier: s
              name: s
              type: CI
              spec:
                execution:
                  steps:
                    - step:
                        identifier: a
                        name: a
                        type: \(type)
                        spec:
                          \(spec)
      """
    let (pipeline, diagnostics) = PipelineReader.read(SourceText(file: "f", text: text))
    guard case .step(let step)? = pipeline?.allStages.first?.steps.first else { return (nil, diagnostics) }
    return (step, diagnostics)
  }
}

extension StepTypeTests.Case {
  fileprivate init(adding more: [(key: String, value: String)], to other: Self) {
    type = other.type
    required = other.required
    fields = other.fields + more
  }
}
