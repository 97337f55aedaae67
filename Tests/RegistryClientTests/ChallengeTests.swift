import Testing

@testable import RegistryClient

struct ChallengeTests {
  @Test func `a bearer challenge is read`() {
    let value =
      #"Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull,push""#
    let challenges = AuthenticationChallenge.parse([value])
    #expect(challenges.map(\.scheme) == ["bearer"])
    #expect(
      challenges.first?.parameters == [
        "realm": "https://auth.example/token", "service": "registry.example", "scope": "repository:a/b:pull,push",
      ])
  }

  @Test func `one header may hold several challenges`() {
    let challenges = AuthenticationChallenge.parse([#"Negotiate, Basic realm="a, \"b\"" , Bearer realm=x , service=y"#])
    #expect(challenges.map(\.scheme) == ["negotiate", "basic", "bearer"])
    #expect(challenges.dropFirst().first?.parameters == ["realm": #"a, "b""#])
    #expect(challenges.last?.parameters == ["realm": "x", "service": "y"])
  }

  @Test(arguments: ["", ",", "=", #"Bearer realm="never closed"#, #"realm="x""#, "\"\""])
  func `nonsense is read to its end`(value: String) {
    #expect(AuthenticationChallenge.parse([value]).allSatisfy { $0.parameters.isEmpty })
  }

  @Test func `scopes are merged by repository`() {
    let scopes = TokenScope.merged(
      [.push("b"), .pull("a"), .pull("b")] + TokenScope.parse("repository:a:push registry:x:*"))
    #expect(scopes.map(\.description) == ["repository:a:pull,push", "repository:b:pull,push"])
  }

  @Test func `a scope's repository may have a colon`() {
    #expect(TokenScope.parse("repository:host:5000/a:pull").first?.repository == "host:5000/a")
  }

  @Test func `a query is added to a URL that may have one`() {
    #expect("http://a/b".addingQuery([("x", "1 2")]) == "http://a/b?x=1%202")
    #expect("http://a/b?y=1".addingQuery([("x", "ü")]) == "http://a/b?y=1&x=%C3%BC")
    #expect("http://a/b?".addingQuery([("x", "/")]) == "http://a/b?x=%2F")
  }
}
