import Model

/// The names of everything that a file can be told. A number is never given another meaning.
extension Diagnostic.Code {
  // MARK: Syntax
  static let syntax = Diagnostic.Code(1001)
  static let duplicateKey = Diagnostic.Code(1002)
  static let tabIndentation = Diagnostic.Code(1003)
  static let invalidUTF8 = Diagnostic.Code(1004)
  static let controlCharacter = Diagnostic.Code(1005)
  static let fileTooLarge = Diagnostic.Code(1006)
  static let nestedTooDeep = Diagnostic.Code(1007)
  static let invalidAlias = Diagnostic.Code(1008)
  static let tooManyValues = Diagnostic.Code(1009)
  static let severalDocuments = Diagnostic.Code(1010)
  static let conflictMarkers = Diagnostic.Code(1011)
  static let unrenderedTemplate = Diagnostic.Code(1012)
  static let emptyFile = Diagnostic.Code(1013)
  static let otherPipelineLanguage = Diagnostic.Code(1014)
  static let unsupportedTag = Diagnostic.Code(1015)
  static let keyIsNoString = Diagnostic.Code(1016)
  static let invalidMergeKey = Diagnostic.Code(1017)

  // MARK: Model
  static let missingKey = Diagnostic.Code(2001)
  static let wrongType = Diagnostic.Code(2002)
  static let unknownKey = Diagnostic.Code(2003)
  static let invalidIdentifier = Diagnostic.Code(2004)
  static let duplicateIdentifier = Diagnostic.Code(2005)
  static let unknownStepType = Diagnostic.Code(2006)
  static let unknownStageType = Diagnostic.Code(2007)
  static let invalidDuration = Diagnostic.Code(2008)
  static let unknownValue = Diagnostic.Code(2009)
  static let otherCase = Diagnostic.Code(2010)
  static let bareStepList = Diagnostic.Code(2011)
  static let invalidItem = Diagnostic.Code(2012)
  static let invalidFailureStrategy = Diagnostic.Code(2013)
  static let templatePlaceholder = Diagnostic.Code(2015)
  static let emptyList = Diagnostic.Code(2016)
  static let invalidVariable = Diagnostic.Code(2017)
  static let wrongKindOfFile = Diagnostic.Code(2018)
  static let contradiction = Diagnostic.Code(2019)
  static let invalidStrategy = Diagnostic.Code(2020)
  static let numberAsText = Diagnostic.Code(2022)
  static let notANumber = Diagnostic.Code(2023)

  // MARK: Settings
  static let unknownSetting = Diagnostic.Code(2101)
  static let invalidSetting = Diagnostic.Code(2102)
  static let noSuchFile = Diagnostic.Code(2103)

  // MARK: Connectors and secrets
  static let invalidReference = Diagnostic.Code(2201)
  static let duplicateDefinition = Diagnostic.Code(2202)

  // MARK: References
  static let unknownStage = Diagnostic.Code(4101)
}
