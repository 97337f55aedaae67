/// What a RUN instruction sees beside the file system of its stage.
package enum RunMount: Hashable, Sendable {
  case bind(Bind)
  case cache(Cache)
  case tmpfs(Tmpfs)
  case secret(Secret)
  case ssh(SSH)

  /// A part of the context, or of the stage or image `from`. What is written to it is thrown away.
  package struct Bind: Hashable, Sendable {
    package let from: String?
    /// Relative to the root of what is mounted; empty for the root itself.
    package let source: String
    package let target: String
    package let isReadOnly: Bool
  }

  /// A directory that outlives the build.
  package struct Cache: Hashable, Sendable {
    package enum Sharing: String, Hashable, Sendable, CaseIterable {
      case shared, `private`, locked
    }

    /// The target unless one is given.
    package let id: String
    /// What the cache contains when it is new.
    package let from: String?
    package let source: String
    package let target: String
    package let isReadOnly: Bool
    package let sharing: Sharing
    package let mode: UInt32
    package let userID: UInt32
    package let groupID: UInt32
  }

  package struct Tmpfs: Hashable, Sendable {
    package let target: String
    /// In bytes; nil for no limit.
    package let size: Int64?
  }

  package struct Secret: Hashable, Sendable {
    package let id: String
    /// Nil if the secret is only wanted as a variable.
    package let target: String?
    package let environmentVariable: String?
    package let isRequired: Bool
    package let mode: UInt32
    package let userID: UInt32
    package let groupID: UInt32
  }

  package struct SSH: Hashable, Sendable {
    package let id: String
    /// Nil for `/run/buildkit/ssh_agent.N`.
    package let target: String?
    package let isRequired: Bool
    package let mode: UInt32
    package let userID: UInt32
    package let groupID: UInt32
  }
}
