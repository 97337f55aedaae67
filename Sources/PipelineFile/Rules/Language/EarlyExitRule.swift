import Engine
package import Model

/// A script with output variables that leaves before they are written.
package enum EarlyExitRule: Rule {
  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(2502), "early-exit-loses-outputs", .warning,
    "a script leaves before its output variables are written",
    reason: """
      Output variables are written by lines that Harness appends to the script. A script that exits on its own account, or \
      replaces its shell with exec, never comes to these lines, and the output variables stay empty, although the step \
      succeeds. An exit with another code than 0 is no trap: then the step fails.
      """,
    wrong: .init(
      .steps,
      """
      - step:
          type: Run
          name: Version
          identifier: version
          spec:
            connectorRef: hub
            image: alpine:3.20
            shell: Sh
            command: |-
              VERSION=$(cat VERSION)
              if [ -n "$VERSION" ]; then «exit 0»; fi
              VERSION=0.0.0
            outputVariables:
              - name: VERSION
      """),
    right: .init(
      .steps,
      """
      - step:
          type: Run
          name: Version
          identifier: version
          spec:
            connectorRef: hub
            image: alpine:3.20
            shell: Sh
            command: |-
              VERSION=$(cat VERSION)
              if [ -z "$VERSION" ]; then VERSION=0.0.0; fi
            outputVariables:
              - name: VERSION
      """))

  package static let examples = [
    RuleExample(
      "as the last line, too", .cloudSteps,
      """
      - step:
          type: Run
          name: Version
          identifier: version
          spec:
            shell: Bash
            command: |
              VERSION=1.0
              «exit»
            outputVariables: [{name: VERSION, type: String, value: VERSION}]
      """),
    RuleExample(
      "exits that are none, or that fail the step", .cloudSteps,
      """
      - step:
          type: Run
          name: Version
          identifier: version
          spec:
            shell: Bash
            command: |
              # exit 0 would be wrong here
              (cd sub && exit 0)
              test -f VERSION || exit 1
              echo "exit 0"
              VERSION=$(cat VERSION)
            outputVariables: [{name: VERSION}]
      """),
    RuleExample(
      "without output variables nothing is lost", .cloudSteps,
      """
      - step:
          type: Run
          name: Check
          identifier: check
          spec:
            shell: Bash
            command: |
              test -f VERSION || exit 0
              cat VERSION
      """),
    RuleExample(
      "in Python", .cloudSteps,
      """
      - step:
          type: Run
          name: Version
          identifier: version
          spec:
            shell: Python
            command: |
              import os, sys
              os.environ["VERSION"] = "1.0"
              «sys.exit(0)»
            outputVariables: [{name: VERSION}]
      """),
    RuleExample(
      "the shell is replaced", .cloudSteps,
      """
      - step:
          type: Run
          name: Version
          identifier: version
          spec:
            shell: Sh
            command: «exec ./version.sh»
            outputVariables: [{name: VERSION}]
      """),
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.steps.flatMap { place -> [Diagnostic] in
      guard case .mapping(let spec)? = place.step.source, case .scalar(let command)? = spec["command"],
        case .sequence(let outputs)? = spec["outputVariables"], !outputs.elements.isEmpty
      else { return [] }
      var shell = "Sh"
      if case .scalar(let scalar)? = spec["shell"] { shell = scalar.text }
      let text = Text(command.text, at: command.span)
      return exits(in: command.text, isPython: shell.lowercased() == "python").map { range in
        diagnostic(
          "step '\(place.step.identifier)': the script leaves here, before its output variables are written",
          at: subject.place(of: range, in: text), notes: ["Harness appends the lines that write them to the script"],
          help: "let the script run to its end")
      }
    }
  }

  /// Where a script leaves without failing, in UTF-8 bytes.
  private static func exits(in script: String, isPython: Bool) -> [Range<Int>] {
    var found = [Range<Int>]()
    var offset = 0
    for line in script.split(separator: "\n", omittingEmptySubsequences: false) {
      if let range = isPython ? pythonExit(in: line) : shellExit(in: line) {
        found.append((offset + range.lowerBound)..<(offset + range.upperBound))
      }
      offset += line.utf8.count + 1
    }
    return found
  }

  private static func pythonExit(in line: Substring) -> Range<Int>? {
    let code = line.drop { $0 == " " || $0 == "\t" }
    for call in ["sys.exit(0)", "sys.exit()", "exit(0)", "exit()"] where code.hasPrefix(call) {
      let start = line.utf8.count - code.utf8.count
      return start..<(start + call.utf8.count)
    }
    return nil
  }

  /// One line of a shell script, read word by word: quotes and brackets hide what is in them.
  private static func shellExit(in line: Substring) -> Range<Int>? {
    var words = [(text: Substring, start: Int)]()
    var word = line.startIndex
    var (quote, depth): (Character?, Int) = (nil, 0)
    var index = line.startIndex
    func offset(_ index: Substring.Index) -> Int { line.utf8.distance(from: line.startIndex, to: index) }
    func exit(_ words: [(text: Substring, start: Int)]) -> Range<Int>? {
      guard let first = words.first else { return nil }
      let end = words.last.map { $0.start + $0.text.utf8.count } ?? 0
      let arguments = words.dropFirst().map(\.text)
      let leaves = first.text == "exit" && (arguments.isEmpty || arguments == ["0"])
      let replaces = first.text == "exec" && arguments.first.map { !isRedirection($0) } ?? false
      return leaves || replaces ? first.start..<end : nil
    }
    /// Ends a word, and a command where one ends.
    func finish(_ end: Substring.Index, command: Bool) -> Range<Int>? {
      if word < end, depth == 0 || !words.isEmpty { words.append((line[word..<end], offset(word))) }
      if !command, let last = words.last, words.count == 1, keywords.contains(last.text) { words = [] }
      guard command else { return nil }
      defer { words = [] }
      return depth == 0 ? exit(words) : nil
    }
    while index < line.endIndex {
      let character = line[index]
      let next = line.index(after: index)
      if let open = quote {
        if character == open { quote = nil }
      } else {
        switch character {
        case "'", "\"", "`": quote = character
        case "#" where word == index: return finish(index, command: true)
        case " ", "\t":
          _ = finish(index, command: false)
          word = next
        // A brace that is a word of its own; all others belong to a variable.
        case "{" where word == index && (next == line.endIndex || line[next] == " "), "}" where word == index,
          ";", "&", "|":
          if let range = finish(index, command: true) { return range }
          word = next
        case "(":
          depth += 1
          word = next
        case ")":
          depth = max(0, depth - 1)
          words = []
          word = next
        default: break
        }
      }
      index = next
    }
    return finish(line.endIndex, command: true)
  }

  private static let keywords: Set<Substring> = ["then", "else", "do", "if", "while", "until", "!", "time"]

  private static func isRedirection(_ word: Substring) -> Bool {
    word.contains { $0 == "<" || $0 == ">" }
  }
}
