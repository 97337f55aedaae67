import Synchronization

/// Remembers what a run has said already.
final class SaidOnce: Sendable {
  private let said = Mutex<Set<String>>([])

  /// Whether nobody has said it before.
  func isNew(_ sentence: String) -> Bool { said.withLock { $0.insert(sentence).inserted } }
}
