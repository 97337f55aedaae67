import Model
import Synchronization

/// The plan of a run as it is now, for everyone who works at the run: it grows when a strategy gets its instances.
final class GrowingPlan: Sendable {
  private let plan: Mutex<Plan>

  init(_ plan: Plan) {
    self.plan = Mutex(plan)
  }

  var current: Plan {
    get { plan.withLock { $0 } }
    set { plan.withLock { $0 = newValue } }
  }
}
