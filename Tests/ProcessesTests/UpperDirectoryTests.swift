import Engine
import FoundationEssentials
import Glibc
import Processes
import SystemPackage
import Testing

/// A container's upper directory becomes a layer: it may hold what the process changed, and nothing else.
@Suite(.enabled(if: BusyboxContainer.isUsable, BusyboxContainer.skipReason))
struct UpperDirectoryTests {
  private func upper(
    after script: String, mounts: [SandboxedProcess.Mount] = [], prepare: (BusyboxContainer) throws -> Void = { _ in }
  ) async throws -> [String] {
    try await withTemporaryDirectory { directory in
      let container = try BusyboxContainer(in: directory)
      try prepare(container)
      let before = try status(of: container.upper).st_mtim
      var process = container.script(script)
      process.mounts = mounts
      let result = try await run(process)
      #expect(result.exit.isSuccess, "\(result.text)")
      #expect(try tree(container.work).isEmpty)
      let entries = try tree(container.upper)
      if entries.isEmpty {
        let after = try status(of: container.upper).st_mtim
        #expect(after.tv_sec == before.tv_sec && after.tv_nsec == before.tv_nsec)
      }
      return entries
    }
  }

  private let mounts: [SandboxedProcess.Mount] = [
    .init(.temporary(sizeInBytes: nil), at: "/harness"),
    .init(.bind("/etc/passwd", isReadOnly: true), at: "/run/secrets/token"),
    .init(.temporary(sizeInBytes: nil), at: "/var/cache/a/b"),
  ]

  @Test func `a process that changes nothing leaves nothing`() async throws {
    #expect(try await upper(after: "true").isEmpty)
    #expect(try await upper(after: "true", mounts: mounts).isEmpty)
  }

  @Test func `what a process makes is there, and nothing else`() async throws {
    #expect(try await upper(after: "echo x > /made; mkdir -p /run/own", mounts: mounts) == ["made", "run", "run/own"])
  }

  @Test func `directories of the image do not appear because something was mounted below them`() async throws {
    let entries = try await upper(after: "true", mounts: mounts) { container in
      for name in ["etc", "run", "var/cache"] { try makeDirectory(container.lower.appending(name)) }
    }
    #expect(entries.isEmpty)
  }

  @Test func `a directory of the image whose mode changed does appear`() async throws {
    let entries = try await upper(after: "chmod 700 /etc", mounts: mounts) { container in
      try makeDirectory(container.lower.appending("etc"))
    }
    #expect(entries == ["etc"])
  }

  @Test func `a directory that was there before keeps its time`() async throws {
    try await withTemporaryDirectory { directory in
      let container = try BusyboxContainer(in: directory)
      let etc = container.upper.appending("etc")
      try makeDirectory(etc)
      var times = [timespec(tv_sec: 1_000_000_000, tv_nsec: 5), timespec(tv_sec: 1_000_000_000, tv_nsec: 5)]
      #expect(etc.withPlatformString { utimensat(AT_FDCWD, $0, &times, 0) } == 0)
      _ = try await run(container.script("true"))
      #expect(try tree(container.upper) == ["etc"])
      #expect(try status(of: etc).st_mtim.tv_sec == 1_000_000_000)
      #expect(try status(of: etc).st_mtim.tv_nsec == 5)
    }
  }

  @Test func `what a process removes is a whiteout`() async throws {
    try await withTemporaryDirectory { directory in
      let container = try BusyboxContainer(in: directory)
      try write("old", to: container.lower.appending("old"))
      _ = try await run(container.script("rm /old"))
      let whiteout = try status(of: container.upper.appending("old"))
      #expect(whiteout.st_mode & S_IFMT == S_IFCHR)
      #expect(whiteout.st_rdev == 0)
    }
  }

  @Test func `a removed file stays removed when something was mounted in its place`() async throws {
    try await withTemporaryDirectory { directory in
      let container = try BusyboxContainer(in: directory)
      try makeDirectory(container.lower.appending("etc"))
      try write("old", to: container.lower.appending("etc/hosts"))
      try makeDirectory(container.upper.appending("etc"))
      let removed = container.upper.appending("etc/hosts")
      #expect(removed.withPlatformString { mknod($0, S_IFCHR, 0) } == 0)
      #expect(try await run(container.script("grep -c '\tslipway$' /etc/hosts")).text == "1\n")
      #expect(try status(of: removed).st_mode & S_IFMT == S_IFCHR)
    }
  }

  @Test func `a link that leads nowhere is followed inside of the container`() async throws {
    let entries = try await upper(after: "cat /etc/resolv.conf > /dev/null; ls /run/systemd/resolve/stub > /dev/null") {
      container in
      try makeDirectory(container.lower.appending("etc"))
      try FileManager.default.createSymbolicLink(
        atPath: container.lower.appending("etc/resolv.conf").string, withDestinationPath: "/run/systemd/resolve/stub")
    }
    #expect(entries.isEmpty)
  }

  @Test(arguments: ["/link/inner", "/dots/inner", "/up/../../../inner"])
  func `a mount target cannot lead out of the container`(_ target: String) async throws {
    try await withTemporaryDirectory { directory in
      let container = try BusyboxContainer(in: directory)
      let outside = directory.appending("outside")
      try makeDirectory(outside)
      for (name, destination) in [("link", outside.string), ("dots", "../../../../../..\(outside)")] {
        try FileManager.default.createSymbolicLink(
          atPath: container.lower.appending(name).string, withDestinationPath: destination)
      }
      try makeDirectory(container.lower.appending("up"))
      var process = container.script("true")
      process.mounts = [.init(.temporary(sizeInBytes: nil), at: FilePath(target))]
      #expect(try await run(process).exit.isSuccess)
      #expect(try tree(outside).isEmpty)
      #expect(try tree(container.upper).isEmpty)
      #expect(!exists("/inner"))
    }
  }

  @Test func `links that a process plants lead the clean-up nowhere`() async throws {
    try await withTemporaryDirectory { directory in
      let container = try BusyboxContainer(in: directory)
      let outside = directory.appending("outside")
      try makeDirectory(outside)
      try write("", to: outside.appending("hosts"))
      // The upper directory itself, bound into the container, can be changed behind the overlay's back.
      var process = container.script("rm -r /upper/etc; ln -s \(outside) /upper/etc; true")
      process.mounts = [.init(.bind(container.upper, isReadOnly: false), at: "/upper")]
      _ = try await run(process)
      #expect(exists(outside.appending("hosts")))
    }
  }
}
