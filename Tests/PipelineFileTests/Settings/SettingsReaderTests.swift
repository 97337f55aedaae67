import Model
import PipelineFile
import SystemPackage
import Testing

@Suite struct SettingsReaderTests {
  @Test func `every key is read, and paths are joined with the file's directory`() throws {
    let source = try SourceText(reading: Golden.fixtures.appending("Settings/everything.yaml"), name: "slipway.yaml")
    let (read, diagnostics) = SettingsReader.read(source, directory: "/project")
    #expect(diagnostics == [])
    let settings = try #require(read)
    #expect(settings.codebase?.value == "/project/app")
    #expect(settings.codebase?.span.description == "slipway.yaml:1:11")
    #expect(settings.connectors.map(\.value) == ["/project/connectors", "/project/more/*.yaml", "/etc/one.yaml"])
    #expect(settings.secretFiles.map(\.value) == ["/project/.env"])
    #expect(settings.variables.mapValues(\.raw) == ["account.region": "us-east-1", "count": "3"])
    #expect(settings.account == Settings.Account(identifier: "abc", name: "Example"))
    #expect(settings.custody?.value == .warn)
    #expect(settings.registry?.value.description == "http://127.0.0.1:5001")
    #expect(
      settings.images.map(\.reference.description) == [
        "docker.io/library/python:3.12-slim", "docker.io/library/alpine:latest",
      ])
    #expect(
      settings.images.map(\.source) == [
        .archive("/project/images/python.tar"),
        .dockerfile(
          "/project/images/Dockerfile", context: "/project/images", target: "final", buildArguments: ["VERSION": "3.2"]),
      ])
    #expect(settings.registries.map(\.host) == ["localhost:5000", "docker.io"])
    #expect(settings.registries.map(\.usesPlainHTTP) == [true, false])
    #expect(settings.registries.map { $0.mirror?.host } == [nil, "127.0.0.1:5002"])
    #expect(settings.registries.map(\.certificate) == [nil, "/project/ca.pem"])
  }

  @Test(arguments: [
    ("aws_key", SecretSetting.Source.environment("AWS_KEY")), ("org.aws_key", .environment("AWS_KEY")),
    ("account.token", .file("/project/secrets/token")), ("org.password", .value(ConcealedText("hunter2"))),
  ])
  func `a secret is found by its scope, or without one`(_ name: String, _ expected: SecretSetting.Source) throws {
    let settings = try everything()
    #expect(settings.secret(for: try ScopedReference(name))?.source == expected)
  }

  @Test func `a scoped secret does not answer for another scope`() throws {
    #expect(try everything().secret(for: try ScopedReference("token")) == nil)
  }

  @Test func `a secret's value prints as dots`() throws {
    var text = ""
    dump(try everything().secrets, to: &text)
    text += "\(try everything().secrets) \(String(reflecting: try everything().secrets))"
    #expect(!text.contains("hunter2"))
  }

  @Test(arguments: [
    ("http://127.0.0.1:5001", "127.0.0.1:5001", false), ("https://registry.example.com/", "registry.example.com", true),
  ])
  func `a registry's address has a scheme and a host`(_ text: String, _ host: String, _ isSecure: Bool) throws {
    let address = try RegistryAddress(text)
    #expect(address.host == host)
    #expect(address.isSecure == isSecure)
  }

  @Test(arguments: [
    "", "localhost", "ftp://a", "http://", "http://a:b", "http://a:70000", "http://a/b", "http://u@a", "http://a:1:2",
  ])
  func `anything else is no address`(_ text: String) {
    #expect(throws: RegistryAddress.ParseError.self) { try RegistryAddress(text) }
  }

  private func everything() throws -> Settings {
    let source = try SourceText(reading: Golden.fixtures.appending("Settings/everything.yaml"))
    return try #require(SettingsReader.read(source, directory: "/project").settings)
  }
}
