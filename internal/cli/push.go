package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"hbupload/internal/config"
	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/ledger"
	"hbupload/internal/platform"
	"hbupload/internal/push"
	"hbupload/internal/report"
	"hbupload/internal/wire"
)

// pushOptions are the flags of push.
type pushOptions struct {
	readOptions
	dryRun        bool
	concurrency   int
	rate          float64
	resend        string
	maxRejections int
	yes           bool
	sandbox       bool
	ask           bool // started by a drag: ask before sending
}

func newPush(a *app) *cobra.Command {
	var o pushOptions
	cmd := &cobra.Command{
		Use: "push FILE…", Short: "检查并上传导出文件（主要命令）",
		Example: "  hbupload push 导出.xlsx\n  hbupload push 导出.xlsx --dry-run\n  hbupload push 导出.xlsx --only TJ0001",
		Args:    argCount(1, -1, "要上传的文件"),
		RunE: func(cmd *cobra.Command, args []string) error {
			a.command = "push"
			for flag, key := range map[string]string{"concurrency": "upload.concurrency", "rate": "upload.rate", "max-rejections": "upload.max_rejections"} {
				if f := cmd.Flags().Lookup(flag); f.Changed {
					a.set(key, flag, f.Value.String())
				}
			}
			return a.push(cmd.Context(), args, o)
		},
	}
	addReadFlags(cmd, &o.readOptions)
	f := cmd.Flags()
	f.BoolVar(&o.dryRun, "dry-run", false, "演练：不登录、不上传、不改动台账")
	f.IntVar(&o.concurrency, "concurrency", 0, "同时上传的请求数（默认按配置）")
	f.Float64Var(&o.rate, "rate", 0, "每秒请求数上限（默认按配置）")
	f.StringVar(&o.resend, "resend", "", "重新上传已接收的记录：changed 内容已变的，all 全部")
	f.IntVar(&o.maxRejections, "max-rejections", 0, "连续被拒多少条后停止（默认按配置）")
	f.BoolVar(&o.yes, "yes", false, "不询问，直接上传")
	f.BoolVar(&o.sandbox, "sandbox", false, "对本程序内置的模拟平台演练，数据不离开本机")
	return cmd
}

func (o *pushOptions) check() error {
	switch o.resend {
	case "", "changed", "all":
		return o.readOptions.check()
	}
	return fault.New(fault.Usage, "--resend 只能是 changed 或 all")
}

func (a *app) push(ctx context.Context, files []string, o pushOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	cfg, err := a.load()
	if err != nil {
		return err
	}
	if o.sandbox {
		stop, err := a.embed(ctx, cfg)
		if err != nil {
			return err
		}
		defer stop()
	}
	if err := a.belongsFirst(ctx, cfg); err != nil {
		return err
	}
	if o.dryRun {
		return a.rehearse(ctx, cfg, files, o)
	}
	return a.deliver(ctx, cfg, files, o)
}

// rehearse is push --dry-run: the ledger is only read and nothing is written.
func (a *app) rehearse(ctx context.Context, cfg *config.Config, files []string, o pushOptions) error {
	ctx, cancel := a.untilInterrupt(ctx)
	defer cancel()
	s, err := a.begin(cfg, o.strict)
	if err != nil {
		return err
	}
	defer s.close()
	done, err := s.foresee(ctx, files, o.readOptions, policy(cfg, o.resend))
	if err != nil {
		return err
	}
	defer done()
	s.notes = append(s.notes, "演练：没有登录，没有上传，台账未改动")
	s.notKept()
	r := s.result(nil)
	if err := s.report(ctx, r, o.readOptions); err != nil {
		return err
	}
	return s.show(r)
}

// foresee is the first pass and what the ledger says of it. The ledger is only
// read; the spool lies in a throw-away folder that done removes.
func (s *session) foresee(ctx context.Context, files []string, read readOptions, pol ledger.Policy) (done func(), err error) {
	led, err := s.readLedger(ctx, s.cfg)
	if err != nil {
		return nil, err
	}
	defer func() { _ = led.Close() }()
	if err := s.fit(ctx, s.cfg, led); err != nil {
		return nil, err
	}
	tmp, remove, err := s.scratch()
	if err != nil {
		return nil, err
	}
	if err = s.readAll(ctx, files, sessionOptions{read: read, spool: tmp, digester: led.Digester(), known: led, led: led, policy: pol}); err == nil {
		err = s.batch.Plan(ctx, led, pol, s.judge.checker.Policy())
	}
	// The spool is closed before its folder goes: Windows keeps open files.
	done = func() {
		s.close()
		remove()
	}
	if err != nil {
		done()
		return nil, err
	}
	return done, nil
}

