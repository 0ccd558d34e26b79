-- The identity now names the kind of examination (careTypeCode) too. base is the
-- identity without it, so that the examinations of one person on one day find
-- each other. Records of before keep their identity, which is such a base, and
-- have none here: what they are is told by their content and their leaves.
ALTER TABLE submissions ADD COLUMN base BLOB;
CREATE INDEX submissions_base ON submissions (base);

-- What concerns the ledger as a whole, appended and never changed; the last one
-- of a kind is in force: platform (the address it belongs to), gap (it was
-- restored, and does not know what was sent since), gap-accepted.
CREATE TABLE notes (
  id      INTEGER PRIMARY KEY,
  at      BIGINT NOT NULL,
  os_user TEXT NOT NULL,
  host    TEXT NOT NULL,
  kind    TEXT NOT NULL,
  value   TEXT NOT NULL
);
CREATE INDEX notes_kind ON notes (kind, id);

-- Earlier versions took a dead token's words in a capital letter or another
-- spelling for a refusal of the person. Nothing of these was processed.
UPDATE submissions SET state = 'undelivered' WHERE state = 'rejected' AND accepted IS NULL AND attempt_id IN (SELECT id FROM attempts WHERE outcome = 'rejected' AND (
  message LIKE '%token%' OR message LIKE '%jwt%' OR message LIKE '%令牌%' OR message LIKE '%未登录%' OR message LIKE '%未登陆%' OR message LIKE '%重新登录%' OR message LIKE '%重新登陆%'
  OR message LIKE '%认证失败%' OR message LIKE '%登录%过期%' OR message LIKE '%登录%失效%' OR message LIKE '%登录%超时%' OR message LIKE '%登陆%过期%' OR message LIKE '%登陆%失效%'
  OR message LIKE '%登陆%超时%' OR message LIKE '%unauthorized%' OR message LIKE '%session%expired%' OR message LIKE '%not%logged%in%'));
