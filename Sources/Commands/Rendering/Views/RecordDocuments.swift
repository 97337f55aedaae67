import Engine
import Model

// The JSON form of what the ledger holds. The names of the fields are stable: scripts depend on them.

extension RunHistory {
  /// One object: the run's own fields, and `nodes`, `attempts`, `builds`, `scans`, `pushes`.
  var document: Value {
    guard case .map(var fields) = run.document else { return .null }
    fields["nodes"] = .list(nodes.map(\.document))
    fields["attempts"] = .list(attempts.map(\.document))
    fields["builds"] = .list(builds.map(\.document))
    fields["scans"] = .list(scans.map(\.document))
    fields["pushes"] = .list(pushes.map(\.document))
    return .map(fields)
  }
}

extension Run {
  var document: Value {
    [
      "id": .string(id.description), "pipeline": .string(pipeline.description), "pipelineName": .string(pipelineName),
      "sequenceId": .integer(sequenceID), "status": .string(status.rawValue),
      "startedAt": .string(startedAt.description), "finishedAt": Value(finishedAt?.description),
      "message": Value(message), "origin": origin.document,
    ]
  }
}

extension RunOrigin {
  var document: Value {
    [
      "pipelineFile": .string(pipelineFile), "pipelineDigest": .string(pipelineDigest.description),
      "pipelineDirectory": .string(pipelineDirectory), "settingsDigest": Value(settingsDigest?.description),
      "codebase": codebase?.document ?? .null, "inputs": .map(inputs.mapValues(Value.string)),
      "replayOf": Value(replayOf?.description), "actor": .string(actor), "version": .string(version),
    ]
  }
}

extension CodebaseState {
  var document: Value {
    [
      "directory": .string(directory), "commit": Value(commit), "branch": Value(branch), "tag": Value(tag),
      "targetBranch": Value(targetBranch), "baseCommit": Value(baseCommit), "remote": Value(remote),
      "commitDate": Value(commitDate.map { Timestamp(milliseconds: $0 * 1000).description }),
      "commitMessage": Value(commitMessage), "authorName": Value(authorName), "authorEmail": Value(authorEmail),
      "changedFiles": .list(changedFiles.map(Value.string)),
    ]
  }
}

extension RunNode {
  var document: Value {
    [
      "path": .string(path.description), "kind": .string(kind.rawValue), "name": .string(name), "type": .string(type),
      "status": .string(status.rawValue), "startedAt": Value(startedAt?.description),
      "finishedAt": Value(finishedAt?.description), "message": Value(message),
      "takenFrom": Value(takenFrom?.description),
    ]
  }
}

extension Attempt {
  var document: Value {
    [
      "path": .string(path.description), "number": .integer(number), "status": .string(status.rawValue),
      "startedAt": .string(startedAt.description), "finishedAt": Value(finishedAt?.description),
      "exitCode": Value(exitCode), "failure": Value(failure?.rawValue), "message": Value(message),
      "spec": resolvedSpec, "outputs": .map(outputs.mapValues(Value.string)), "logFile": .string(logFile),
      "logDigest": Value(logDigest?.description), "workspaceBefore": Value(workspaceBefore?.description),
      "workspaceAfter": Value(workspaceAfter?.description),
    ]
  }
}

extension BuildRecord {
  var document: Value {
    let archive: Value =
      self.archive.map {
        ["path": .string($0.path), "digest": .string($0.digest.description), "size": .integer(Int($0.size))]
      } ?? .null
    let layers = self.layers.map { layer -> Value in
      [
        "digest": .string(layer.digest.description), "diffId": .string(layer.diffID.description),
        "size": .integer(Int(layer.size)),
      ]
    }
    return [
      "step": .string(step.description), "manifestDigest": .string(manifestDigest.description),
      "configurationDigest": .string(configurationDigest.description), "layers": .list(layers), "archive": archive,
      "references": .list(references.map { .string($0.description) }),
      "dockerfileDigest": Value(dockerfileDigest?.description),
      "bases": .list(
        bases.map { ["reference": .string($0.reference.description), "digest": .string($0.digest.description)] }),
    ]
  }
}

extension ScanRecord {
  /// Without the packages and the findings themselves: `slipway findings --json` lists those.
  var document: Value {
    [
      "step": .string(step.description), "isPassed": .bool(isPassed), "scanner": report.scanner.document,
      "archiveDigest": .string(report.archiveDigest.description),
      "manifestDigest": .string(report.manifestDigest.description),
      "configurationDigest": .string(report.configurationDigest.description),
      "operatingSystem": Value(report.operatingSystem), "packageCount": .integer(report.packages.count),
      "counts": report.counts.document, "remarks": .list(report.remarks.map(Value.string)),
    ]
  }
}

extension ScanReport.ScannerIdentity {
  var document: Value {
    ["name": .string(name), "version": .string(version), "data": .list(data.map(Value.string))]
  }
}

extension SeverityCounts {
  /// Every severity, also those without findings.
  var document: Value {
    .map(Dictionary(uniqueKeysWithValues: Severity.allCases.map { ($0.rawValue, .integer(self[$0])) }))
  }
}

extension PushRecord {
  var document: Value {
    [
      "step": .string(step.description), "reference": .string(reference.description),
      "manifestDigest": .string(manifestDigest.description), "readBackDigest": .string(readBackDigest.description),
      "archiveDigest": Value(archiveDigest?.description), "destination": .string(destination),
      "at": .string(at.description),
    ]
  }
}

extension AuditEvent {
  var document: Value {
    .map(Dictionary(uniqueKeysWithValues: zip(AuditLogTable.fields, AuditLogTable([self]).records[0])))
  }
}
