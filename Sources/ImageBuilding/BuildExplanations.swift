package import Model

/// What the codes of image builds mean. A build reports them when it comes to the instruction.
package enum BuildExplanations {
  /// `SW51xx`.
  package static let all: [DiagnosticExplanation] = [
    DiagnosticExplanation(
      .missingSource, "missing-source", .error,
      "a file that the build needs is not there",
      reason: """
        The Dockerfile, the build context, or what an instruction copies from it does not exist. Paths of COPY are \
        relative to the context, not to the Dockerfile.
        """,
      wrong: .init(
        .dockerfile,
        """
        FROM debian:12
        COPY ap /app
        """),
      right: .init(
        .dockerfile,
        """
        FROM debian:12
        COPY app /app
        """)),
    DiagnosticExplanation(
      .ignoredSource, "ignored-source", .error,
      "a source is left out of the build context",
      reason: """
        .dockerignore excludes the file that an instruction copies. A later line that starts with an exclamation \
        mark takes it in again.
        """,
      wrong: .init(
        .sketch,
        """
        COPY notes.md /, with *.md in .dockerignore
        """),
      right: .init(
        .sketch,
        """
        !notes.md as the last line of .dockerignore
        """)),
    DiagnosticExplanation(
      .sourceOutsideContext, "source-outside-context", .error,
      "a source lies outside of the build context",
      reason: """
        '..' cannot lead out of the context: what is above it was never part of the build. Choose a directory \
        further up as the context.
        """,
      wrong: .init(
        .dockerfile,
        """
        FROM debian:12
        COPY ../app /app
        """),
      right: .init(
        .dockerfile,
        """
        FROM debian:12
        COPY app /app
        """)),
    DiagnosticExplanation(
      .missingBaseImage, "missing-base-image", .error,
      "the base image cannot be had",
      reason: """
        It is not among the images of the settings, the registry does not have it or cannot be reached, or asks for \
        a password.
        """,
      wrong: .init(
        .dockerfile,
        """
        FROM debian:twelve
        """),
      right: .init(
        .dockerfile,
        """
        FROM debian:12
        """)),
    DiagnosticExplanation(
      .unknownTarget, "unknown-target", .error,
      "the Dockerfile has no such stage",
      reason: """
        'target' names the stage at which the build stops, by the name behind AS or by its number.
        """,
      wrong: .init(
        .sketch,
        """
        target: relase
        """),
      right: .init(
        .sketch,
        """
        target: release
        """)),
    DiagnosticExplanation(
      .unsupportedFeature, "unsupported-feature", .error,
      "something in the Dockerfile is not supported here",
      reason: """
        The build does not carry out this part of the language, and refuses it rather than leaving it out.
        """,
      wrong: .init(
        .sketch,
        """
        ADD https://example.com/file /
        """),
      right: .init(
        .sketch,
        """
        RUN wget https://example.com/file
        """)),
    DiagnosticExplanation(
      .failedCommand, "failed-command", .error,
      "a command of RUN has failed",
      reason: """
        The command ended with another code than 0. Its output stands above.
        """,
      wrong: .init(
        .dockerfile,
        """
        FROM debian:12
        RUN false
        """),
      right: .init(
        .dockerfile,
        """
        FROM debian:12
        RUN true
        """)),
    DiagnosticExplanation(
      .invalidDestination, "invalid-destination", .error,
      "a destination cannot be written",
      reason: """
        The destination is empty, is no directory where several files go, or is not a directory in the image.
        """,
      wrong: .init(
        .dockerfile,
        """
        FROM debian:12
        COPY a b c
        """),
      right: .init(
        .dockerfile,
        """
        FROM debian:12
        COPY a b c/
        """)),
    DiagnosticExplanation(
      .unknownUser, "unknown-user", .error,
      "the image has no such user or group",
      reason: """
        --chown and USER look names up in /etc/passwd and /etc/group of the image. Create the user before, or give \
        the number.
        """,
      wrong: .init(
        .dockerfile,
        """
        FROM debian:12
        COPY --chown=app a /
        """),
      right: .init(
        .dockerfile,
        """
        FROM debian:12
        RUN useradd app
        COPY --chown=app a /
        """)),
    DiagnosticExplanation(
      .invalidMode, "invalid-mode", .error,
      "a file mode is no octal number",
      reason: """
        --chmod takes digits from 0 to 7.
        """,
      wrong: .init(
        .dockerfile,
        """
        FROM debian:12
        COPY --chmod=u+x a /
        """),
      right: .init(
        .dockerfile,
        """
        FROM debian:12
        COPY --chmod=755 a /
        """)),
    DiagnosticExplanation(
      .missingSecret, "missing-secret", .error,
      "a secret that the build needs was not given",
      reason: """
        RUN --mount=type=secret,required names a secret of the build. The step has to pass it.
        """,
      wrong: .init(
        .dockerfile,
        """
        FROM debian:12
        RUN --mount=type=secret,id=npm,required=true npm ci
        """),
      right: .init(
        .dockerfile,
        """
        FROM debian:12
        RUN --mount=type=secret,id=npm npm ci
        """)),
    DiagnosticExplanation(
      .invalidImageReference, "invalid-image-reference", .error,
      "the name of a base image cannot be read",
      reason: """
        FROM takes an image such as debian:12 or a stage above. Where a variable stands in it, that may be empty.
        """,
      wrong: .init(
        .dockerfile,
        """
        ARG BASE
        FROM $BASE
        """),
      right: .init(
        .dockerfile,
        """
        ARG BASE=debian:12
        FROM $BASE
        """)),
    DiagnosticExplanation(
      .invalidWord, "invalid-word", .error,
      "a word cannot be expanded",
      reason: """
        A variable is written in a way that cannot be, or a quotation mark is not closed.
        """,
      wrong: .init(
        .dockerfile,
        """
        FROM debian:12
        ENV A="b
        """),
      right: .init(
        .dockerfile,
        """
        FROM debian:12
        ENV A="b"
        """)),
    DiagnosticExplanation(
      .invalidPlatform, "invalid-platform", .error,
      "a platform cannot be read",
      reason: """
        Platforms are written os/architecture: linux/amd64, linux/arm64/v8.
        """,
      wrong: .init(
        .dockerfile,
        """
        FROM --platform=amd debian:12
        """),
      right: .init(
        .dockerfile,
        """
        FROM --platform=linux/amd64 debian:12
        """)),
    DiagnosticExplanation(
      .stageRefersToItself, "stage-refers-to-itself", .error,
      "a build stage needs itself",
      reason: """
        A stage copies from itself, or two stages from each other. Stages only refer to those above them.
        """,
      wrong: .init(
        .dockerfile,
        """
        FROM debian:12 AS a
        COPY --from=a x y
        """),
      right: .init(
        .dockerfile,
        """
        FROM debian:12 AS a
        FROM debian:12
        COPY --from=a x y
        """)),
    DiagnosticExplanation(
      .invalidBuildArgument, "invalid-build-argument", .error,
      "a build argument has a value that it cannot have",
      reason: """
        SOURCE_DATE_EPOCH dates the files of the image, and is a number of seconds since 1970.
        """,
      wrong: .init(
        .sketch,
        """
        buildArgs: {SOURCE_DATE_EPOCH: today}
        """),
      right: .init(
        .sketch,
        #"""
        buildArgs: {SOURCE_DATE_EPOCH: \"1767225600\"}
        """#)),
  ]
}
