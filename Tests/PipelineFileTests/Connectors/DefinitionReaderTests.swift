import Model
import PipelineFile
import Testing

@Suite struct DefinitionReaderTests {
  @Test func `an AWS connector with keys and a role in another account`() throws {
    let connector = try connector(
      """
      connector:
        name: AWS
        identifier: aws
        orgIdentifier: o
        projectIdentifier: p
        type: Aws
        spec:
          credential:
            type: ManualConfig
            spec: {accessKeyRef: account.key, secretKeyRef: org.secret}
            crossAccountAccess: {crossAccountRoleArn: "arn:aws:iam::123456789012:role/r", externalId: e}
            region: us-east-1
          delegateSelectors: [d]
      """)
    #expect(connector.identifier.description == "aws")
    #expect(connector.scope == .project(organization: "o", project: "p"))
    #expect(connector.kind == .aws)
    guard case .aws(let aws) = connector.spec, case .manual(let accessKey, let secretKey) = aws.access else {
      Issue.record("\(connector.spec)")
      return
    }
    #expect(accessKey == .secret(try ScopedReference("account.key")))
    #expect(secretKey == (try ScopedReference("org.secret")))
    #expect(aws.region?.raw == "us-east-1")
    #expect(aws.crossAccountAccess?.role.raw == "arn:aws:iam::123456789012:role/r")
    #expect(aws.crossAccountAccess?.externalIdentifier?.raw == "e")
  }

  @Test(arguments: [
    ("InheritFromDelegate", AWSConnector.Access.inheritFromDelegate), ("Irsa", .irsa), ("OidcAuthentication", .oidc),
  ])
  func `an AWS connector without keys`(_ type: String, _ access: AWSConnector.Access) throws {
    let connector = try connector(
      "connector: {name: a, identifier: a, type: Aws, spec: {credential: {type: \(type)}}}")
    #expect(connector.spec == .aws(AWSConnector(access: access)))
  }

  @Test func `a git connector says by one key how it is spoken to and by another how far it reaches`() throws {
    let connector = try connector(
      """
      connector:
        name: g
        identifier: g
        type: Git
        spec: {url: "https://git.example/team", type: Http, connectionType: Account, spec: {username: me, passwordRef: account.pw}}
      """)
    guard case .git(let git) = connector.spec else {
      Issue.record("\(connector.spec)")
      return
    }
    #expect(git.reach == .account)
    #expect(git.userName != nil)
    #expect(git.password == (try ScopedReference("account.pw")))
    let github = try self.connector(
      "connector: {name: g, identifier: g, type: Github, spec: {url: u, type: Account, authentication: {type: Http, spec: {type: UsernameToken, spec: {username: me, tokenRef: t}}}}}"
    )
    guard case .git(let other) = github.spec else {
      Issue.record("\(github.spec)")
      return
    }
    #expect(other.reach == .account)
    #expect(other.password == (try ScopedReference("t")))
  }

  @Test func `a Docker registry with a login`() throws {
    let connector = try connector(
      """
      connector:
        name: Hub
        identifier: hub
        orgIdentifier: o
        type: DockerRegistry
        spec:
          dockerRegistryUrl: https://index.docker.io/v2/
          providerType: DockerHub
          auth: {type: UsernamePassword, spec: {username: me, passwordRef: account.password}}
      """)
    #expect(connector.scope == .organization("o"))
    guard case .dockerRegistry(let registry) = connector.spec,
      case .usernamePassword(.plain(let username), let password) = registry.access
    else {
      Issue.record("\(connector.spec)")
      return
    }
    #expect(registry.url.raw == "https://index.docker.io/v2/")
    #expect(registry.provider == .dockerHub)
    #expect(username.raw == "me")
    #expect(password == (try ScopedReference("account.password")))
  }

  @Test func `any other connector is known by its type`() throws {
    let connector = try connector("connector: {name: a, identifier: a, type: HttpHelmRepo, spec: {helmRepoUrl: x}}")
    #expect(connector.kind == .other)
    #expect(connector.type == "HttpHelmRepo")
    #expect(connector.spec == .other)
    #expect(connector.scope == .account)
  }

  @Test func `secrets are definitions, and an inline value is concealed`() throws {
    let inline = try secret("{type: SecretText, name: a, identifier: a, spec: {valueType: Inline, value: hunter2}}")
    #expect(inline.value?.revealed == "hunter2")
    #expect(inline.reference == nil)
    #expect(!"\(inline)".contains("hunter2"))
    let reference = try secret(
      "{type: SecretText, name: a, identifier: a, spec: {secretManagerIdentifier: vault, valueType: Reference, value: path#key}}"
    )
    #expect(reference.value == nil)
    #expect(reference.reference == "path#key")
    #expect(reference.manager == "vault")
    let key = try secret("{type: SSHKey, name: a, identifier: a, spec: {port: 22}}")
    #expect(key.kind == .sshKey)
    #expect(key.value == nil)
  }

  private func connector(_ text: String) throws -> Connector {
    guard case .connector(let connector)? = try definition(text) else { throw WrongKind() }
    return connector
  }

  private func secret(_ body: String) throws -> SecretDefinition {
    guard case .secret(let secret)? = try definition("secret: " + body) else { throw WrongKind() }
    return secret
  }

  private func definition(_ text: String) throws -> DefinitionReader.Definition? {
    let (definition, diagnostics) = DefinitionReader.read(SourceText(file: "f", text: text))
    #expect(diagnostics == [])
    return definition
  }

  private struct WrongKind: Error {}
}
