import Dispatch
package import Model
package import SystemPackage

extension WorkspaceSnapshots {
  /// The same as ``snapshot(of:notes:)``, on threads of its own: reading a large tree would keep others from running.
  package func takeAside(of directory: FilePath, notes: Notes?) async throws -> WorkspaceSnapshot {
    try await Self.aside { try self.snapshot(of: directory, notes: notes) }
  }

  func takeAside(of directory: FilePath, notes: Notes?, selection: TreeSelection) async throws -> WorkspaceSnapshot {
    try await Self.aside { try self.snapshot(of: directory, notes: notes, selection: selection) }
  }

  package func restoreAside(_ root: Digest, to directory: FilePath, notes: Notes?) async throws {
    try await Self.aside { try self.restore(root, to: directory, notes: notes) }
  }

  package static func aside<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Result(catching: work)) }
    }
  }
}
