import Expressions
import Model
import Testing

struct ErrorTests {
  /// The field, and the whole line that a user sees.
  static let messages: [(String, String)] = [
    (
      "image: <+pipeline.variables.imag>",
      """
      <+pipeline.variables.imag> at offset 7: 'pipeline.variables' has no 'imag'; did you mean 'image'? in scope: flag, \
      image, looksLikeList, my-var, on, strategy, tag, tagAgain, zeros
      """
    ),
    (
      "<+pipeline.variable.tag>",
      """
      <+pipeline.variable.tag> at offset 0: 'pipeline' has no 'variable'; did you mean 'variables'? in scope: \
      currentStatus, identifier, name, sequenceId, stages, startTs, tags, variables
      """
    ),
    (
      "<+strategy.matrix.arch>",
      "<+strategy.matrix.arch> at offset 0: 'strategy.matrix' has no 'arch'; in scope: image, os"
    ),
    ("<+matrix.arch>", "<+matrix.arch> at offset 0: 'strategy.matrix' has no 'arch'; in scope: image, os"),
    (
      "é <+matrix.image.nam>",
      "<+matrix.image.nam> at offset 3: 'strategy.matrix.image' has no 'nam'; did you mean 'name'? in scope: name, tag"
    ),
    ("<+matrix.os.version>", "<+matrix.os.version> at offset 0: 'strategy.matrix.os.version' has no value here"),
    (
      "<+codebase.tag>",
      "<+codebase.tag> at offset 0: it is null here, and a text is needed; '??' gives a value for that case: <+<+x> ?? \"none\">"
    ),
    (
      "x <+input>",
      "<+input> at offset 2: a runtime input has no value yet; give it on the command line or in a file of inputs"
    ),
    ("<+>", "<+> at offset 0: an expression is empty"),
    ("<+ >", "<+ > at offset 0: an expression is empty"),
    ("echo <+pipeline.name", "<+pipeline.name at offset 5: '<+' is opened and never closed with '>'"),
    ("a <+b <+c>", "<+b <+c> at offset 2: '<+' is opened and never closed with '>'"),
    (
      #"<+<+f> == "x>y">"#,
      #"<+<+f> == "x> at offset 0: a text in quotes is not closed; a '>' inside an expression is written '\>', in quotes too"#
    ),
    ("<+<+a> = 5>", "<+<+a> = 5> at offset 0: '=' is not understood here; two values are compared with '=='"),
    ("<+<+a> == >", "<+<+a> == > at offset 0: the end is not expected here"),
    ("<+(1 + 2>", "<+(1 + 2> at offset 0: ')' is missing after what stands in parentheses, before the end"),
    ("<+[1, 2>", "<+[1, 2> at offset 0: ']' is missing after a list, before the end"),
    ("<+true ? 1>", "<+true ? 1> at offset 0: ':' is missing after the first choice of '?', before the end"),
    ("<+1 2>", "<+1 2> at offset 0: a number is not expected here"),
    ("<+a.>", "<+a.> at offset 0: a name is missing after '.', before the end"),
    ("<+{'a': 1, 2}>", "<+{'a': 1, 2}> at offset 0: a map needs 'key: value' throughout"),
    (
      "<+1st>",
      "<+1st> at offset 0: a name cannot start with a digit; a name such as '1st' is read with [\"1st\"]"
    ),
    ("<+a ^ b>", "<+a ^ b> at offset 0: '^' is not understood here"),
    (
      "<+var x = 1; x>", "<+var x = 1; x> at offset 0: scripts ('var …') are not supported, only single expressions"
    ),
    ("<+if (true) 1>", "<+if (true) 1> at offset 0: scripts ('if …') are not supported, only single expressions"),
    ("<+1 / 0>", "<+1 / 0> at offset 0: a number is divided by zero"),
    ("<+1.0 % 0.0>", "<+1.0 % 0.0> at offset 0: a number is divided by zero"),
    ("<+9223372036854775807 + 1>", "<+9223372036854775807 + 1> at offset 0: the result of '+' is too large"),
    ("<+99999999999999999999>", "<+99999999999999999999> at offset 0: the number 99999999999999999999 is too large"),
    ("<+<+f> - 1>", "<+<+f> - 1> at offset 0: '-' needs numbers, and has a text and a number"),
    ("<+-<+words>>", "<+-<+words>> at offset 0: '-' needs numbers, and has a number and a list"),
    ("<+<+words> < 1>", "<+<+words> < 1> at offset 0: a list and a number have no order"),
    ("<+'x' + <+nothing>>", "<+'x' + <+nothing>> at offset 0: '+' has an operand that is null"),
    ("<+<+f> =~ 5>", "<+<+f> =~ 5> at offset 0: the right side of '=~' is a pattern, a list or a map and not a number"),
    ("<+size(5)>", "<+size(5)> at offset 0: a number has no size"),
    (
      "x<+<+nothing><+f>>",
      "<+nothing> at offset 3: it is null here, and a text is needed; '??' gives a value for that case: <+<+x> ?? \"none\">"
    ),
    ("ab<+self>", "<+self> (in the text of self) at offset 2: the text of self leads back to itself"),
    (
      #"<+secrets.getValue("missing")>"#,
      #"<+secrets.getValue("missing")> at offset 0: there is no such secret; add it with 'secret add'"#
    ),
  ]

