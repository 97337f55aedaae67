package import Model
import Synchronization

/// What a run has built and scanned so far, with what the runs had that it replays. Shared by the run's steps.
package final class CustodyRecords: Sendable {
  private let records: Mutex<(builds: [BuildRecord], scans: [ScanRecord])>

  /// - Parameters: what the runs that are replayed left, oldest first.
  package init(builds: [BuildRecord] = [], scans: [ScanRecord] = []) {
    records = Mutex((builds, scans))
  }

  package func add(_ facts: [LedgerEntry.Fact]) {
    records.withLock { records in
      for fact in facts {
        switch fact {
        case .build(let build): records.builds.append(build)
        case .scan(let scan): records.scans.append(scan)
        case .node, .attempt, .push, .runFinished: break
        }
      }
    }
  }

  package func custody(policy: CustodyPolicy?) -> Custody {
    let (builds, scans) = records.withLock { $0 }
    return Custody(builds: builds, scans: scans, policy: policy)
  }
}
