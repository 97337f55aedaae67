import ArgumentParser
import Engine
import Glibc
import Ledger
import Model
import OCI
import SystemPackage

struct ShellCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shell", abstract: "Look at a step of an earlier run from inside its environment.",
    discussion: """
      Opens a shell where a Run step had its command: its container or the machine itself, its variables, and its workspace as the step \
      left it, restored from the snapshot into a copy that is thrown away afterwards. With a command behind -- that one is run instead, \
      without a terminal, and its exit code passed on.
      Without a step, the one that failed.
      """)

  @Argument(help: ArgumentHelp("The run and the step: RUN, RUN/STEP or RUN/STAGE/STEP.", valueName: "run/step"))
  var selector: String

  @Flag(help: "The workspace as the step found it, not as it left it.")
  var before = false

  @OptionGroup var options: StateOptions

  @Argument(parsing: .postTerminator, help: ArgumentHelp("A command to run instead of a shell.", valueName: "command"))
  var command: [String] = []

  func run() async throws {
    let toolbox = options.toolbox(Surroundings.ofThisProcess())
    let terminal = Terminal.ofThisProcess()
    guard !command.isEmpty || isatty(STDIN_FILENO) == 1 else {
      throw CommandFailure(
        .usage,
        "a shell needs a terminal, and this process has none; give it a command: slipway shell \(selector) -- ls")
    }
    try toolbox.becomeRoot()
    let parts = selector.split(separator: "/", maxSplits: 1).map(String.init)
    let store = try toolbox.readLedger()
    let kept = try await KeptRun(parts.first ?? "", in: store, toolbox)
    let attempt = try attempt(parts.count > 1 ? parts[1] : nil, of: kept)
    guard let root = before ? attempt.workspaceBefore : attempt.workspaceAfter ?? attempt.workspaceBefore else {
      throw CommandFailure(
        .usage, "the run kept no snapshot of the workspace at '\(StepChoice.short(attempt.path))' (--snapshots step)")
    }
    let directory = toolbox.state.root.appending("tmp").appending(
      "shell-\(getpid())-\(toolbox.clock.now().milliseconds)")
    defer { FileTree.remove(directory) }
    do {
      let times = try toolbox.state.times(of: root, in: kept.lineage.reversed().map(\.run.id))
      try WorkspaceSnapshots(blobs: toolbox.blobs).restore(root, to: directory.appending("workspace"), times: times)
    } catch let error as SnapshotError {
      throw CommandFailure(.custodyRefused, "the workspace cannot be restored: \(error.message)")
    }
    terminal.talk(
      "\(StepChoice.short(attempt.path)), attempt \(attempt.number), workspace \(before ? "before" : "after") the step"
        + " (a copy of snapshot \(root.short))")
    let exit = try await enter(attempt, kept, try await kept.exports(in: store), directory, terminal)
    if command.isEmpty { return }
    guard exit.isSuccess else { throw ExitCode(Int32(exit.shellCode)) }
  }

  private func attempt(_ step: String?, of kept: KeptRun) throws -> Attempt {
    let attempts = kept.lineage.flatMap(\.attempts)
    if let step {
      let path = try StepChoice.path(step, among: Array(Set(attempts.map(\.path))).sorted())
      if let last = attempts.last(where: { $0.path == path }) { return last }
    }
    guard let failed = kept.history.attempts.last(where: { $0.status.isFinal && !$0.status.isPositive }) else {
      throw CommandFailure(
        .usage, "no step of run \(kept.run.pipeline)#\(kept.run.sequenceID) failed; name one: RUN/STEP")
    }
    return failed
  }

  private func enter(
    _ attempt: Attempt, _ kept: KeptRun, _ exports: RecordedExports, _ directory: FilePath, _ terminal: Terminal
  ) async throws -> ProcessExit {
    let workplace = try await kept.workplace()
    let plan = kept.plan(workplace.pipeline)
    guard plan[attempt.path] != nil else {
      throw CommandFailure(.usage, "step '\(StepChoice.short(attempt.path))' is not in the run's pipeline")
    }
    let session = RunSession(
      workplace: workplace, plan: plan, toolbox: kept.toolbox, terminal: terminal, isJSON: false, isLive: false)
    return try await session.enter(
      attempt, lineage: kept.lineage, exports: exports,
      workspace: Workspace(directory: directory.appending("workspace")),
      scratch: directory, command: command)
  }
}
