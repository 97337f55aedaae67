package import Model

/// Was the image that was pushed the one that was scanned?
package struct CustodyVerdict: Hashable, Sendable {
  package enum Answer: String, Hashable, Sendable {
    /// Every push was of the very bytes that a scan had read before.
    case yes
    /// At least one push was not.
    case no
    case neverPushed
    case neverScanned
  }

  package enum Reason: Hashable, Sendable {
    /// A scan had read these bytes before the push. `isPassed` is what came of the latest such scan.
    case scannedBefore(push: ImageReference, pushedAt: Timestamp, scannedAt: Timestamp, isPassed: Bool)
    /// No scan ever read what was pushed.
    case notScanned(push: ImageReference, pushedAt: Timestamp, manifest: Digest)
    /// The first scan of these bytes came later than the push.
    case scannedLater(push: ImageReference, pushedAt: Timestamp, scannedAt: Timestamp)
    /// The image was scanned, but in another archive than the one that it was pushed from.
    case otherArchive(push: ImageReference, pushedAt: Timestamp, pushed: Digest, scanned: Digest)
    /// The registry served something else than what was pushed.
    case readBackDiffers(push: ImageReference, pushedAt: Timestamp, pushed: Digest, served: Digest)
  }

  package let answer: Answer
  /// At least one for each push, in the order of the pushes.
  package let reasons: [Reason]

  /// - Parameters:
  ///   - scans: all scans of the image, in any order.
  init(pushes: [PushRecord], scans: [ImageTrace.Scan]) {
    let judged = pushes.map { Self.judge($0, scans: scans) }
    reasons = judged.flatMap(\.reasons)
    answer =
      if pushes.isEmpty { .neverPushed } else if scans.isEmpty { .neverScanned } else {
        judged.allSatisfy(\.isKept) ? .yes : .no
      }
  }

  private static func judge(
    _ push: PushRecord, scans: [ImageTrace.Scan]
  ) -> (isKept: Bool, reasons: [Reason]) {
    var reasons = [Reason]()
    let isServed = push.readBackDigest == push.manifestDigest
    if !isServed {
      reasons.append(
        .readBackDiffers(
          push: push.reference, pushedAt: push.at, pushed: push.manifestDigest, served: push.readBackDigest))
    }
    let ofImage = scans.filter { $0.manifestDigest == push.manifestDigest }.sorted { $0.at < $1.at }
    let ofBytes = ofImage.filter { push.archiveDigest == nil || $0.archiveDigest == push.archiveDigest }
    let isScanned: Bool
    if let scan = ofBytes.last(where: { $0.at <= push.at }) {
      isScanned = true
      reasons.append(
        .scannedBefore(push: push.reference, pushedAt: push.at, scannedAt: scan.at, isPassed: scan.isPassed))
    } else {
      isScanned = false
      if let scan = ofBytes.first {
        reasons.append(.scannedLater(push: push.reference, pushedAt: push.at, scannedAt: scan.at))
      } else if let scan = ofImage.last, let archive = push.archiveDigest {
        reasons.append(
          .otherArchive(push: push.reference, pushedAt: push.at, pushed: archive, scanned: scan.archiveDigest))
      } else {
        reasons.append(.notScanned(push: push.reference, pushedAt: push.at, manifest: push.manifestDigest))
      }
    }
    return (isServed && isScanned, reasons)
  }
}
