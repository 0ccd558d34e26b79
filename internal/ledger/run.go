package ledger

import (
	"context"
	"encoding/json"
	"sync"
	"sync/atomic"
	"time"

	"hbupload/internal/fault"
)

// RunInfo describes a pushing run for status and history.
type RunInfo struct {
	User, Host  string
	PID         int
	ToolVersion string
	DictVersion string
	Files       []string // base names
	Command     string
	Policy      Policy
	Unsettled   int // how many records may be claimed without an answer on the disk; 0: any number
}

// Summary is how a run ended.
type Summary struct {
	Counts   map[string]int
	ExitCode int
}

// Recovered is what the start of a run found open: sent, perhaps, and never answered.
type Recovered struct {
	Count int
	Keys  []string // at most 100
	Late  int      // answers out of this machine's journal that were settled now
}

// Run is one pushing run. It is safe for concurrent use.
type Run struct {
	l    *Ledger
	id   int64
	info RunInfo

	company company       // of the other machines' runs
	slots   chan struct{} // one per claim without an answer on the disk; nil: any number

	bound atomic.Bool // the ledger has a platform, and it is the configured one

	telling sync.Mutex // the failed settles are told by one at a time

	mu       sync.Mutex
	open     int           // settles under way
	idle     chan struct{} // closed when open falls to 0; nil while nobody waits
	failed   []settleJob   // settles that could not be written; Flush tries them again
	firstErr error
	refused  error // settles that the ledger will never take; Flush tells
}

// ID is the run's number in the ledger.
func (r *Run) ID() int64 { return r.id }

// BeginRun starts a run, and first ends the previous ones: what this machine
// could not tell a shared ledger is told now, then every claim without an answer
// becomes in_doubt. The claims of other machines' runs do so when those have been
// silent for Options.DeadAfter. The caller holds Lock.
func (l *Ledger) BeginRun(ctx context.Context, info RunInfo) (*Run, Recovered, error) {
	if l.w == nil {
		return nil, Recovered{}, readOnlyError()
	}
	files, err := json.Marshal(info.Files)
	if err != nil {
		return nil, Recovered{}, fail(fault.Internal, err, "无法登记本次上传。", "")
	}
	r := &Run{l: l, info: info}
	if info.Unsettled > 0 {
		r.slots = make(chan struct{}, info.Unsettled)
	}
	r.company = l.machines.join(r)
	late, err := l.machines.catchUp(ctx)
	if err != nil {
		return nil, Recovered{}, err
	}
	var rec Recovered
	var began time.Time
	err = l.w.do(ctx, func(t *tx) (err error) {
		began = t.began
		if err = l.fit(t); err != nil {
			return err
		}
		if rec, err = l.recoverClaims(t, info.User, info.Host); err != nil {
			return err
		}
		alive, err := l.machines.now(t)
		if err != nil {
			return err
		}
		r.id, err = t.insert(`INSERT INTO runs (started, os_user, host, pid, tool, dictionary, files, command, machine, alive) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			t.at, info.User, info.Host, info.PID, info.ToolVersion, info.DictVersion, string(files), info.Command, l.machines.name(), alive)
		return err
	})
	if err != nil {
		return nil, Recovered{}, storageError("登记本次上传", err)
	}
	rec.Late = late
	l.remember(ctx)
	r.company.begun(ctx, began)
	return r, rec, nil
}

// readOnlyError is the answer to a write on a ledger opened for reading.
func readOnlyError() error {
	return fail(fault.Internal, nil, "台账以只读方式打开，不能写入。", "")
}

// Recover does what BeginRun does first, outside a run (resolve needs it after a
// crash). The caller holds Lock.
func (l *Ledger) Recover(ctx context.Context) (Recovered, error) {
	if l.w == nil {
		return Recovered{}, readOnlyError()
	}
	late, err := l.machines.catchUp(ctx)
	if err != nil {
		return Recovered{}, err
	}
	var rec Recovered
	err = l.w.do(ctx, func(t *tx) (err error) {
		rec, err = l.recoverClaims(t, l.opt.User, l.opt.Host)
		return err
	})
	rec.Late = late
	return rec, storageError("整理上次未完成的记录", err)
}

// Finish flushes and writes the run's end. A context that ends, or has ended,
// ends no more than the waiting for a shared ledger's database that is lost.
func (r *Run) Finish(ctx context.Context, s Summary) error {
	defer r.company.leave()
	if err := r.wait(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	if err := r.tell(ctx); err != nil {
		return err
	}
	counts, err := json.Marshal(s.Counts)
	if err != nil {
		return fail(fault.Internal, err, "无法登记本次上传的结果。", "")
	}
	err = r.persist(ctx, Digest{}, func(t *tx, _ bool) error {
		_, err := t.Exec(`UPDATE runs SET finished = ?, counts = ?, exit_code = ? WHERE id = ?`, t.at, string(counts), s.ExitCode, r.id)
		return err
	})
	if err == nil {
		r.l.remember(context.WithoutCancel(ctx))
	}
	return storageError("登记本次上传的结果", err)
}

// Class is what became of an attempt.
type Class string

// The classes. All but the first, second and fourth mean: certainly not processed.
const (
	ClassAccepted     Class = "accepted"
	ClassRejected     Class = "rejected"
	ClassNotProcessed Class = "not-processed"
	ClassUnknown      Class = "unknown"
	ClassDeadToken    Class = "dead-token"
	ClassWrongAddress Class = "wrong-address"
	ClassNotSent      Class = "not-sent" // claimed, and no byte of it left (Unclaim)
)

// Action is the step of the state machine a class stands for.
func (c Class) Action() Action {
	switch c {
	case ClassAccepted:
		return ActSettleAccepted
	case ClassRejected:
		return ActSettleRejected
	case ClassNotProcessed, ClassDeadToken, ClassWrongAddress, ClassNotSent:
		return ActSettleNotProcessed
	}
	return ActSettleUnknown // an answer that was not understood is a doubt
}

// Settlement is the answer to one attempt.
type Settlement struct {
	Class      Class
	HTTPStatus int
	Message    string // the platform's words, already redacted
	Note       string // how it came: "duplicate-reply", "echo-differs" …
	Duration   time.Duration
	At         time.Time // zero: the ledger's clock
}
