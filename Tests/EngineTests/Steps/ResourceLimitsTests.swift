import Model
import TestSupport
import Testing

@testable import Engine

@Suite struct ResourceLimitsTests {
  static let memory: [(String, Int64?)] = [
    ("500Mi", 524_288_000), ("1Gi", 1_073_741_824), ("1.5Gi", 1_610_612_736), ("64Ki", 65_536), ("2G", 2_000_000_000),
    ("128M", 128_000_000), ("5k", 5000), ("8388608", 8_388_608), ("1T", 1_000_000_000_000), ("0.5", 1), ("", nil),
    ("12Q", nil), ("Mi", nil), ("-1Mi", nil), ("1e3", nil), ("0x10", nil), ("1 Gi", nil), ("1.2.3", nil),
    ("99999999999Ti", nil), ("inf", nil), ("nan", nil),
  ]

  @Test(arguments: memory) func `memory is read as Kubernetes writes it`(_ text: String, _ bytes: Int64?) {
    #expect(ResourceLimits.bytes(text) == bytes)
  }

  static let processors: [(String, Int64?)] = [
    ("400m", 400), ("1", 1000), ("0.5", 500), ("2.25", 2250), ("0.0001", 1), ("", nil), ("m", nil), ("-1", nil),
    ("1k", nil), ("many", nil), ("9999999999999", nil),
  ]

  @Test(arguments: processors) func `processors are read as Kubernetes writes them`(_ text: String, _ count: Int64?) {
    #expect(ResourceLimits.thousandths(text) == count)
  }

  @Test func `a container has the limits of its step, and a word is said once where they are not kept`() async throws {
    try await StepBench.with { bench in
      let sandbox = FakeSandbox(obstacles: ["memory limits are not kept on this machine: it is made up"])
      let executor = RunExecutor(
        StepProcesses(sandbox: sandbox, containers: FakeContainers(), hostEnvironment: [:]))
      var step = RunStep(command: "x", image: "busybox:1")
      step.container.resources = ContainerResources(limits: .init(cpu: "400m", memory: "64Mi"))
      for _ in 0..<2 { _ = try await executor.execute(try bench.execution(.run(step))) }
      #expect(sandbox.processes.map(\.limits) == Array(repeating: .init(memory: 64 << 20, processors: 400), count: 2))
      #expect(bench.lines.filter { $0.contains("not kept on this machine") }.count == 1)
      // On the machine itself there is no container to limit.
      step.container.image = nil
      _ = try await executor.execute(try bench.execution(.run(step), infrastructure: .cloud))
      #expect(sandbox.processes.last?.limits == nil)
    }
  }

  static let impossible: [(String?, String?, String)] = [
    ("1Mi", nil, "too little"), ("x", nil, "no amount"), (nil, "0", "no number of processors"),
  ]

  @Test(arguments: impossible)
  func `limits that cannot be are the step's mistake`(_ memory: String?, _ cpu: String?, _ words: String) async throws {
    try await StepBench.with { bench in
      let executor = RunExecutor(
        StepProcesses(sandbox: FakeSandbox(), containers: FakeContainers(), hostEnvironment: [:]))
      var step = RunStep(command: "x", image: "busybox:1")
      step.container.resources = ContainerResources(
        limits: .init(cpu: cpu.map { Text($0) }, memory: memory.map { Text($0) }))
      let failure = await failure { [step] in try await executor.execute(try bench.execution(.run(step))) }
      #expect(failure?.type == .configuration)
      #expect(failure?.message.contains(words) == true)
    }
  }
}
