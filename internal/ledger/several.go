package ledger

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"time"

	"hbupload/internal/fault"
	"hbupload/internal/ledger/shared"
)

// several are the machines of a shared ledger.
type several struct {
	l       *Ledger
	machine string
	check   string // of the key that was opened
}

var _ machines = (*several)(nil)

func (s *several) name() string { return s.machine }

func (s *several) now(t *tx) (int64, error) { return shared.Now(t) }

// same makes sure that a shared ledger is still the one that was opened: a move
// or a restore may have put another in its place, with another key, while this
// machine read its files. It would find no records in it and send all of them again.
func (s *several) same(t *tx) error {
	var done any
	if err := t.QueryRow(shared.SetUp, nil, &done); err != nil {
		return err
	}
	var check string
	err := t.QueryRow(`SELECT value FROM meta WHERE name = ?`, []any{checkName}, &check)
	if errors.Is(err, sql.ErrNoRows) || err == nil && check != s.check {
		return fail(fault.Config, err, "共用的台账刚被替换（ledger migrate 或 restore），密钥已不同，没有上传。", "把新的密钥文件复制到本机，再执行同一命令。")
	}
	return err
}

// dead are the runs of this machine, whose lock the caller holds, and those of
// machines that have been silent for too long.
func (s *several) dead(t *tx) (string, []any, error) {
	now, err := s.now(t)
	return `(r.machine = ? OR r.alive < ? OR r.finished IS NOT NULL)`, []any{s.machine, now - s.l.opt.deadAfter().Microseconds()}, err
}

// live are this machine's run when its lock is held, and another's while it says
// that it is alive.
func (s *several) live(ctx context.Context, q queryer, lockHeld bool) (map[int64]bool, error) {
	heard, err := s.heardSince(ctx, q)
	if err != nil {
		return nil, err
	}
	out := map[int64]bool{}
	rows, err := q.QueryContext(ctx, `SELECT DISTINCT r.id, r.machine, r.alive FROM submissions s JOIN runs r ON r.id = s.run_id WHERE s.state = 'claimed' AND r.finished IS NULL`)
	err = eachRow(rows, err, func(rs *sql.Rows) error {
		var id, alive int64
		var machine string
		err := rs.Scan(&id, &machine, &alive)
		if machine == s.machine {
			out[id] = lockHeld
		} else {
			out[id] = alive >= heard
		}
		return err
	})
	return out, err
}

func (s *several) elsewhere(ctx context.Context, q queryer) ([]RunView, error) {
	heard, err := s.heardSince(ctx, q)
	if err != nil {
		return nil, err
	}
	return listRuns(ctx, q, runColumns+`WHERE finished IS NULL AND machine <> ? AND alive >= ? ORDER BY id`, s.machine, heard)
}

// heardSince is the time since which a run must have been heard of to be alive.
func (s *several) heardSince(ctx context.Context, q queryer) (at int64, err error) {
	err = q.QueryRowContext(ctx, shared.Clock).Scan(&at)
	return at - s.l.opt.deadAfter().Microseconds(), err
}

// journal is where this machine keeps what it could not tell.
func (s *several) journal() shared.Journal {
	return shared.Journal{Disk: journalDisk{s.l.opt.files()}, Path: filepath.Join(s.l.opt.dir(), JournalName), Ledger: s.l.id}
}

// journalDisk is the ledger's disk as a journal sees it.
type journalDisk struct{ disk }

func (d journalDisk) Append(path string) (shared.File, error) { return d.disk.Append(path) }

func (s *several) untold() int { return s.journal().Waiting() }

func (s *several) catchUp(ctx context.Context) (int, error) {
	j := s.journal()
	own, damaged, err := j.Own()
	if err != nil {
		return 0, err
	}
	if len(own) > 0 {
		if err := s.l.w.do(ctx, s.same); err != nil {
			return 0, storageError("补记上次的答复", err)
		}
	}
	for i := range own {
		answer := settleOf(&own[i])
		// What was decided otherwise since stands: the line has no more to say.
		if err := s.l.w.doFor(ctx, answer.claim.entry.Identity, answer.write); err != nil && !isRefusal(err) {
			return 0, storageError("补记上次的答复", err)
		}
	}
	return len(own), j.Told(damaged, s.l.opt.Now())
}

// answerOf is a settle as the journal keeps it.
func answerOf(j settleJob) shared.Answer {
	c := &j.claim
	s := &j.answer
	a := shared.Answer{
		Submission: c.SubmissionID, Attempt: c.AttemptID, Number: c.Attempt, Started: c.started, Institution: c.entry.Institution,
		Identity: c.entry.Identity[:], Name: c.entry.Name[:], Key: c.entry.Key, RowKey: c.entry.RowKey, File: c.entry.File, Content: c.entry.Content[:],
		Prior: string(c.facts.Prior), HasAccepted: c.facts.HasAccepted, Resend: c.facts.Resend, SamePerson: c.facts.SamePerson,
		Class: string(s.Class), HTTPStatus: s.HTTPStatus, Message: s.Message, Note: s.Note, Duration: s.Duration.Microseconds(), At: s.At,
	}
	if c.entry.Base != (Digest{}) {
		a.Base = c.entry.Base[:]
	}
	return a
}