  @Test(arguments: messages)
  func `a mistake is named with its place and the way out`(field: String, expected: String) {
    let error = #expect(throws: ExpressionError.self) { try evaluator.render(field) }
    #expect(error?.description == expected)
  }

  @Test func `the innermost expression is the one that is named`() {
    let error = #expect(throws: ExpressionError.self) { try evaluator.render("v <+<+f> + <+pipeline.variables.tga>>") }
    #expect(error?.expression == "<+pipeline.variables.tga>")
    #expect(error?.offset == 11)
    #expect(error?.suggestion == "tag")
  }

  @Test func `an error in a variable's text names the variable and the place of the field`() {
    let evaluator = evaluator(with: ["mine": "x-<+codebase.brnch>"])
    let error = #expect(throws: ExpressionError.self) { try evaluator.render("abc <+mine>") }
    #expect(error?.expression == "<+codebase.brnch>")
    #expect(error?.origins == ["mine"])
    #expect(error?.offset == 4)
    #expect(error?.suggestion == "branch")
  }

  @Test func `two variables that lead to each other end in an error`() {
    let error = #expect(throws: ExpressionError.self) { try evaluator.render("<+loop1>") }
    #expect(error?.code == .endlessLoop)
    #expect(error?.origins.first == "loop1")
  }

  @Test func `an unknown name at the front lists what is in scope`() {
    let error = #expect(throws: ExpressionError.self) { try evaluator.render("<+pipelin.name>") }
    #expect(error?.message == "nothing is named 'pipelin' here")
    #expect(error?.suggestion == "pipeline")
    #expect(error?.names.contains("stage") == true)
    #expect(error?.description.contains("more") == true)
  }

  @Test func `a static alias is suggested too`() {
    let error = #expect(throws: ExpressionError.self) { try evaluator.condition("<+OnStageSucces>") }
    #expect(error?.suggestion == "OnStageSuccess")
  }

  @Test func `values never stand in messages`() {
    let evaluator = evaluator(with: ["password": "hunter2"])
    for field in [
      "<+<+password> - 1>", "<+<+password>.nope()>", "<+json.select('a', <+password>)>", "<+<+password>[0]>",
    ] {
      let error = #expect(throws: ExpressionError.self) { try evaluator.render(field) }
      #expect(error?.description.contains("hunter2") == false)
    }
  }

  @Test func `an error becomes a diagnostic`() throws {
    let error = try #require(throws: ExpressionError.self) { try evaluator.render("<+pipeline.variables.imag>") }
    let diagnostic = error.diagnostic(at: SourceSpan(file: "pipeline.yaml", line: 3))
    #expect(diagnostic.code.description == "SW3003")
    #expect(diagnostic.help == "did you mean 'image'?")
    #expect(diagnostic.message == "<+pipeline.variables.imag>: 'pipeline.variables' has no 'imag'")
  }
}
