import CAdvisories

extension AdvisoryPack {
  /// What is shipped inside the program.
  /// - Throws: `ScanError` of the code `dataUnusable` when the program is damaged.
  package static func embedded() throws -> AdvisoryPack {
    guard let start = slipway_advisories_start() else {
      preconditionFailure("the advisories are linked into the program")
    }
    return try AdvisoryPack(bytes: Array(UnsafeRawBufferPointer(start: start, count: slipway_advisories_size())))
  }
}
