import FoundationEssentials
import SystemPackage
import TestSupport
import Testing

/// Attestations of the seed pipeline's image, judged by in-toto's own libraries.
@Suite(.enabled(if: AttestationPeers.isUsable, "needs securesystemslib and in-toto-attestation from .ci/setup"))
struct AttestationPeerTests {

  private static let judge = """
    import json, sys
    from cryptography.hazmat.primitives.serialization import load_pem_public_key
    from google.protobuf import json_format
    from in_toto_attestation.v1.statement import Statement
    from in_toto_attestation.v1.statement_pb2 import Statement as StatementMessage
    from in_toto_attestation.predicates.provenance.v1.provenance_pb2 import Provenance
    from securesystemslib.dsse import Envelope
    from securesystemslib.signer import SSlibKey
    key = SSlibKey.from_crypto(load_pem_public_key(open(sys.argv[1], "rb").read()))
    count = 0
    for line in open(sys.argv[2]):
        envelope = Envelope.from_dict(json.loads(line))
        assert envelope.payload_type == "application/vnd.in-toto+json"
        envelope.verify([key], 1)
        payload = json.loads(envelope.payload)
        statement = json_format.ParseDict(payload, StatementMessage())
        Statement.copy_from_pb(statement).validate()
        if statement.predicate_type == "https://slsa.dev/provenance/v1":
            provenance = json_format.ParseDict(payload["predicate"], Provenance())
            assert provenance.run_details.builder.id and provenance.build_definition.build_type
            assert provenance.build_definition.resolved_dependencies
        count += 1
    print(count)
    """

  @Test func `signatures, statements and provenance are what in-toto reads`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let run = try await slipway("run", SlipwayProgram.seedPipeline)
      try #require(run.code == 0, "\(run.everything)")
      let (key, lines, script) = (
        directory.appending("key.pem"), directory.appending("lines"), directory.appending("judge.py")
      )
      try key.write(try await slipway("audit", "key", "--pem").output)
      try script.write(Self.judge)
      for format in ["provenance", "vulnerabilities", "sbom"] {
        let export = try await slipway("audit", "export", "--format", format, "test-image")
        #expect(export.code == 0, "\(export.everything)")
        try lines.write(export.output)
        let verdict = try await slipway.run([
          "env", "PYTHONPATH=" + Repository.root.appending(".build-peers/attestation").string,
          AttestationPeers.python.string,
          script.string, key.string, lines.string,
        ])
        #expect(verdict.output == "1\n", "\(format): \(verdict.everything)")
      }
      // A single altered bit is noticed by them too.
      try lines.write(try lines.readText().replacing("\"payload\":\"e", with: "\"payload\":\"f"))
      let altered = try await slipway.run([
        "env", "PYTHONPATH=" + Repository.root.appending(".build-peers/attestation").string,
        AttestationPeers.python.string,
        script.string, key.string, lines.string,
      ])
      #expect(altered.code != 0)
    }
  }
}

private enum AttestationPeers {
  static let python = Repository.root.appending(".build-peers/bin/python")

  /// Where they are missing the tests name themselves as skipped, except in CI.
  static var isUsable: Bool {
    ProcessInfo.processInfo.environment["CI"] != nil
      || FileManager.default.fileExists(atPath: Repository.root.appending(".build-peers/attestation").string)
  }
}
