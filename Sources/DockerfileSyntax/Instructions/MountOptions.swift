import Model

/// The options of a `--mount` as they are read, in whatever order they stand.
struct MountOptions {
  enum MountType: String, CaseIterable {
    case bind, cache, tmpfs, secret, ssh
  }

  private static let keys = [
    "type", "from", "source", "src", "target", "dst", "destination", "readonly", "ro", "readwrite", "rw", "required",
    "size", "id", "sharing", "mode", "uid", "gid", "env",
  ]

  private var type = MountType.bind
  private var from: String?
  private var source = ""
  private var target = ""
  private var isReadOnly: Bool?
  private var isRequired: Bool?
  private var size: Int64?
  private var id = ""
  private var sharing: RunMount.Cache.Sharing?
  private var mode: UInt32?
  private var userID: UInt32?
  private var groupID: UInt32?
  private var environmentVariable: String?

  mutating func set(
    _ key: String, to value: String?, expanding expand: (String) throws(DockerfileError) -> String
  ) throws(DockerfileError) {
    guard let value else { return try setBare(key) }
    let word = try expand(value)
    switch key {
    case "type": type = try Self.choice(word, named: "mount type")
    case "from": from = word.isEmpty ? nil : word
    case "source", "src": source = word
    case "target", "dst", "destination": target = word
    case "readonly", "ro": isReadOnly = try Self.boolean(word, key)
    case "readwrite", "rw": isReadOnly = try !Self.boolean(word, key)
    case "required": isRequired = try Self.boolean(word, key)
    case "size":
      guard let bytes = ByteCount.parse(word) else { throw Self.invalid(word, key, "write a number and k, m or g") }
      size = bytes
    case "id": id = word
    case "sharing": sharing = try Self.choice(word, named: "sharing value")
    case "mode": mode = try Self.number(word, key, radix: 8)
    case "uid": userID = try Self.number(word, key, radix: 10)
    case "gid": groupID = try Self.number(word, key, radix: 10)
    case "env": environmentVariable = word.isEmpty ? nil : word
    default: throw Self.unknown(key)
    }
  }

  private mutating func setBare(_ key: String) throws(DockerfileError) {
    switch key {
    case "readonly", "ro": isReadOnly = true
    case "readwrite", "rw": isReadOnly = false
    case "required": isRequired = true
    case _ where Self.keys.contains(key):
      throw DockerfileError(
        .invalidMount, "the mount option \(key) needs a value", help: "write \(key)=VALUE")
    default: throw Self.unknown(key)
    }
  }

  /// The mount with its defaults.
  func mount() throws(DockerfileError) -> RunMount {
    try refuse("required", isRequired != nil, allowedFor: [.secret, .ssh])
    try refuse("size", size != nil, allowedFor: [.tmpfs])
    try refuse("sharing", sharing != nil, allowedFor: [.cache])
    try refuse("mode", mode != nil, allowedFor: [.cache, .secret, .ssh])
    try refuse("uid", userID != nil, allowedFor: [.cache, .secret, .ssh])
    try refuse("gid", groupID != nil, allowedFor: [.cache, .secret, .ssh])
    try refuse("env", environmentVariable != nil, allowedFor: [.secret])
    try refuse("from", from != nil, allowedFor: [.bind, .cache])
    if [.bind, .cache, .tmpfs].contains(type), target.isEmpty {
      throw DockerfileError(.invalidMount, "a \(type.rawValue) mount needs a target", help: "add target=PATH")
    }
    switch type {
    case .bind:
      return .bind(.init(from: from, source: source, target: target, isReadOnly: isReadOnly ?? true))
    case .cache:
      return .cache(
        .init(
          id: id.isEmpty ? LexicalPath.clean(target) : id, from: from, source: source, target: target,
          isReadOnly: isReadOnly ?? false, sharing: sharing ?? .shared, mode: mode ?? 0o755, userID: userID ?? 0,
          groupID: groupID ?? 0))
    case .tmpfs: return .tmpfs(.init(target: target, size: size))
    case .secret: return .secret(try secret())
    case .ssh:
      return .ssh(
        .init(
          id: id.isEmpty ? "default" : id, target: target.isEmpty ? nil : target, isRequired: isRequired ?? false,
          mode: mode ?? 0o600, userID: userID ?? 0, groupID: groupID ?? 0))
    }
  }

  private func secret() throws(DockerfileError) -> RunMount.Secret {
    guard source.isEmpty || id.isEmpty else {
      throw DockerfileError(.invalidMount, "a secret mount has both source and id", help: "they mean the same: keep id")
    }
    let named = source.isEmpty ? id : source
    guard !named.isEmpty || !target.isEmpty else {
      throw DockerfileError(.invalidMount, "a secret mount needs an id or a target", help: "add id=NAME")
    }
    var path: String? = target
    if target.isEmpty { path = environmentVariable == nil ? "/run/secrets/" + Self.lastComponent(of: named) : nil }
    return .init(
      id: named.isEmpty ? Self.lastComponent(of: target) : named, target: path,
      environmentVariable: environmentVariable, isRequired: isRequired ?? false, mode: mode ?? 0o400,
      userID: userID ?? 0, groupID: groupID ?? 0)
  }

  private func refuse(_ key: String, _ isGiven: Bool, allowedFor types: [MountType]) throws(DockerfileError) {
    guard isGiven, !types.contains(type) else { return }
    throw DockerfileError(
      .invalidMount, "\(key) is no option of a \(type.rawValue) mount",
      help: "\(key) is for \(types.map(\.rawValue).joined(separator: ", "))")
  }

  private static func lastComponent(of path: String) -> String {
    path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) } ?? path
  }

  private static func boolean(_ word: String, _ key: String) throws(DockerfileError) -> Bool {
    switch word {
    case "1", "t", "T", "true", "TRUE", "True": return true
    case "0", "f", "F", "false", "FALSE", "False": return false
    default: throw invalid(word, key, "write true or false")
    }
  }

  private static func number(_ word: String, _ key: String, radix: Int) throws(DockerfileError) -> UInt32 {
    guard word.utf8.first != UInt8(ascii: "+"), let number = UInt32(word, radix: radix) else {
      throw invalid(word, key, radix == 8 ? "write an octal number" : "write a number")
    }
    return number
  }

  private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ word: String, named noun: String
  ) throws(DockerfileError) -> Choice {
    if let choice = Choice(rawValue: word.lowercased()) { return choice }
    let known = Choice.allCases.map(\.rawValue)
    let help =
      Spelling.nearest(to: word, among: known).map { "did you mean \($0)?" }
      ?? "choose one of \(known.joined(separator: ", "))"
    throw DockerfileError(.invalidMount, "unknown \(noun) \"\(word)\"", help: help)
  }

  private static func invalid(_ word: String, _ key: String, _ help: String) -> DockerfileError {
    DockerfileError(.invalidMount, "\"\(word)\" is no value for \(key)", help: help)
  }

  private static func unknown(_ key: String) -> DockerfileError {
    DockerfileError(
      .invalidMount, "unknown mount option \(key)",
      help: Spelling.nearest(to: key, among: keys).map { "did you mean \($0)?" })
  }
}
