package import Model

/// What the codes of Dockerfiles mean.
package enum DockerfileExplanations {
  /// `SW15xx`.
  package static let all: [DiagnosticExplanation] = [
    DiagnosticExplanation(
      .unknownInstruction, "unknown-instruction", .error,
      "there is no such instruction",
      reason: """
        The first word of a line is an instruction such as RUN or COPY. A line that goes on in the next one ends \
        with a backslash; without it the next line is read as an instruction.
        """,
      wrong: .init(
        .dockerfile,
        """
        FROM debian:12
        RNU make
        """),
      right: .init(
        .dockerfile,
        """
        FROM debian:12
        RUN make
        """)),
    DiagnosticExplanation(
      .unknownFlag, "unknown-flag", .error,
      "an instruction has no such flag",
      reason: """
        Flags stand between the instruction and its arguments: COPY --from=build. What is near in spelling is \
        suggested.
        """,
      wrong: .init(
        .dockerfile,
        """
        FROM debian:12
        COPY --form=build a b
        """),
      right: .init(
        .dockerfile,
        """
        FROM debian:12
        COPY --from=build a b
        """)),
    DiagnosticExplanation(
      .invalidFlag, "invalid-flag", .error,
      "a flag has a value that it cannot have",
      reason: """
        A switch is true or false, a flag with a value needs one, and each flag is given once.
        """,
      wrong: .init(
        .dockerfile,
        """
        FROM debian:12
        COPY --link=maybe a b
        """),
      right: .init(
        .dockerfile,
        """
        FROM debian:12
        COPY --link=true a b
        """)),
    DiagnosticExplanation(
      .wrongArguments, "wrong-arguments-of-instruction", .error,
      "an instruction has the wrong arguments",
      reason: """
        Too few, too many, or not of the form that the instruction takes, such as NAME=value for ENV.
        """,
      wrong: .init(
        .dockerfile,
        """
        FROM debian:12
        COPY a
        """),
      right: .init(
        .dockerfile,
        """
        FROM debian:12
        COPY a b
        """)),
    DiagnosticExplanation(
      .invalidJSONForm, "invalid-json-form", .error,
      "an argument list in brackets is no JSON",
      reason: """
        ["command", "argument"] is JSON: double quotes, commas between, strings only. SHELL takes nothing else.
        """,
      wrong: .init(
        .dockerfile,
        """
        FROM debian:12
        RUN ["make", 1]
        """),
      right: .init(
        .dockerfile,
        """
        FROM debian:12
        RUN ["make", "1"]
        """)),
    DiagnosticExplanation(
      .invalidHeredoc, "invalid-heredoc", .error,
      "a here-document cannot stand there, or has no end",
      reason: """
        <<END takes the following lines up to one that is END alone. COPY and ADD take it as a source, never as the \
        destination.
        """,
      wrong: .init(
        .dockerfile,
        """
        FROM debian:12
        RUN <<END
        make
        """),
      right: .init(
        .dockerfile,
        """
        FROM debian:12
        RUN <<END
        make
        END
        """)),
    DiagnosticExplanation(
      .lineTooLong, "line-too-long", .error,
      "a line is too long",
      reason: """
        The reference parser reads lines up to 64 KiB. Longer ones are data: put them into a file, and copy it.
        """,
      wrong: .init(
        .sketch,
        """
        RUN echo and a hundred thousand characters
        """),
      right: .init(
        .sketch,
        """
        COPY data /data
        """)),
    DiagnosticExplanation(
      .emptyDockerfile, "empty-dockerfile", .error,
      "the Dockerfile has no instruction",
      reason: """
        It is empty, or all of it is comments.
        """,
      wrong: .init(
        .dockerfile,
        """
        # nothing yet
        """),
      right: .init(
        .dockerfile,
        """
        FROM debian:12
        """)),
    DiagnosticExplanation(
      .noBuildStage, "no-build-stage", .error,
      "an instruction belongs to no build stage",
      reason: """
        Everything but ARG stands after a FROM, and without a FROM there is nothing to build.
        """,
      wrong: .init(
        .dockerfile,
        """
        RUN make
        FROM debian:12
        """),
      right: .init(
        .dockerfile,
        """
        FROM debian:12
        RUN make
        """)),
    DiagnosticExplanation(
      .invalidDirective, "invalid-directive", .error,
      "a parser directive cannot be read",
      reason: """
        Directives such as # escape=` stand at the very top, each once, and escape is a backslash or a backquote.
        """,
      wrong: .init(
        .dockerfile,
        """
        # escape=x
        FROM debian:12
        """),
      right: .init(
        .dockerfile,
        """
        # escape=`
        FROM debian:12
        """)),
    DiagnosticExplanation(
      .invalidStageName, "invalid-stage-name", .error,
      "a build stage has an impossible name",
      reason: """
        The name behind AS starts with a lower-case letter and goes on with lower-case letters, digits, '_', '-' and \
        '.'.
        """,
      wrong: .init(
        .dockerfile,
        """
        FROM debian:12 AS 1st
        """),
      right: .init(
        .dockerfile,
        """
        FROM debian:12 AS first
        """)),
    DiagnosticExplanation(
      .invalidMount, "invalid-mount", .error,
      "a mount of RUN cannot be read",
      reason: """
        --mount is a list of key=value: type=cache,target=/root/.cache. Each type has keys of its own.
        """,
      wrong: .init(
        .dockerfile,
        """
        FROM debian:12
        RUN --mount=typ=cache make
        """),
      right: .init(
        .dockerfile,
        """
        FROM debian:12
        RUN --mount=type=cache,target=/c make
        """)),
    DiagnosticExplanation(
      .emptyContinuationLine, "empty-continuation-line", .warning,
      "an empty line stands within an instruction",
      reason: """
        After a line that ends with a backslash an empty one is passed over. Builders warn of it, and one day will \
        not take it.
        """,
      wrong: .init(
        .dockerfile,
        #"""
        FROM debian:12
        RUN make \

          install
        """#),
      right: .init(
        .dockerfile,
        #"""
        FROM debian:12
        RUN make \
          install
        """#)),
    DiagnosticExplanation(
      .invalidTrigger, "invalid-trigger", .error,
      "ONBUILD is followed by what cannot be a trigger",
      reason: """
        ONBUILD stores an instruction for images built on this one; FROM, MAINTAINER and ONBUILD cannot be stored.
        """,
      wrong: .init(
        .dockerfile,
        """
        FROM debian:12
        ONBUILD FROM x
        """),
      right: .init(
        .dockerfile,
        """
        FROM debian:12
        ONBUILD RUN make
        """)),
    DiagnosticExplanation(
      .invalidHealthcheck, "invalid-healthcheck", .error,
      "a health check cannot be read",
      reason: """
        HEALTHCHECK is followed by CMD and a command, or by NONE, and its flags take a duration such as 30s, or a \
        number of tries.
        """,
      wrong: .init(
        .dockerfile,
        """
        FROM debian:12
        HEALTHCHECK --interval=1 CMD true
        """),
      right: .init(
        .dockerfile,
        """
        FROM debian:12
        HEALTHCHECK --interval=1s CMD true
        """)),
    DiagnosticExplanation(
      .variableInReference, "variable-in-reference", .warning,
      "a variable stands where builders expand none",
      reason: """
        COPY --from names a stage or an image as it is: a variable in it is not expanded, and the build will fail \
        there.
        """,
      wrong: .init(
        .dockerfile,
        """
        FROM debian:12 AS a
        FROM a
        COPY --from=$A a b
        """),
      right: .init(
        .dockerfile,
        """
        FROM debian:12 AS a
        FROM a
        COPY --from=a a b
        """)),
    DiagnosticExplanation(
      .emptyCommand, "empty-command", .warning,
      "RUN has no command",
      reason: """
        The instruction says nothing to run, and the build will fail there.
        """,
      wrong: .init(
        .dockerfile,
        """
        FROM debian:12
        RUN
        """),
      right: .init(
        .dockerfile,
        """
        FROM debian:12
        RUN make
        """)),
    DiagnosticExplanation(
      .invalidIgnorePattern, "invalid-ignore-pattern", .error,
      "a pattern of .dockerignore cannot be read",
      reason: """
        A bracket that is opened in a pattern has to be closed.
        """,
      wrong: .init(
        .sketch,
        """
        src/[a-z
        """),
      right: .init(
        .sketch,
        """
        src/[a-z]*
        """)),
  ]
}
