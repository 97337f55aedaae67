package import Model

extension Diagnostic.Code {
  // MARK: Inputs
  static let invalidRuntimeInput = Diagnostic.Code(2301)
  static let inputWithinText = Diagnostic.Code(2302)
  static let invalidInputPattern = Diagnostic.Code(2303)
  static let defaultNotAllowed = Diagnostic.Code(2304)
  package static let missingInputs = Diagnostic.Code(2305)
  static let inputNotAllowed = Diagnostic.Code(2306)
  static let unknownInput = Diagnostic.Code(2307)
  static let notAnInput = Diagnostic.Code(2308)
  static let inputSetOfOtherPipeline = Diagnostic.Code(2309)
  static let unknownInputSet = Diagnostic.Code(2310)
  static let invalidInputSet = Diagnostic.Code(2311)

  // MARK: Templates
  static let unknownTemplate = Diagnostic.Code(2401)
  static let templateOfOtherType = Diagnostic.Code(2402)
  static let templateCycle = Diagnostic.Code(2404)
  static let templatesTooDeep = Diagnostic.Code(2405)
  static let assumedStableVersion = Diagnostic.Code(2406)
  static let unknownTemplateInput = Diagnostic.Code(2407)
  static let templatesTooLarge = Diagnostic.Code(2408)
  static let keyBesideTemplate = Diagnostic.Code(2409)
  static let duplicateTemplate = Diagnostic.Code(2410)
  static let unknownTemplateVariable = Diagnostic.Code(2411)

  // MARK: References
  static let missingConnectors = Diagnostic.Code(4110)
  static let missingSecrets = Diagnostic.Code(4111)
}
