import Model
import Testing

struct ImageReferenceTests {
  @Test(arguments: [
    ("busybox", "docker.io/library/busybox:latest"),
    ("busybox:1.36", "docker.io/library/busybox:1.36"),
    ("index.docker.io/library/busybox", "docker.io/library/busybox:latest"),
    ("team/app:new-7", "docker.io/team/app:new-7"),
    ("localhost/app", "localhost/app:latest"),
    ("localhost:5000/app:1", "localhost:5000/app:1"),
    (
      "123456789012.dkr.ecr.us-east-1.amazonaws.com/test-image:new-1",
      "123456789012.dkr.ecr.us-east-1.amazonaws.com/test-image:new-1"
    ),
    ("ghcr.io/a/b__c.d-e--f:T_1.2", "ghcr.io/a/b__c.d-e--f:T_1.2"),
  ])
  func `short names are completed as Docker does`(_ written: String, _ whole: String) throws {
    #expect(try ImageReference(written).description == whole)
  }

  @Test func `a digest stands for itself, without a tag`() throws {
    let digest = "sha256:" + String(repeating: "ab", count: 32)
    let reference = try ImageReference("ghcr.io/a/b@" + digest)
    #expect(reference.tag == nil)
    #expect(reference.description == "ghcr.io/a/b@" + digest)
  }

  @Test(arguments: [
    "", "team/App", "a//b", "-a", "a-", "a/b:", "a:b c", "a@sha256:12", "a:b:c/d", "host:99999/a", "a..b", "a___b",
  ])
  func `what is no reference is refused`(_ written: String) {
    #expect(throws: ImageReference.ParseError.self) { try ImageReference(written) }
  }
}
