-- A mark that rests on the platform's own list names that list: its SHA-256 in
-- hex. It is empty where a person said so record by record.
ALTER TABLE marks ADD COLUMN list TEXT NOT NULL DEFAULT '';

-- Warnings that a person has looked into: digest is an HMAC of identity, rule and
-- every value that the rule looked at, so a changed value is not verified.
-- Appended and never changed.
CREATE TABLE verified (
  id       INTEGER PRIMARY KEY,
  digest   BLOB NOT NULL UNIQUE,
  identity BLOB NOT NULL,
  rule     TEXT NOT NULL,
  exam_key TEXT NOT NULL,
  at       BIGINT NOT NULL,
  os_user  TEXT NOT NULL,
  host     TEXT NOT NULL,
  source   TEXT NOT NULL -- SHA-256 of the annotated file with the answer, in hex
);
CREATE INDEX verified_identity ON verified (identity);
CREATE INDEX verified_key ON verified (exam_key);