// deliver is push in earnest.
func (a *app) deliver(ctx context.Context, cfg *config.Config, files []string, o pushOptions) error {
	early, cancel := a.untilInterrupt(ctx)
	defer cancel()
	client, err := a.client(cfg)
	if err != nil {
		return err
	}
	defer client.Close()
	s, err := a.begin(cfg, o.strict)
	if err != nil {
		return err
	}
	defer s.close()
	h, err := a.holdToSend(early, cfg)
	if err != nil {
		return err
	}
	defer h.release()
	if err := s.readAll(early, files, sessionOptions{read: o.readOptions, spool: h.tmp, digester: h.led.Digester(), known: h.led, led: h.led, policy: policy(cfg, o.resend)}); err != nil {
		return err
	}
	if _, _, err := s.inputs.rows(); err != nil {
		return err
	}
	r, err := s.send(ctx, early, h, client, s.orders(o))
	if err != nil {
		return err
	}
	if err := s.report(context.WithoutCancel(ctx), r, o.readOptions); err != nil {
		return err
	}
	if !o.sandbox { // there it is gone with the run
		s.notes = append(s.notes, "台账："+ledgerPlace(s.cfg))
	}
	r.Notes = s.notes
	return s.show(r)
}

// held is what a run that writes the ledger has to itself: the ledger, the run
// lock, and a private folder swept clean of what killed runs left.
type held struct {
	led  *ledger.Ledger
	lock *ledger.RunLock
	tmp  string
}

// holdToSend is hold for a run that sends: the ledger must know what was sent.
func (a *app) holdToSend(ctx context.Context, cfg *config.Config) (*held, error) {
	h, err := a.hold(ctx, cfg)
	if err == nil {
		err = h.led.Whole(ctx)
	}
	if err != nil && h != nil {
		h.release()
		return nil, err
	}
	return h, err
}

// fit fails where a run that sends must not begin with a ledger.
func (a *app) fit(ctx context.Context, cfg *config.Config, led *ledger.Ledger) error {
	if err := a.belongs(ctx, cfg, led); err != nil {
		return err
	}
	return led.Whole(ctx)
}

// hold opens the ledger and takes the run lock in the name of the command. The
// ledger must be the configured platform's.
func (a *app) hold(ctx context.Context, cfg *config.Config) (*held, error) {
	h := &held{}
	var err error
	if h.led, err = a.openLedger(ctx, cfg); err != nil {
		return nil, err
	}
	if h.lock, err = h.led.Lock(ctx, ledger.Holder{PID: a.PID, Host: a.Host, User: a.User, Command: a.command, Started: a.Now()}); err != nil {
		h.release()
		return nil, err
	}
	if err = a.belongs(ctx, cfg, h.led); err == nil {
		h.tmp, err = tempDir(cfg)
	}
	if err != nil {
		h.release()
		return nil, err
	}
	sweep(h.tmp)
	host.SweepAll(cfg.DataDir, a.Now())
	return h, nil
}

func (h *held) release() {
	_ = h.led.Close()
	if h.lock != nil {
		_ = h.lock.Unlock()
	}
}

// orders are what a run is told about known records, and who may be asked
// before it sends; nil asks nobody.
type orders struct {
	policy  ledger.Policy
	confirm func(context.Context, *ledger.Ledger) error
}

func (s *session) orders(o pushOptions) orders {
	return orders{policy: policy(s.cfg, o.resend), confirm: func(ctx context.Context, led *ledger.Ledger) error { return s.confirm(ctx, led, o) }}
}

// send asks the ledger, asks the operator where that is due, and sends. Its
// error means that the run could not begin; all else is in the result.
func (s *session) send(ctx, early context.Context, h *held, client *platform.Client, o orders) (*report.Result, error) {
	run, recovered, err := h.led.BeginRun(early, ledger.RunInfo{User: s.User, Host: s.Host, PID: s.PID, ToolVersion: s.Build.Version,
		DictVersion: s.judge.dicts.Version(), Files: s.inputs.names(s.hidden), Command: s.command, Policy: o.policy, OpenSettles: push.OpenSettles(s.cfg.Upload.Concurrency)})
	if err != nil {
		return nil, err
	}
	if recovered.Late > 0 {
		s.say("上次台账数据库连不上时暂存在本机的 %d 条答复，已补记入台账", recovered.Late)
	}
	if recovered.Count > 0 {
		s.say("上次运行中断，有 %d 条记录没有等到答复，已列为结果不明", recovered.Count)
	}
	stop := s.batch.Plan(early, h.led, o.policy, s.judge.checker.Policy())
	if stop == nil && o.confirm != nil {
		stop = o.confirm(early, h.led)
	}
	if stop == nil {
		s.sends = true
		s.keep(early, h.led)
		stop = s.upload(ctx, h.led, run, client)
	} else {
		s.batch.Abandon()
	}
	r := s.result(stop)
	if err := run.Finish(ctx, ledger.Summary{Counts: ledgerCounts(r), ExitCode: r.ExitCode}); err != nil {
		s.unsure = true
		if r.Stop == nil {
			r.Stop = problem(push.Midway(err)) // answers may not be on the disk: never a silent success
			r.ExitCode = exitCode(r.Stop.Kind)
		}
	}
	return r, nil
}

