import Synchronization

/// Knows every secret that a run has got hold of, and takes them out of whatever leaves it.
///
/// Shared by all steps of a run: a secret that one step reads is masked in the output of all.
package final class Masker: Sendable {
  /// What stands in a secret's place, as Harness writes it.
  package static let mask = "**************"

  private struct State {
    var secrets: Set<String> = []
    var automaton: MaskingAutomaton?
    var version = 0
  }

  private let state = Mutex(State())

  package init() {}

  package func add(_ secret: String) {
    guard !secret.isEmpty else { return }
    state.withLock { state in
      guard state.secrets.insert(secret).inserted else { return }
      state.automaton = nil
      state.version += 1
    }
  }

  /// The text with every secret in it, in any of its forms, replaced.
  package func mask(_ text: String) -> String {
    var stream = MaskingStream(self)
    return String(decoding: stream.mask(Array(text.utf8)[...]) + stream.finish(), as: UTF8.self)
  }

  /// The secrets as an automaton, built when it is first asked for; nil without secrets.
  func current(unless known: Int) -> (automaton: MaskingAutomaton?, version: Int)? {
    state.withLock { state in
      guard state.version != known else { return nil }
      if state.automaton == nil, !state.secrets.isEmpty {
        state.automaton = MaskingAutomaton(
          state.secrets.reduce(into: Set<[UInt8]>()) { $0.formUnion(SecretForms.all(of: $1)) })
      }
      return (state.automaton, state.version)
    }
  }
}
