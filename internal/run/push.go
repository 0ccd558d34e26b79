package run

import (
	"context"
	"path/filepath"

	"hbupload/internal/config"
	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/ledger"
	"hbupload/internal/platform"
	"hbupload/internal/push"
	"hbupload/internal/report"
	"hbupload/internal/wire"
)

// PushOptions are the flags of push.
type PushOptions struct {
	ReadOptions
	DryRun        bool
	Concurrency   int
	Rate          float64
	Resend        string
	MaxRejections int
	Yes           bool
	Sandbox       bool
	Ask           bool // started by a drag: ask before sending
}

// Check refuses values that no push can have.
func (o *PushOptions) Check() error {
	switch o.Resend {
	case "", "changed", "all":
		return o.check()
	}
	return fault.New(fault.Usage, "--resend 只能是 changed 或 all")
}

// Deliver is push without --dry-run.
func Deliver(ctx context.Context, env *Env, cfg *config.Config, files []string, o PushOptions) error {
	early, cancel := env.UntilInterrupt(ctx)
	defer cancel()
	client, err := env.Client(cfg)
	if err != nil {
		return err
	}
	defer client.Close()
	s, err := Begin(env, cfg, o.Strict)
	if err != nil {
		return err
	}
	defer s.Close()
	h, err := HoldToSend(early, env, cfg)
	if err != nil {
		return err
	}
	defer h.Release()
	if err := s.ReadAll(early, files, SessionOptions{Read: o.ReadOptions, Spool: h.Tmp, Digester: h.Led.Digester(), known: h.Led, Led: h.Led, policy: Policy(cfg, o.Resend)}); err != nil {
		return err
	}
	if _, _, err := s.Inputs.rows(); err != nil {
		return err
	}
	r, err := s.Send(ctx, early, h, client, s.orders(o))
	if err != nil {
		return err
	}
	if err := timely(context.WithoutCancel(ctx), s, h.Led, r); err != nil {
		s.Notes = append(s.Notes, "没有算出谁从未上传、谁迟报："+SafeError(err)) // what was sent is sent
	}
	if err := s.Report(context.WithoutCancel(ctx), r, o.ReadOptions); err != nil {
		return err
	}
	if !o.Sandbox { // there it is gone with the run
		s.Notes = append(s.Notes, "台账："+LedgerPlace(s.cfg))
	}
	r.Notes = s.Notes
	return s.show(r)
}

// Rehearse is push --dry-run: the ledger is only read and nothing is written.
func Rehearse(ctx context.Context, env *Env, cfg *config.Config, files []string, o PushOptions) error {
	ctx, cancel := env.UntilInterrupt(ctx)
	defer cancel()
	s, err := Begin(env, cfg, o.Strict)
	if err != nil {
		return err
	}
	defer s.Close()
	done, err := s.Foresee(ctx, files, o.ReadOptions, Policy(cfg, o.Resend))
	if err != nil {
		return err
	}
	defer done()
	s.Notes = append(s.Notes, "演练：没有登录，没有上传，台账未改动")
	s.notKept()
	r := s.Result(nil)
	if err := s.Report(ctx, r, o.ReadOptions); err != nil {
		return err
	}
	return s.show(r)
}

// Foresee is the first pass and what the ledger says of it. The ledger is only
// read; the spool lies in a throw-away folder that done removes.
func (s *Session) Foresee(ctx context.Context, files []string, read ReadOptions, pol ledger.Policy) (done func(), err error) {
	led, err := s.ReadLedger(ctx, s.cfg)
	if err != nil {
		return nil, err
	}
	defer func() { _ = led.Close() }()
	if err := fit(ctx, s.Env, s.cfg, led); err != nil {
		return nil, err
	}
	tmp, remove, err := s.Scratch()
	if err != nil {
		return nil, err
	}
	if err = s.ReadAll(ctx, files, SessionOptions{Read: read, Spool: tmp, Digester: led.Digester(), known: led, Led: led, policy: pol}); err == nil {
		err = s.Batch.Plan(ctx, led, pol, s.Judge.Checker.Policy())
	}
	// The spool is closed before its folder goes: Windows keeps open files.
	done = func() {
		s.Close()
		remove()
	}
	if err != nil {
		done()
		return nil, err
	}
	return done, nil
}

// Orders are what a run should do with known records, and who may be asked
// before it sends; nil does not ask.
type Orders struct {
	Policy  ledger.Policy
	Confirm func(context.Context, *ledger.Ledger) error
}

