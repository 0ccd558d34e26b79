package run

import (
	"context"
	"slices"
	"time"

	"hbupload/internal/config"
	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/ledger"
	"hbupload/internal/mapping"
	"hbupload/internal/push"
	"hbupload/internal/report"
	"hbupload/internal/rules"
	"hbupload/internal/spec"
	"hbupload/internal/wire"
)

// ReadOptions are the flags of push, validate and build.
type ReadOptions struct {
	Sheet    string
	Mapping  string
	Only     []string
	Limit    int
	Strict   bool
	Report   string
	NoReport bool
	OnlyBad  bool
}

func (o *ReadOptions) check() error {
	if o.Limit < 0 {
		return fault.New(fault.Usage, "--limit 应是正整数")
	}
	return nil
}

// Session is one reading of inputs, with all that was found.
type Session struct {
	*Env
	cfg      *config.Config
	Judge    *Judgement
	Inputs   Inputs
	Batch    *push.Batch
	progress *progress
	started  time.Time
	Notes    []string
	tally    *report.Tally
	reports  *reporting
	sends    bool // what was found was also sent, or tried to be
	Unsure   bool // answers may be missing from the ledger: the next run will ask about them
}

// SessionOptions differ between the commands.
type SessionOptions struct {
	Read     ReadOptions
	Spool    string           // folder of the spool, "" for none
	Digester *ledger.Digester // nil: the ledger is not asked
	known    push.Planner     // not nil: what was accepted before is read and no more
	policy   ledger.Policy    // for known
	Led      *ledger.Ledger   // whose verified warnings count; nil: none
}

// Begin loads the configuration and the checks.
func Begin(env *Env, cfg *config.Config, strict bool) (*Session, error) {
	s := &Session{Env: env, cfg: cfg, started: env.Now(), reports: &reporting{swept: map[string]bool{}}}
	judge, err := env.Judge(cfg, strict)
	if err != nil {
		return nil, err
	}
	s.Judge = judge
	s.collect()
	if env.Command != "sync" { // which says so when it has pulled new ones
		for _, text := range BrokenWords(env, cfg, judge.Dicts) {
			s.Notes = append(s.Notes, "警告："+text)
		}
	}
	s.progress = newProgress(env)
	return s, nil
}

// ReadAll is the first pass over every FILE.
func (s *Session) ReadAll(ctx context.Context, files []string, o SessionOptions) error {
	var err error
	HideShapes(s.Env, files, o.Digester)
	if s.Inputs, err = openInputs(ctx, s.Env, files, s.Mapping(o)); err != nil {
		return err
	}
	return s.Prepare(ctx, o, push.Preparation{Sources: s.Inputs.sources()})
}

// Mapping is how inputs are read.
func (s *Session) Mapping(o SessionOptions) mapping.Options {
	opts := s.Judge.Mapping
	opts.Sheet = o.Read.Sheet
	opts.Mapping = o.Read.Mapping
	opts.TempDir = o.Spool
	return opts
}

// Prepare is the first pass over the sources of prep.
func (s *Session) Prepare(ctx context.Context, o SessionOptions, prep push.Preparation) error {
	prep.Named = s.Hidden.Add
	var err error
	if prep.Verified, err = s.verified(ctx, o.Led); err != nil {
		return err
	}
	prep.Checker = s.Judge.Checker
	prep.Sense = s.Judge.sense
	prep.Encoder = s.Judge.encoder
	prep.Observer = s.progress
	prep.Beside = s.Judge.Mapping.Book.Findings()
	prep.Only = o.Read.Only
	prep.Limit = o.Read.Limit
	prep.Digester = o.Digester
	prep.Compared = !s.Opts.JSON // which shows the sums
	prep.Known = o.known
	prep.Policy = o.policy
	prep.TokenWords = wire.Policy{TokenError: s.cfg.Platform.TokenPattern}.IsTokenError
	if !o.Read.NoReport {
		s.tally = report.NewTally(entryName(s.Judge.Dicts))
		s.tally.KeepRows = o.Read.OnlyBad
		s.tally.KeepNames = true
		s.tally.Meanings = s.Judge.Checker
		prep.Each = s.tally.Add
	}
	if o.Spool != "" {
		if prep.Spool, err = push.NewSpool(o.Spool); err != nil {
			return err
		}
		prep.Zipper = wire.NewZipper(wire.DefaultLevel)
	}
	s.progress.stage("检查")
	s.Batch, err = push.Prepare(ctx, prep)
	s.progress.done()
	if err != nil {
		if prep.Spool != nil {
			prep.Spool.Close()
		}
		return err
	}
	s.Batch.Findings = append(s.Batch.Findings, s.answers.Faults...)
	s.Inputs = slices.DeleteFunc(s.Inputs, func(in *Input) bool { return in.Table == nil }) // left out
	s.Notes = append(s.Notes, s.Inputs.notes()...)
	if len(s.Batch.Records) == 0 {
		s.Notes = append(s.Notes, "警告：文件里没有任何体检人员，请确认导出的文件和范围")
	}
	return nil
}

