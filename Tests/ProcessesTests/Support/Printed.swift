import Engine
import Synchronization

/// What a process has printed, and a way to wait for it.
final class Printed: Sendable {
  private struct State {
    var bytes: [UInt8] = []
    var waiting: [(text: [UInt8], continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  var sink: OutputSink {
    OutputSink { bytes in
      let ready = self.state.withLock { state -> [CheckedContinuation<Void, Never>] in
        state.bytes += bytes
        let text = state.bytes
        let ready = state.waiting.filter { text.contains($0.text) }.map(\.continuation)
        state.waiting.removeAll { text.contains($0.text) }
        return ready
      }
      for continuation in ready { continuation.resume() }
    }
  }

  var text: String { String(decoding: state.withLock(\.bytes), as: UTF8.self) }

  var lines: [String] { text.split(separator: "\n").map(String.init) }

  /// Returns when the process has printed `text`.
  func wait(for text: String) async {
    let wanted = Array(text.utf8)
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.bytes.contains(wanted) { return true }
        state.waiting.append((wanted, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  /// The number in the first line that begins with `word`.
  func number(after word: String) -> Int? {
    lines.first { $0.hasPrefix(word + " ") }.flatMap { Int($0.dropFirst(word.count + 1)) }
  }
}
