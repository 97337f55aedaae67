import GRDB
import Model

extension Run {
  func insert(into database: Database) throws {
    try database.insert(
      into: "run",
      [
        "id": id.description, "pipeline": pipeline.description, "pipeline_name": pipelineName,
        "sequence_id": sequenceID, "status": status.rawValue, "started_at": startedAt.milliseconds,
        "finished_at": finishedAt?.milliseconds, "message": message, "actor": origin.actor,
        "version": origin.version, "replay_of": origin.replayOf?.description, "pipeline_file": origin.pipelineFile,
        "pipeline_digest": origin.pipelineDigest.description, "settings_digest": origin.settingsDigest?.description,
        "pipeline_directory": origin.pipelineDirectory,
        "inputs": origin.inputsColumn.canonicalJSON,
        "codebase": origin.codebase.map { Value($0).canonicalJSON },
      ])
  }

  init(_ row: StoredRow) throws {
    let given = GivenToRun(try row.textsByName("inputs"))
    let origin = RunOrigin(
      pipelineFile: try row.text("pipeline_file"), pipelineDigest: try row.digest("pipeline_digest"),
      settingsDigest: try row.optionalDigest("settings_digest"),
      pipelineDirectory: try row.text("pipeline_directory"),
      codebase: try row.optionalJSON("codebase").map(CodebaseState.init), inputs: given.inputs,
      templates: given.templates, trigger: given.trigger,
      replayOf: try row.optionalRun("replay_of"), actor: try row.text("actor"), version: try row.text("version"))
    self.init(
      id: try row.run("id"), pipeline: try row.identifier("pipeline"), pipelineName: try row.text("pipeline_name"),
      sequenceID: Int(try row.integer("sequence_id")), status: try row.word("status"),
      startedAt: try row.timestamp("started_at"), finishedAt: try row.optionalTimestamp("finished_at"),
      origin: origin, message: try row.optionalText("message"))
  }

  static func fetch(_ id: ULID, from database: Database) throws -> Run? {
    try database.rows(of: "run", "SELECT * FROM run WHERE id = ?", [id.description], Run.init).first
  }

  static func exists(_ id: ULID, in database: Database) throws -> Bool {
    let statement = try database.cachedStatement(sql: "SELECT 1 FROM run WHERE id = ?")
    return try Int.fetchOne(statement, arguments: [id.description]) != nil
  }

  /// The same run, seen as this status.
  func seen(as status: Status) -> Run {
    Run(
      id: id, pipeline: pipeline, pipelineName: pipelineName, sequenceID: sequenceID, status: status,
      startedAt: startedAt, finishedAt: finishedAt, origin: origin, message: message)
  }
}

/// Everything that was given to a run shares one column: inputs by their paths, and beside them what no path can be.
private struct GivenToRun {
  static let triggerKey = "trigger"
  static let templatePrefix = "template "

  var inputs: [String: String] = [:]
  var templates: [String: Digest] = [:]
  var trigger: String?

  init(_ column: [String: String]) {
    for (key, text) in column {
      if key == Self.triggerKey {
        trigger = text
      } else if key.hasPrefix(Self.templatePrefix), let digest = try? Digest(text) {
        // What is no digest was not written by ``RunOrigin/inputsColumn``, and stays an input.
        templates[String(key.dropFirst(Self.templatePrefix.count))] = digest
      } else {
        inputs[key] = text
      }
    }
  }
}

extension RunOrigin {
  fileprivate var inputsColumn: Value {
    var column = inputs.mapValues(Value.string)
    for (file, digest) in templates { column[GivenToRun.templatePrefix + file] = .string(digest.description) }
    if let trigger { column[GivenToRun.triggerKey] = .string(trigger) }
    return .map(column)
  }
}

extension Value {
  fileprivate init(_ codebase: CodebaseState) {
    let fields: [String: Value] = [
      "directory": .string(codebase.directory), "commit": Value(codebase.commit), "branch": Value(codebase.branch),
      "remote": Value(codebase.remote), "commitDate": Value(codebase.commitDate.map(Int.init)),
      "commitMessage": Value(codebase.commitMessage), "authorName": Value(codebase.authorName),
      "authorEmail": Value(codebase.authorEmail), "changedFiles": .list(codebase.changedFiles.map(Value.string)),
      "tag": Value(codebase.tag), "targetBranch": Value(codebase.targetBranch),
      "baseCommit": Value(codebase.baseCommit),
      "snapshot": Value(codebase.snapshot?.description),
    ]
    self = .map(fields.filter { $0.value != .null })
  }
}

extension CodebaseState {
  fileprivate init(_ value: Value) throws {
    self.init(
      directory: value["directory"]?.string ?? "", commit: value["commit"]?.string, branch: value["branch"]?.string,
      remote: value["remote"]?.string, commitDate: (value["commitDate"]?.integer).map(Int64.init),
      commitMessage: value["commitMessage"]?.string, authorName: value["authorName"]?.string,
      authorEmail: value["authorEmail"]?.string,
      changedFiles: value["changedFiles"]?.list?.compactMap(\.string) ?? [], tag: value["tag"]?.string,
      targetBranch: value["targetBranch"]?.string, baseCommit: value["baseCommit"]?.string,
      snapshot: try value["snapshot"]?.string.map { try Digest($0) })
  }
}
