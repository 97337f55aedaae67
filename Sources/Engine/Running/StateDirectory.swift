package import Model
package import SystemPackage

/// Where a run leaves things: the layout of `state/`.
package struct StateDirectory: Hashable, Sendable {
  /// Absolute.
  package let root: FilePath

  package init(root: FilePath) {
    self.root = root
  }

  package var ledger: FilePath { root.appending("slipway.sqlite") }
  package var blobs: FilePath { root.appending("blobs") }
  package var layers: FilePath { root.appending("layers") }
  package var buildCache: FilePath { root.appending("cache").appending("build") }
  package var registry: FilePath { root.appending("registry") }
  package var runs: FilePath { root.appending("runs") }

  package func run(_ id: ULID) -> FilePath { runs.appending(id.description) }

  package func workspace(of stage: StepPath, in run: ULID) -> FilePath {
    self.run(run).appending("workspaces").appending(stage.last?.description ?? "pipeline")
  }

  /// A directory of one attempt's own.
  package func scratch(of path: StepPath, attempt: Int, in run: ULID) -> FilePath {
    self.run(run).appending("scratch").appending("\(Self.fileName(path))-\(attempt)")
  }

  /// Relative to `root`, as the ledger keeps it.
  package func logFile(of path: StepPath, attempt: Int, in run: ULID) -> String {
    "runs/\(run)/logs/\(Self.fileName(path))-\(attempt).log"
  }

  private static func fileName(_ path: StepPath) -> String {
    path.components.map(\.description).joined(separator: ".")
  }
}
