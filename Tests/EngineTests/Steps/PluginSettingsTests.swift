import Engine
import Model
import TestSupport
import Testing

/// The rules of urfave/cli 1.22, which the plugins read their settings with.
@Suite struct PluginEnvironmentTests {
  @Test(arguments: [
    ("1", true), ("t", true), ("T", true), ("TRUE", true), ("true", true), ("True", true), ("0", false), ("f", false),
    ("F", false), ("FALSE", false), ("false", false), ("False", false), ("", false), ("yes", nil), ("no", nil),
    ("on", nil), ("tRUE", nil), (" true", nil), ("true ", nil), ("2", nil), ("y", nil),
  ])
  func `Booleans are what Go takes for one`(_ text: String, _ value: Bool?) {
    #expect(GoBool.parse(text) == value)
  }

  @Test func `a Boolean that is none has the plugin's own message`() {
    let settings = PluginEnvironment(["PLUGIN_PUSH_ONLY": "yes"])
    let error = #expect(throws: StepFailure.self) { try settings.bool("PLUGIN_PUSH_ONLY", flag: "push-only") }
    #expect(
      error?.message
        == #"could not parse yes as bool value for flag push-only: strconv.ParseBool: parsing "yes": invalid syntax"#)
    #expect(error?.exitCode == 1)
    #expect(error?.type == .configuration)
  }

  @Test func `the first name that is present wins, even if it is empty`() throws {
    let settings = PluginEnvironment(["A": "", "B": "b", "C": "true"])
    #expect(settings.string("A", "B") == "")
    #expect(settings.string("X", "B", "A") == "b")
    #expect(settings.string("X", "Y") == nil)
    #expect(try settings.bool("A", "C", flag: "f") == false)
    #expect(try settings.bool("X", "C", flag: "f") == true)
    #expect(try settings.bool("X", flag: "f") == false)
    #expect(settings.isPresent("A") && !settings.isPresent("X"))
  }

  @Test(arguments: [
    ("a", ["a"]), ("a,b", ["a", "b"]), (" a , b ", ["a", "b"]), ("", [""]), ("a,,b", ["a", "", "b"]), (",", ["", ""]),
    ("a b", ["a b"]),
  ])
  func `lists are split at commas and trimmed`(_ text: String, _ elements: [String]) {
    #expect(PluginEnvironment(["L": text]).list("X", "L") == elements)
    #expect(PluginEnvironment([:]).list("L") == nil)
  }
}

@Suite struct BuildToolTests {
  @Test(arguments: [
    (Infrastructure.kubernetes, false, BuildTool.kaniko), (.kubernetes, true, .buildx), (.unspecified, false, .kaniko),
    (.unspecified, true, .buildx), (.sameAs("x"), false, .kaniko), (.cloud, false, .docker), (.cloud, true, .buildx),
    (.docker, false, .docker), (.docker, true, .buildx), (.virtualMachine, false, .docker),
    (.virtualMachine, true, .buildx),
  ])
  func `the infrastructure and the layer cache decide which plugin reads the settings`(
    _ infrastructure: Infrastructure, _ usesCache: Bool, _ tool: BuildTool
  ) {
    #expect(BuildTool(infrastructure: infrastructure, usesLayerCaching: usesCache) == tool)
  }
}

@Suite struct BuildAndPushModeTests {
  static let docker = BuildAndPushStep.Target.docker(repository: "team/app")
  static let ecr = BuildAndPushStep.Target.ecr(account: "1", region: "r", imageName: "app")
  static let gcr = BuildAndPushStep.Target.gcr(host: "gcr.io", project: "p", imageName: "app")
  static let gar = BuildAndPushStep.Target.gar(host: "h", project: "p", imageName: "app")
  static let acr = BuildAndPushStep.Target.acr(repository: "r.azurecr.io/app")

