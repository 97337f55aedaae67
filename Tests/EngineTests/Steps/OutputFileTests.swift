import Model
import SystemPackage
import TestSupport
import Testing

@testable import Engine

@Suite struct OutputFileTests {
  @Test(arguments: [
    ("A=1", ["A": "1"]), ("A=1\nB=2\n", ["A": "1", "B": "2"]), ("A=1\r\nB=2\r\n", ["A": "1", "B": "2"]),
    ("A=1\nA=2", ["A": "2"]), ("", [:]), ("\n\n", [:]), ("no equals sign", [:]), ("# A=1\n  # B=2", [:]),
    ("export A=1", ["A": "1"]), ("  A = 1  ", ["A": "1"]), ("A=", ["A": ""]), ("=1", [:]), ("A=b=c", ["A": "b=c"]),
    (#"A="quoted value""#, ["A": "quoted value"]), ("A='single $x'", ["A": "single $x"]),
    (#"A="line\nbreak""#, ["A": "line\nbreak"]), (#"A='line\nbreak'"#, ["A": #"line\nbreak"#]),
    (#"A="a \"quote\" and \\""#, ["A": #"a "quote" and \"#]), (#"A=""#, ["A": "\""]), (#"A=""#, ["A": "\""]),
    (#"A="open"#, ["A": #""open"#]), ("A=ünï\u{2028}code\u{85}", ["A": "ünï\u{2028}code"]),
    (
      "digest=\"sha256:0123\"\nIMAGE_TAR_PATH=\"image.tar\"\n",
      ["digest": "sha256:0123", "IMAGE_TAR_PATH": "image.tar"]
    ),
  ])
  func `lines are read as Harness's executor reads them`(_ text: String, _ values: [String: String]) throws {
    #expect(try OutputFile.parse(text) == values)
  }

  @Test func `a line may have 64 KiB and no more`() throws {
    let longest = "A=" + String(repeating: "x", count: 65534)
    #expect(try OutputFile.parse(longest)["A"]?.count == 65534)
    let error = #expect(throws: StepFailure.self) { try OutputFile.parse("B=1\n" + longest + "x") }
    #expect(error?.message == "output variable length is more than 65536 bytes")
  }
}

@Suite struct StepScriptTests {
  private static func script(_ shell: RunStep.Shell, _ outputs: [RunStep.OutputVariable] = []) -> [String] {
    StepScript("echo hi", shell: shell, outputs: outputs, outputDirectory: "/tmp/engine/outputs").arguments
  }

  @Test(arguments: [
    (RunStep.Shell.sh, ["sh", "-c", "set -e\necho hi"]), (.bash, ["bash", "-c", "set -e\necho hi"]),
    (.python, ["python3", "-c", "echo hi"]),
    (.pwsh, ["pwsh", "-Command", "$ErrorActionPreference = 'Stop'\necho hi"]),
    (.powershell, ["powershell", "-Command", "$ErrorActionPreference = 'Stop'\necho hi"]),
  ])
  func `each shell is started as Harness starts it, and stops at the first failure`(
    _ shell: RunStep.Shell, _ arguments: [String]
  ) {
    #expect(Self.script(shell) == arguments)
  }

  @Test func `behind the command each output variable is written to a file of its own`() {
    let outputs = [RunStep.OutputVariable(name: "VERSION"), RunStep.OutputVariable(name: "tag", source: "TAG_NAME")]
    #expect(
      Self.script(.sh, outputs)[2] == """
        set -e
        echo hi
        printf '%s' "$VERSION" > '/tmp/engine/outputs/VERSION'
        printf '%s' "$TAG_NAME" > '/tmp/engine/outputs/tag'
        """)
    #expect(Self.script(.python, outputs)[2].contains("environ.get('TAG_NAME', '')"))
    #expect(Self.script(.pwsh, outputs)[2].contains("'/tmp/engine/outputs/tag', \"$Env:TAG_NAME\""))
  }
}
