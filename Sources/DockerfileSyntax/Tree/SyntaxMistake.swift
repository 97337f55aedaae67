import Model

/// One mistake of the author, before it has got its place in the file.
struct SyntaxMistake: Error {
  let code: Diagnostic.Code
  let message: String
  var help: String?
  /// The text to underline; without one, it is the whole instruction.
  var needle: String?

  init(_ code: Diagnostic.Code, _ message: String, help: String? = nil, underline needle: String? = nil) {
    self.code = code
    self.message = message
    self.help = help
    self.needle = needle
  }
}

extension Diagnostic.Code {
  static let unknownInstruction = Self(1501)
  static let unknownFlag = Self(1502)
  static let invalidFlag = Self(1503)
  static let wrongArguments = Self(1504)
  static let invalidJSONForm = Self(1505)
  static let invalidHeredoc = Self(1506)
  static let lineTooLong = Self(1507)
  static let emptyDockerfile = Self(1508)
  static let noBuildStage = Self(1509)
  static let invalidDirective = Self(1510)
  static let invalidStageName = Self(1511)
  static let invalidMount = Self(1512)
  static let emptyContinuationLine = Self(1513)
  static let invalidTrigger = Self(1514)
  static let invalidHealthcheck = Self(1515)
  static let variableInReference = Self(1516)
  static let emptyCommand = Self(1517)
  static let invalidIgnorePattern = Self(1520)
}
