package import Model

/// What an image is to run, where and as whom, which layers it consists of and how they came about.
///
/// See the OCI image specification, config.md. Configurations made by other tools are read leniently (unknown keys are left
/// out, `null` is absent); what is written is deterministic and holds neither nulls nor empty collections.
package struct ImageConfiguration: Hashable, Sendable, Codable {
  /// RFC 3339.
  package var created: String?
  package var author: String?
  package var architecture: String
  package var os: String
  package var variant: String?
  package var config: Container
  package var rootfs: RootFileSystem
  package var history: [History]

  package init(
    created: String? = nil, author: String? = nil, platform: Platform, config: Container = Container(),
    diffIDs: [Digest] = [], history: [History] = []
  ) {
    self.created = created
    self.author = author
    architecture = platform.architecture
    os = platform.os
    variant = platform.variant
    self.config = config
    rootfs = RootFileSystem(diffIDs: diffIDs)
    self.history = history
  }

  /// - Throws: ``OCIError`` when the bytes are not an image configuration.
  package init(decoding bytes: [UInt8]) throws(OCIError) {
    self = try CanonicalJSON.decode(ImageConfiguration.self, from: bytes, name: "the image configuration")
  }

  /// The same value always gives the same bytes.
  package func encoded() -> [UInt8] { CanonicalJSON.encode(self) }

  package var platform: Platform { Platform(os: os, architecture: architecture, variant: variant) }

  /// The uncompressed layers, lowest first.
  package struct RootFileSystem: Hashable, Sendable, Codable {
    package var diffIDs: [Digest]

    package init(diffIDs: [Digest]) {
      self.diffIDs = diffIDs
    }

    private enum CodingKeys: String, CodingKey {
      case type
      case diffIDs = "diff_ids"
    }

    package init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      diffIDs = try container.decodeIfPresent([Digest].self, forKey: .diffIDs) ?? []
    }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode("layers", forKey: .type)
      try container.encode(diffIDs, forKey: .diffIDs)
    }
  }

  /// One instruction of the build; those with `emptyLayer` left no layer.
  package struct History: Hashable, Sendable, Codable {
    package var created: String?
    package var createdBy: String?
    package var author: String?
    package var comment: String?
    package var emptyLayer: Bool

    package init(
      created: String? = nil, createdBy: String? = nil, author: String? = nil, comment: String? = nil,
      emptyLayer: Bool = false
    ) {
      self.created = created
      self.createdBy = createdBy
      self.author = author
      self.comment = comment
      self.emptyLayer = emptyLayer
    }

    private enum CodingKeys: String, CodingKey {
      case created, author, comment
      case createdBy = "created_by"
      case emptyLayer = "empty_layer"
    }

    package init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      created = try container.decodeIfPresent(String.self, forKey: .created)
      createdBy = try container.decodeIfPresent(String.self, forKey: .createdBy)
      author = try container.decodeIfPresent(String.self, forKey: .author)
      comment = try container.decodeIfPresent(String.self, forKey: .comment)
      emptyLayer = try container.decodeIfPresent(Bool.self, forKey: .emptyLayer) ?? false
    }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encodeIfPresent(created, forKey: .created)
      try container.encodeIfPresent(createdBy, forKey: .createdBy)
      try container.encodeIfPresent(author, forKey: .author)
      try container.encodeIfPresent(comment, forKey: .comment)
      if emptyLayer { try container.encode(true, forKey: .emptyLayer) }
    }
  }

  private enum CodingKeys: String, CodingKey {
    case created, author, architecture, os, variant, config, rootfs, history
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    created = try container.decodeIfPresent(String.self, forKey: .created)
    author = try container.decodeIfPresent(String.self, forKey: .author)
    architecture = try container.decodeIfPresent(String.self, forKey: .architecture) ?? ""
    os = try container.decodeIfPresent(String.self, forKey: .os) ?? ""
    variant = try container.decodeIfPresent(String.self, forKey: .variant)
    config = try container.decodeIfPresent(Container.self, forKey: .config) ?? Container()
    rootfs =
      try container.decodeIfPresent(RootFileSystem.self, forKey: .rootfs) ?? RootFileSystem(diffIDs: [])
    history = try container.decodeIfPresent([History].self, forKey: .history) ?? []
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(created, forKey: .created)
    try container.encodeIfPresent(author, forKey: .author)
    try container.encode(architecture, forKey: .architecture)
    try container.encode(os, forKey: .os)
    try container.encodeIfPresent(variant, forKey: .variant)
    try container.encode(config, forKey: .config)
    try container.encode(rootfs, forKey: .rootfs)
    if !history.isEmpty { try container.encode(history, forKey: .history) }
  }
}
