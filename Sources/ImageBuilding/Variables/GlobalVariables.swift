import DockerfileSyntax
import Engine
import Model
import OCI

/// The variables of a whole build: what was given from outside, the platforms, and the ARGs above the first FROM.
struct GlobalVariables {
  /// Proxies may be given without being declared. They are neither in the image's history nor in the layer cache's keys.
  static let predefined = [
    "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "FTP_PROXY", "ftp_proxy", "NO_PROXY", "no_proxy",
    "ALL_PROXY",
    "all_proxy",
  ]

  /// Given from outside.
  let given: [String: String]
  private(set) var values: [String: String]

  /// - Throws: ``ImageBuildError``.
  init(_ dockerfile: Dockerfile, request: ImageBuildRequest, targetStage: String) throws {
    given = request.buildArguments
    values = Self.platformValues("TARGET", request.platform)
    values.merge(Self.platformValues("BUILD", .host)) { first, _ in first }
    values["TARGETSTAGE"] = targetStage
    let expansion = WordExpansion(escape: dockerfile.directives.escape)
    for argument in dockerfile.globalArguments {
      for declaration in argument.declarations {
        let name = try Self.expand(declaration.name, expansion, values, at: argument.span)
        let defaultValue = try declaration.defaultValue.map {
          try Self.expand($0, expansion, values, at: argument.span)
        }
        if let value = given[name] ?? defaultValue { values[name] = value }
      }
    }
  }

  private static func platformValues(_ prefix: String, _ platform: Platform) -> [String: String] {
    [
      prefix + "PLATFORM": platform.description, prefix + "OS": platform.os, prefix + "ARCH": platform.architecture,
      prefix + "VARIANT": platform.variant ?? "",
    ]
  }

  /// The value that `ARG name` without a default gets in a stage.
  func value(of name: String) -> String? { given[name] ?? values[name] }

  static func expand(
    _ word: String, _ expansion: WordExpansion, _ variables: [String: String], at span: SourceSpan
  ) throws -> String {
    do {
      return try expansion.word(word, variables: variables)
    } catch {
      throw ImageBuildError.mistake(.invalidWord, error.message, at: span, help: error.help)
    }
  }
}
