-- Times are microseconds since 1970 (UTC), digests and hashes are bytes.
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE runs (
  id           INTEGER PRIMARY KEY,
  started      BIGINT NOT NULL,
  finished     BIGINT,
  os_user      TEXT NOT NULL,
  host         TEXT NOT NULL,
  pid          BIGINT NOT NULL,
  tool         TEXT NOT NULL,
  dictionary   TEXT NOT NULL,
  files        TEXT NOT NULL, -- JSON array of base names
  command      TEXT NOT NULL,
  counts       TEXT,          -- JSON object
  exit_code    INTEGER
);

CREATE TABLE submissions (
  id           INTEGER PRIMARY KEY,
  identity     BLOB NOT NULL UNIQUE, -- the institution is a part of it
  institution  TEXT NOT NULL,
  name         BLOB NOT NULL,
  exam_key     TEXT NOT NULL,
  row_key      INTEGER NOT NULL DEFAULT 0,
  file         TEXT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('undelivered','rejected','in_doubt','accepted','claimed')),
  prior        TEXT NOT NULL DEFAULT '',
  content      BLOB NOT NULL, -- SHA-256 of the content the state speaks of
  accepted     BLOB,          -- SHA-256 of what the platform holds
  doubt        BLOB,          -- SHA-256 of the content last left in doubt, until something is accepted
  resend       INTEGER NOT NULL DEFAULT 0,
  same_person  INTEGER NOT NULL DEFAULT 0,
  adopted      INTEGER NOT NULL DEFAULT 0,
  attempts     INTEGER NOT NULL DEFAULT 0,
  attempt_id   BIGINT NOT NULL DEFAULT 0, -- the open or last attempt
  run_id       BIGINT NOT NULL DEFAULT 0,
  created      BIGINT NOT NULL,
  updated      BIGINT NOT NULL,
  CHECK (state <> 'accepted' OR accepted IS NOT NULL)
);
CREATE INDEX submissions_key   ON submissions (exam_key, institution);
CREATE INDEX submissions_state ON submissions (state) WHERE state <> 'accepted';
CREATE INDEX submissions_file  ON submissions (file);

-- The leaves of each content that was claimed; only the accepted one and the
-- last one are kept, so that "changed" can say which fields differ.
CREATE TABLE leaves (
  id            INTEGER PRIMARY KEY,
  submission_id BIGINT NOT NULL REFERENCES submissions (id),
  content       BLOB NOT NULL,
  packed        BLOB NOT NULL,
  UNIQUE (submission_id, content)
);

CREATE TABLE paths (
  hash BIGINT PRIMARY KEY,
  path TEXT NOT NULL
);

CREATE TABLE attempts (
  id            INTEGER PRIMARY KEY,
  submission_id BIGINT NOT NULL REFERENCES submissions (id),
  run_id        BIGINT NOT NULL REFERENCES runs (id),
  exam_key      TEXT NOT NULL,
  row_key       INTEGER NOT NULL,
  file          TEXT NOT NULL,
  name          BLOB NOT NULL,
  content       BLOB NOT NULL,
  started       BIGINT NOT NULL,
  settled       BIGINT,
  outcome       TEXT NOT NULL DEFAULT '',
  http_status   INTEGER NOT NULL DEFAULT 0,
  message       TEXT NOT NULL DEFAULT '',
  note          TEXT NOT NULL DEFAULT '',
  duration      BIGINT NOT NULL DEFAULT 0 -- microseconds
);
CREATE INDEX attempts_submission ON attempts (submission_id);

-- Attempts are append-only: the answer is written once, nothing is taken back.
CREATE TRIGGER attempts_never_deleted BEFORE DELETE ON attempts
BEGIN SELECT RAISE(ABORT, 'attempts are append-only'); END;
CREATE TRIGGER attempts_settled_once BEFORE UPDATE ON attempts WHEN OLD.settled IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'an attempt is settled once'); END;

-- What people did by hand: resolve, adopt; and what the start of a run recovered.
CREATE TABLE marks (
  id            INTEGER PRIMARY KEY,
  submission_id BIGINT NOT NULL REFERENCES submissions (id),
  at            BIGINT NOT NULL,
  os_user       TEXT NOT NULL,
  host          TEXT NOT NULL,
  action        TEXT NOT NULL
);
CREATE INDEX marks_submission ON marks (submission_id);
