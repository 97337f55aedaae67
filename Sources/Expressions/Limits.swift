/// What an expression may cost. A pipeline file can come from anyone, so that each limit ends in an error, not in a crash.
enum Limits {
  /// Levels of `<+…>` in `<+…>` and of text that holds expressions again, together. Harness has the same number.
  static let depth = 15
  /// Parentheses, lists, conditionals and prefixes in each other.
  static let nesting = 40
  /// The same at evaluation, over all levels of `<+…>` that are being evaluated.
  static let activeNodes = 240
  /// UTF-8 bytes between one `<+` and its `>`.
  static let sourceLength = 256 * 1024
  /// `<+…>` evaluated for one field.
  static let evaluations = 100_000
  /// UTF-8 bytes of a text that an expression makes.
  static let textLength = 16 * 1024 * 1024
  /// UTF-8 bytes of all values that one field's expressions make.
  static let totalLength = 64 * 1024 * 1024
  static let patternLength = 10_000
  static let patternNesting = 60
  /// `{n}` of a regular expression.
  static let patternRepetitions = 10_000
  static let patternInstructions = 50_000
  /// Of all regular expressions of one field together, beside those that the length of its texts gives.
  static let matchingSteps = 1_000_000
  static let matchingStepsForCharacter = 16
  static let matchingStack = 2_000_000
  static let jsonNesting = 100
  static let xmlNodes = 1_000_000
}
