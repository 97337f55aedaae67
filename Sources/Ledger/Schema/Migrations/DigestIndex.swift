extension Migration {
  /// Which events name a digest, the base images of builds, and indices for what is asked of a ledger with a long history.
  ///
  /// `audit_mention` says nothing that the events don't: it spares reading the whole chain to explain one digest. A trigger
  /// keeps it, so that it holds whoever writes.
  static let digestIndex = Migration(version: 2, sql: mentions + bases + indices + view)

  /// Digests stand alone or at the end of a reference: `sha256:` and 64 digits are 71 characters.
  private static let mentions = """
    CREATE TABLE audit_mention (
      digest TEXT NOT NULL,
      seq    INTEGER NOT NULL,
      PRIMARY KEY (digest, seq)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO audit_mention
      SELECT DISTINCT substr(text, -71), seq
      FROM (SELECT seq, subject AS text FROM audit_event WHERE kind <> 'ledger.recorded'
            UNION ALL
            SELECT event.seq, tree.value FROM audit_event AS event, json_tree(event.payload) AS tree
            WHERE event.kind <> 'ledger.recorded' AND tree.type = 'text')
      WHERE substr(text, -71, 7) = 'sha256:';
    CREATE TRIGGER audit_event_mentions AFTER INSERT ON audit_event
      WHEN NEW.kind <> 'ledger.recorded' AND (instr(NEW.payload, 'sha256:') OR instr(NEW.subject, 'sha256:'))
    BEGIN
      INSERT INTO audit_mention
        SELECT DISTINCT substr(text, -71), NEW.seq
        FROM (SELECT NEW.subject AS text
              UNION ALL
              SELECT tree.value FROM json_tree(NEW.payload) AS tree WHERE tree.type = 'text')
        WHERE substr(text, -71, 7) = 'sha256:';
    END;
    CREATE TRIGGER audit_mention_no_change BEFORE UPDATE ON audit_mention
    BEGIN SELECT RAISE(ABORT, 'audit_mention is append-only'); END;
    CREATE TRIGGER audit_mention_no_delete BEFORE DELETE ON audit_mention
    BEGIN SELECT RAISE(ABORT, 'audit_mention is append-only'); END;


    """

  private static let bases = """
    CREATE TABLE build_base (
      build     INTEGER NOT NULL REFERENCES build (id),
      position  INTEGER NOT NULL,
      reference TEXT NOT NULL,
      digest    TEXT NOT NULL,
      PRIMARY KEY (build, position)
    ) STRICT;
    CREATE INDEX build_base_by_digest ON build_base (digest);
    CREATE TRIGGER build_base_no_change BEFORE UPDATE ON build_base
    BEGIN SELECT RAISE(ABORT, 'build_base is append-only'); END;
    CREATE TRIGGER build_base_no_delete BEFORE DELETE ON build_base
    BEGIN SELECT RAISE(ABORT, 'build_base is append-only'); END;


    """

  private static let indices = """
    CREATE INDEX run_by_pipeline ON run (pipeline, started_at, id);
    CREATE INDEX audit_event_by_time ON audit_event (at, seq);


    """

  private static let view = """
    DROP VIEW v_images;
    CREATE VIEW v_images AS
      SELECT strftime('%Y-%m-%dT%H:%M:%fZ', build.recorded_at / 1000.0, 'unixepoch') AS built,
             (SELECT group_concat(reference, ' ')
              FROM (SELECT reference FROM build_reference WHERE build = build.id ORDER BY position)) AS names,
             build.manifest_digest AS manifest_digest, build.archive_path AS archive_path,
             build.archive_digest AS archive_digest,
             (SELECT sum(size) FROM build_layer WHERE build_layer.build = build.id) AS layer_bytes,
             build.configuration_digest AS configuration_digest, run.codebase ->> 'commit' AS commit_hash,
             run.pipeline || '#' || run.sequence_id AS run, build.step AS step, run.actor AS actor, run.id AS run_id,
             (SELECT group_concat(name, ' ')
              FROM (SELECT reference || '@' || digest AS name FROM build_base WHERE build = build.id
                    ORDER BY position)) AS bases
      FROM build JOIN run ON run.id = build.run
      ORDER BY build.recorded_at DESC, build.id DESC;

    """
}