// settleOf is the settle that a journal remembers.
func settleOf(a *shared.Answer) settleJob {
	e := Entry{Institution: a.Institution, Key: a.Key, RowKey: a.RowKey, File: a.File}
	copy(e.Identity[:], a.Identity)
	copy(e.Base[:], a.Base) // older versions had none
	copy(e.Name[:], a.Name)
	copy(e.Content[:], a.Content)
	c := Claim{SubmissionID: a.Submission, AttemptID: a.Attempt, Attempt: a.Number, started: a.Started, entry: e,
		facts: facts{State: StateClaimed, Prior: State(a.Prior), HasAccepted: a.HasAccepted, Resend: a.Resend, SamePerson: a.SamePerson}}
	return settleJob{claim: c, noted: true, answer: Settlement{Class: Class(a.Class), HTTPStatus: a.HTTPStatus, Message: a.Message, Note: a.Note,
		Duration: time.Duration(a.Duration) * time.Microsecond, At: a.At}}
}

func (s *several) join(r *Run) company {
	return &oneOfSeveral{several: s, r: r, pulse: shared.NewPulse(r.ID, s.l.opt.lease(), s.l.opt.patience())}
}

// oneOfSeveral is a run of a shared ledger.
type oneOfSeveral struct {
	*several
	r     *Run
	pulse *shared.Pulse
}

var _ company = (*oneOfSeveral)(nil)

func (o *oneOfSeveral) begun(ctx context.Context, at time.Time) {
	o.pulse.Lived(at)
	ctx = context.WithoutCancel(ctx) // until leave, however the run ends
	o.pulse.Keep(func(job func(t shared.Tx) error) error {
		return o.l.w.do(ctx, func(t *tx) error { return job(t) })
	}, o.l.w.stopped)
}

func (o *oneOfSeveral) enter(t *tx) (time.Time, error) { return o.pulse.StayAlive(t) }
func (o *oneOfSeveral) entered(at time.Time)           { o.pulse.Lived(at) }
func (o *oneOfSeveral) leave()                         { o.pulse.End() }
func (o *oneOfSeveral) passes(err error) bool          { return shared.Lost(err) }

func (o *oneOfSeveral) patiently(ctx context.Context, try func(again bool) error) error {
	return o.pulse.Patiently(ctx, try)
}

func (o *oneOfSeveral) confirm(ctx context.Context, c Claim) error {
	err := o.pulse.Confirm(c.granted, o.l.opt.Now, func(job func(t shared.Tx) error) error {
		return o.r.persist(ctx, c.entry.Identity, func(t *tx, _ bool) error {
			if err := job(t); err != nil {
				return err
			}
			cur, err := rowOf(t, c.entry.Identity)
			if err == nil && !c.holds(cur) {
				err = refuse(c.facts, ActClaim, "本机太久没有音讯，该记录的登记已被另一台电脑作废，没有发出。")
			}
			return err
		})
	})
	if errors.Is(err, shared.ErrSlow) {
		return refuse(c.facts, ActClaim, "台账数据库答复太慢，该记录没有发出。")
	}
	return storageError("核对发送登记", err)
}

// unheard writes an answer into the journal. Where neither takes it, the claim
// stays without an answer: a doubt.
func (o *oneOfSeveral) unheard(j settleJob) (bool, error) {
	err := o.journal().Append(answerOf(j))
	return err == nil, err
}

func (o *oneOfSeveral) heard() error { return o.journal().Clear() }

// unsure settles claims that may have been committed as not sent: no byte of them
// was. Where the last try failed for good, an earlier one may have been committed.
func (o *oneOfSeveral) unsure(claims []Claim, err error) {
	for _, c := range claims {
		if c.OK() {
			o.r.keep(settleJob{claim: c, answer: Settlement{Class: ClassNotSent, At: o.l.opt.Now()}}, err)
		}
	}
}

// lease is the lease of this machine's claims.
func (o Options) lease() shared.Lease { return shared.NewLease(o.deadAfter()) }

// patience is Patience or its default.
func (o Options) patience() time.Duration {
	if o.Patience > 0 {
		return o.Patience
	}
	return shared.Patience
}

// postgresDialect is how PostgreSQL is written to.
func postgresDialect() dialect {
	return dialect{begin: "BEGIN", hold: " FOR NO KEY UPDATE OF s", holdRun: " FOR NO KEY UPDATE OF s, r", keyLock: `SELECT pg_advisory_xact_lock(hashtextextended(?, 0))`,
		limit: shared.TransactionLimit, connections: shared.Readers, rewrite: shared.Bind, reader: func(q queryer) queryer { return shared.Numbered{Queryer: q} },
		lost: shared.Lost, died: shared.Died, raced: shared.Raced}
}
