/// `type: Test`: a script whose tests Harness can pick and split.
///
/// The published schema knows none of the keys for that; they are read as Harness's documentation spells them.
package struct TestStep: Hashable, Sendable {
  /// What it runs, by the rules of a Run step.
  package var script: RunStep
  /// `intelligenceMode`: run only the tests that the change concerns.
  package var usesTestIntelligence: Text?
  /// `globs`: the test files to look through.
  package var globs: [Text] = []
  package var splitStrategy: Text?

  package init(script: RunStep) { self.script = script }
}

/// `type: RunTests`: the older step that knows each build tool's way to run tests.
package struct RunTestsStep: Hashable, Sendable {
  package enum Language: String, Hashable, Sendable, CaseIterable {
    case java = "Java"
    case kotlin = "Kotlin"
    case scala = "Scala"
    case cSharp = "Csharp"
    case python = "Python"
    case ruby = "Ruby"
  }

  package enum BuildTool: String, Hashable, Sendable, CaseIterable {
    case maven = "Maven"
    case bazel = "Bazel"
    case gradle = "Gradle"
    case dotnet = "Dotnet"
    case nunitConsole = "Nunitconsole"
    case sbt = "SBT"
    case pytest = "Pytest"
    case unittest = "Unittest"
    case rspec = "Rspec"
  }

  package enum BuildEnvironment: String, Hashable, Sendable, CaseIterable {
    case core = "Core"
    case framework = "Framework"
  }

  package enum SplitStrategy: String, Hashable, Sendable, CaseIterable {
    case classTiming = "ClassTiming"
    case testCount = "TestCount"
  }

  package var language: FieldValue<Language>
  package var buildTool: FieldValue<BuildTool>
  /// What is handed to the build tool.
  package var arguments: Text?
  package var preCommand: Text?
  package var postCommand: Text?
  package var shell: FieldValue<RunStep.Shell> = .literal(.sh, at: nil)
  package var container = StepContainer()
  package var environment: [NamedText] = []
  package var outputVariables: [RunStep.OutputVariable] = []
  package var reports: TestReports?
  package var buildEnvironment: FieldValue<BuildEnvironment>?
  package var frameworkVersion: Text?
  package var pythonVersion: Text?
  /// Comma-separated.
  package var packages: Text?
  package var namespaces: Text?
  package var testAnnotations: Text?
  package var testGlobs: Text?
  package var testRoot: Text?
  package var runsOnlySelectedTests: Text?
  package var splitsTests: Text?
  package var splitStrategy: FieldValue<SplitStrategy>?

  package init(language: FieldValue<Language>, buildTool: FieldValue<BuildTool>) {
    self.language = language
    self.buildTool = buildTool
  }
}
