/// Where the bytes go that a step prints, standard output and standard error together, in the order they arrive.
///
/// A sink may be slow, and the writer waits for it: that is the back pressure that keeps memory flat when a step prints a gigabyte.
package struct OutputSink: Sendable {
  private let consume: @Sendable (ArraySlice<UInt8>) async throws -> Void

  package init(_ consume: @escaping @Sendable (ArraySlice<UInt8>) async throws -> Void) {
    self.consume = consume
  }

  package func write(_ bytes: ArraySlice<UInt8>) async throws {
    try await consume(bytes)
  }

  /// Writes one line of Slipway's own, as opposed to a child process's output.
  package func line(_ text: String) async throws {
    try await consume(Array((text + "\n").utf8)[...])
  }

  /// Takes everything and keeps nothing.
  package static let discard = OutputSink { _ in }
}
