import Glibc

/// What checking large files costs, beside act's check of a workflow with as many jobs and steps.
struct LintBenchmark {
  /// Where the files are made.
  let directory: String
  let slipway: String
  /// Nil where it is not installed.
  let act: String?
  let run: (_ arguments: [String], _ directory: String) throws -> MeasuredProcess

  func lines() throws -> [String] {
    var lines: [String] = []
    try write(pipeline(stages: 1000, steps: 5), to: "\(directory)/large.yaml")
    if let act {
      try write(workflow(jobs: 1000, steps: 5), to: "\(directory)/workflow.yaml")
      let comparison = try Comparison(
        "lint", peer: { try run([act, "--validate", "-W", "workflow.yaml"], directory) },
        { try run([slipway, "lint", "large.yaml"], directory) })
      let peer = comparison.peerSeconds ?? 0
      lines.append(
        "lint of 1000 stages of 5 steps    \(milliseconds(comparison.seconds)); act --validate \(milliseconds(peer)); ratio \(ratio(comparison.seconds / peer)); \(comparison.peakMemory >> 20) MiB   (bar: 1.00)"
      )
    } else {
      lines.append("lint of 1000 stages of 5 steps    not compared: act is not installed (.ci/setup installs it)")
    }
    let times = try [1000, 10_000, 50_000].map { steps in
      try write(pipeline(stages: steps / 5, steps: 5), to: "\(directory)/steps-\(steps).yaml")
      return try Comparison("lint", runs: 3) { try run([slipway, "lint", "steps-\(steps).yaml"], directory) }.seconds
    }
    lines.append(
      "lint of 1000, 10000, 50000 steps  \(times.map(milliseconds).joined(separator: ", ")); the last takes \(ratio(times[2] / times[1])) times as long as the one before it   (linear: 5)"
    )
    return lines
  }

  private func pipeline(stages: Int, steps: Int) -> String {
    var text = "pipeline:\n  identifier: large\n  name: large\n  stages:\n"
    for stage in 1...stages {
      text += """
            - stage:
                identifier: stage_\(stage)
                name: stage \(stage)
                type: CI
                spec:
                  cloneCodebase: false
                  runtime: { type: Cloud, spec: {} }
                  execution:
                    steps:

        """
      for step in 1...steps {
        text += """
                        - step:
                            type: Run
                            name: step \(step)
                            identifier: step_\(step)
                            spec:
                              shell: Sh
                              command: echo \(stage) \(step)

          """
      }
    }
    return text
  }

  private func workflow(jobs: Int, steps: Int) -> String {
    var text = "name: large\non: push\njobs:\n"
    for job in 1...jobs {
      text += "  job_\(job):\n    name: job \(job)\n    runs-on: ubuntu-latest\n    steps:\n"
      for step in 1...steps { text += "      - name: step \(step)\n        run: echo \(job) \(step)\n" }
    }
    return text
  }
}
