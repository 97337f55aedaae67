extension Migration {
  /// Runs, attempts, images and the audit chain.
  ///
  /// Times are milliseconds since 1970 in the tables and RFC 3339 in the views. JSON columns hold canonical JSON (RFC 8785).
  /// No row is ever deleted. A later schema may add columns that may be NULL, and must not drop or rename any: the audit
  /// chain covers the rows as they are (see ``RowDigest``).
  static let initialSchema = Migration(version: 1, sql: tables + triggers + views)

  private static let statuses = """
    ('NOT_STARTED', 'RUNNING', 'SUCCEEDED', 'SKIPPED', 'IGNORE_FAILED', 'FAILED', 'ERRORED', 'EXPIRED', 'ABORTED',
     'INTERRUPTED')
    """

  private static let tables = """
    CREATE TABLE run (
      id                 TEXT PRIMARY KEY NOT NULL,
      pipeline           TEXT NOT NULL,
      pipeline_name      TEXT NOT NULL,
      sequence_id        INTEGER NOT NULL CHECK (sequence_id > 0),
      status             TEXT NOT NULL CHECK (status IN \(statuses)),
      started_at         INTEGER NOT NULL,
      finished_at        INTEGER,
      message            TEXT,
      actor              TEXT NOT NULL,
      version            TEXT NOT NULL,
      replay_of          TEXT REFERENCES run (id),
      pipeline_file      TEXT NOT NULL,
      pipeline_digest    TEXT NOT NULL,
      settings_digest    TEXT,
      pipeline_directory TEXT NOT NULL,
      inputs             TEXT NOT NULL CHECK (json_valid(inputs)),
      codebase           TEXT CHECK (codebase IS NULL OR json_valid(codebase)),
      UNIQUE (pipeline, sequence_id)
    ) STRICT;
    CREATE INDEX run_by_time ON run (started_at, id);
    CREATE INDEX run_by_replay ON run (replay_of) WHERE replay_of IS NOT NULL;

    CREATE TABLE node (
      id          INTEGER PRIMARY KEY,
      run         TEXT NOT NULL REFERENCES run (id),
      path        TEXT NOT NULL,
      kind        TEXT NOT NULL CHECK (kind IN ('stage', 'group', 'step')),
      name        TEXT NOT NULL,
      type        TEXT NOT NULL,
      status      TEXT NOT NULL CHECK (status IN \(statuses)),
      started_at  INTEGER,
      finished_at INTEGER,
      message     TEXT,
      taken_from  TEXT REFERENCES run (id),
      UNIQUE (run, path)
    ) STRICT;
    CREATE INDEX node_by_origin ON node (taken_from) WHERE taken_from IS NOT NULL;

    CREATE TABLE attempt (
      id               INTEGER PRIMARY KEY,
      run              TEXT NOT NULL,
      path             TEXT NOT NULL,
      number           INTEGER NOT NULL CHECK (number > 0),
      status           TEXT NOT NULL CHECK (status IN \(statuses)),
      started_at       INTEGER NOT NULL,
      finished_at      INTEGER,
      resolved_spec    TEXT NOT NULL CHECK (json_valid(resolved_spec)),
      exit_code        INTEGER,
      failure          TEXT,
      message          TEXT,
      outputs          TEXT NOT NULL CHECK (json_valid(outputs)),
      log_file         TEXT NOT NULL,
      log_digest       TEXT,
      workspace_before TEXT,
      workspace_after  TEXT,
      UNIQUE (run, path, number),
      FOREIGN KEY (run, path) REFERENCES node (run, path) DEFERRABLE INITIALLY DEFERRED
    ) STRICT;

    CREATE TABLE build (
      id                   INTEGER PRIMARY KEY,
      run                  TEXT NOT NULL REFERENCES run (id),
      step                 TEXT NOT NULL,
      recorded_at          INTEGER NOT NULL,
      manifest_digest      TEXT NOT NULL,
      configuration_digest TEXT NOT NULL,
      archive_path         TEXT,
      archive_digest       TEXT,
      archive_size         INTEGER,
      dockerfile_digest    TEXT,
      CHECK ((archive_path IS NULL) = (archive_digest IS NULL) AND (archive_path IS NULL) = (archive_size IS NULL))
    ) STRICT;
    CREATE INDEX build_by_run ON build (run);
    CREATE INDEX build_by_manifest ON build (manifest_digest);
    CREATE INDEX build_by_configuration ON build (configuration_digest);
    CREATE INDEX build_by_archive ON build (archive_digest);

    CREATE TABLE build_layer (
      build    INTEGER NOT NULL REFERENCES build (id),
      position INTEGER NOT NULL,
      digest   TEXT NOT NULL,
      diff_id  TEXT NOT NULL,
      size     INTEGER NOT NULL,
      PRIMARY KEY (build, position)
    ) STRICT;
    CREATE INDEX build_layer_by_digest ON build_layer (digest);
    CREATE INDEX build_layer_by_diff_id ON build_layer (diff_id);

    CREATE TABLE build_reference (
      build     INTEGER NOT NULL REFERENCES build (id),
      position  INTEGER NOT NULL,
      reference TEXT NOT NULL,
      PRIMARY KEY (build, position)
    ) STRICT;
    CREATE INDEX build_reference_by_name ON build_reference (reference);

    CREATE TABLE scan (
      id                   INTEGER PRIMARY KEY,
      run                  TEXT NOT NULL REFERENCES run (id),
      step                 TEXT NOT NULL,
      recorded_at          INTEGER NOT NULL,
      scanner              TEXT NOT NULL,
      scanner_version      TEXT NOT NULL,
      scanner_data         TEXT NOT NULL CHECK (json_valid(scanner_data)),
      archive_digest       TEXT NOT NULL,
      manifest_digest      TEXT NOT NULL,
      configuration_digest TEXT NOT NULL,
      operating_system     TEXT,
      is_passed            INTEGER NOT NULL CHECK (is_passed IN (0, 1)),
      critical             INTEGER NOT NULL,
      high                 INTEGER NOT NULL,
      medium               INTEGER NOT NULL,
      low                  INTEGER NOT NULL,
      info                 INTEGER NOT NULL,
      unknown              INTEGER NOT NULL,
      remarks              TEXT NOT NULL CHECK (json_valid(remarks))
    ) STRICT;
    CREATE INDEX scan_by_run ON scan (run);
    CREATE INDEX scan_by_manifest ON scan (manifest_digest);
    CREATE INDEX scan_by_configuration ON scan (configuration_digest);
    CREATE INDEX scan_by_archive ON scan (archive_digest);

    CREATE TABLE scan_package (
      scan           INTEGER NOT NULL REFERENCES scan (id),
      position       INTEGER NOT NULL,
      kind           TEXT NOT NULL,
      name           TEXT NOT NULL,
      version        TEXT NOT NULL,
      source_name    TEXT,
      source_version TEXT,
      locations      TEXT NOT NULL CHECK (json_valid(locations)),
      layer          TEXT,
      PRIMARY KEY (scan, position)
    ) STRICT;
    CREATE INDEX scan_package_by_name ON scan_package (name, version);

    CREATE TABLE finding (
      scan           INTEGER NOT NULL REFERENCES scan (id),
      position       INTEGER NOT NULL,
      vulnerability  TEXT NOT NULL,
      aliases        TEXT NOT NULL CHECK (json_valid(aliases)),
      severity       TEXT NOT NULL CHECK (severity IN ('critical', 'high', 'medium', 'low', 'info', 'unknown')),
      score          REAL,
      kind           TEXT NOT NULL,
      name           TEXT NOT NULL,
      version        TEXT NOT NULL,
      source_name    TEXT,
      source_version TEXT,
      locations      TEXT NOT NULL CHECK (json_valid(locations)),
      layer          TEXT,
      fixed_version  TEXT,
      source         TEXT NOT NULL,
      PRIMARY KEY (scan, position)
    ) STRICT;
    CREATE INDEX finding_by_vulnerability ON finding (vulnerability);

    CREATE TABLE push (
      id               INTEGER PRIMARY KEY,
      run              TEXT NOT NULL REFERENCES run (id),
      step             TEXT NOT NULL,
      pushed_at        INTEGER NOT NULL,
      reference        TEXT NOT NULL,
      manifest_digest  TEXT NOT NULL,
      read_back_digest TEXT NOT NULL,
      archive_digest   TEXT,
      destination      TEXT NOT NULL
    ) STRICT;
    CREATE INDEX push_by_run ON push (run);
    CREATE INDEX push_by_manifest ON push (manifest_digest);
    CREATE INDEX push_by_read_back ON push (read_back_digest);
    CREATE INDEX push_by_archive ON push (archive_digest);
    CREATE INDEX push_by_reference ON push (reference);

    CREATE TABLE audit_event (
      seq       INTEGER PRIMARY KEY,
      at        INTEGER NOT NULL,
      run       TEXT REFERENCES run (id),
      kind      TEXT NOT NULL,
      subject   TEXT NOT NULL,
      payload   TEXT NOT NULL CHECK (json_valid(payload)),
      prev_hash TEXT NOT NULL,
      hash      TEXT NOT NULL
    ) STRICT;
    CREATE INDEX audit_event_by_run ON audit_event (run, seq);
    CREATE INDEX audit_event_by_kind ON audit_event (kind, seq);
    CREATE INDEX audit_event_by_subject ON audit_event (subject, seq);


    """

  private static let triggers =
    appendOnly.map(refuseChanges).joined() + ofARun.map(refuseLateRows).joined() + """
      CREATE TRIGGER audit_event_follows BEFORE INSERT ON audit_event
        WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit_event)
          OR NEW.prev_hash IS NOT coalesce((SELECT hash FROM audit_event ORDER BY seq DESC LIMIT 1), NEW.prev_hash)
      BEGIN SELECT RAISE(ABORT, 'an audit event follows the one before it'); END;

      CREATE TRIGGER attempt_no_change BEFORE UPDATE ON attempt
        WHEN OLD.status NOT IN ('NOT_STARTED', 'RUNNING')
      BEGIN SELECT RAISE(ABORT, 'a finished attempt never changes'); END;
      CREATE TRIGGER attempt_no_delete BEFORE DELETE ON attempt
      BEGIN SELECT RAISE(ABORT, 'an attempt is never deleted'); END;

      CREATE TRIGGER node_no_change BEFORE UPDATE ON node
        WHEN (SELECT status FROM run WHERE id = OLD.run) NOT IN ('NOT_STARTED', 'RUNNING')
      BEGIN SELECT RAISE(ABORT, 'a finished run never changes'); END;
      CREATE TRIGGER node_no_delete BEFORE DELETE ON node
      BEGIN SELECT RAISE(ABORT, 'a node is never deleted'); END;

      CREATE TRIGGER run_no_change BEFORE UPDATE ON run
        WHEN OLD.status NOT IN ('NOT_STARTED', 'RUNNING')
      BEGIN SELECT RAISE(ABORT, 'a finished run never changes'); END;
      CREATE TRIGGER run_no_delete BEFORE DELETE ON run
      BEGIN SELECT RAISE(ABORT, 'a run is never deleted'); END;


      """

  private static let appendOnly = [
    "audit_event", "build", "build_layer", "build_reference", "scan", "scan_package", "finding", "push",
  ]

  private static func refuseChanges(of table: String) -> String {
    """
    CREATE TRIGGER \(table)_no_change BEFORE UPDATE ON \(table)
    BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END;
    CREATE TRIGGER \(table)_no_delete BEFORE DELETE ON \(table)
    BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END;

    """
  }

  private static let ofARun = ["node", "attempt", "build", "scan", "push"]

  private static func refuseLateRows(of table: String) -> String {
    """
    CREATE TRIGGER \(table)_not_late BEFORE INSERT ON \(table)
      WHEN (SELECT status FROM run WHERE id = NEW.run) NOT IN ('NOT_STARTED', 'RUNNING')
    BEGIN SELECT RAISE(ABORT, 'a finished run never changes'); END;

    """
  }

  private static func time(_ column: String) -> String {
    "strftime('%Y-%m-%dT%H:%M:%fZ', \(column) / 1000.0, 'unixepoch')"
  }

  private static let views = """
    -- A run whose process died stays RUNNING here: only `slipway runs` can see that nobody holds its lock.
    CREATE VIEW v_runs AS
      SELECT run.pipeline || '#' || run.sequence_id AS run, run.status AS status,
             \(time("run.started_at")) AS started, \(time("run.finished_at")) AS finished,
             (run.finished_at - run.started_at) / 1000.0 AS seconds, run.actor AS actor,
             run.codebase ->> 'commit' AS commit_hash, run.codebase ->> 'branch' AS branch,
             origin.pipeline || '#' || origin.sequence_id AS replay_of, run.message AS message, run.id AS id
      FROM run LEFT JOIN run AS origin ON origin.id = run.replay_of
      ORDER BY run.started_at DESC, run.id DESC;

    CREATE VIEW v_steps AS
      SELECT run.pipeline || '#' || run.sequence_id AS run, node.path AS path, node.name AS name, node.type AS type,
             node.status AS status, attempt.number AS attempt, attempt.status AS attempt_status,
             \(time("coalesce(attempt.started_at, node.started_at)")) AS started,
             \(time("iif(attempt.id IS NULL, node.finished_at, attempt.finished_at)")) AS finished,
             (attempt.finished_at - attempt.started_at) / 1000.0 AS seconds, attempt.exit_code AS exit_code,
             attempt.failure AS failure, coalesce(attempt.message, node.message) AS message,
             attempt.log_file AS log_file, run.id AS run_id
      FROM node JOIN run ON run.id = node.run
           LEFT JOIN attempt ON attempt.run = node.run AND attempt.path = node.path
      WHERE node.kind = 'step'
      ORDER BY run.started_at DESC, run.id DESC, node.id, attempt.number;

    CREATE VIEW v_images AS
      SELECT \(time("build.recorded_at")) AS built,
             (SELECT group_concat(reference, ' ')
              FROM (SELECT reference FROM build_reference WHERE build = build.id ORDER BY position)) AS names,
             build.manifest_digest AS manifest_digest, build.archive_path AS archive_path,
             build.archive_digest AS archive_digest,
             (SELECT sum(size) FROM build_layer WHERE build_layer.build = build.id) AS layer_bytes,
             build.configuration_digest AS configuration_digest, run.codebase ->> 'commit' AS commit_hash,
             run.pipeline || '#' || run.sequence_id AS run, build.step AS step, run.actor AS actor, run.id AS run_id
      FROM build JOIN run ON run.id = build.run
      ORDER BY build.recorded_at DESC, build.id DESC;

    CREATE VIEW v_findings AS
      SELECT finding.severity AS severity, finding.vulnerability AS vulnerability, finding.name AS package,
             finding.version AS version, finding.fixed_version AS fixed_version, finding.score AS score,
             finding.kind AS kind, finding.source AS source, scan.scanner AS scanner,
             \(time("scan.recorded_at")) AS scanned, scan.manifest_digest AS manifest_digest,
             scan.archive_digest AS archive_digest, run.pipeline || '#' || run.sequence_id AS run, scan.step AS step,
             run.id AS run_id
      FROM finding JOIN scan ON scan.id = finding.scan JOIN run ON run.id = scan.run
      ORDER BY scan.recorded_at DESC, scan.id DESC, finding.position;

    -- `scanned`: whether a scan of the very bytes that were pushed was recorded before the push, and what came of the last one.
    CREATE VIEW v_pushes AS
      SELECT \(time("push.pushed_at")) AS pushed, push.reference AS reference,
             push.manifest_digest AS manifest_digest,
             coalesce(
               (SELECT iif(scan.is_passed, 'passed', 'not passed') FROM scan
                WHERE scan.manifest_digest = push.manifest_digest
                  AND (push.archive_digest IS NULL OR scan.archive_digest = push.archive_digest)
                  AND scan.recorded_at <= push.pushed_at
                ORDER BY scan.recorded_at DESC, scan.id DESC LIMIT 1),
               'no') AS scanned,
             iif(push.read_back_digest = push.manifest_digest, 'yes', 'no') AS read_back,
             push.destination AS destination, push.archive_digest AS archive_digest,
             run.codebase ->> 'commit' AS commit_hash, run.pipeline || '#' || run.sequence_id AS run, push.step AS step,
             run.actor AS actor, run.id AS run_id
      FROM push JOIN run ON run.id = push.run
      ORDER BY push.pushed_at DESC, push.id DESC;
    """
}
