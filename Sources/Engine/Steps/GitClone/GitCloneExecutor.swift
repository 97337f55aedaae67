package import Model
import OCI
import SystemPackage

/// Where a repository is, and how its host lets somebody in.
package struct GitRemote: Hashable, Sendable {
  /// A URL, or a directory of this machine.
  package let location: String
  package let userName: String?
  package let password: String?

  package init(location: String, userName: String? = nil, password: String? = nil) {
    self.location = location
    self.userName = userName
    self.password = password
  }
}

/// `GitClone`: a further repository in the workspace, by this machine's git.
package struct GitCloneExecutor: StepExecutor {
  private let processes: StepProcesses
  private let locate: @Sendable (_ connector: String, _ repository: String?) throws -> GitRemote?

  /// - Parameter remote: what a connector and a repository name mean; nil when the connector is unknown or is none of git's.
  package init(
    _ processes: StepProcesses,
    remote: @escaping @Sendable (_ connector: String, _ repository: String?) throws -> GitRemote?
  ) {
    self.processes = processes
    locate = remote
  }

  package func handles(_ spec: StepSpec) -> Bool {
    if case .gitClone = spec { true } else { false }
  }

  package func execute(_ execution: StepExecution) async throws -> StepResult {
    guard case .gitClone(let step) = execution.step.spec else {
      preconditionFailure("a step that clones nothing came to its executor")
    }
    let evaluator = execution.evaluator
    let render = { (text: Text?) in try text.map(evaluator.render).flatMap { $0.isEmpty ? nil : $0 } }
    let clone = step.clone
    let name = try render(clone.repositoryName)
    let remote = try self.remote(of: try render(clone.connector), name)
    let directory = try render(clone.directory) ?? Self.directoryName(remote.location)
    let target = try execution.resolve(directory, setting: "cloneDirectory")
    let place = Self.seen(target, in: execution.workspace)
    try target.createDirectories()

    var environment = Self.credentials(remote)
    environment["GIT_TERMINAL_PROMPT"] = "0"
    if try evaluator.bool(clone.verifiesTLS, field: "sslVerify") == false { environment["GIT_SSL_NO_VERIFY"] = "true" }
    if try evaluator.bool(clone.fetchesLargeFiles, field: "lfs") != true { environment["GIT_LFS_SKIP_SMUDGE"] = "1" }
    let git = GitRun(processes: processes, execution: execution, environment: environment, place: place)

    try await git(["init", "--quiet", "--initial-branch=main"])
    try await git(["remote", "add", "origin", remote.location])
    if let command = try render(clone.preFetchCommand) { try await git.shell(command) }
    let sparse = try clone.sparseCheckout.map(evaluator.render)
    if !sparse.isEmpty { try await git(["sparse-checkout", "set"] + sparse) }
    let wanted = try Self.reference(clone.checkout, evaluator)
    var fetch = ["fetch"]
    // Harness's default for a manual build.
    let depth = try render(clone.depth) ?? "50"
    guard let count = Int(depth), count >= 0 else {
      throw StepFailure(.configuration, "depth must be a number, and is '\(depth)'")
    }
    if count > 0 { fetch += ["--depth", String(count)] }
    fetch.append(try evaluator.bool(clone.fetchesTags, field: "fetchTags") == true ? "--tags" : "--no-tags")
    try await git(fetch + ["origin", wanted.fetched])
    try await git(["checkout", "--quiet"] + wanted.checkout)
    let submodules = try clone.submodules.map { try evaluator.word($0, field: "submoduleStrategy") } ?? .no
    if submodules != .no {
      try await git(["submodule", "update", "--init"] + (submodules == .recursive ? ["--recursive"] : []))
    }
    try await git(["log", "-1", "--format=HEAD is now at %h %s"])
    return StepResult(.succeeded, outputs: try Self.fileOutputs(step, in: execution))
  }

  private func remote(of connector: String?, _ name: String?) throws -> GitRemote {
    guard let connector else {
      throw StepFailure(
        .configuration,
        "without a connector the repository '\(name ?? "")' is one of Harness Code's, which is not on this machine: add 'connectorRef'"
      )
    }
    guard let remote = try locate(connector, name) else {
      throw StepFailure(
        .configuration,
        "connectorRef: nothing here knows a git connector '\(connector)': define it in a file under connectors: in slipway.yaml"
      )
    }
    return remote
  }

  /// HTTP credentials as git's settings in the environment: a command line would show them.
  private static func credentials(_ remote: GitRemote) -> [String: String] {
    var settings: [(key: String, value: String)] = [("safe.directory", "*"), ("protocol.file.allow", "always")]
    if let password = remote.password, remote.location.hasPrefix("http") {
      let pair = Base64.encode(Array("\(remote.userName ?? "x-access-token"):\(password)".utf8))
      settings.append(("http.\(remote.location).extraHeader", "Authorization: Basic \(pair)"))
    }
    var environment = ["GIT_CONFIG_COUNT": String(settings.count)]
    for (index, setting) in settings.enumerated() {
      environment["GIT_CONFIG_KEY_\(index)"] = setting.key
      environment["GIT_CONFIG_VALUE_\(index)"] = setting.value
    }
    return environment
  }

  private static func reference(
    _ checkout: Checkout?, _ evaluator: StepEvaluator
  ) throws -> (fetched: String, checkout: [String]) {
    switch checkout {
    case .branch(let text):
      let branch = try evaluator.render(text)
      return ("+refs/heads/\(branch):refs/remotes/origin/\(branch)", ["-B", branch, "refs/remotes/origin/\(branch)"])
    case .tag(let text):
      let tag = try evaluator.render(text)
      return ("+refs/tags/\(tag):refs/tags/\(tag)", ["refs/tags/\(tag)"])
    case .pullRequest(let text): return ("refs/pull/\(try evaluator.render(text))/head", ["FETCH_HEAD"])
    case .commit(let text):
      let commit = try evaluator.render(text)
      guard commit.allSatisfy(\.isHexDigit), commit.count >= 4 else {
        throw StepFailure(.configuration, "build: '\(commit)' is no commit")
      }
      return (commit, ["FETCH_HEAD"])
    case nil: return ("HEAD", ["FETCH_HEAD"])
    case .open(let text):
      throw StepFailure(.configuration, "build has no value yet: it is '\(text.raw)'")
    }
  }

  private static func directoryName(_ location: String) -> String {
    let last = location.split(separator: "/").last.map(String.init) ?? "repository"
    return last.hasSuffix(".git") ? String(last.dropLast(4)) : last
  }

  private static func seen(_ path: FilePath, in workspace: Workspace) -> FilePath {
    Workspace.mountPoint.pushing(FilePath(workspace.relative(path)))
  }

  private static func fileOutputs(_ step: GitCloneStep, in execution: StepExecution) throws -> [String: String] {
    try step.outputFilePaths.reduce(into: [:]) { outputs, text in
      let written = try execution.evaluator.render(text)
      let path = try execution.resolve(written, setting: "outputFilePathsContent")
      guard let status = try? FileStatus(of: path), status.kind == .file else {
        throw StepFailure(.configuration, "outputFilePathsContent: there is no file '\(written)'")
      }
      let bytes = try FileReader.firstBytes(of: path, count: OutputFile.longestLine + 1)
      let value = String(decoding: bytes, as: UTF8.self)
      try OutputFile.checkLength(of: value, name: written)
      outputs[written] = value
    }
  }
}

/// Runs git in the clone's directory, on this machine.
private struct GitRun {
  let processes: StepProcesses
  let execution: StepExecution
  let environment: [String: String]
  let place: FilePath

  func callAsFunction(_ arguments: [String]) async throws {
    try await run(.program(["git", "-C", place.string] + arguments), what: "git \(arguments.first ?? "")")
  }

  func shell(_ command: String) async throws {
    try await run(.script(command, shell: .sh), what: "preFetchCommand")
  }

  private func run(_ command: StepProgram.Command, what: String) async throws {
    let exit = try await processes.run(StepProgram(command: command, settings: environment), for: execution)
    guard exit.isSuccess else {
      throw StepFailure(.unknown, "\(what) failed with code \(exit.shellCode)", exitCode: exit.shellCode)
    }
  }
}
