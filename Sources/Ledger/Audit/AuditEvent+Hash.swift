package import Model
import OCI

/// How the events of the ledger are chained.
///
/// The hash of an event is the SHA-256 of these fields, each written as a netstring (`LENGTH:BYTES,`), in this order:
///
/// 1. `slipway.audit.event.1`, which tells these bytes from all others that are ever hashed;
/// 2. `seq`, in decimal;
/// 3. `at`, milliseconds since 1970, in decimal;
/// 4. `run`, the 26 characters of its ULID, or nothing when the event belongs to no run;
/// 5. `kind`;
/// 6. `subject`;
/// 7. `payload`, as canonical JSON (RFC 8785);
/// 8. `prev_hash`, the hash of the event before, `sha256:` and 64 hexadecimal digits; of the first event, ``genesis``.
///
/// These are the columns of `audit_event` byte for byte, so that anybody can check the chain with `sqlite3` and `sha256sum`.
/// A chain alone shows that nothing in it was changed without everything after it being made anew. Who could do that is
/// found out by an ``AuditHead`` that was kept somewhere else.
enum AuditHash {
  /// What the first event is chained to.
  static let genesis = Digest(of: Array("slipway.audit.chain.1".utf8))

  /// Starts the bytes to be hashed; the event's fields follow in their order.
  static func begin(_ bytes: inout CanonicalBytes) {
    bytes.removeAll()
    bytes.append("slipway.audit.event.1")
  }

  /// - Parameter payload: canonical JSON.
  static func hash(
    sequence: Int64, at: Timestamp, run: ULID?, kind: String, subject: String, payload: String, previous: Digest
  ) -> Digest {
    var bytes = CanonicalBytes()
    begin(&bytes)
    bytes.append(sequence)
    bytes.append(at.milliseconds)
    bytes.append(run?.description ?? "")
    bytes.append(kind)
    bytes.append(subject)
    bytes.append(payload)
    bytes.append(previous.description)
    return HashValue(of: bytes.bytes).digest
  }
}

extension AuditEvent {
  /// What the hash of an event with these fields has to be. Equal to `hash`, or the event is not as it was written.
  package var computedHash: Digest {
    AuditHash.hash(
      sequence: sequence, at: at, run: run, kind: kind, subject: subject, payload: payload.canonicalJSON,
      previous: previousHash)
  }
}
