import Engine
import FoundationEssentials
import SystemPackage
import TestSupport
import Testing

/// A secret in eight forms, looked for in everything that a run leaves or shows.
@Suite(.enabled(if: Peer.isUsable("python3"), "python3 spells the secret"))
struct MaskingMatrixTests {
  private static let secret = "p@ss \"word\"/with+odd&chars"
  private static let lines = "-----BEGIN KEY-----\nQUJDREVGR0hJSktMTU5PUA\nMTIzNDU2Nzg5MGFiY2RlZg\n-----END KEY-----"

  /// Prints the secret from its environment in each form; in pieces with something awaited in between.
  private static let program = """
    import base64, json, os, sys, urllib.parse
    s = os.environ['S']
    m = os.environ['M']
    b = s.encode()
    print('plain', s)
    print('multi-line', m)
    for line in m.split(chr(10)): print('   indented', line)
    sys.stdout.write('split ' + s[:7]); sys.stdout.flush()
    open('between', 'w').close()
    sys.stdout.write(s[7:] + chr(10)); sys.stdout.flush()
    for n in range(3): print('base64', base64.b64encode(b'x' * n + b + b'yy').decode())
    print('base64url', base64.urlsafe_b64encode(b).decode())
    print('url', urllib.parse.quote(s, safe=''), urllib.parse.quote_plus(s))
    print('json', json.dumps(s))
    print('hex', b.hex(), b.hex().upper())
    # Over the borders of whatever chunks the pipe makes.
    for n in (4090, 8185, 65530): print('.' * n + s + '.')
    print('stderr', s, file=sys.stderr)
    print('end of it')
    """

  /// What must be nowhere: each is long enough to give the secret away.
  private static var needles: [String] {
    let bytes = Array(secret.utf8)
    let encoded = Data(bytes).base64EncodedString()
    return [
      secret, "p%40ss%20%22word", "p@ss \\\"word\\\"",
      bytes.map { String($0, radix: 16) }.joined().prefix(20).description,
      encoded.prefix(20).description,
      Data(Array("x".utf8) + bytes).base64EncodedString().dropFirst(4).prefix(20).description,
      Data(Array("xx".utf8) + bytes).base64EncodedString().dropFirst(4).prefix(20).description,
      "QUJDREVGR0hJSktMTU5PUA", "MTIzNDU2Nzg5MGFiY2RlZg",
    ]
  }

  @Test func `no form of a secret is in the terminal, the log, the JSON events, the ledger or an error`() async throws {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      try directory.appending("print.py").write(Self.program)
      try directory.appending("pipeline.yaml").write(
        """
        pipeline:
          identifier: masks
          name: masks
          stages:
            - stage:
                identifier: only
                name: only
                type: CI
                spec:
                  cloneCodebase: false
                  runtime: { type: Cloud, spec: {} }
                  execution:
                    steps:
                      - step:
                          type: Run
                          name: a
                          identifier: a
                          spec:
                            shell: Python
                            envVariables: { S: '<+secrets.getValue("account.s")>', M: '<+secrets.getValue("account.m")>' }
                            outputVariables: [{ name: S }]
                            command: exec(open('\(directory)/print.py').read())
                      - step:
                          type: Run
                          name: b
                          identifier: b
                          spec: { shell: Sh, image: '<+secrets.getValue("account.s")>', command: "true" }

        """)
      try directory.appending("s").write(Self.secret)
      try directory.appending("m").write(Self.lines)
      try directory.appending("slipway.yaml").write(
        "secrets:\n  account.s: { file: s }\n  account.m: { file: m }\n")
      let slipway = SlipwayProgram(in: directory)
      let plain = try await slipway("run", directory.appending("pipeline.yaml").string)
      #expect(plain.everything.contains("end of it"), "\(plain.everything)")
      #expect(plain.everything.contains("is no image reference"))
      #expect(plain.code == 1)
      let json = try await slipway("run", "--json", directory.appending("pipeline.yaml").string)
      let show = try await slipway("show", "last", "--json")
      let logs = try await slipway("logs", "last")
      let shown = [plain.everything, json.everything, show.everything, logs.everything]
      #expect(logs.everything.contains(Masker.mask))
      // Everything below the state directory: log files, the ledger, blobs; the workspace is the step's own.
      for needle in Self.needles {
        for text in shown { #expect(!text.contains(needle), "\(needle)") }
        let found = try await slipway.run([
          "grep", "-rlaF", "--exclude-dir=workspaces", "-e", needle, slipway.state.string,
        ])
        #expect(found.output == "", "\(needle) is in \(found.output)")
      }
    }
  }
}
