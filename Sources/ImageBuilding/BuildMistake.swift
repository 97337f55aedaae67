import DockerfileSyntax
import Engine
import Model
import OCI

extension Diagnostic.Code {
  static let missingSource = Self(5101)
  static let ignoredSource = Self(5102)
  static let sourceOutsideContext = Self(5103)
  static let missingBaseImage = Self(5104)
  static let unknownTarget = Self(5105)
  static let unsupportedFeature = Self(5106)
  static let failedCommand = Self(5107)
  static let invalidDestination = Self(5108)
  static let unknownUser = Self(5109)
  static let invalidMode = Self(5110)
  static let missingSecret = Self(5111)
  static let invalidImageReference = Self(5112)
  static let invalidWord = Self(5113)
  static let invalidPlatform = Self(5114)
  static let stageRefersToItself = Self(5115)
  static let invalidBuildArgument = Self(5116)
}

extension ImageBuildError {
  /// A mistake of the Dockerfile's author that shows only when the instruction is carried out.
  static func mistake(
    _ code: Diagnostic.Code, _ message: String, at span: SourceSpan?, notes: [String] = [], help: String?
  ) -> ImageBuildError {
    let diagnostic = Diagnostic(code, .error, message, at: span, notes: notes, help: help)
    return ImageBuildError(.invalidDockerfile, text(of: diagnostic), diagnostics: [diagnostic])
  }

  static func unsupported(_ what: String, at span: SourceSpan, help: String) -> ImageBuildError {
    mistake(.unsupportedFeature, "\(what) is not supported", at: span, help: help)
  }

  /// `FILE:LINE: message`, which is all that some readers of an error show.
  static func text(of diagnostic: Diagnostic) -> String {
    guard let span = diagnostic.span else { return diagnostic.message }
    return "\(span.file):\(span.start.line): \(diagnostic.message)"
  }
}
