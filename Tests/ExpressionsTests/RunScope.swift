import Expressions
import Model

/// A run that has got somewhere, as a tree of values.
struct RunScope: ExpressionScope {
  private let root: Value

  init(adding extra: [String: Value] = [:]) {
    root = .map(Self.names.merging(extra) { _, new in new })
  }

  func value(of path: [String]) throws(ExpressionError) -> Value? {
    if path == ["unreadable"] { throw ExpressionError(.unavailable, "the store cannot be opened") }
    var value = root
    for name in path {
      guard let next = value[name] else { return nil }
      value = next
    }
    return value
  }

  func names(in path: [String]) -> [String] {
    var value = root
    for name in path {
      guard let next = value[name] else { return [] }
      value = next
    }
    return value.map.map { Array($0.keys) } ?? []
  }

  func call(_ function: String, _ arguments: [Value]) throws(ExpressionError) -> Value? {
    guard function == "secrets.getValue" else { return nil }
    guard case .string(let name)? = arguments.first, !name.hasPrefix("missing") else {
      throw ExpressionError(.unavailable, "there is no such secret", help: "add it with 'secret add'")
    }
    return .string("secret-of-\(name)")
  }

  func evaluatesText(at path: [String]) -> Bool { path.first != "outside" }

  private static let names: [String: Value] = [
    "a": 5, "b": 12, "c": "<+a> + 2 * <+b>", "d": "<+c> - <+a>", "e": "<+a>", "f": "abc", "g": "def", "h": "v2",
    "half": .double(0.5), "yes": true, "no": false, "nothing": .null, "empty_text": "", "company": "harness",
    "five": "5", "text": "Hello, World", "words": ["one", "two", "three"], "numbers": [1, 2, 3],
    "dict": ["key": "value", "a-b": "dash", "n": 1, "inner": ["x": "deep"]],
    "concatenated": "<+f><+g>", "quoted": "'archit' + <+company>", "inQuotes": "'archit<+f>' + <+company>",
    "sentence": "Built by <+company>, twice", "reference": "refs/heads/<+f>", "imageName": "<+f>/<+g>:<+a>",
    "dashed": "1-<+a>",
    "outside": ["message": "fix <+f>", "json": #"{"id": "<+f>", "n": 3}"#],
    "variables": [
      "v1": "<+f><+g>", "v2": "'harness' + '<+f><+g>'", "v3": "<+f><+g>harness", "v4": "<+f> + <+g>",
      "v5": "archit-harness", "abc": "computed",
    ],
    "listOfTexts": ["<+f>", "plain"],
    "pipeline": [
      "identifier": "seed", "name": "Seed Pipeline", "sequenceId": 7, "currentStatus": "SUCCEEDED",
      "startTs": 1_700_000_000_000,
      "tags": ["team": "core"],
      "variables": [
        "tag": "1.0", "image": "app", "flag": "false", "on": "true", "my-var": "hyphen", "looksLikeList": "[1,2]",
        "zeros": "007", "strategy": "bluegreen", "tagAgain": "<+pipeline.variables.tag>",
      ],
      "stages": [
        "build": ["status": "SUCCEEDED", "spec": ["execution": ["steps": ["compile": ["status": "FAILED"]]]]]
      ],
    ],
    "stage": ["currentStatus": "FAILED", "identifier": "build", "variables": ["x": "stage-x"]],
    "strategy": [
      "iteration": 0, "iterations": 4, "matrix": ["os": "linux", "image": ["name": "alpine", "tag": "3.10"]],
      "repeat": ["item": "first"],
    ],
    "codebase": ["branch": "main", "build": ["type": "branch"], "tag": .null, "commitSha": "0123456789abcdef"],
    "trigger": .null,
    "execution": [
      "steps": [
        "scan": [
          "output": ["outputVariables": ["VERDICT": "passed", "COUNT": "3"]],
          "artifact_scan": ["stepArtifacts": ["publishedImageArtifacts": [["imageName": "app", "tag": "new-7"]]]],
        ]
      ]
    ],
    "loop1": "<+loop2>", "loop2": "<+loop1>", "self": "<+self>",
  ]
}

/// 2024-02-29T12:30:45.123Z.
func leapDay() -> Duration { .milliseconds(1_709_209_845_123) }

let evaluator = ExpressionEvaluator(scope: RunScope(), now: leapDay)

func evaluator(with names: [String: Value]) -> ExpressionEvaluator {
  ExpressionEvaluator(scope: RunScope(adding: names), now: leapDay)
}
