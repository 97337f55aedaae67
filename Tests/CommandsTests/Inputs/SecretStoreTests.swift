import Engine
import Model
import PipelineFile
import Synchronization
import SystemPackage
import Testing

@testable import Commands

@Suite struct SecretStoreTests {
  /// Answers as a password manager would.
  private final class FakeRunner: CommandRunner {
    let calls = Mutex<[[String]]>([])

    func run(
      _ arguments: [String], environment: [String: String], workingDirectory: FilePath
    ) async throws -> CommandResult {
      calls.withLock { $0.append(arguments) }
      let isKnown = arguments.last != "unknown"
      return CommandResult(
        exit: .exited(code: isKnown ? 0 : 1), standardOutput: Array("  hush-\(arguments.last ?? "")\n\n".utf8),
        standardError: Array("hush".utf8))
    }

    func locate(_ program: String, environment: [String: String]) -> FilePath? { nil }
  }

  private func store(_ settings: String, definitions: [SecretDefinition] = []) throws -> SecretStore {
    let source = SourceText(file: "slipway.yaml", text: settings)
    return SecretStore(
      settings: try #require(SettingsReader.read(source, directory: "/project").settings), files: [],
      definitions: definitions, environment: ["TOKEN": "from the environment"])
  }

  @Test func `a command is run with the secret's name, and its output trimmed`() async throws {
    let runner = FakeRunner()
    let store = try await store("secrets: {command: [pass, show], own: {command: [cat, own]}, token: {env: TOKEN}}")
      .fetched(["account.db", "own", "token", "unknown"], by: runner, in: "/")
    let values = try ["account.db", "own", "token"].map { try store.value(of: $0) }
    #expect(values == ["hush-account.db", "hush-own", "from the environment"])
    #expect(
      runner.calls.withLock { $0 } == [["pass", "show", "account.db"], ["cat", "own"], ["pass", "show", "unknown"]])
    let failure = #expect(throws: CommandFailure.self) { try store.value(of: "unknown") }
    #expect(failure?.message == "the command for secret 'unknown' (pass) ended with code 1")
    #expect(throws: CommandFailure.self) { try store.value(of: "never_asked_for") }
  }

  @Test func `a secret's own file may hold its value`() throws {
    let file = SourceText(
      file: "s.yaml", text: "secret: {identifier: s, name: s, type: SecretText, spec: {valueType: Inline, value: told}}"
    )
    guard case .secret(let definition)? = DefinitionReader.read(file).definition else {
      Issue.record("the file holds a secret")
      return
    }
    let store = try store("{}", definitions: [definition])
    #expect(try store.value(of: "s") == "told")
    #expect(store.isDefined("account.s"))
    #expect(!store.isDefined("t"))
    #expect(try store.value(of: "t") == nil)
  }
}
