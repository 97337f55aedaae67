import Model
import Testing

@Suite struct ConnectorCatalogTests {
  @Test(arguments: [
    ("hub", "project"), ("project.hub", "project"), ("org.hub", "organization"), ("account.hub", "account"),
    ("local", "unscoped"), ("org.local", "unscoped"), ("account.local", "unscoped"),
    ("account.harnessImage", "Harness Docker Connector"), ("harnessImage", nil), ("account.only_project", nil),
    ("only_project", "only project"), ("nothing", nil), ("a.b.c", nil), ("", nil),
  ])
  func `a reference finds the connector of its scope`(_ reference: String, _ name: String?) throws {
    #expect(try catalog().connector(named: reference, organization: "o", project: "p")?.name == name)
  }

  @Test func `another project's connector is not found`() throws {
    #expect(try catalog().connector(named: "only_project", organization: "o", project: "q") == nil)
    #expect(try catalog().connector(named: "only_project")?.name == "only project")
  }

  @Test func `a file of one's own replaces what is built in`() throws {
    let own = try connector("harnessImage", "own", .account)
    #expect(ConnectorCatalog([own]).connector(named: "account.harnessImage")?.name == "own")
  }

  @Test func `a misspelt reference has a suggestion`() throws {
    #expect(try catalog().suggestion(for: "account.hubb") == "account.hub")
    #expect(try catalog().suggestion(for: "account.harnesImage") == "account.harnessImage")
  }

  private func catalog() throws -> ConnectorCatalog {
    ConnectorCatalog([
      try connector("hub", "account", .account), try connector("hub", "organization", .organization("o")),
      try connector("hub", "project", .project(organization: "o", project: "p")),
      try connector("local", "unscoped", .account),
      try connector("only_project", "only project", .project(organization: "o", project: "p")),
    ])
  }

  private func connector(_ identifier: String, _ name: String, _ scope: DefinitionScope) throws -> Connector {
    Connector(identifier: try Identifier(identifier), name: name, scope: scope, type: "Github", spec: .other)
  }
}

@Suite struct ScopedReferenceTests {
  @Test(arguments: [
    ("a", ScopedReference.Scope.project, "a"), ("project.a", .project, "a"), ("org.a", .organization, "org.a"),
    ("account.a", .account, "account.a"),
  ])
  func `a reference has a scope and an identifier`(
    _ text: String, _ scope: ScopedReference.Scope, _ description: String
  ) throws {
    let reference = try ScopedReference(text)
    #expect(reference.scope == scope)
    #expect(reference.identifier.description == "a")
    #expect(reference.description == description)
  }

  @Test(arguments: ["", ".", "a.", ".a", "team.a", "account.a.b", "account.a-b", "<+input>"])
  func `anything else is no reference`(_ text: String) {
    #expect(throws: ScopedReference.ParseError.self) { try ScopedReference(text) }
  }
}
