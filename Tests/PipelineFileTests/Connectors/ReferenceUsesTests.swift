import Model
import SystemPackage
import Testing

@testable import PipelineFile

@Suite struct ReferenceUsesTests {
  private static let text = """
    pipeline:
      identifier: p
      name: p
      properties: {ci: {codebase: {connectorRef: github}}}
      variables:
        - {name: token, type: Secret, value: api_token}
      stages:
        - stage:
            identifier: s
            name: s
            type: CI
            spec:
              infrastructure: {type: KubernetesDirect, spec: {connectorRef: cluster}}
              execution:
                steps:
                  - step:
                      identifier: a
                      name: a
                      type: Run
                      spec:
                        connectorRef: account.docker
                        image: alpine
                        command: |
                          login <+secrets.getValue("account.password")>
                          again <+secrets.getValue('api_token')> <+secrets.getValue(<+x>)>
                  - step:
                      identifier: b
                      name: b
                      type: BuildAndPushECR
                      spec: {connectorRef: ecr, region: r, account: "1", imageName: i, tags: [a]}
                  - step: {identifier: c, name: c, type: Run, spec: {connectorRef: account.docker, image: <+input>}}
        - stage:
            identifier: d
            name: d
            type: Deployment
            spec: {connectorRef: elsewhere}

    """

  private func uses() throws -> ReferenceUses {
    let source = SourceText(file: "p.yaml", text: Self.text)
    return ReferenceUses(in: try #require(YAMLReader.read(source).root), sources: [source])
  }

  @Test func `connectors are found where they matter on this machine`() throws {
    let uses = try uses()
    #expect(uses.connectors.map(\.reference) == ["account.docker", "ecr"])
    #expect(uses.connectors.map { $0.places.map(\.start.line) } == [[21, 31], [30]])
  }

  @Test func `secrets are found in variables and, line by line, in commands`() throws {
    let uses = try uses()
    #expect(uses.secrets.map(\.reference) == ["api_token", "account.password"])
    #expect(uses.secrets.map { $0.places.map(\.description) } == [["p.yaml:6:42", "p.yaml:25:31"], ["p.yaml:24:31"]])
  }

  @Test func `missing ones are one list with every use and lines for the settings`() throws {
    let uses = try uses()
    let report = ReferenceReport(.warning)
    let connectors = try #require(report.connectors(uses.connectors) { _ in nil })
    #expect(connectors.code.description == "SW4110")
    #expect(connectors.message == "2 connectors: 'account.docker', 'ecr' are not defined here")
    #expect(connectors.notes == ["account.docker: p.yaml:21:35, p.yaml:31:80", "ecr: p.yaml:30:40"])
    let help = try #require(connectors.help)
    let snippet = help.split(separator: "\n").dropFirst().joined(separator: "\n")
    let settings = SettingsReader.read(SourceText(file: "slipway.yaml", text: snippet), directory: "/project")
    #expect(settings.diagnostics == [])
    #expect(settings.settings?.ownConnectors.map(\.identifier.description) == ["docker", "ecr"])
    #expect(settings.settings?.ownConnectors.map(\.type) == ["DockerRegistry", "Aws"])

    let secrets = try #require(report.secrets(uses.secrets) { _ in "api_tokens" })
    #expect(secrets.notes.first == "api_token: p.yaml:6:42, p.yaml:25:31; did you mean 'api_tokens'?")
    let lines = try #require(secrets.help).split(separator: "\n").dropFirst().joined(separator: "\n")
    let read = SettingsReader.read(SourceText(file: "slipway.yaml", text: lines), directory: "/project")
    #expect(read.diagnostics == [])
    #expect(read.settings?.secrets.map(\.reference.description) == ["api_token", "account.password"])
    #expect(report.secrets([]) { _ in nil } == nil)
  }

  @Test func `commands for secrets are read as a line or as words`() throws {
    let text = """
      secrets:
        command: [pass, show]
        one: {command: "gpg -d one.gpg"}
        two: {command: [cat, "two words"]}

      """
    let (settings, diagnostics) = SettingsReader.read(
      SourceText(file: "slipway.yaml", text: text), directory: "/project")
    #expect(diagnostics == [])
    #expect(settings?.secretCommand?.arguments(for: "x") == ["pass", "show", "x"])
    let commands = settings?.secrets.compactMap { setting -> [String]? in
      if case .command(let command) = setting.source { command.arguments(for: "n") } else { nil }
    }
    #expect(commands == [["sh", "-c", "gpg -d one.gpg", "sh", "n"], ["cat", "two words"]])
  }
}
