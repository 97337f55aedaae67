import Engine
import Glibc
import SystemPackage

/// A control group of one process and all that it starts.
struct ControlGroup: Sendable {
  static let prefix = "slipway-"

  /// One, or one in each hierarchy. A process is in the group when its number is written into `cgroup.procs` of each.
  let directories: [FilePath]
  private let memory: (version: ControlGroups.Version, directory: FilePath)?

  /// - Throws: ``SandboxError``; nothing is left then.
  init(
    named name: String, in places: [ControlGroups.Controller: ControlGroups.Place], _ limits: SandboxedProcess.Limits
  ) throws(SandboxError) {
    var made: [FilePath] = []
    var memory: (ControlGroups.Version, FilePath)?
    do throws(Failure) {
      for place in Set(places.values) {
        let directory = place.directory.appending(name)
        if let error = ControlFile.makeDirectory(directory) { throw Failure(path: directory, error: error) }
        made.append(directory)
      }
      if let bytes = limits.memory, let place = places[.memory] {
        memory = (place.version, place.directory.appending(name))
        try Self.limitMemory(bytes, place.version, place.directory.appending(name))
      }
      if let processors = limits.processors, let place = places[.cpu] {
        try Self.limitProcessors(processors, place.version, place.directory.appending(name))
      }
    } catch {
      for directory in made { _ = ControlFile.removeDirectory(directory) }
      throw SandboxError(
        .limitRefused, "\(error.path) cannot be set: \(error.error). \(SandboxError.Code.limitRefused.wayOut ?? "")",
        cause: error.error)
    }
    directories = made
    self.memory = memory
  }

  private struct Failure: Error {
    let path: FilePath
    let error: Errno
  }

  private static func set(_ file: String, _ value: String, in directory: FilePath) throws(Failure) {
    let path = directory.appending(file)
    if let error = ControlFile.write(value, to: path) { throw Failure(path: path, error: error) }
  }

  private static func limitMemory(
    _ bytes: Int64, _ version: ControlGroups.Version, _ directory: FilePath
  ) throws(Failure) {
    switch version {
    case .unified:
      try set("memory.max", String(bytes), in: directory)
      // As Kubernetes has it: what does not fit is not swapped. Kernels without swap have no such file.
      _ = ControlFile.write("0", to: directory.appending("memory.swap.max"))
    case .legacy:
      try set("memory.limit_in_bytes", String(bytes), in: directory)
      _ = ControlFile.write(String(bytes), to: directory.appending("memory.memsw.limit_in_bytes"))
    }
  }

  /// - Parameter thousandths: of a processor.
  private static func limitProcessors(
    _ thousandths: Int64, _ version: ControlGroups.Version, _ directory: FilePath
  ) throws(Failure) {
    let period: Int64 = 100_000
    // The kernel's least is a millisecond.
    let quota = max(1000, thousandths * period / 1000)
    switch version {
    case .unified: try set("cpu.max", "\(quota) \(period)", in: directory)
    case .legacy:
      try set("cpu.cfs_period_us", String(period), in: directory)
      try set("cpu.cfs_quota_us", String(quota), in: directory)
    }
  }

  /// How many processes the kernel has killed because the group had no memory left.
  var outOfMemoryKills: Int {
    guard let memory else { return 0 }
    let file = memory.version == .unified ? "memory.events" : "memory.oom_control"
    let text = ControlFile.text(memory.directory.appending(file)) ?? ""
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 2, words[0] == "oom_kill" { return Int(words[1]) ?? 0 }
    }
    return 0
  }

  /// What the helper is told: it goes into the group itself before it starts anything, so that no child can escape the group by being
  /// quicker.
  var options: [String] { directories.flatMap { ["--control-group", $0.string] } }

  /// Removes the group, which no process is in any more.
  func remove() {
    for directory in directories {
      // The kernel may need a moment to let go of the last process.
      var attempts = 0
      while ControlFile.removeDirectory(directory) == .resourceBusy, attempts < 200 {
        attempts += 1
        poll(nil, 0, 5)
      }
    }
  }

  /// Removes the groups of processes that have been killed; the kernel removes none that is in use.
  static func removeAbandoned(in directory: FilePath) {
    for name in ControlFile.names(in: directory) where name.hasPrefix(prefix) {
      let owner = name.dropFirst(prefix.count).prefix { $0 != "-" }
      guard let process = pid_t(owner), kill(process, 0) != 0, errno == ESRCH else { continue }
      _ = ControlFile.removeDirectory(directory.appending(name))
    }
  }
}
