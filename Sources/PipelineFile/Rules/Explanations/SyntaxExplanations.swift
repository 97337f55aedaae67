package import Model

/// What the codes of the YAML reader mean.
package enum SyntaxExplanations {
  /// `SW10xx`.
  package static let all: [DiagnosticExplanation] = [
    DiagnosticExplanation(
      .syntax, "yaml-syntax", .error,
      "the file is no YAML",
      reason: """
        The text cannot be read as YAML, so that nothing in it can be checked. The message says what was expected, \
        and the place is where reading stopped; the cause often stands a line above: a quotation mark or a bracket \
        that is not closed, a colon without a space behind it, a line that is not indented like its neighbours.
        """,
      wrong: .init(
        .file,
        """
        pipeline:
          name: "tides
          identifier: tides
        """),
      right: .init(
        .file,
        """
        pipeline:
          name: "tides"
          identifier: tides
        """)),
    DiagnosticExplanation(
      .duplicateKey, "duplicate-key", .error,
      "a key occurs twice in one mapping",
      reason: """
        A mapping has each key once. Parsers differ in which of two values they take, Harness refuses the file, and \
        mostly one of them was forgotten when the other was added.
        """,
      wrong: .init(
        .file,
        """
        pipeline:
          identifier: tides
          name: tides
          name: waves
        """),
      right: .init(
        .file,
        """
        pipeline:
          identifier: tides
          name: waves
        """)),
    DiagnosticExplanation(
      .tabIndentation, "tab-indentation", .error,
      "a tab indents a line",
      reason: """
        YAML is indented by spaces. A tab looks like some number of them, and is none.
        """,
      wrong: .init(
        .file,
        """
        pipeline:
        	identifier: tides
        """),
      right: .init(
        .file,
        """
        pipeline:
          identifier: tides
        """)),
    DiagnosticExplanation(
      .invalidUTF8, "invalid-utf8", .error,
      "the file is not UTF-8",
      reason: """
        Pipeline files are UTF-8. Bytes that are none mostly come from an editor that saved the file as Latin-1 or \
        UTF-16.
        """,
      wrong: .init(
        .sketch,
        """
        A file saved as UTF-16.
        """),
      right: .init(
        .sketch,
        """
        The same file saved as UTF-8.
        """)),
    DiagnosticExplanation(
      .controlCharacter, "control-character", .error,
      "the file holds a control character",
      reason: """
        YAML has no place for control characters other than tabs and line ends. In double quotes they can be written \
        as an escape, such as \\\\x07.
        """,
      wrong: .init(
        .sketch,
        """
        name: a, a byte 7, and b
        """),
      right: .init(
        .sketch,
        #"""
        name: "a\x07b"
        """#)),
    DiagnosticExplanation(
      .fileTooLarge, "file-too-large", .error,
      "the file is too large for something that a person wrote",
      reason: """
        Files beyond 64 MiB are not read: nobody wrote them, and reading them would take the memory of the machine.
        """,
      wrong: .init(
        .sketch,
        """
        A pipeline file of 100 MB.
        """),
      right: .init(
        .sketch,
        """
        Several pipelines, or templates for what repeats itself.
        """)),
    DiagnosticExplanation(
      .nestedTooDeep, "nested-too-deep", .error,
      "values are nested too deep",
      reason: """
        Mappings and lists are nested in each other beyond what any pipeline needs. Such a file is made to exhaust \
        its reader.
        """,
      wrong: .init(
        .sketch,
        """
        Ten thousand lists, each in the one before: [[[[…
        """),
      right: .init(
        .sketch,
        """
        A pipeline, which is about twenty levels deep.
        """)),
    DiagnosticExplanation(
      .invalidAlias, "invalid-alias", .error,
      "an alias names nothing, or what it stands in",
      reason: """
        *name stands for what was marked &name before. An unquoted value that starts with an asterisk, such as *tar, \
        is read as an alias, too: put it in quotes.
        """,
      wrong: .init(
        .file,
        """
        pipeline:
          identifier: tides
          name: tides
          description: *tar
        """),
      right: .init(
        .file,
        """
        pipeline:
          identifier: tides
          name: tides
          description: "*tar"
        """)),
    DiagnosticExplanation(
      .tooManyValues, "too-many-values", .error,
      "aliases make the file grow beyond all measure",
      reason: """
        Every alias puts a copy of what it names into the file. A few lines can so stand for billions of values; no \
        pipeline needs that.
        """,
      wrong: .init(
        .sketch,
        """
        Ten levels of lists, each of which names the one before ten times.
        """),
      right: .init(
        .sketch,
        """
        A list that is written out, or a matrix.
        """)),
    DiagnosticExplanation(
      .severalDocuments, "several-documents", .error,
      "the file holds several documents",
      reason: """
        A line with --- starts another document. A pipeline file is one of them; which one should be run nobody can \
        say.
        """,
      wrong: .init(
        .file,
        """
        pipeline:
          identifier: tides
          name: tides
        ---
        pipeline:
          identifier: tides
          name: tides
        """),
      right: .init(
        .file,
        """
        pipeline:
          identifier: tides
          name: tides
        """)),
    DiagnosticExplanation(
      .conflictMarkers, "conflict-markers", .error,
      "a merge was not finished",
      reason: """
        The lines with <<<<<<<, ======= and >>>>>>> were left by git where two changes met. Keep what is right and \
        delete the markers.
        """,
      wrong: .init(
        .file,
        """
        pipeline:
        <<<<<<< HEAD
          identifier: tides
        =======
          identifier: waves
        >>>>>>> other
          name: tides
        """),
      right: .init(
        .file,
        """
        pipeline:
          identifier: tides
          name: tides
        """)),
    DiagnosticExplanation(
      .unrenderedTemplate, "unrendered-template", .error,
      "a template of another tool was not rendered",
      reason: """
        {{ … }} and {% … %} belong to Jinja, Helm or Go templates, which are rendered before the file is used. \
        Unquoted in YAML, a brace starts a mapping.
        """,
      wrong: .init(
        .file,
        """
        pipeline:
          identifier: {{ name }}
          name: tides
        """),
      right: .init(
        .file,
        """
        pipeline:
          identifier: tides
          name: tides
        """)),
    DiagnosticExplanation(
      .emptyFile, "empty-file", .error,
      "there is nothing in the file",
      reason: """
        The file is empty, or all of it is comments.
        """,
      wrong: .init(
        .file,
        """
        # nothing yet
        """),
      right: .init(
        .file,
        """
        pipeline:
          identifier: tides
          name: tides
        """)),
    DiagnosticExplanation(
      .otherPipelineLanguage, "other-pipeline-language", .error,
      "the pipeline is written in another language",
      reason: """
        Harness has two languages. This program reads v0, where everything stands under pipeline: and each stage \
        under stage:. The simplified v1 syntax, with steps directly in stages, is another language, and so is that \
        of Drone.
        """,
      wrong: .init(
        .file,
        """
        pipeline:
          stages:
            - steps:
                - run: make
        """),
      right: .init(
        .file,
        """
        pipeline:
          identifier: tides
          name: tides
          stages:
            - stage:
                identifier: build
                name: build
                type: CI
                spec:
                  execution:
                    steps:
                      - step: {identifier: make, name: make, type: Run, spec: {shell: Sh, command: make}}
        """)),
    DiagnosticExplanation(
      .unsupportedTag, "unsupported-tag", .error,
      "a value has a tag that means nothing here",
      reason: """
        Tags such as !!binary or !Ref give YAML values another meaning. Pipelines have none.
        """,
      wrong: .init(
        .file,
        """
        pipeline:
          identifier: tides
          name: tides
          description: !Ref text
        """),
      right: .init(
        .file,
        """
        pipeline:
          identifier: tides
          name: tides
          description: text
        """)),
    DiagnosticExplanation(
      .keyIsNoString, "key-is-no-string", .error,
      "a key is a list or a mapping",
      reason: """
        Keys are words. A ? or a bracket at the start of a key makes it a list or a mapping, which no pipeline has.
        """,
      wrong: .init(
        .file,
        """
        pipeline:
          identifier: tides
          name: tides
          [a, b]: text
        """),
      right: .init(
        .file,
        """
        pipeline:
          identifier: tides
          name: tides
          description: text
        """)),
    DiagnosticExplanation(
      .invalidMergeKey, "invalid-merge-key", .error,
      "a merge key merges something that is no mapping",
      reason: """
        <<: takes over the entries of a mapping, or of a list of mappings. Anything else has no entries.
        """,
      wrong: .init(
        .file,
        """
        pipeline:
          identifier: tides
          name: tides
          tags:
            <<: text
        """),
      right: .init(
        .file,
        """
        pipeline:
          identifier: tides
          name: tides
          tags:
            kind: text
        """)),
  ]
}
