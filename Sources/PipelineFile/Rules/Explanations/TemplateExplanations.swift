package import Model

/// What the codes about templates mean.
package enum TemplateExplanations {
  /// `SW24xx`.
  package static let all: [DiagnosticExplanation] = [
    DiagnosticExplanation(
      .unknownTemplate, "unknown-template", .error,
      "there is no such template, or no such version of it",
      reason: """
        Templates are looked for in '.harness' folders, from the pipeline's upwards to the top of the repository, below a
        folder named 'templates', and where 'templates:' of the settings says.
        """,
      wrong: .init(
        .sketch,
        """
        - step: {identifier: a, name: a, template: {templateRef: account.biuld}}
        """),
      right: .init(
        .sketch,
        """
        - step: {identifier: a, name: a, template: {templateRef: account.build}}
        """)),
    DiagnosticExplanation(
      .templateOfOtherType, "template-of-other-type", .error,
      "a template is used where one of another type belongs",
      reason: """
        A step template stands under 'step', and so do the other types under their own keys.
        """,
      wrong: .init(
        .sketch,
        """
        stage: {template: {templateRef: a_step}}
        """),
      right: .init(
        .sketch,
        """
        step: {template: {templateRef: a_step}}
        """)),
    DiagnosticExplanation(
      .templateCycle, "template-cycle", .error,
      "a template contains itself",
      reason: """
        Following the references would never end.
        """,
      wrong: .init(
        .sketch,
        """
        the template 'a' has a step from the template 'b', and 'b' one from 'a'
        """),
      right: .init(
        .sketch,
        """
        'b' has no reference to 'a'
        """)),
    DiagnosticExplanation(
      .templatesTooDeep, "templates-too-deep", .error,
      "templates are nested too deep",
      reason: """
        More than 20 templates within each other are taken for a mistake.
        """,
      wrong: .init(
        .sketch,
        """
        a chain of 21 templates, each within the one before
        """),
      right: .init(
        .sketch,
        """
        a shorter chain
        """)),
    DiagnosticExplanation(
      .assumedStableVersion, "assumed-stable-version", .note,
      "a template is used without a version, and there are several",
      reason: """
        Harness takes the version that is marked as stable on its server. No file says which one that is, so that the
        highest version is taken here.
        """,
      wrong: .init(
        .sketch,
        """
        template: {templateRef: account.build}
        """),
      right: .init(
        .sketch,
        """
        template: {templateRef: account.build, versionLabel: v2}
        """)),
    DiagnosticExplanation(
      .unknownTemplateInput, "unknown-template-input", .warning,
      "a template is given something that it does not ask for",
      reason: """
        'templateInputs' has the shape of the template; what it gives where the template has no '<+input>' has no effect.
        """,
      wrong: .init(
        .sketch,
        """
        templateInputs: {spec: {comand: make}}
        """),
      right: .init(
        .sketch,
        """
        templateInputs: {spec: {command: make}}
        """)),
    DiagnosticExplanation(
      .templatesTooLarge, "templates-too-large", .error,
      "templates come to too many values",
      reason: """
        Templates that use templates several times multiply; more than 500000 values are taken for an attack or a mistake.
        """,
      wrong: .init(
        .sketch,
        """
        twelve templates, each of which uses the next one ten times
        """),
      right: .init(
        .sketch,
        """
        fewer uses
        """)),
    DiagnosticExplanation(
      .keyBesideTemplate, "key-beside-template", .warning,
      "a key stands beside a reference to a template",
      reason: """
        Harness takes everything but name and identifier from the template. Here the key counts.
        """,
      wrong: .init(
        .sketch,
        """
        step: {timeout: 5m, template: {templateRef: build}}
        """),
      right: .init(
        .sketch,
        """
        step: {template: {templateRef: build, templateInputs: {timeout: 5m}}}
        """)),
    DiagnosticExplanation(
      .duplicateTemplate, "duplicate-template", .warning,
      "a template is defined twice",
      reason: """
        Two files hold the same identifier, version and scope; the first one is used.
        """,
      wrong: .init(
        .sketch,
        """
        templates/build.yaml and templates/copy.yaml with 'identifier: build'
        """),
      right: .init(
        .sketch,
        """
        one of the two
        """)),
    DiagnosticExplanation(
      .unknownTemplateVariable, "unknown-template-variable", .error,
      "a variable of a template is not there, or has no value",
      reason: """
        A template may declare 'variables' beside its 'spec'; its users give them under 'templateVariables'.
        """,
      wrong: .init(
        .sketch,
        """
        templateVariables: {imgae: app}
        """),
      right: .init(
        .sketch,
        """
        templateVariables: {image: app}
        """)),
  ]
}
