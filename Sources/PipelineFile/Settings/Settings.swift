package import Model
package import SystemPackage

/// `slipway.yaml`: what Harness keeps on its server, and what is this machine's own.
///
/// Paths in the file are relative to the file; here they are joined with its directory.
package struct Settings: Sendable {
  package var codebase: Located<FilePath>?
  /// Files, directories and patterns, in the file's order.
  package var connectors: [Located<FilePath>] = []
  /// Connectors that stand in the settings themselves.
  package var ownConnectors: [Connector] = []
  package var secrets: [SecretSetting] = []
  /// Asked for every secret that nothing else gives.
  package var secretCommand: SecretCommand?
  /// `.env` files, later ones over earlier ones.
  package var secretFiles: [Located<FilePath>] = []
  /// Files of templates, folders and patterns, in the file's order.
  package var templates: [Located<FilePath>] = []
  /// Values for runtime inputs: paths with values.
  package var inputs: Node?
  /// Files of values for runtime inputs.
  package var inputSets: [Located<FilePath>] = []
  /// Variables of account, organisation and project, named as expressions name them: `X`, `org.X`, `account.X`.
  package var variables: [String: Text] = [:]
  package var account = Account()
  /// Flags of Harness's that are on.
  package var featureFlags: Set<FeatureFlag> = []
  package var images: [ImageSetting] = []
  package var registries: [RegistrySetting] = []
  package var custody: Located<CustodySetting>?
  package var snapshots: Located<SnapshotSetting>?
  /// An embedded registry that runs elsewhere.
  package var registry: Located<RegistryAddress>?

  package init() {}

  /// The account that a run pretends to belong to.
  package struct Account: Hashable, Sendable {
    package var identifier: String?
    package var name: String?

    package init(identifier: String? = nil, name: String? = nil) {
      self.identifier = identifier
      self.name = name
    }
  }

  /// What `secrets:` says about a reference: the entry of exactly that scope, else the one without a scope.
  package func secret(for reference: ScopedReference) -> SecretSetting? {
    let scoped = secrets.first { $0.reference == reference }
    return scoped ?? secrets.first { $0.reference == ScopedReference(.project, reference.identifier) }
  }
}

/// A feature flag of a Harness account that changes how pipelines run.
package enum FeatureFlag: String, Hashable, Sendable, CaseIterable {
  /// What a step puts out is in the environment of the later steps of its stage.
  case outputsAsEnvironment = "CI_OUTPUT_VARIABLES_AS_ENV"
}

/// A value and where the file says it.
package struct Located<Value: Hashable & Sendable>: Hashable, Sendable {
  package let value: Value
  package let span: SourceSpan

  package init(_ value: Value, at span: SourceSpan) {
    self.value = value
    self.span = span
  }
}

/// One entry of `secrets:`.
package struct SecretSetting: Hashable, Sendable {
  package enum Source: Hashable, Sendable {
    /// An environment variable's name.
    case environment(String)
    /// The file's content, without a line end at its end.
    case file(FilePath)
    case value(ConcealedText)
    /// What it prints.
    case command(SecretCommand)
  }

  package let reference: ScopedReference
  package let source: Source
  package let span: SourceSpan

  package init(reference: ScopedReference, source: Source, span: SourceSpan) {
    self.reference = reference
    self.source = source
    self.span = span
  }
}

/// A program that prints a secret's value.
package struct SecretCommand: Hashable, Sendable {
  /// The program with its arguments, up to the secret's name.
  private let words: [String]
  /// Whether the name is one more argument.
  private let takesName: Bool

  /// A program with its arguments, to which the secret's name is added.
  package init(asking words: [String]) {
    self.words = words
    takesName = true
  }

  /// A program with its arguments as they are.
  package init(_ words: [String]) {
    self.words = words
    takesName = false
  }

  /// A line for the shell, in which `$1` is the secret's name.
  package init(line: String) { self.init(asking: ["sh", "-c", line, "sh"]) }

  package func arguments(for name: String) -> [String] { takesName ? words + [name] : words }
}

/// One entry of `images:`: a reference that is served from this machine.
package struct ImageSetting: Hashable, Sendable {
  package enum Source: Hashable, Sendable {
    case archive(FilePath)
    case dockerfile(FilePath, context: FilePath, target: String?, buildArguments: [String: String])
  }

  package let reference: ImageReference
  package let source: Source
  package let span: SourceSpan

  package init(reference: ImageReference, source: Source, span: SourceSpan) {
    self.reference = reference
    self.source = source
    self.span = span
  }
}

/// One entry of `registries:`.
package struct RegistrySetting: Hashable, Sendable {
  /// Host and, where given, port.
  package let host: String
  package let usesPlainHTTP: Bool
  /// Where the registry really answers; nil: at its host.
  package let address: RegistryAddress?
  package let mirror: RegistryAddress?
  /// Certificate authorities to trust for this host, PEM.
  package let certificate: FilePath?
  package let span: SourceSpan

  package init(
    host: String, usesPlainHTTP: Bool = false, address: RegistryAddress? = nil, mirror: RegistryAddress? = nil,
    certificate: FilePath? = nil, span: SourceSpan
  ) {
    self.host = host
    self.usesPlainHTTP = usesPlainHTTP
    self.address = address
    self.mirror = mirror
    self.certificate = certificate
    self.span = span
  }
}

/// What happens to a push of an image that was not built and scanned in the same run.
package enum CustodySetting: String, Hashable, Sendable, CaseIterable {
  case enforce, warn, off
}

/// When snapshots of the workspace are taken: at every step's beginning and end, at each stage's beginning, or never.
package enum SnapshotSetting: String, Hashable, Sendable, CaseIterable {
  case step, stage, off
}

/// `http://127.0.0.1:5001`: a registry's address, with nothing behind host and port.
package struct RegistryAddress: Hashable, Sendable, CustomStringConvertible {
  package struct ParseError: Error, Equatable {
    package let text: String
  }

  package let isSecure: Bool
  /// Host and, where given, port.
  package let host: String

  /// - Throws: ``ParseError`` unless `text` is `http://` or `https://`, a host, perhaps a port, and at most one `/`.
  package init(_ text: String) throws(ParseError) {
    if text.hasPrefix("https://") {
      isSecure = true
    } else if text.hasPrefix("http://") {
      isSecure = false
    } else {
      throw ParseError(text: text)
    }
    let rest = text.dropFirst(isSecure ? 8 : 7)
    let host = rest.hasSuffix("/") ? rest.dropLast() : rest
    let parts = host.split(separator: ":", omittingEmptySubsequences: false)
    guard let name = parts.first, !name.isEmpty, parts.count <= 2 else { throw ParseError(text: text) }
    guard name.utf8.allSatisfy(Self.isHostByte) else { throw ParseError(text: text) }
    if parts.count == 2 {
      guard let port = Int(parts[1]), (1...65535).contains(port) else { throw ParseError(text: text) }
    }
    self.host = String(host)
  }

  package var description: String { (isSecure ? "https://" : "http://") + host }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"): true
    default: false
    }
  }
}
