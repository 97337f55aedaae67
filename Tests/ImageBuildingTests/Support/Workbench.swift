import Engine
import Foundation
import Glibc
import ImageBuilding
import Model
import OCI
import Processes
import Synchronization
import SystemPackage
import TestSupport

/// A builder with directories of its own, and a context to build from.
struct Workbench {
  let directory: TemporaryDirectory
  let context: FilePath
  let store: BlobStore
  let sources: TestImages
  let builder: EmbeddedImageBuilder

  /// Where all numbers of users are mapped to themselves, there is no namespace but the machine's own.
  static let isInUserNamespace: Bool = {
    let map = (try? String(contentsOfFile: "/proc/self/uid_map", encoding: .utf8)) ?? ""
    return map.split(separator: " ").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) } != [
      "0", "0", "4294967295",
    ]
  }()

  static let canRun = geteuid() == 0 && Peer.isUsable("busybox")

  init(sharing other: Workbench? = nil) throws {
    directory = try TemporaryDirectory()
    context = directory("context")
    let home = other?.directory ?? directory
    store = BlobStore(root: home("blobs"))
    sources = other?.sources ?? TestImages()
    let helper = SandboxHelper(
      besideExecutable: FilePath(try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")))
    builder = EmbeddedImageBuilder(
      store: store, sources: [sources], sandbox: ContainedSandbox(helper: helper), layerDirectory: home("layers"),
      cacheDirectory: home("cache"), usesUserAttributes: Self.isInUserNamespace)
    try FileManager.default.createDirectory(atPath: context.string, withIntermediateDirectories: true)
  }

  func write(_ text: String, to name: String, permissions: Int = 0o644) throws {
    try ImageBuildingTests.write(text, to: context.pushing(FilePath(name)), permissions: permissions)
  }

  /// - Parameter change: what the request has beyond the Dockerfile.
  func build(
    _ dockerfile: String, _ change: (inout ImageBuildRequest) -> Void = { _ in }
  ) async throws -> BuiltImage {
    try ImageBuildingTests.write(dockerfile, to: directory("Dockerfile"))
    var request = ImageBuildRequest(
      context: context, dockerfile: directory("Dockerfile"), dockerfileName: "Dockerfile",
      platform: Platform(os: "linux", architecture: "amd64"), sourceDate: 1_000_000_000)
    change(&request)
    let printed = Printed()
    do {
      let image = try await builder.build(request, output: printed.sink)
      return BuiltImage(image: image, store: store, output: printed.text)
    } catch let error as ImageBuildError {
      throw BuildFailure(error: error, output: printed.text)
    }
  }

  /// What goes wrong, as the error and what was printed before it.
  func failure(_ dockerfile: String, _ change: (inout ImageBuildRequest) -> Void = { _ in }) async throws
    -> BuildFailure?
  {
    do {
      _ = try await build(dockerfile, change)
      return nil
    } catch let failure as BuildFailure {
      return failure
    }
  }

  /// Makes an image `name` of a static busybox with users and a few of the traps that real images have.
  @discardableResult
  func addBusybox(_ name: String = "busybox", configure: (inout ImageConfiguration) -> Void = { _ in }) throws
    -> StoredImage
  {
    let writer = try LayerWriter(into: store, modificationTime: 0)
    let directory = { (path: String, mode: UInt16) in
      LayerEntry(path: FilePath(path), kind: .directory, permissions: mode)
    }
    let link = { (path: String, target: String) in
      LayerEntry(path: FilePath(path), kind: .symbolicLink(target: Array(target.utf8)), permissions: 0o777)
    }
    try writer.add(directory("bin", 0o755))
    if let busybox = Peer.path(of: "busybox") {
      let size = try FileStatus(of: busybox, followingLinks: true).size
      try writer.add(
        LayerEntry(path: "bin/busybox", kind: .file(size: size), permissions: 0o755), contents: .file(busybox))
    } else {
      // Only tests of RUN need the program itself.
      try writer.add(LayerEntry(path: "bin/busybox", kind: .file(size: 0), permissions: 0o755))
    }
    for applet in [
      "sh", "cat", "ls", "rm", "mkdir", "touch", "echo", "id", "stat", "env", "chmod", "chown", "ln", "mv", "test",
      "grep", "wc",
      "pwd", "sort", "head", "true", "false", "cp", "find", "ip",
    ] { try writer.add(link("bin/" + applet, "busybox")) }
    try writer.add(directory("etc", 0o755))
    for (path, text) in [
      ("etc/group", "root:x:0:\nstaff:x:50:app\napp:x:1001:\n"),
      ("etc/passwd", "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1001:App:/home/app:/bin/sh\n"),
    ] {
      try writer.add(
        LayerEntry(path: FilePath(path), kind: .file(size: Int64(text.utf8.count)), permissions: 0o644),
        contents: .bytes(Array(text.utf8)))
    }
    try writer.add(directory("run", 0o755))
    try writer.add(directory("tmp", 0o1777))
    try writer.add(directory("var", 0o755))
    try writer.add(link("var/run", "/run"))
    return try add(name, layers: [try writer.finish()], configure: configure)
  }

  @discardableResult
  func add(
    _ name: String, layers: [LayerBlob], configure: (inout ImageConfiguration) -> Void = { _ in }
  ) throws -> StoredImage {
    var configuration = ImageConfiguration(
      platform: Platform(os: "linux", architecture: "amd64"),
      config: .init(env: ["PATH=/bin", "BASE=yes"], cmd: ["/bin/sh"], labels: ["from": "base"]),
      diffIDs: layers.map(\.diffID), history: [.init(createdBy: "base")])
    configure(&configuration)
    let image = try store.put(configuration: configuration, layers: layers.map(\.descriptor))
    try sources.add(image, as: name)
    return image
  }
}

struct BuildFailure: Error {
  let error: ImageBuildError
  let output: String

  var code: ImageBuildError.Code { error.code }
  var message: String { error.message }
  var help: String { error.diagnostics.compactMap(\.help).joined(separator: "\n") }
  var notes: String { error.diagnostics.flatMap(\.notes).joined(separator: "\n") }
  var line: Int? { error.diagnostics.first?.span?.start.line }
}

/// Images by their full name.
final class TestImages: ImageSource {
  let name = "the test's images"
  private let images = Mutex<[String: StoredImage]>([:])

  func add(_ image: StoredImage, as name: String) throws {
    let reference = try ImageReference(name)
    images.withLock {
      $0[reference.description] = image
      $0[reference.name + "@" + image.digest.description] = image
    }
  }

  func fetch(_ reference: ImageReference, platform: Platform, output: OutputSink) async throws -> StoredImage? {
    images.withLock { $0[reference.description] }
  }
}

final class Printed: Sendable {
  private let bytes = Mutex<[UInt8]>([])

  var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
  var sink: OutputSink { OutputSink { chunk in self.bytes.withLock { $0 += chunk } } }
}
