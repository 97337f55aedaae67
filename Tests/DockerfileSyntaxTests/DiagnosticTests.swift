import Model
import Testing

@testable import DockerfileSyntax

struct DiagnosticTests {
  @Test func `every mistake of a file is reported with its line`() {
    let text = """
      FROM a AS 1st
      RNU x
      COPY --form=b x /
      COPY x
      ENV A
      RUN ["a", 1]
      SHELL bash
      RUN --network=moon --mount=typ=cache x
      HEALTHCHECK --interval=1 CMD x
      LABEL =x
      USER
      """
    #expect(
      complaints(text) == [
        "1: error: \"1st\" cannot be the name of a stage",
        "2: error: unknown instruction: RNU",
        "3: error: unknown flag: --form",
        "4: error: COPY needs a source and a destination",
        "5: error: ENV needs a name and a value",
        "6: error: the JSON array contains something that is no string",
        "7: error: SHELL takes its arguments as a JSON array",
        "8: error: unknown network mode \"moon\"",
        "9: error: invalid duration \"1\" of --interval",
        "10: error: LABEL has a value without a name",
        "11: error: USER needs one argument",
      ])
  }

  @Test(
    arguments: [
      ("FROM a\nFNTRYPOINT x", "did you mean ENTRYPOINT?"), ("FROM a\nCOPY --form=x a b", "did you mean --from?"),
      ("FROM a\nRUN --mont=x a", "did you mean --mount?"), ("FROM a\nRUN --mount=typ=x a", "did you mean type?"),
      ("FROM a\nRUN --mount=type=chache,target=/ a", "did you mean cache?"),
    ])
  func `a slip of the fingers gets a suggestion`(text: String, help: String) {
    #expect(Dockerfile.parse(text, file: "D").diagnostics.map(\.help) == [help])
  }

  @Test(
    arguments: [
      ("ENV --x A=b", "unknown flag: --x"), ("ARG --x A", "unknown flag: --x"),
      ("STOPSIGNAL --x 9", "unknown flag: --x"), ("COPY --link --link a b", "--link is given twice"),
      ("COPY --link=maybe a b", "--link must be true or false, not maybe"),
      ("COPY --link= a b", "--link needs a value"),
      ("COPY --chmod 777 a b", "--chmod needs a value"),
      ("HEALTHCHECK --x NONE", "unknown flag: --x"),
      ("RUN --mount=from=$S,target=/a x", "from cannot contain variables"),
      ("COPY a <<E\nE", "a heredoc cannot be the destination of COPY"),
      ("ONBUILD ONBUILD RUN x", "ONBUILD cannot follow ONBUILD"),
      ("ONBUILD FROM x", "FROM cannot be a trigger of ONBUILD"),
      ("VOLUME [\"\"]", "VOLUME has an empty path"), ("EXPOSE", "EXPOSE needs at least one"),
      ("ENV A=b c", "\"c\" is not of the form"), ("HEALTHCHECK CONNECT x", "HEALTHCHECK is followed by CMD or NONE"),
      ("HEALTHCHECK --retries=-1 CMD x", "--retries must be a number"), ("FROM", "FROM takes an image"),
    ])
  func `an instruction is refused`(text: String, message: String) {
    let (dockerfile, diagnostics) = Dockerfile.parse("FROM a\n" + text, file: "D")
    #expect(dockerfile == nil)
    #expect(diagnostics.count == 1)
    #expect(diagnostics.first?.message.hasPrefix(message) == true, "\(diagnostics)")
    #expect(diagnostics.first?.help != nil)
    #expect(diagnostics.first?.span?.start.line == 2)
  }

  @Test func `a flag is underlined where it stands`() {
    let span = Dockerfile.parse("FROM a\nCOPY \\\n  --form=x a b", file: "D").diagnostics.first?.span
    #expect(span?.start.line == 3 && span?.start.column == 3 && span?.end.column == 9)
    #expect(span?.start.offset == 16)
  }

  @Test func `nothing but ARG stands before FROM`() {
    #expect(complaints("ARG A\nRUN x\nRUN y\nFROM a") == ["2: error: RUN stands before the first FROM"])
    #expect(complaints("ARG A") == ["1: error: the file has no FROM, so there is nothing to build"])
  }

  @Test(
    arguments: [
      "RUN", "RUN --mount=type=cache x", "COPY --from=$A a b", "ONBUILD RNU x",
      "RUN --mount=type=secret,id=a,sharing=locked x",
    ])
  func `what only fails when the stage is built is a warning`(text: String) {
    let (dockerfile, diagnostics) = Dockerfile.parse("FROM a\n" + text, file: "D")
    #expect(dockerfile != nil)
    #expect(diagnostics.map(\.severity) == [.warning])
  }

  @Test func `ONBUILD that is nested without end is refused`() {
    let text = "FROM a\n" + String(repeating: "ONBUILD ", count: 8_000) + "RUN x"
    #expect(Dockerfile.parse(text, file: "D").diagnostics.map(\.message) == ["ONBUILD is nested too deeply"])
  }

  @Test func `a trigger of an image may not be FROM`() {
    #expect(Dockerfile.parseTrigger("FROM a", file: "image").instructions == nil)
    #expect(Dockerfile.parseTrigger("RUN a", file: "image").instructions?.count == 1)
  }
}
