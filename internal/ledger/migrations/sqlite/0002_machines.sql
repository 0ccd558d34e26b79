-- Which machine a run belongs to, and when it last said that it is alive
-- (microseconds, by the database's clock). In an embedded ledger there is one
-- machine, without a name, and its run lock says more than any clock.
ALTER TABLE runs ADD COLUMN machine TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN alive BIGINT NOT NULL DEFAULT 0;

-- What the start of a run writes where no answer came ("no-answer") is a
-- placeholder: the answer itself may come late, once, and takes its place.
DROP TRIGGER attempts_settled_once;
CREATE TRIGGER attempts_settled_once BEFORE UPDATE ON attempts WHEN OLD.settled IS NOT NULL AND OLD.note <> 'no-answer'
BEGIN SELECT RAISE(ABORT, 'an attempt is settled once'); END;