func (s *Session) orders(o PushOptions) Orders {
	return Orders{Policy: Policy(s.cfg, o.Resend), Confirm: func(ctx context.Context, led *ledger.Ledger) error { return s.Confirm(ctx, led, o) }}
}

// Send asks the ledger, asks the operator where that is due, and sends. Its
// error means that the run could not begin; all else is in the result.
func (s *Session) Send(ctx, early context.Context, h *Held, client *platform.Client, o Orders) (*report.Result, error) {
	run, recovered, err := h.Led.BeginRun(early, ledger.RunInfo{User: s.User, Host: s.Host, PID: s.PID, ToolVersion: s.Build.Version,
		DictVersion: s.Judge.Dicts.Version(), Files: s.Inputs.names(s.Hidden), Command: s.Command, Policy: o.Policy, Unsettled: push.Unsettled(s.cfg.Upload.Concurrency)})
	if err != nil {
		return nil, err
	}
	if recovered.Late > 0 {
		s.Say("上次台账数据库连不上时暂存在本机的 %d 条答复，已补记入台账", recovered.Late)
	}
	if recovered.Count > 0 {
		s.Say("上次运行中断，有 %d 条记录没有等到答复，已列为结果不明", recovered.Count)
	}
	stop := s.Batch.Plan(early, h.Led, o.Policy, s.Judge.Checker.Policy())
	if stop == nil && o.Confirm != nil {
		stop = o.Confirm(early, h.Led)
	}
	if stop == nil {
		s.sends = true
		s.keep(early, h.Led)
		stop = s.upload(ctx, h.Led, run, client)
	} else {
		s.Batch.Abandon()
	}
	r := s.Result(stop)
	if err := run.Finish(ctx, ledger.Summary{Counts: ledgerCounts(r), ExitCode: r.ExitCode}); err != nil {
		s.Unsure = true
		if r.Stop == nil {
			r.Stop = Problem(push.Midway(err)) // answers may not be on the disk: never a silent success
			r.ExitCode = r.Stop.Kind.Code()
		}
	}
	return r, nil
}

// upload is the second pass.
func (s *Session) upload(ctx context.Context, led *ledger.Ledger, run *ledger.Run, client *platform.Client) error {
	if s.Batch.Sendable() > 0 {
		WarnPlain(s.Env, client)
	}
	logger, closeLog, err := s.OpenLog()
	if err != nil {
		s.Batch.Abandon()
		return err
	}
	defer closeLog()
	logger = logger.With("run", run.ID())
	u := s.cfg.Upload
	s.progress.stage("上传")
	s.progress.begin(s.Batch.Sendable())
	defer s.progress.done()
	proven, err := led.EverAccepted(ctx)
	if err != nil {
		s.Batch.Abandon()
		return err
	}
	return s.Batch.Deliver(ctx, push.Delivery{Proven: proven, Advice: push.Advice(s.Judge.Checker.IsDust),
		Sender: sender{client}, Run: run, Severities: s.Judge.Checker.Policy(),
		Concurrency: u.Concurrency, Rate: u.Rate, Retries: u.Retries, MaxRejections: u.MaxRejections, MaxFailures: u.MaxFailures,
		Duplicate: s.cfg.Platform.DuplicatePattern, CompareEcho: s.cfg.Platform.Echo == "compare", Observer: push.Observers{s.progress, logObserver{logger}}, Interrupt: s.Interrupt, Now: s.Now})
}

// ledgerCounts are the run's counts as the ledger keeps them.
func ledgerCounts(r *report.Result) map[string]int {
	out := map[string]int{"records": len(r.Records)}
	for state, n := range push.Counts(r.Records) {
		out[string(state)] = n
	}
	return out
}

// names are the base names of the inputs as they may be shown.
func (all Inputs) names(secret *host.Hidden) []string {
	var out []string
	for _, in := range all {
		out = append(out, secret.Text(filepath.Base(in.Path)))
	}
	return out
}

// sender carries records to the platform.
type sender struct{ client *platform.Client }

// Ready implements push.Sender.
func (s sender) Ready(ctx context.Context) error { return s.client.EnsureToken(ctx) }

// Send implements push.Sender.
func (s sender) Send(ctx context.Context, zip []byte, confirm func(context.Context) error) wire.Outcome {
	return s.client.Upload(ctx, zip, confirm)
}

// Distrust is called when an answer was another request's.
func (s sender) Distrust() { s.client.Distrust() }
