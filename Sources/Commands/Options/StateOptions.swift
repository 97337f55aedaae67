import ArgumentParser
import SystemPackage

/// `--state` and `--config`, which every command takes.
struct StateOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where runs, images and the ledger are kept.", valueName: "dir"))
  var state: String?

  @Option(help: ArgumentHelp("The settings file, instead of slipway.yaml beside the pipeline.", valueName: "file"))
  var config: String?

  /// `--state`, else `SLIPWAY_STATE`, else `./state`.
  func toolbox(_ surroundings: Surroundings) -> Toolbox {
    let directory = state ?? surroundings.environment["SLIPWAY_STATE"] ?? "state"
    return Toolbox(surroundings: surroundings, state: surroundings.absolute(FilePath(directory)))
  }
}
