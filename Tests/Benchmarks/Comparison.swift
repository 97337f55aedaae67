/// Something measured several times, alone or in turn with a peer, so that a machine that is slow for a while is slow for both.
struct Comparison {
  let name: String
  /// Medians.
  let seconds: Double
  let peerSeconds: Double?
  let peakMemory: Int

  /// - Parameter expected: the exit code that a correct run has.
  init(
    _ name: String, runs: Int = 7, expected: Int32 = 0, peer: (() throws -> MeasuredProcess)? = nil,
    _ subject: () throws -> MeasuredProcess
  ) throws {
    // Not counted: files come into memory, caches are filled.
    let warmUp = try subject()
    guard warmUp.exitCode == expected else { throw BenchmarkError("\(name): exit code \(warmUp.exitCode)") }
    _ = try peer?()
    var own = [MeasuredProcess]()
    var others = [MeasuredProcess]()
    for _ in 0..<runs {
      own.append(try subject())
      if let other = try peer?() { others.append(other) }
    }
    self.name = name
    seconds = Self.median(own.map(\.seconds))
    peerSeconds = others.isEmpty ? nil : Self.median(others.map(\.seconds))
    peakMemory = own.map(\.peakMemory).max() ?? 0
  }

  private static func median(_ values: [Double]) -> Double {
    values.sorted()[values.count / 2]
  }
}
