import Model
import Synchronization

/// The stages that are under way, with what runs beside their steps.
final class RunningStages: Sendable {
  private let running = Mutex<[StepPath: StageServices]>([:])

  /// The services of a stage; none have been started in one that is not under way.
  func services(of stage: StepPath) -> StageServices {
    running.withLock { stages in
      if let services = stages[stage] { return services }
      let services = StageServices()
      stages[stage] = services
      return services
    }
  }
}
