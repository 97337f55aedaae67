import Testing

@testable import DockerfileSyntax

struct MountTests {
  private func mount(_ text: String, variables: [String: String] = [:]) throws -> RunMount {
    try MountRequest(text).resolved { (word) throws(DockerfileError) in
      try WordExpansion().word(word, variables: variables)
    }
  }

  @Test func `a mount without a type is a bind mount that is read only`() throws {
    #expect(
      try mount("target=/a,src=b,from=s")
        == .bind(.init(from: "s", source: "b", target: "/a", isReadOnly: true)))
    #expect(try mount("dst=/a,rw") == .bind(.init(from: nil, source: "", target: "/a", isReadOnly: false)))
  }

  @Test func `a cache is named after its target and shared`() throws {
    #expect(
      try mount("type=cache,target=$D/x/,uid=7,mode=0700", variables: ["D": "/c"])
        == .cache(
          .init(
            id: "/c/x", from: nil, source: "", target: "/c/x/", isReadOnly: false, sharing: .shared, mode: 0o700,
            userID: 7, groupID: 0)))
  }

  @Test func `a secret lies under run secrets unless it is only wanted as a variable`() throws {
    #expect(
      try mount("type=secret,id=a/b,required")
        == .secret(
          .init(
            id: "a/b", target: "/run/secrets/b", environmentVariable: nil, isRequired: true, mode: 0o400, userID: 0,
            groupID: 0)))
    #expect(
      try mount("type=secret,id=a,env=A")
        == .secret(
          .init(
            id: "a", target: nil, environmentVariable: "A", isRequired: false, mode: 0o400, userID: 0, groupID: 0)))
    #expect(
      try mount("required=true,target=/x/y,type=secret")
        == .secret(
          .init(
            id: "y", target: "/x/y", environmentVariable: nil, isRequired: true, mode: 0o400, userID: 0, groupID: 0)))
  }

  @Test func `tmpfs and ssh`() throws {
    #expect(try mount("type=tmpfs,target=/t,size=1.5m") == .tmpfs(.init(target: "/t", size: 1_572_864)))
    #expect(
      try mount("type=ssh")
        == .ssh(.init(id: "default", target: nil, isRequired: false, mode: 0o600, userID: 0, groupID: 0)))
  }

  @Test(
    arguments: [
      "type=cache", "type=disk,target=/a", "target=/a,size=1", "target=/a,mode=0700", "type=tmpfs,target=/a,size=1x",
      "type=secret", "type=secret,id=a,source=b", "type=secret,id=a,from=b", "target=/a,required", "target", "foo",
      "type=cache,target=/a,sharing=none", "type=cache,target=/a,mode=9", "target=/a,ro=maybe", "target=/a,env=X",
    ])
  func `a mount is refused`(text: String) throws {
    #expect(throws: DockerfileError.self) { try mount(text) }
  }

  @Test func `fields may be quoted`() {
    #expect(CommaSeparatedFields.split("a,\"b,\"\"c\",") == ["a", "b,\"c", ""])
    #expect(CommaSeparatedFields.split("\"a") == nil)
    #expect(CommaSeparatedFields.split("a\"b") == nil)
  }

  @Test(arguments: [("0", 0), ("10", 10), ("1k", 1024), ("2KiB", 2048), ("1MB", 1_048_576), ("1g", 1 << 30)])
  func `sizes`(text: String, bytes: Int64) {
    #expect(ByteCount.parse(text) == bytes)
  }
}
