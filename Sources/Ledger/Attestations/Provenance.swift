package import Attestation
import Model

extension Statement {
  /// How an image was built: SLSA provenance, https://slsa.dev/spec/v1.0/provenance.
  ///
  /// It claims build level 1 and says why it is no more: the builder, the key and the one who asks all live on one machine.
  package init(provenanceOf build: ImageTrace.Build) {
    let (run, record) = (build.run, build.record)
    let origin = run.origin
    var dependencies: [Value] = [
      ["name": "pipeline", "uri": .string("file:" + origin.pipelineFile), "digest": origin.pipelineDigest.sha256]
    ]
    if let settings = origin.settingsDigest { dependencies.append(["name": "settings", "digest": settings.sha256]) }
    if let dockerfile = record.dockerfileDigest {
      dependencies.append(["name": "Dockerfile", "digest": dockerfile.sha256])
    }
    if let codebase = origin.codebase, let commit = codebase.commit {
      dependencies.append([
        "name": "codebase", "uri": .string("git+" + (codebase.remote ?? "file:" + codebase.directory)),
        "digest": ["gitCommit": .string(commit)],
      ])
    }
    for base in record.bases {
      dependencies.append([
        "name": "base image", "uri": .string("docker://\(base.reference)"), "digest": base.digest.sha256,
      ])
    }
    let byproducts: [Value] =
      record.archive.map { [["name": .string($0.path), "digest": $0.digest.sha256]] } ?? []
    self.init(
      subjects: record.subjects, predicateType: "https://slsa.dev/provenance/v1",
      predicate: [
        "buildDefinition": [
          "buildType": "urn:slipway:build-type:harness-ci-step:v1",
          "externalParameters": [
            "pipeline": .string(run.pipeline.description), "pipelineFile": .string(origin.pipelineFile),
            "step": .string(record.step.description), "inputs": .map(origin.inputs.mapValues(Value.string)),
            "references": .list(record.references.map { .string($0.description) }),
          ],
          "internalParameters": [
            "slsaBuildLevel": 1,
            "slsaBuildLevelReason":
              "Built and signed on the user's own machine: the provenance exists, but nothing keeps that user from forging it.",
            "sequenceId": .integer(run.sequenceID), "actor": .string(origin.actor),
            "uncommittedFiles": .list((origin.codebase?.changedFiles ?? []).map(Value.string)),
          ],
          "resolvedDependencies": .list(dependencies),
        ],
        "runDetails": [
          "builder": ["id": "urn:slipway:builder:local", "version": ["slipway": .string(origin.version)]],
          "metadata": [
            "invocationId": .string("urn:slipway:run:\(run.id)"), "startedOn": .string(run.startedAt.description),
            "finishedOn": .string(build.at.description),
          ],
          "byproducts": .list(byproducts),
        ],
      ])
  }
}

extension BuildRecord {
  /// The image under each of its names.
  fileprivate var subjects: [Statement.Subject] {
    let names = references.isEmpty ? ["image"] : references.map(\.description)
    return names.map { Statement.Subject(name: $0, digest: manifestDigest) }
  }
}

extension Digest {
  /// A digest set with one member.
  var sha256: Value { ["sha256": .string(hex)] }
}