// upload is the second pass.
func (s *session) upload(ctx context.Context, led *ledger.Ledger, run *ledger.Run, client *platform.Client) error {
	if s.batch.Sendable() > 0 {
		s.warnPlain(client)
	}
	logger, closeLog, err := s.openLog()
	if err != nil {
		s.batch.Abandon()
		return err
	}
	defer closeLog()
	logger = logger.With("run", run.ID())
	u := s.cfg.Upload
	s.progress.stage("上传")
	s.progress.begin(s.batch.Sendable())
	defer s.progress.done()
	proven, err := led.EverAccepted(ctx)
	if err != nil {
		s.batch.Abandon()
		return err
	}
	return s.batch.Deliver(ctx, push.Delivery{Proven: proven, Advice: push.Advice(s.judge.checker.IsDust),
		Sender: sender{client}, Run: run, Severities: s.judge.checker.Policy(),
		Concurrency: u.Concurrency, Rate: u.Rate, Retries: u.Retries, MaxRejections: u.MaxRejections, MaxFailures: u.MaxFailures,
		Duplicate: s.cfg.Platform.DuplicatePattern, CompareEcho: s.cfg.Platform.Echo == "compare", Observer: push.Observers{s.progress, logObserver{logger}}, Interrupt: s.Interrupt, Now: s.Now})
}

// sender carries records to the platform.
type sender struct{ client *platform.Client }

// Ready implements push.Sender.
func (s sender) Ready(ctx context.Context) error { return s.client.EnsureToken(ctx) }

// Send implements push.Sender.
func (s sender) Send(ctx context.Context, zip []byte, confirm func(context.Context) error) wire.Outcome {
	return s.client.Upload(ctx, zip, confirm)
}

// Distrust implements push.Suspicious.
func (s sender) Distrust() { s.client.Distrust() }

// The numbers of records above which push asks before it sends.
const (
	askOnEmptyLedger = 100
	askAbove         = 1000
)

// confirm speaks up before the first push of a ledger, and asks where a person is
// there to answer: after a drag, or for a large push on a terminal. A large first
// push is never sent without a word: a ledger that was lost looks like a new one.
func (s *session) confirm(ctx context.Context, led *ledger.Ledger, o pushOptions) error {
	n := s.batch.Sendable()
	if n == 0 || o.sandbox {
		return nil
	}
	empty, err := led.Empty(ctx)
	if err != nil {
		return err
	}
	if empty {
		s.say("注意：台账是空的，将上传 %d 条记录。若其中有以前用别的方式传过的，请先用 hbupload adopt 登记，以免重复", n)
	}
	large := empty && n > askOnEmptyLedger
	if o.yes || !o.ask && !large && n <= askAbove {
		return nil
	}
	if !s.StdinTTY || !s.StderrTTY {
		if large {
			return fault.Newf(fault.Usage, "台账是空的，而要上传 %d 条记录；没有上传", n).
				Next("确认这些记录从未传过，再加 --yes；传过的先用 hbupload adopt 登记，丢了的台账先用 hbupload ledger restore 恢复")
		}
		return nil
	}
	// What is to be answered for stands above the question.
	report.Findings(s.Stderr, s.batch.Findings, fixOf, s.style(s.StderrTTY))
	fmt.Fprintf(s.Stderr, "将上传 %d 人（%s）。继续吗？[y/N] ", n, withheld(s.batch.Records))
	var answer string
	_, _ = fmt.Fscanln(s.Stdin, &answer)
	if a := strings.ToLower(strings.TrimSpace(answer)); a == "y" || a == "yes" || a == "是" {
		return nil
	}
	return push.Cancelled()
}

// withheld counts those who are not going to be sent, for the question.
func withheld(records []push.Record) string {
	c := push.Counts(records)
	parts := []string{fmt.Sprintf("%s %d", push.Invalid.Label(), c[push.Invalid]), fmt.Sprintf("%s %d", push.Skipped.Label(), c[push.Skipped])}
	for _, state := range []push.State{push.Changed, push.InDoubt} {
		if c[state] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", state.Label(), c[state]))
		}
	}
	return strings.Join(parts, "，")
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
func (all inputs) names(secret *host.Hidden) []string {
	var out []string
	for _, in := range all {
		out = append(out, secret.Text(filepath.Base(in.path)))
	}
	return out
}

// dragged is hbupload FILE…: the summary is shown, the operator is asked, then
// the files are pushed.
func (a *app) dragged(cmd *cobra.Command, files []string) error {
	a.command = "push"
	return a.push(cmd.Context(), files, pushOptions{ask: true})
}

// holdWindow keeps the window of a double-click open until it has been read.
func (a *app) holdWindow() {
	if !a.DoubleClicked || !a.StdinTTY {
		return
	}
	fmt.Fprint(a.Stderr, "按回车键关闭窗口…")
	var line string
	_, _ = fmt.Fscanln(a.Stdin, &line)
}
