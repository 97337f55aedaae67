import Engine
package import Model

/// A password or a key that stands in the file itself.
package enum PlaintextCredentialRule: Rule {
  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(7001), "plaintext-credential", .warning, "a credential stands in the file in plain text",
    reason: """
      What stands in a pipeline file is read by everybody who can read the repository, for as long as its history lasts. A \
      value that is written out is also masked nowhere: it shows in logs as it is. Keep it as a secret and write \
      <+secrets.getValue("identifier")>, and replace the one that was written down.
      """,
    wrong: .init(
      .cloudSteps,
      """
      - step:
          type: Run
          name: Publish
          identifier: publish
          spec:
            shell: Sh
            command: npm publish
            envVariables:
              NPM_TOKEN: «rumpelstiltskin-1812»
      """),
    right: .init(
      .cloudSteps,
      """
      - step:
          type: Run
          name: Publish
          identifier: publish
          spec:
            shell: Sh
            command: npm publish
            envVariables:
              NPM_TOKEN: <+secrets.getValue("npm_token")>
      """))

  package static let examples = [
    RuleExample(
      "a variable that should be a Secret", .stages,
      """
      - stage:
          identifier: build
          name: build
          type: CI
          variables:
            - {name: DB_PASSWORD, type: String, value: «open-sesame»}
            - {name: API_KEY, type: Secret, value: api_key}
          spec:
            runtime: {type: Cloud, spec: {}}
            execution:
              steps:
                - step: {type: Run, name: Test, identifier: test, spec: {shell: Sh, command: make test}}
      """),
    RuleExample(
      "settings of a plugin", .steps,
      """
      - step:
          type: Plugin
          name: Notify
          identifier: notify
          spec:
            connectorRef: hub
            image: plugins/slack
            settings:
              password: «open-sesame»
              token: <+secrets.getValue("slack")>
              username: harbour
              secret_name: slack
              auth_token_file: /run/token
      """),
    RuleExample(
      "in a script, known by its shape", .cloudSteps,
      """
      - step:
          type: Run
          name: Upload
          identifier: upload
          spec:
            shell: Sh
            command: |
              export AWS_ACCESS_KEY_ID=«AKIA1234567890ABCDEF»
              aws s3 ls
      """),
    RuleExample(
      "what is no credential", .cloudSteps,
      """
      - step:
          type: Run
          name: Test
          identifier: test
          spec:
            shell: Sh
            command: make test
            envVariables:
              TOKEN: $GITHUB_TOKEN
              USE_TOKEN: "true"
              TOKEN_LIFETIME: "3600"
              SECRET_PATH: kv/tides
              PASSWORD: ""
              PASSWORD_FILE: /run/password
              API_TOKEN: <+input>
      """),
    RuleExample(
      "a password in a URL", .cloudSteps,
      """
      - step:
          type: Run
          name: Clone
          identifier: clone
          spec:
            shell: Sh
            command: git clone https://robot:«open-sesame»@git.example.com/tides.git && git clone https://$USER:$TOKEN@git.example.com/x.git
      """),
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    var search = CredentialSearch()
    search.visit(subject.pipeline.source, key: "", isNamedValue: false)
    return search.found.map { credential in
      diagnostic(
        credential.name.map { "'\($0)' is a credential in plain text" } ?? "\(credential.kind) in plain text",
        at: subject.place(of: credential.range, in: credential.text),
        help: "keep it as a secret, and write <+secrets.getValue(\"identifier\")>", isConfidential: true)
    }
  }
}
