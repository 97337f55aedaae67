/// What happens when the image that is about to be pushed is not the one that was built and scanned.
package enum CustodyPolicy: String, Hashable, Sendable, CaseIterable {
  /// The push is refused. The default when the run has scanned an image.
  case enforce
  /// It is said, recorded, and pushed all the same. The default otherwise.
  case warn
  case off
}