  struct Row: Sendable, CustomTestStringConvertible {
    let tool: BuildTool
    let target: BuildAndPushStep.Target
    let settings: [String: String]
    let mode: BuildAndPushMode?
    let message: String?

    init(
      _ tool: BuildTool, _ settings: [String: String], _ mode: BuildAndPushMode? = nil, message: String? = nil
    ) {
      self.init(tool, docker, settings, mode, message: message)
    }

    init(
      _ tool: BuildTool, _ target: BuildAndPushStep.Target, _ settings: [String: String],
      _ mode: BuildAndPushMode? = nil, message: String? = nil
    ) {
      self.tool = tool
      self.target = target
      self.settings = Dictionary(uniqueKeysWithValues: settings.map { ("PLUGIN_" + $0.key, $0.value) })
      self.mode = mode
      self.message = message
    }

    var testDescription: String {
      "\(tool) \(target) \(settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " "))"
    }
  }

  static let sourceRequired =
    "source_tar_path is required when push_only is set. please provide a valid tarball path"
    + " (PLUGIN_SOURCE_TAR_PATH; to build without pushing, the setting is PLUGIN_NO_PUSH)"

  static let kaniko: [Row] = [
    Row(.kaniko, [:], .buildAndPush(archive: nil)),
    Row(.kaniko, ["NO_PUSH": "true"], .buildOnly(archive: nil)),
    Row(.kaniko, ["NO_PUSH": "true", "TAR_PATH": "image.tar"], .buildOnly(archive: "image.tar")),
    Row(.kaniko, ["NO_PUSH": "1", "DESTINATION_TAR_PATH": "b.tar"], .buildOnly(archive: "b.tar")),
    // Present and empty wins over the second name.
    Row(.kaniko, ["NO_PUSH": "t", "TAR_PATH": "", "DESTINATION_TAR_PATH": "b.tar"], .buildOnly(archive: nil)),
    Row(.kaniko, ["TAR_PATH": "image.tar"], .buildAndPush(archive: "image.tar")),
    Row(.kaniko, ["NO_PUSH": "false", "TAR_PATH": "image.tar"], .buildAndPush(archive: "image.tar")),
    Row(.kaniko, ["PUSH_ONLY": "true", "SOURCE_TAR_PATH": "image.tar"], .pushOnly(source: "image.tar")),
    Row(.kaniko, ["PUSH_ONLY": "false", "SOURCE_TAR_PATH": "image.tar"], .buildAndPush(archive: nil)),
    Row(.kaniko, ["SOURCE_TAR_PATH": "image.tar"], .buildAndPush(archive: nil)),
    Row(.kaniko, ["PUSH_ONLY": "true"], message: sourceRequired),
    Row(.kaniko, ["PUSH_ONLY": "true", "SOURCE_TAR_PATH": ""], message: sourceRequired),
    Row(.kaniko, ecr, ["PUSH_ONLY": "true", "TAR_PATH": "image.tar"], message: sourceRequired),
    Row(
      .kaniko, docker, ["PUSH_ONLY": "true", "NO_PUSH": "true", "SOURCE_TAR_PATH": "i"],
      message: "inputs no-push and push-only cannot be used together. please define only one"),
    Row(
      .kaniko, ecr, ["PUSH_ONLY": "true", "NO_PUSH": "true", "SOURCE_TAR_PATH": "i"],
      message: "no-push and push-only flags cannot be used together"),
    // These two do not look, and push.
    Row(.kaniko, gar, ["PUSH_ONLY": "true", "NO_PUSH": "true", "SOURCE_TAR_PATH": "i"], .pushOnly(source: "i")),
    Row(.kaniko, acr, ["PUSH_ONLY": "true", "NO_PUSH": "true", "SOURCE_TAR_PATH": "i"], .pushOnly(source: "i")),
    // GCR's plugin knows neither push-only nor an archive.
    Row(.kaniko, gcr, ["PUSH_ONLY": "true", "SOURCE_TAR_PATH": "i"], .buildAndPush(archive: nil)),
    Row(.kaniko, gcr, ["NO_PUSH": "true", "TAR_PATH": "i"], .buildOnly(archive: nil)),
    Row(.kaniko, gcr, ["PUSH_ONLY": "true", "NO_PUSH": "true"], .buildOnly(archive: nil)),
    // Not a setting of Kaniko's.
    Row(.kaniko, ["DRY_RUN": "true"], .buildAndPush(archive: nil)),
    Row(.kaniko, ["DRY_RUN": "perhaps"], .buildAndPush(archive: nil)),
    Row(
      .kaniko, ["PUSH_ONLY": "yes"],
      message:
        #"could not parse yes as bool value for flag push-only: strconv.ParseBool: parsing "yes": invalid syntax"#),
    Row(
      .kaniko, ["NO_PUSH": "ja"],
      message: #"could not parse ja as bool value for flag no-push: strconv.ParseBool: parsing "ja": invalid syntax"#),
  ]

  static let others: [Row] = [
    Row(.buildx, [:], .buildAndPush(archive: nil)),
    Row(.buildx, ["DRY_RUN": "true"], .buildOnly(archive: nil)),
    Row(.buildx, ["NO_PUSH": "true"], .buildOnly(archive: nil)),
    Row(.buildx, ["DRY_RUN": "true", "TAR_PATH": "i.tar"], .buildOnly(archive: "i.tar")),
    Row(.buildx, ["NO_PUSH": "true", "DESTINATION_TAR_PATH": "i.tar"], .buildOnly(archive: "i.tar")),
    // Synonyms, of which the first that is present counts: this one pushes.
    Row(.buildx, ["DRY_RUN": "false", "NO_PUSH": "true"], .buildAndPush(archive: nil)),
    Row(.buildx, ["DRY_RUN": "", "NO_PUSH": "true"], .buildAndPush(archive: nil)),
    // An archive is only written in a dry run.
    Row(.buildx, ["TAR_PATH": "i.tar"], .buildAndPush(archive: nil)),
    Row(.buildx, ["PUSH_ONLY": "true", "SOURCE_TAR_PATH": "i.tar"], .pushOnly(source: "i.tar")),
    Row(.buildx, ["PUSH_ONLY": "true", "DRY_RUN": "true", "SOURCE_TAR_PATH": "i.tar"], .pushOnly(source: "i.tar")),
    Row(
      .buildx, ["PUSH_ONLY": "true"],
      message:
        "push-only looks for an image in the Docker daemon, and there is none here: name an archive with PLUGIN_SOURCE_TAR_PATH"
    ),
    Row(.docker, [:], .buildAndPush(archive: nil)),
    Row(.docker, ["DRY_RUN": "true", "TAR_PATH": "i.tar"], .buildOnly(archive: "i.tar")),
    Row(.docker, ["PUSH_ONLY": "true", "SOURCE_TAR_PATH": "i.tar"], .pushOnly(source: "i.tar")),
    Row(
      .docker, ["PUSH_ONLY": "true", "NO_PUSH": "true", "SOURCE_TAR_PATH": "i.tar"],
      message: "conflict: push-only and dry-run cannot be used together"),
    Row(
      .docker, ["DRY_RUN": "yes"],
      message: #"could not parse yes as bool value for flag dry-run: strconv.ParseBool: parsing "yes": invalid syntax"#
    ),
  ]

  @Test(arguments: kaniko + others)
  func `settings mean what the plugin makes of them`(_ row: Row) throws {
    let settings = PluginEnvironment(row.settings)
    if let mode = row.mode {
      #expect(try BuildAndPushMode(settings, tool: row.tool, target: row.target) == mode)
    } else {
      let error = #expect(throws: StepFailure.self) {
        try BuildAndPushMode(settings, tool: row.tool, target: row.target)
      }
      #expect(error?.message == row.message)
      #expect(error?.exitCode == 1)
    }
  }
}
