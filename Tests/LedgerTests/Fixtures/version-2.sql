PRAGMA application_id = 1397510231;
PRAGMA user_version = 2;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE run (
  id                 TEXT PRIMARY KEY NOT NULL,
  pipeline           TEXT NOT NULL,
  pipeline_name      TEXT NOT NULL,
  sequence_id        INTEGER NOT NULL CHECK (sequence_id > 0),
  status             TEXT NOT NULL CHECK (status IN ('NOT_STARTED', 'RUNNING', 'SUCCEEDED', 'SKIPPED', 'IGNORE_FAILED', 'FAILED', 'ERRORED', 'EXPIRED', 'ABORTED',
 'INTERRUPTED')),
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
INSERT INTO run VALUES('01KJVA8R7ANCHN7T6E3D0Z5YQG','seed','Seed pipeline',1,'SUCCEEDED',1772357400250,1772357430250,NULL,'zoe','0.1.0',NULL,'pipeline.yaml','sha256:23bf0d244a4cb62c85fc3aa0e8ebf8eb7eb970522a51326adf1ac015fc738c7c','sha256:cde0fb0dec1400c54a0f7e7eafa73624c53e4da258bbd34b3380a0defeba95c1','/src','{"empty":"","tag":"new-7"}','{"authorEmail":"zoe@example.com","authorName":"Zoë","branch":"main","changedFiles":["a b","ü"],"commit":"cccccccccccccccccccccccccccccccccccccccc","commitDate":1772000000,"commitMessage":"Say “hi”\n\twith a tab","directory":"/src","remote":"https://git.example/app"}');
CREATE TABLE node (
  id          INTEGER PRIMARY KEY,
  run         TEXT NOT NULL REFERENCES run (id),
  path        TEXT NOT NULL,
  kind        TEXT NOT NULL CHECK (kind IN ('stage', 'group', 'step')),
  name        TEXT NOT NULL,
  type        TEXT NOT NULL,
  status      TEXT NOT NULL CHECK (status IN ('NOT_STARTED', 'RUNNING', 'SUCCEEDED', 'SKIPPED', 'IGNORE_FAILED', 'FAILED', 'ERRORED', 'EXPIRED', 'ABORTED',
 'INTERRUPTED')),
  started_at  INTEGER,
  finished_at INTEGER,
  message     TEXT,
  taken_from  TEXT REFERENCES run (id),
  UNIQUE (run, path)
) STRICT;
INSERT INTO node VALUES(1,'01KJVA8R7ANCHN7T6E3D0Z5YQG','stages.ship.steps.build','step','Build','BuildAndPushDockerRegistry','SUCCEEDED',1772357401250,1772357405250,NULL,NULL);
CREATE TABLE attempt (
  id               INTEGER PRIMARY KEY,
  run              TEXT NOT NULL,
  path             TEXT NOT NULL,
  number           INTEGER NOT NULL CHECK (number > 0),
  status           TEXT NOT NULL CHECK (status IN ('NOT_STARTED', 'RUNNING', 'SUCCEEDED', 'SKIPPED', 'IGNORE_FAILED', 'FAILED', 'ERRORED', 'EXPIRED', 'ABORTED',
 'INTERRUPTED')),
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
INSERT INTO attempt VALUES(1,'01KJVA8R7ANCHN7T6E3D0Z5YQG','stages.ship.steps.build',1,'SUCCEEDED',1772357401250,1772357405250,'{"command":"echo **************","ratio":0.5,"retries":2,"shell":null}',1,NULL,NULL,'{"TOKEN":"**************"}','runs/x/build.log','sha256:836ff184e7b41b1e13cb5fd89fa1de98dbbab99e9d2918913ff43b86a5c7c213','sha256:6db7d803e74f1ffa7d8f5adc0bf95b3e15bf4c8373fffadf546227cc6c6742cb','sha256:f39592393ef0859cb196a52693d2cea00fb2df784b3c04ae54aa7cadb8e562f8');
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
INSERT INTO build VALUES(1,'01KJVA8R7ANCHN7T6E3D0Z5YQG','stages.ship.steps.build',1772357405250,'sha256:e0f1a497a93630605f20f99b839c253e526b5eeac63ec567913167dbb6861719','sha256:5b5bb21fb9b31d6f7388093f22f95b2a9ca77bf16d69445341b32fb718e8c45b','image.tar','sha256:ce8fc1e6e8f1ba702a26e919dcb8e6cd165c43f36d50f0ea5dcd992da5ccc942',4096,'sha256:dd2c0eb6ea5cfc6c4bd4eac30934e2d5746747af48fef6da689e85b752f39557');
CREATE TABLE build_layer (
  build    INTEGER NOT NULL REFERENCES build (id),
  position INTEGER NOT NULL,
  digest   TEXT NOT NULL,
  diff_id  TEXT NOT NULL,
  size     INTEGER NOT NULL,
  PRIMARY KEY (build, position)
) STRICT;
INSERT INTO build_layer VALUES(1,0,'sha256:31b1bea262a65f3b89522e134cef5e65962a5c1727666859ef2448fd439ccccf','sha256:c38826b6f64e6a0be3d40f251f65cd21bd935a5495aa4885e2a85de03dfb3b9f',1000);
INSERT INTO build_layer VALUES(1,1,'sha256:bf1f86c98c9625a38922cbd7f57b12cabe5817a82d950a83f072a744d2c1db66','sha256:216d07ceaad62da8d8426f30583c4a5e7db2ae53f0b78bbacda7649d71f6cbb0',1000);
CREATE TABLE build_reference (
  build     INTEGER NOT NULL REFERENCES build (id),
  position  INTEGER NOT NULL,
  reference TEXT NOT NULL,
  PRIMARY KEY (build, position)
) STRICT;
INSERT INTO build_reference VALUES(1,0,'registry.example/team/image:1');
INSERT INTO build_reference VALUES(1,1,'registry.example/team/image:latest');
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
INSERT INTO scan VALUES(1,'01KJVA8R7ANCHN7T6E3D0Z5YQG','stages.ship.steps.scan',1772357410250,'slipway','0.1.0','["Debian 2024-10","PyPI 2024-10"]','sha256:ce8fc1e6e8f1ba702a26e919dcb8e6cd165c43f36d50f0ea5dcd992da5ccc942','sha256:e0f1a497a93630605f20f99b839c253e526b5eeac63ec567913167dbb6861719','sha256:5b5bb21fb9b31d6f7388093f22f95b2a9ca77bf16d69445341b32fb718e8c45b','Debian 11',1,0,1,0,0,0,1,'["No advisories for npm."]');
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
INSERT INTO scan_package VALUES(1,0,'deb','openssl','1.1.1n-0+deb11u4','openssl','1.1.1n-0+deb11u4','["/var/lib/dpkg/status"]','sha256:c38826b6f64e6a0be3d40f251f65cd21bd935a5495aa4885e2a85de03dfb3b9f');
INSERT INTO scan_package VALUES(1,1,'pypi','flask','0.12',NULL,NULL,'["/app/a","/app/b"]',NULL);
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
INSERT INTO finding VALUES(1,0,'CVE-2023-0464','["DSA-5417-1"]','high',7.5,'deb','openssl','1.1.1n-0+deb11u4','openssl','1.1.1n-0+deb11u4','["/var/lib/dpkg/status"]','sha256:c38826b6f64e6a0be3d40f251f65cd21bd935a5495aa4885e2a85de03dfb3b9f','1.1.1n-0+deb11u5','Debian');
INSERT INTO finding VALUES(1,1,'PYSEC-2018-1','[]','unknown',NULL,'pypi','flask','0.12',NULL,NULL,'["/app/a","/app/b"]',NULL,NULL,'PyPI');
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
INSERT INTO push VALUES(1,'01KJVA8R7ANCHN7T6E3D0Z5YQG','stages.ship.steps.push',1772357420250,'registry.example/team/image:1','sha256:e0f1a497a93630605f20f99b839c253e526b5eeac63ec567913167dbb6861719','sha256:e0f1a497a93630605f20f99b839c253e526b5eeac63ec567913167dbb6861719','sha256:ce8fc1e6e8f1ba702a26e919dcb8e6cd165c43f36d50f0ea5dcd992da5ccc942','the embedded registry');
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
INSERT INTO audit_event VALUES(1,1772357400250,'01KJVA8R7ANCHN7T6E3D0Z5YQG','run.started','seed','{"stages":["ship"]}','sha256:8c34705e4c4d4dba4c9b5cee8a6c6d3c4b79afe95fccb630be515a3d9aa915fe','sha256:f3314138ee636801e4eb54dbb23e9b6fb0de731e62b553913efa488a01ab3cba');
INSERT INTO audit_event VALUES(2,1772357400250,'01KJVA8R7ANCHN7T6E3D0Z5YQG','ledger.recorded','01KJVA8R7ANCHN7T6E3D0Z5YQG','{"rows":[{"digest":"sha256:dd295c5fe99a2b78c4d1cc1f89882fc8b91c5d7a0853bbecf532e17c0282e54a","key":"01KJVA8R7ANCHN7T6E3D0Z5YQG","table":"run"}]}','sha256:f3314138ee636801e4eb54dbb23e9b6fb0de731e62b553913efa488a01ab3cba','sha256:7574624169a1d467026792475e18d7289ffce3d5df1ba66e8e26092040ba7583');
INSERT INTO audit_event VALUES(3,1772357401250,'01KJVA8R7ANCHN7T6E3D0Z5YQG','step.started','stages.ship.steps.build','{}','sha256:7574624169a1d467026792475e18d7289ffce3d5df1ba66e8e26092040ba7583','sha256:92f31e7b4ff522e7bee72a7bfac1f9b2e58203e249f293158282d9f91f1cda3a');
INSERT INTO audit_event VALUES(4,1772357401250,'01KJVA8R7ANCHN7T6E3D0Z5YQG','ledger.recorded','01KJVA8R7ANCHN7T6E3D0Z5YQG','{"rows":[{"digest":"sha256:b59e042b5699de3336a56ff8172e400029de7a5414dea21107ee0510da83bb63","key":"stages.ship.steps.build","table":"node"},{"digest":"sha256:c0baa9f43da37edc1fcb81cbd9a411c3c7ce76b998314aac8d6c0d3441ba4b5e","key":"stages.ship.steps.build#1","table":"attempt"}]}','sha256:92f31e7b4ff522e7bee72a7bfac1f9b2e58203e249f293158282d9f91f1cda3a','sha256:3f2c442f34c4cfdcd82f168c24bc46d51187c738783961bcac7a586cb73aea61');
INSERT INTO audit_event VALUES(5,1772357405250,'01KJVA8R7ANCHN7T6E3D0Z5YQG','image.built','sha256:e0f1a497a93630605f20f99b839c253e526b5eeac63ec567913167dbb6861719','{}','sha256:3f2c442f34c4cfdcd82f168c24bc46d51187c738783961bcac7a586cb73aea61','sha256:f1d2b43fe5fb97665ce4d5e665507335e3d89a3247c54214642425250b9a8677');
INSERT INTO audit_event VALUES(6,1772357405250,'01KJVA8R7ANCHN7T6E3D0Z5YQG','ledger.recorded','01KJVA8R7ANCHN7T6E3D0Z5YQG','{"rows":[{"digest":"sha256:49b56ec85b5c1715703ab01b6274b6aa227d9dcfbe3129f27ad59770a5ef6652","key":"stages.ship.steps.build#1","table":"attempt"},{"digest":"sha256:c8ba6fe4f0a3960f66ad7716ac56ad7d5d218d97a9457fc2dd81ab51b74939fc","key":"stages.ship.steps.build","table":"node"},{"digest":"sha256:d15f740c759c8df462d308053f112186a5c09def8a208b3fd75b010c65e20bac","key":"1","table":"build"}]}','sha256:f1d2b43fe5fb97665ce4d5e665507335e3d89a3247c54214642425250b9a8677','sha256:5544ee788b8ba4d49f992c8d88aa8220c5dc2b218624f0567e1032a80f5d3a03');
INSERT INTO audit_event VALUES(7,1772357410250,'01KJVA8R7ANCHN7T6E3D0Z5YQG','image.scanned','sha256:ce8fc1e6e8f1ba702a26e919dcb8e6cd165c43f36d50f0ea5dcd992da5ccc942','{"manifest":"sha256:e0f1a497a93630605f20f99b839c253e526b5eeac63ec567913167dbb6861719"}','sha256:5544ee788b8ba4d49f992c8d88aa8220c5dc2b218624f0567e1032a80f5d3a03','sha256:777cd9373bcb2142b86b685ce0982d3eb90e0ce365a2803b39f3c45debf6aefd');
INSERT INTO audit_event VALUES(8,1772357410250,'01KJVA8R7ANCHN7T6E3D0Z5YQG','ledger.recorded','01KJVA8R7ANCHN7T6E3D0Z5YQG','{"rows":[{"digest":"sha256:4f1db51c3180c9d5923b5097c562d8cbede162ac88cd7a4a0d589f202a05d7f9","key":"1","table":"scan"}]}','sha256:777cd9373bcb2142b86b685ce0982d3eb90e0ce365a2803b39f3c45debf6aefd','sha256:90e3f25526e40420de7c635ba01f3c1ee03571885e7ee0c313ccb06d68994d6c');
INSERT INTO audit_event VALUES(9,1772357420250,'01KJVA8R7ANCHN7T6E3D0Z5YQG','image.pushed','sha256:e0f1a497a93630605f20f99b839c253e526b5eeac63ec567913167dbb6861719','{}','sha256:90e3f25526e40420de7c635ba01f3c1ee03571885e7ee0c313ccb06d68994d6c','sha256:2f54f8db2cb79b670701762b031e8b1b0d2fe74c1aed73206441d91ff162924c');
INSERT INTO audit_event VALUES(10,1772357420250,'01KJVA8R7ANCHN7T6E3D0Z5YQG','ledger.recorded','01KJVA8R7ANCHN7T6E3D0Z5YQG','{"rows":[{"digest":"sha256:ce41ee4ad02f39b9ad06ddf04c29320c44cdb5552951e897243d49d269772d03","key":"1","table":"push"}]}','sha256:2f54f8db2cb79b670701762b031e8b1b0d2fe74c1aed73206441d91ff162924c','sha256:fde823e2364f58c3b77e1e7990ff749470a87e78eb7b2d0a786b82b62f9e411e');
INSERT INTO audit_event VALUES(11,1772357430250,'01KJVA8R7ANCHN7T6E3D0Z5YQG','run.finished','subject','{}','sha256:fde823e2364f58c3b77e1e7990ff749470a87e78eb7b2d0a786b82b62f9e411e','sha256:a470a8282d419f35f3da860682e6514677b169d5ae5082f87edc4b55cffddbd3');
INSERT INTO audit_event VALUES(12,1772357430250,'01KJVA8R7ANCHN7T6E3D0Z5YQG','ledger.recorded','01KJVA8R7ANCHN7T6E3D0Z5YQG','{"rows":[{"digest":"sha256:39dbcf9240072ce544ea74545f796e1a8f8c2f19e5ef8396df20aa56f61cc8d5","key":"01KJVA8R7ANCHN7T6E3D0Z5YQG","table":"run"}]}','sha256:a470a8282d419f35f3da860682e6514677b169d5ae5082f87edc4b55cffddbd3','sha256:6b64926149849668543034f1dbae3f0e191bd53f2a07031aa297676d0f764934');
CREATE TABLE audit_mention (
  digest TEXT NOT NULL,
  seq    INTEGER NOT NULL,
  PRIMARY KEY (digest, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO audit_mention VALUES('sha256:ce8fc1e6e8f1ba702a26e919dcb8e6cd165c43f36d50f0ea5dcd992da5ccc942',7);
INSERT INTO audit_mention VALUES('sha256:e0f1a497a93630605f20f99b839c253e526b5eeac63ec567913167dbb6861719',5);
INSERT INTO audit_mention VALUES('sha256:e0f1a497a93630605f20f99b839c253e526b5eeac63ec567913167dbb6861719',7);
INSERT INTO audit_mention VALUES('sha256:e0f1a497a93630605f20f99b839c253e526b5eeac63ec567913167dbb6861719',9);
CREATE TABLE build_base (
  build     INTEGER NOT NULL REFERENCES build (id),
  position  INTEGER NOT NULL,
  reference TEXT NOT NULL,
  digest    TEXT NOT NULL,
  PRIMARY KEY (build, position)
) STRICT;
INSERT INTO build_base VALUES(1,0,'docker.io/library/busybox:1.36','sha256:cd79c9b893893d051918657be6e1bb0999a2b137997bf92500e2d913eb68d455');
CREATE INDEX run_by_time ON run (started_at, id);
CREATE INDEX run_by_replay ON run (replay_of) WHERE replay_of IS NOT NULL;
CREATE INDEX node_by_origin ON node (taken_from) WHERE taken_from IS NOT NULL;
CREATE INDEX build_by_run ON build (run);
CREATE INDEX build_by_manifest ON build (manifest_digest);
CREATE INDEX build_by_configuration ON build (configuration_digest);
CREATE INDEX build_by_archive ON build (archive_digest);
CREATE INDEX build_layer_by_digest ON build_layer (digest);
CREATE INDEX build_layer_by_diff_id ON build_layer (diff_id);
CREATE INDEX build_reference_by_name ON build_reference (reference);
CREATE INDEX scan_by_run ON scan (run);
CREATE INDEX scan_by_manifest ON scan (manifest_digest);
CREATE INDEX scan_by_configuration ON scan (configuration_digest);
CREATE INDEX scan_by_archive ON scan (archive_digest);
CREATE INDEX scan_package_by_name ON scan_package (name, version);
CREATE INDEX finding_by_vulnerability ON finding (vulnerability);
CREATE INDEX push_by_run ON push (run);
CREATE INDEX push_by_manifest ON push (manifest_digest);
CREATE INDEX push_by_read_back ON push (read_back_digest);
CREATE INDEX push_by_archive ON push (archive_digest);
CREATE INDEX push_by_reference ON push (reference);
CREATE INDEX audit_event_by_run ON audit_event (run, seq);
CREATE INDEX audit_event_by_kind ON audit_event (kind, seq);
CREATE INDEX audit_event_by_subject ON audit_event (subject, seq);
CREATE TRIGGER audit_event_no_change BEFORE UPDATE ON audit_event
BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END;
CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event
BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END;
CREATE TRIGGER build_no_change BEFORE UPDATE ON build
BEGIN SELECT RAISE(ABORT, 'build is append-only'); END;
CREATE TRIGGER build_no_delete BEFORE DELETE ON build
BEGIN SELECT RAISE(ABORT, 'build is append-only'); END;
CREATE TRIGGER build_layer_no_change BEFORE UPDATE ON build_layer
BEGIN SELECT RAISE(ABORT, 'build_layer is append-only'); END;
CREATE TRIGGER build_layer_no_delete BEFORE DELETE ON build_layer
BEGIN SELECT RAISE(ABORT, 'build_layer is append-only'); END;
CREATE TRIGGER build_reference_no_change BEFORE UPDATE ON build_reference
BEGIN SELECT RAISE(ABORT, 'build_reference is append-only'); END;
CREATE TRIGGER build_reference_no_delete BEFORE DELETE ON build_reference
BEGIN SELECT RAISE(ABORT, 'build_reference is append-only'); END;
CREATE TRIGGER scan_no_change BEFORE UPDATE ON scan
BEGIN SELECT RAISE(ABORT, 'scan is append-only'); END;
CREATE TRIGGER scan_no_delete BEFORE DELETE ON scan
BEGIN SELECT RAISE(ABORT, 'scan is append-only'); END;
CREATE TRIGGER scan_package_no_change BEFORE UPDATE ON scan_package
BEGIN SELECT RAISE(ABORT, 'scan_package is append-only'); END;
CREATE TRIGGER scan_package_no_delete BEFORE DELETE ON scan_package
BEGIN SELECT RAISE(ABORT, 'scan_package is append-only'); END;
CREATE TRIGGER finding_no_change BEFORE UPDATE ON finding
BEGIN SELECT RAISE(ABORT, 'finding is append-only'); END;
CREATE TRIGGER finding_no_delete BEFORE DELETE ON finding
BEGIN SELECT RAISE(ABORT, 'finding is append-only'); END;
CREATE TRIGGER push_no_change BEFORE UPDATE ON push
BEGIN SELECT RAISE(ABORT, 'push is append-only'); END;
CREATE TRIGGER push_no_delete BEFORE DELETE ON push
BEGIN SELECT RAISE(ABORT, 'push is append-only'); END;
CREATE TRIGGER node_not_late BEFORE INSERT ON node
  WHEN (SELECT status FROM run WHERE id = NEW.run) NOT IN ('NOT_STARTED', 'RUNNING')
BEGIN SELECT RAISE(ABORT, 'a finished run never changes'); END;
CREATE TRIGGER attempt_not_late BEFORE INSERT ON attempt
  WHEN (SELECT status FROM run WHERE id = NEW.run) NOT IN ('NOT_STARTED', 'RUNNING')
BEGIN SELECT RAISE(ABORT, 'a finished run never changes'); END;
CREATE TRIGGER build_not_late BEFORE INSERT ON build
  WHEN (SELECT status FROM run WHERE id = NEW.run) NOT IN ('NOT_STARTED', 'RUNNING')
BEGIN SELECT RAISE(ABORT, 'a finished run never changes'); END;
CREATE TRIGGER scan_not_late BEFORE INSERT ON scan
  WHEN (SELECT status FROM run WHERE id = NEW.run) NOT IN ('NOT_STARTED', 'RUNNING')
BEGIN SELECT RAISE(ABORT, 'a finished run never changes'); END;
CREATE TRIGGER push_not_late BEFORE INSERT ON push
  WHEN (SELECT status FROM run WHERE id = NEW.run) NOT IN ('NOT_STARTED', 'RUNNING')
BEGIN SELECT RAISE(ABORT, 'a finished run never changes'); END;
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
CREATE VIEW v_runs AS
  SELECT run.pipeline || '#' || run.sequence_id AS run, run.status AS status,
         strftime('%Y-%m-%dT%H:%M:%fZ', run.started_at / 1000.0, 'unixepoch') AS started, strftime('%Y-%m-%dT%H:%M:%fZ', run.finished_at / 1000.0, 'unixepoch') AS finished,
         (run.finished_at - run.started_at) / 1000.0 AS seconds, run.actor AS actor,
         run.codebase ->> 'commit' AS commit_hash, run.codebase ->> 'branch' AS branch,
         origin.pipeline || '#' || origin.sequence_id AS replay_of, run.message AS message, run.id AS id
  FROM run LEFT JOIN run AS origin ON origin.id = run.replay_of
  ORDER BY run.started_at DESC, run.id DESC;
CREATE VIEW v_steps AS
  SELECT run.pipeline || '#' || run.sequence_id AS run, node.path AS path, node.name AS name, node.type AS type,
         node.status AS status, attempt.number AS attempt, attempt.status AS attempt_status,
         strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(attempt.started_at, node.started_at) / 1000.0, 'unixepoch') AS started,
         strftime('%Y-%m-%dT%H:%M:%fZ', iif(attempt.id IS NULL, node.finished_at, attempt.finished_at) / 1000.0, 'unixepoch') AS finished,
         (attempt.finished_at - attempt.started_at) / 1000.0 AS seconds, attempt.exit_code AS exit_code,
         attempt.failure AS failure, coalesce(attempt.message, node.message) AS message,
         attempt.log_file AS log_file, run.id AS run_id
  FROM node JOIN run ON run.id = node.run
       LEFT JOIN attempt ON attempt.run = node.run AND attempt.path = node.path
  WHERE node.kind = 'step'
  ORDER BY run.started_at DESC, run.id DESC, node.id, attempt.number;
CREATE VIEW v_findings AS
  SELECT finding.severity AS severity, finding.vulnerability AS vulnerability, finding.name AS package,
         finding.version AS version, finding.fixed_version AS fixed_version, finding.score AS score,
         finding.kind AS kind, finding.source AS source, scan.scanner AS scanner,
         strftime('%Y-%m-%dT%H:%M:%fZ', scan.recorded_at / 1000.0, 'unixepoch') AS scanned, scan.manifest_digest AS manifest_digest,
         scan.archive_digest AS archive_digest, run.pipeline || '#' || run.sequence_id AS run, scan.step AS step,
         run.id AS run_id
  FROM finding JOIN scan ON scan.id = finding.scan JOIN run ON run.id = scan.run
  ORDER BY scan.recorded_at DESC, scan.id DESC, finding.position;
CREATE VIEW v_pushes AS
  SELECT strftime('%Y-%m-%dT%H:%M:%fZ', push.pushed_at / 1000.0, 'unixepoch') AS pushed, push.reference AS reference,
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
CREATE INDEX build_base_by_digest ON build_base (digest);
CREATE TRIGGER build_base_no_change BEFORE UPDATE ON build_base
BEGIN SELECT RAISE(ABORT, 'build_base is append-only'); END;
CREATE TRIGGER build_base_no_delete BEFORE DELETE ON build_base
BEGIN SELECT RAISE(ABORT, 'build_base is append-only'); END;
CREATE INDEX run_by_pipeline ON run (pipeline, started_at, id);
CREATE INDEX audit_event_by_time ON audit_event (at, seq);
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
COMMIT;
