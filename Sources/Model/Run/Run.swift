/// One execution of a pipeline, as the ledger holds it.
package struct Run: Hashable, Sendable {
  package let id: ULID
  package let pipeline: Identifier
  package let pipelineName: String
  /// Counts the runs of this pipeline in this state directory, from 1: `<+pipeline.sequenceId>`.
  package let sequenceID: Int
  package let status: Status
  package let startedAt: Timestamp
  package let finishedAt: Timestamp?
  package let origin: RunOrigin
  /// Why it ended as it did, when it did not simply succeed.
  package let message: String?

  package init(
    id: ULID, pipeline: Identifier, pipelineName: String, sequenceID: Int, status: Status, startedAt: Timestamp,
    finishedAt: Timestamp? = nil, origin: RunOrigin, message: String? = nil
  ) {
    self.id = id
    self.pipeline = pipeline
    self.pipelineName = pipelineName
    self.sequenceID = sequenceID
    self.status = status
    self.startedAt = startedAt
    self.finishedAt = finishedAt
    self.origin = origin
    self.message = message
  }
}

/// Where a run came from: enough to replay it after the checkout is gone.
package struct RunOrigin: Hashable, Sendable {
  /// The pipeline file's path as the user wrote it.
  package let pipelineFile: String
  /// The file's bytes, in the blob store.
  package let pipelineDigest: Digest
  /// The settings file's bytes, likewise; nil when there was none.
  package let settingsDigest: Digest?
  /// The directories that relative paths were resolved against, absolute.
  package let pipelineDirectory: String
  package let codebase: CodebaseState?
  /// Values given for runtime inputs and variables, by path, each as `--input` takes it: `pipeline.variables.region`.
  package let inputs: [String: String]
  /// The templates that the pipeline uses, by file: their bytes in the blob store.
  package let templates: [String: Digest]
  /// `trigger.*` as JSON, where somebody gave it.
  package let trigger: String?
  /// The run that this one replays.
  package let replayOf: ULID?
  /// Who started it: the operating system's user name.
  package let actor: String
  /// Slipway's own version.
  package let version: String

  package init(
    pipelineFile: String, pipelineDigest: Digest, settingsDigest: Digest? = nil, pipelineDirectory: String,
    codebase: CodebaseState? = nil, inputs: [String: String] = [:], templates: [String: Digest] = [:],
    trigger: String? = nil, replayOf: ULID? = nil, actor: String, version: String
  ) {
    self.pipelineFile = pipelineFile
    self.pipelineDigest = pipelineDigest
    self.settingsDigest = settingsDigest
    self.pipelineDirectory = pipelineDirectory
    self.codebase = codebase
    self.inputs = inputs
    self.templates = templates
    self.trigger = trigger
    self.replayOf = replayOf
    self.actor = actor
    self.version = version
  }
}

/// The state of the codebase that a run was made from.
package struct CodebaseState: Hashable, Sendable {
  /// Absolute path of the directory.
  package let directory: String
  /// Full commit hash; nil outside of a git repository.
  package let commit: String?
  package let branch: String?
  /// A tag that names the very commit.
  package let tag: String?
  /// The remote's own branch, which a pull request would go into, and the commit at which this one left it.
  package let targetBranch: String?
  package let baseCommit: String?
  package let remote: String?
  /// The commit's time, seconds since 1970: what builds date their files with.
  package let commitDate: Int64?
  package let commitMessage: String?
  package let authorName: String?
  package let authorEmail: String?
  /// Files that differ from the commit, or are not in it: they are part of the run.
  package let changedFiles: [String]
  /// The root of the snapshot that every stage of the run starts from; nil when none was taken.
  package let snapshot: Digest?

  package init(
    directory: String, commit: String? = nil, branch: String? = nil, remote: String? = nil, commitDate: Int64? = nil,
    commitMessage: String? = nil, authorName: String? = nil, authorEmail: String? = nil, changedFiles: [String] = [],
    tag: String? = nil, targetBranch: String? = nil, baseCommit: String? = nil, snapshot: Digest? = nil
  ) {
    self.directory = directory
    self.commit = commit
    self.branch = branch
    self.tag = tag
    self.targetBranch = targetBranch
    self.baseCommit = baseCommit
    self.remote = remote
    self.commitDate = commitDate
    self.commitMessage = commitMessage
    self.authorName = authorName
    self.authorEmail = authorEmail
    self.changedFiles = changedFiles
    self.snapshot = snapshot
  }

  /// The same state, with the snapshot that was taken of it.
  package func with(snapshot: Digest?) -> CodebaseState {
    CodebaseState(
      directory: directory, commit: commit, branch: branch, remote: remote, commitDate: commitDate,
      commitMessage: commitMessage, authorName: authorName, authorEmail: authorEmail, changedFiles: changedFiles,
      tag: tag, targetBranch: targetBranch, baseCommit: baseCommit, snapshot: snapshot)
  }
}