// Close lets go of the spool and of the files.
func (s *Session) Close() {
	if s.Batch != nil {
		s.Batch.Close()
	}
	s.CloseInputs()
}

// CloseInputs lets go of the files, so that they can be moved.
func (s *Session) CloseInputs() {
	s.Inputs.Close()
	s.Inputs = nil
}

// Result gathers what the run has to say. stop is why it ended early.
func (s *Session) Result(stop error) *report.Result {
	r := &report.Result{Command: s.Command, Elapsed: s.Now().Sub(s.started), NoRows: s.Inputs == nil, Notes: s.Notes}
	rows, cells, rowsErr := s.Inputs.rows()
	r.Rows = rows
	r.Cells = cells
	orphans := 0
	if s.Batch != nil {
		r.Records = s.Batch.Records
		r.Findings = s.Batch.Findings
		orphans = s.Batch.Orphans
	}
	if stop == nil {
		stop = rowsErr
	}
	r.ExitCode = push.ExitCode(r.Records, orphans, false)
	if stop != nil {
		r.Stop = Problem(stop)
		r.ExitCode = r.Stop.Kind.Code()
	}
	return r
}

// show writes the result as JSON or for a person, and ends the command.
func (s *Session) show(r *report.Result) error {
	if s.Opts.JSON {
		if err := report.JSON(s.Out(), r); err != nil {
			return err
		}
		return Exit(r.ExitCode)
	}
	style := s.Style(s.StdoutTTY)
	for _, note := range r.Notes {
		s.Say("%s", host.SafeText(note, MaxMessage))
	}
	report.Findings(s.Out(), r.Findings, FixOf, style)
	report.Refusals(s.Out(), r.Records, style)
	if r.Stop != nil {
		Explain(s.Stderr, r.Stop)
	}
	report.Summary(s.Out(), r, style)
	return Exit(r.ExitCode)
}

// FixOf is the catalogue's remedy of a rule.
func FixOf(id spec.RuleID) string {
	rule, _ := rules.Find(id)
	return rule.Fix
}

// Held is what a run that writes the ledger has to itself: the ledger, the run
// lock, and a private folder swept clean of what killed runs left.
type Held struct {
	Led  *ledger.Ledger
	lock *ledger.RunLock
	Tmp  string
}

// HoldToSend is hold for a run that sends: the ledger must know what was sent.
func HoldToSend(ctx context.Context, env *Env, cfg *config.Config) (*Held, error) {
	h, err := hold(ctx, env, cfg)
	if err == nil {
		err = h.Led.Whole(ctx)
	}
	if err != nil && h != nil {
		h.Release()
		return nil, err
	}
	return h, err
}

// fit fails where a run that sends must not begin with a ledger.
func fit(ctx context.Context, env *Env, cfg *config.Config, led *ledger.Ledger) error {
	if err := Belongs(ctx, env, cfg, led); err != nil {
		return err
	}
	return led.Whole(ctx)
}

// hold opens the ledger and takes the run lock in the name of the command. The
// ledger must be the configured platform's.
func hold(ctx context.Context, env *Env, cfg *config.Config) (*Held, error) {
	h := &Held{}
	var err error
	if h.Led, err = env.OpenLedger(ctx, cfg); err != nil {
		return nil, err
	}
	if h.lock, err = h.Led.Lock(ctx, ledger.Holder{PID: env.PID, Host: env.Host, User: env.User, Command: env.Command, Started: env.Now()}); err != nil {
		h.Release()
		return nil, err
	}
	if err = Belongs(ctx, env, cfg, h.Led); err == nil {
		h.Tmp, err = tempDir(cfg)
	}
	if err != nil {
		h.Release()
		return nil, err
	}
	sweep(h.Tmp)
	host.SweepAll(cfg.DataDir, env.Now())
	return h, nil
}

// Release lets go of the ledger and the lock.
func (h *Held) Release() {
	_ = h.Led.Close()
	if h.lock != nil {
		_ = h.lock.Unlock()
	}
}
