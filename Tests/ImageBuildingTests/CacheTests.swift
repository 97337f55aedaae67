import Engine
import Foundation
import Model
import OCI
import SystemPackage
import TestSupport
import Testing

struct CacheTests {
  let bench: Workbench
  static let dockerfile = """
    FROM busybox AS tools
    COPY lib /lib/
    FROM busybox
    WORKDIR /app
    COPY app.txt .
    COPY --from=tools /lib/x lib/
    ENV A=b
    """

  init() throws {
    bench = try Workbench()
    try bench.addBusybox()
    try bench.write("app", to: "app.txt")
    try bench.write("x", to: "lib/x")
  }

  func cachedSteps(_ image: BuiltImage) -> [Int] {
    image.steps.enumerated().filter { $0.element.hasSuffix(" (cached)") }.map { $0.offset + 1 }
  }

  @Test func `a second build does nothing again and gives the same image`() async throws {
    let first = try await bench.build(Self.dockerfile)
    #expect(cachedSteps(first) == [])
    let second = try await bench.build(Self.dockerfile)
    #expect(cachedSteps(second) == [2, 4, 5, 6])
    #expect(second.digest == first.digest)
    let again = try await bench.build(Self.dockerfile) { $0.ignoresCache = true }
    #expect(cachedSteps(again) == [])
    #expect(again.digest == first.digest)
  }

  @Test func `the same inputs give the same image in another directory, whatever the times and the umask`() async throws
  {
    let first = try await bench.build(Self.dockerfile)
    let other = try Workbench()
    try other.addBusybox()
    try other.write("x", to: "lib/x")
    try other.write("app", to: "app.txt")
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 86_400)], ofItemAtPath: other.context.appending("app.txt").string)
    let second = try await other.build(Self.dockerfile)
    #expect(second.digest == first.digest)
    #expect(try second.layer() == first.layer())
  }

  @Test func `a changed file is noticed, though its size and time are the same`() async throws {
    let first = try await bench.build(Self.dockerfile)
    let path = bench.context.appending("app.txt").string
    let date = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate]
    try bench.write("App", to: "app.txt")
    if let date { try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path) }
    let second = try await bench.build(Self.dockerfile)
    #expect(cachedSteps(second) == [2, 4])
    #expect(second.digest != first.digest)
    #expect(try second.files()["app/app.txt"]?.text == "App")
  }

  @Test func `a change that a later step does not see leaves it in the cache`() async throws {
    try bench.write("y", to: "lib/y")
    _ = try await bench.build(Self.dockerfile)
    try bench.write("changed", to: "lib/y")
    // The stage is another one, but of it only lib/x is copied.
    #expect(cachedSteps(try await bench.build(Self.dockerfile)) == [4, 5, 6])
  }

  @Test(arguments: [
    ("COPY app.txt /a", "COPY app.txt /b"), ("COPY app.txt /a", "COPY --chown=1 app.txt /a"),
    ("COPY app.txt /a", "COPY --chmod=600 app.txt /a"), ("COPY app.txt /a", "COPY lib/x /a"),
    ("COPY app.txt /a", "COPY app.txt /a/"), ("COPY lib /a", "COPY lib/x /a"),
    ("COPY <<e /a\n1\ne\n", "COPY <<e /a\n2\ne\n"),
  ])
  func `another instruction is another step`(one: String, other: String) async throws {
    let first = try await bench.build("FROM scratch\n\(one)\n")
    let second = try await bench.build("FROM scratch\n\(other)\n")
    #expect(cachedSteps(second) == [])
    #expect(try second.layer() != first.layer())
  }

  @Test func `a damaged cache only costs time`() async throws {
    let first = try await bench.build(Self.dockerfile)
    let directory = bench.directory("cache/layers")
    for (index, name) in try FileManager.default.contentsOfDirectory(atPath: directory.string).sorted().enumerated() {
      try write(index % 2 == 0 ? "" : "{\"layer\":", to: directory.appending(name))
    }
    try FileManager.default.removeItem(atPath: bench.directory("layers").string)
    let second = try await bench.build(Self.dockerfile)
    #expect(cachedSteps(second) == [])
    #expect(second.digest == first.digest)
  }

  @Test func `a layer that left the store is made again`() async throws {
    let first = try await bench.build(Self.dockerfile)
    let layer = try #require(try bench.store.manifest(of: first.image).layers.last)
    try bench.store.remove(layer.digest)
    let second = try await bench.build(Self.dockerfile)
    #expect(cachedSteps(second) == [2, 4, 5])
    #expect(second.digest == first.digest)
    try bench.store.verify(layer.digest)
  }

  @Test func `two builders share their directories at the same time`() async throws {
    let bench = bench
    let contexts = try (0..<4).map { _ in try Workbench(sharing: bench) }
    for other in contexts {
      try other.write("app", to: "app.txt")
      try other.write("x", to: "lib/x")
    }
    let digests = try await withThrowingTaskGroup(of: Digest.self) { group in
      for other in contexts { group.addTask { try await other.build(Self.dockerfile).digest } }
      return try await group.reduce(into: Set<Digest>()) { $0.insert($1) }
    }
    #expect(digests.count == 1)
  }

  @Test(.enabled(if: Workbench.canRun, "needs root, to mount, and a static busybox (busybox-static)"))
  func `a command runs again when something changes that it may see`() async throws {
    let dockerfile = """
      FROM busybox
      ARG VERSION=1
      COPY app.txt /
      RUN echo $VERSION $(cat /app.txt) > /seen
      """
    let first = try await bench.build(dockerfile)
    #expect(cachedSteps(try await bench.build(dockerfile)) == [3, 4])
    let argument = try await bench.build(dockerfile) { $0.buildArguments = ["VERSION": "2"] }
    #expect(cachedSteps(argument) == [3])
    #expect(try argument.files()["seen"]?.text == "2 app\n")
    let proxy = try await bench.build(dockerfile) { $0.buildArguments = ["http_proxy": "http://proxy"] }
    #expect(cachedSteps(proxy) == [3, 4])
    #expect(proxy.digest == first.digest)
    try bench.write("other", to: "app.txt")
    #expect(cachedSteps(try await bench.build(dockerfile)) == [])
    #expect(cachedSteps(try await bench.build(dockerfile + "\nRUN true\n")) == [3, 4])
  }

  @Test(.enabled(if: Workbench.canRun, "needs root, to mount, and a static busybox (busybox-static)"))
  func `a mounted file is something that a command may see`() async throws {
    let dockerfile = "FROM busybox\nRUN --mount=source=app.txt,target=/in cat /in > /out\n"
    _ = try await bench.build(dockerfile)
    #expect(cachedSteps(try await bench.build(dockerfile)) == [2])
    try bench.write("new", to: "app.txt")
    let changed = try await bench.build(dockerfile)
    #expect(cachedSteps(changed) == [])
    #expect(try changed.files()["out"]?.text == "new")
  }
}
