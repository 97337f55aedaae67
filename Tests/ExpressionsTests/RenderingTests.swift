import Expressions
import Model
import Testing

struct RenderingTests {
  static let fields: [(String, String)] = [
    ("", ""),
    ("plain", "plain"),
    ("true == false", "true == false"),
    ("[1,2]", "[1,2]"),
    ("a < b > c", "a < b > c"),
    (#"echo \> file"#, #"echo \> file"#),
    ("<+a>", "5"),
    ("<+ a >", "5"),
    ("<+\n  a\n>", "5"),
    ("tag-<+pipeline.sequenceId>", "tag-7"),
    ("<+pipeline.variables.image>:<+pipeline.variables.tag>", "app:1.0"),
    ("<+f><+g>", "abcdef"),
    ("<+a> + <+b> = <+<+a> + <+b>>", "5 + 12 = 17"),
    ("<+<+a> > + <+ <+b>> = <+<+a> + <+b>>", "5 + 12 = 17"),
    (#"<+f> + <+g> = <+<+f> + " + " + <+g>>"#, "abc + def = abc + def"),
    ("archit-<+company>", "archit-harness"),
    ("archit + <+company>", "archit + harness"),
    ("'expression' + <+inQuotes>-<+g>", "'expression' + architabcharness-def"),
    ("expression-<+inQuotes>-<+g>", "expression-architabcharness-def"),
    ("<+half>", "0.5"),
    ("<+yes> <+no>", "true false"),
    ("<+words>", #"["one","two","three"]"#),
    ("<+dict>", #"{"a-b":"dash","inner":{"x":"deep"},"key":"value","n":1}"#),
    ("<+empty_text>", ""),
    ("<+pipeline.variables.looksLikeList>", "[1,2]"),
    ("<+pipeline.variables.zeros>", "007"),
    ("<+pipeline.variables.tagAgain>", "1.0"),
    ("<+pipeline.variables.my-var>", "hyphen"),
    (#"<+pipeline.variables["my-var"]>"#, "hyphen"),
    (#"<+pipeline.variables.["my-var"]>"#, "hyphen"),
    (#"<+pipeline.variables.get("my-var")>"#, "hyphen"),
    ("<+matrix.os>", "linux"),
    ("<+matrix.image.name>:<+matrix.image.tag>", "alpine:3.10"),
    ("<+strategy.matrix.os>", "linux"),
    ("<+repeat.item>", "first"),
    ("<+strategy.iteration + 1>", "1"),
    ("<+strategy.iteration+1>", "1"),
    ("<+strategy.iterations-1>", "3"),
    ("<+codebase.branch>", "main"),
    (#"<+secrets.getValue("pat")>"#, "secret-of-pat"),
    (#"<+ secrets.getValue("pat") >"#, "secret-of-pat"),
    (#"<+secrets.getValue("account.pat")>"#, "secret-of-account.pat"),
    (#"<+secrets.getValue("<+f>")>"#, "secret-of-abc"),
    (#"<+secrets.getValue("harness_<+f>_india")>"#, "secret-of-harness_abc_india"),
    (#"<+secrets.getValue("<+f>_india_<+g>")>"#, "secret-of-abc_india_def"),
    (#"<+secrets.getValue("harness_" + <+f> + "_india_" + <+g>)>"#, "secret-of-harness_abc_india_def"),
    (#"<+secrets.getValue(<+f> + "_india_" + <+g>)>"#, "secret-of-abc_india_def"),
    ("<+secrets.getValue(<+f>)>", "secret-of-abc"),
    ("<+execution.steps.scan.output.outputVariables.VERDICT>", "passed"),
    ("<+execution.steps.scan.artifact_scan.stepArtifacts.publishedImageArtifacts[0].tag>", "new-7"),
    ("<+execution.steps['scan'].output.outputVariables['VERDICT']>", "passed"),
    ("<+pipeline.sequenceId.toString()>", "7"),
    ("<+pipeline.startTs>", "1700000000000"),
    // Joined inside an expression.
    ("<+archit-<+company>>", "archit-harness"),
    ("<+archit<+company>>", "architharness"),
    ("<+<+f>harness>", "abcharness"),
    ("<+<+f><+g>>", "abcdef"),
    ("<+<+f>text<+g>>", "abctextdef"),
    ("<+<+f>-<+g>>", "abc-def"),
    ("<+<+f>/<+g>>", "abc/def"),
    ("<+<+f>.<+g>>", "abc.def"),
    ("<+v<+a>>", "v5"),
    ("<+<+f>-<+a>>", "abc-5"),
    ("<+hello <+company>>", "hello harness"),
    ("<+<+f> <+g>>", "abc def"),
    ("<+variables.<+h>>", "harnessabcdef"),
    ("<+variables.<+f>>", "computed"),
    ("<+variables[<+f>]>", "computed"),
    (#"<+variables["<+f>"]>"#, "computed"),
    ("<+<+dict>.key>", "value"),
    ("<+<+dict>.inner.x>", "deep"),
    // Text that holds expressions in its turn.
    ("<+c>", "29"),
    ("<+d>", "24"),
    ("<+e>", "5"),
    ("<+concatenated>", "abcdef"),
    ("<+quoted>", "architharness"),
    ("<+inQuotes>", "architabcharness"),
    ("<+variables.v1>", "abcdef"),
    ("<+variables.v2>", "harnessabcdef"),
    ("<+variables.v3>", "abcdefharness"),
    ("harness<+variables.v4><+variables.v3>", "harnessabcdefabcdefharness"),
    ("<+sentence>", "Built by harness, twice"),
    ("<+reference>", "refs/heads/abc"),
    ("<+imageName>", "abc/def:5"),
    ("<+dashed>", "1-5"),
    ("<+listOfTexts>", #"["abc","plain"]"#),
    ("<+listOfTexts[0]>", "abc"),
    ("<+<+variables.v5>.replace('-','')>", "architharness"),
    ("<+company.concat('india')>", "harnessindia"),
    // What comes from outside is never evaluated.
    ("<+outside.message>", "fix <+f>"),
    (#"<+json.select("id", <+outside.json>)>"#, "<+f>"),
    // Conditionals.
    (#"<+<+f> == "abc"?"yes":"no">"#, "yes"),
    (#"<+<+f> == "x" ? "yes" : "no">"#, "no"),
    ("<+ <+a>==5?<+f>:<+g> >", "abc"),
    ("<+ <+a>==5?<+<+f>harness>:<+<+g>def> >", "abcharness"),
    (#"<+ <+a>==5?"<+f>harness":"<+g>def" >"#, "abcharness"),
    ("<+ <+a>==<+b>?<+<+f>harness>:<+<+g>def> >", "defdef"),
    ("<+ <+a>==<+b>?<+<+f>+'harness'>:<+<+g>+'def'> >", "defdef"),
    (#"<+<+codebase.build.type> == "PR" ? <+codebase.prNumber> : <+codebase.branch>>"#, "main"),
    // `\>` is `>`.
    (#"<+a \> 3>"#, "true"),
    (#"<+<+a> \>= 5 ? "big" : "small">"#, "big"),
    (#"<+"a \> b">"#, "a > b"),
    (#"<+"x".concat(" -\> y")>"#, "x -> y"),
    ("日本 <+f> ü", "日本 abc ü"),
  ]

  @Test(arguments: fields)
  func `a field is rendered`(field: String, expected: String) throws {
    #expect(try evaluator.render(field) == expected)
  }

  static let typedFields: [(String, Value)] = [
    ("plain", "plain"), ("5", "5"), ("[1,2]", "[1,2]"), ("<+a>", 5), ("<+e>", 5), ("<+half>", .double(0.5)),
    ("<+yes>", true), ("<+numbers>", [1, 2, 3]), ("<+pipeline.variables.looksLikeList>", "[1,2]"),
    ("<+pipeline.variables.tag>", "1.0"), ("<+five>", "5"), ("<+a> ", "5 "), ("<+a><+b>", "512"),
    ("<+<+a> + <+b>>", 17),
    ("<+execution.steps.scan.output.outputVariables.COUNT>", "3"), ("<+listOfTexts>", ["abc", "plain"]),
  ]

  @Test(arguments: typedFields)
  func `a field that is one expression keeps its type`(field: String, expected: Value) throws {
    #expect(try evaluator.value(of: field) == expected)
  }

  @Test(arguments: [
    (1.5, "1.5"), (2, "2.0"), (-0.25, "-0.25"), (1e10, "1.0E10"), (1.234e-5, "1.234E-5"), (123456.789, "123456.789"),
    (0.001, "0.001"), (9_999_999, "9999999.0"), (10_000_000, "1.0E7"), (1e21, "1.0E21"), (0, "0.0"), (100, "100.0"),
  ])
  func `numbers with a fraction are written as Java writes them`(number: Double, expected: String) throws {
    #expect(try evaluator(with: ["number": .double(number)]).render("<+number>") == expected)
  }
}
