import Glibc

// Whole-process figures of the release build, each a median of several runs in turn with its peer:
//
//   swift build -c release && .build/release/Benchmarks
//
// With the word “ledger” it measures a ledger of a million events instead: see LedgerBenchmark.
//
// Nothing here fails on a number: machines differ. The bars are printed beside the figures.

/// The directory that this program and `slipway` were built into.
func buildDirectory() -> String {
  var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
  let length = readlink("/proc/self/exe", &buffer, Int(PATH_MAX))
  let path = String(decoding: buffer.prefix(max(0, length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
  return path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
}

func temporaryDirectory() throws -> String {
  var template = Array("/tmp/slipway-benchmark.XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { throw BenchmarkError("no temporary directory") }
  return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
}

func write(_ text: String, to path: String) throws {
  guard let file = fopen(path, "w") else { throw BenchmarkError("\(path) cannot be written") }
  fputs(text, file)
  fclose(file)
}

/// A pipeline of so many `echo` steps on the machine itself, each in a Bash of its own.
func echoes(_ count: Int) -> String {
  let indentation = String(repeating: " ", count: 18)
  let steps = (1...count).map { number in
    indentation + "- step: { type: Run, name: step \(number), identifier: step_\(number),"
      + " spec: { shell: Bash, command: echo \(number) } }"
  }
  return """
    pipeline:
      identifier: echoes
      name: echoes
      stages:
        - stage:
            identifier: echoes
            name: echoes
            type: CI
            spec:
              cloneCodebase: false
              runtime: { type: Cloud, spec: {} }
              execution:
                steps:

    """ + steps.joined(separator: "\n") + "\n"
}

/// The same for make, which starts commands without a shell unless it is told which one to use.
func makefile(_ count: Int) -> String {
  let targets = (1...count).map { "step_\($0)" }.joined(separator: " ")
  return "SHELL = /bin/bash\nall: \(targets)\n" + (1...count).map { "step_\($0):\n\t@echo \($0)\n" }.joined()
}

/// The same for act.
func workflow(_ count: Int) -> String {
  "name: echoes\non: push\njobs:\n  echoes:\n    runs-on: self-hosted\n    steps:\n"
    + (1...count).map { "      - run: echo \($0)\n        shell: bash\n" }.joined()
}

func milliseconds(_ seconds: Double) -> String {
  let tenths = Int((seconds * 10_000).rounded())
  return "\(tenths / 10).\(tenths % 10) ms"
}

func ratio(_ value: Double) -> String {
  let hundredths = Int((value * 100).rounded())
  return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
}

let build = buildDirectory()
let slipway = build + "/slipway"
let repository = String(#filePath.dropLast("/Tests/Benchmarks/main.swift".count))
let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
let environment = ["PATH": path, "HOME": getenv("HOME").map { String(cString: $0) } ?? "/"]
let work = try temporaryDirectory()

if CommandLine.arguments.dropFirst().first == "ledger" {
  try await LedgerBenchmark.run(in: CommandLine.arguments.count > 2 ? CommandLine.arguments[2] : work)
  exit(0)
}

func run(_ arguments: String..., in directory: String = work) throws -> MeasuredProcess {
  try MeasuredProcess(arguments, in: directory, environment: environment)
}

let installedAct = repository + "/.build-peers/bin/act"
let act = access(installedAct, X_OK) == 0 ? installedAct : nil

for count in [1, 3, 50] {
  try write(echoes(count), to: "\(work)/echoes-\(count).yaml")
  try write(makefile(count), to: "\(work)/Makefile.\(count)")
  try write(workflow(count), to: "\(work)/workflow-\(count).yaml")
}

let version = try Comparison("slipway --version", runs: 21) { try run(slipway, "--version") }
let steps = try [1, 3, 50].map { count in
  try Comparison(
    "\(count) echo steps", peer: { try run("make", "-s", "-f", "Makefile.\(count)") },
    { try run(slipway, "run", "echoes-\(count).yaml", "--state", "\(work)/echo-state") })
}
let own = (steps[2].seconds - steps[0].seconds) / 49
let make = ((steps[2].peerSeconds ?? 0) - (steps[0].peerSeconds ?? 0)) / 49

print("slipway --version                  \(milliseconds(version.seconds))   (bar: 20 ms)")
for comparison in steps {
  let peer = comparison.peerSeconds ?? 0
  print(
    "\(comparison.name)   \(milliseconds(comparison.seconds)); make \(milliseconds(peer)); ratio \(ratio(comparison.seconds / peer)); \(comparison.peakMemory >> 20) MiB"
  )
}
print(
  "one more step                      \(milliseconds(own)); make \(milliseconds(make)); ratio \(ratio(own / make))   (bar: 2.50)"
)
let firstOutputs = try (0..<11).map { _ in
  let run = try MeasuredProcess(
    [slipway, "run", "echoes-1.yaml", "--state", "\(work)/echo-state"], in: work, environment: environment,
    waitingFor: "[echoes/step_1] 1")
  guard let seconds = run.secondsToText else { throw BenchmarkError("the first step printed nothing") }
  return seconds
}
print("first output of the first step     \(milliseconds(firstOutputs.sorted()[5]))   (bar: 50 ms)")
if let act {
  // On the machine itself, as the pipelines above. It wants a repository around the workflow.
  _ = try run("git", "init", "-q", ".")
  func acting(_ count: Int) throws -> MeasuredProcess {
    try run(act, "-W", "workflow-\(count).yaml", "-P", "self-hosted=-self-hosted")
  }
  let compared = try [1, 50].map { count in
    try Comparison(
      "\(count) echo steps", runs: 5, peer: { try acting(count) },
      { try run(slipway, "run", "echoes-\(count).yaml", "--state", "\(work)/echo-state") })
  }
  for comparison in compared {
    let peer = comparison.peerSeconds ?? 0
    print(
      "\(comparison.name)   \(milliseconds(comparison.seconds)); act \(milliseconds(peer)); act takes \(ratio(peer / comparison.seconds)) times as long"
    )
  }
  let (ours, theirs) = (
    (compared[1].seconds - compared[0].seconds) / 49,
    ((compared[1].peerSeconds ?? 0) - (compared[0].peerSeconds ?? 0)) / 49
  )
  print(
    "one more step                      \(milliseconds(ours)); act \(milliseconds(theirs)); act takes \(ratio(theirs / ours)) times as long   (bar: 3.00)"
  )
}
// After the steps: it deletes thousands of files, and for minutes ext4 takes longer to make a new one.
let seed = try Comparison("seed pipeline, warm layer cache") {
  try run(slipway, "run", "\(repository)/Pipelines/build-scan-push/pipeline.yaml", "--state", "\(work)/state")
}
print("seed pipeline, warm layer cache    \(milliseconds(seed.seconds))   (bar: 1500 ms)")
print("  its largest process              \(seed.peakMemory >> 20) MiB")
let lint = LintBenchmark(directory: work, slipway: slipway, act: act) { arguments, directory in
  try MeasuredProcess(arguments, in: directory, environment: environment)
}
for line in try lint.lines() { print(line) }

let matrices = try [10_000, 100_000].map { try SchedulingBenchmark(instances: $0) }
for matrix in matrices {
  print(
    "matrix of \(matrix.instances) steps, scheduled   \(milliseconds(matrix.seconds)); \(Int(matrix.eventsPerSecond)) events/s   (bar: 100000)"
  )
}
print(
  "ten times as many take             \(ratio(matrices[1].seconds / matrices[0].seconds)) times as long   (linear: 10)")

let workspace = WorkspaceBenchmark(directory: work) { arguments, directory in
  try MeasuredProcess(arguments, in: directory, environment: environment)
}
for line in try workspace.lines() {
  print(
    "\(line.name)   \(milliseconds(line.seconds)); \(line.peer) \(milliseconds(line.peerSeconds)); ratio \(ratio(line.seconds / line.peerSeconds))   (bar: \(line.bar))"
  )
}
// The failing step leaves the workspace as it was, so that nothing has to be restored.
try write(
  echoes(1).replacing("echo 1", with: "false").replacing("cloneCodebase: false", with: "cloneCodebase: true"),
  to: "\(work)/failing.yaml")
_ = try run(slipway, "run", "failing.yaml", "--codebase", "tree", "--state", "\(work)/replay-state")
let replay = try Comparison("replay", runs: 5, expected: 1) {
  try run(slipway, "replay", "last", "--state", "\(work)/replay-state")
}
print("replay of a failed step, whole      \(milliseconds(replay.seconds))   (bar: 500 ms to the step's start)")
