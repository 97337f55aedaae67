import Model

/// `resources.limits` of a step, in Kubernetes' quantities.
enum ResourceLimits {
  /// Less than this and no process can start.
  private static let leastMemory: Int64 = 4 << 20

  /// - Throws: ``StepFailure`` for what is no quantity.
  static func limits(
    _ amounts: ContainerResources.Amounts?, evaluator: StepEvaluator
  ) throws -> SandboxedProcess.Limits? {
    func written(_ text: Text?) throws -> String? {
      try text.map(evaluator.render).flatMap { $0.isEmpty ? nil : $0 }
    }
    var limits = SandboxedProcess.Limits()
    if let memory = try written(amounts?.memory) {
      guard let bytes = bytes(memory) else {
        throw StepFailure(
          .configuration, "resources.limits.memory: '\(memory)' is no amount: write it as in 500Mi, 2Gi or 1G")
      }
      guard bytes >= leastMemory else {
        throw StepFailure(
          .configuration, "resources.limits.memory: '\(memory)' is too little for any process: 4Mi is the least")
      }
      limits.memory = bytes
    }
    if let processors = try written(amounts?.cpu) {
      guard let thousandths = thousandths(processors), thousandths > 0 else {
        throw StepFailure(
          .configuration,
          "resources.limits.cpu: '\(processors)' is no number of processors: write it as in 400m, 1 or 0.5")
      }
      limits.processors = thousandths
    }
    return limits == SandboxedProcess.Limits() ? nil : limits
  }

  private static let units: [(suffix: String, bytes: Double)] = [
    ("Ki", 0x1p10), ("Mi", 0x1p20), ("Gi", 0x1p30), ("Ti", 0x1p40), ("k", 1e3), ("K", 1e3), ("M", 1e6), ("G", 1e9),
    ("T", 1e12),
  ]

  /// Nil for what is no amount of memory.
  static func bytes(_ text: String) -> Int64? {
    let unit = units.first { text.hasSuffix($0.suffix) }
    guard let number = number(text.dropLast(unit?.suffix.count ?? 0)) else { return nil }
    let bytes = number * (unit?.bytes ?? 1)
    return bytes < 0x1p62 ? Int64(bytes.rounded(.up)) : nil
  }

  /// Of a processor; nil for what is no number of them.
  static func thousandths(_ text: String) -> Int64? {
    let isSmall = text.hasSuffix("m")
    guard let number = number(text.dropLast(isSmall ? 1 : 0)), number < 1e9 else { return nil }
    return Int64((isSmall ? number : number * 1000).rounded(.up))
  }

  /// Digits with a point among them, and no sign: of all that `Double` reads no more than Kubernetes does.
  private static func number(_ text: Substring) -> Double? {
    guard text.first?.isNumber == true, text.allSatisfy({ $0 == "." || ("0"..."9").contains($0) }) else { return nil }
    return Double(text)
  }
}
