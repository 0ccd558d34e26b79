package cli

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hbupload/internal/config"
	"hbupload/internal/fault"
	"hbupload/internal/inbox"
	"hbupload/internal/push"
	"hbupload/internal/report"
)

// syncOptions are the flags of sync.
type syncOptions struct {
	watch         bool
	allProfiles   bool
	retryRejected bool
	randomDelay   time.Duration
}

func newSync(a *app) *cobra.Command {
	var o syncOptions
	cmd := &cobra.Command{
		Use: "sync", Short: "无人值守：上传收件文件夹里的文件，再移到 done 或 failed",
		Long: "把 sync.inbox 里已经稳定的文件逐个检查、上传：全部成功的移到 sync.done，有问题的连同报告移到 sync.failed；\n" +
			"还有记录未送达或结果不明的留在原处，下次继续。适合由 cron、systemd 或 Windows 任务计划执行（见 hbupload schedule）。",
		Example: "  hbupload sync\n  hbupload sync --all-profiles\n  hbupload sync --watch",
		Args:    argCount(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.command = "sync"
			return a.sync(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&o.watch, "watch", false, "一直运行，不断查看收件文件夹；按 Ctrl-C 结束")
	f.BoolVar(&o.allProfiles, "all-profiles", false, "配置里的每个 profile 依次各做一遍")
	f.BoolVar(&o.retryRejected, "retry-rejected", false, "内容未变、上次被平台拒绝的记录也再传一次")
	f.DurationVar(&o.randomDelay, "random-delay", 0, "开始前随机等待，最多这么久，例如 15m（避免各家同时上传）")
	return cmd
}

func (a *app) sync(ctx context.Context, o syncOptions) error {
	if o.watch && a.opts.json {
		return fault.New(fault.Usage, "--watch 不能与 --json 一起用").
			Next("--watch 一直运行，不会有“唯一一个” JSON 文档；请看 last-run.json 或 sync.on_finish")
	}
	if o.allProfiles && a.opts.profile != "" {
		return fault.New(fault.Usage, "--all-profiles 不能与 --profile 一起用")
	}
	if o.randomDelay < 0 {
		return fault.New(fault.Usage, "--random-delay 不能是负数")
	}
	logger, closeLog, err := a.openLog()
	if err != nil {
		return err
	}
	defer closeLog()
	a.log = logger
	stations, err := a.stations(o)
	if err != nil {
		return err
	}
	early, cancel := a.untilInterrupt(ctx)
	defer cancel()
	if o.randomDelay > 0 {
		if err := a.wait(early, rand.N(o.randomDelay)); err != nil {
			return err
		}
	}
	if o.watch {
		return a.watch(ctx, early, stations)
	}
	var rounds []*round
	for _, st := range stations {
		rounds = append(rounds, st.once(ctx, early))
	}
	return a.showRounds(rounds)
}

// station is one profile's inbox with everything that belongs to it.
type station struct {
	*app
	name  string
	cfg   *config.Config
	err   error // the configuration cannot be used
	opts  syncOptions
	box   *inbox.Box
	mover *inbox.Mover

	// Between the rounds of --watch: what was left in the inbox, and when it is
	// tried again.
	left  map[string]inbox.File
	retry time.Time
}

// stations are the inboxes of this command: the configured one, or that of
// every profile. A profile that cannot be used is a station with an error.
func (a *app) stations(o syncOptions) ([]*station, error) {
	if !o.allProfiles {
		st := a.station(a.opts.profile, o)
		if st.err != nil {
			return nil, st.err
		}
		return []*station{st}, nil
	}
	names, err := config.Profiles(a.request())
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fault.New(fault.Config, "配置里没有 profiles").At("--all-profiles").
			Next("只有一个机构时去掉 --all-profiles 即可；多个机构请在 profiles 下各写一组")
	}
	var out []*station
	taken := map[string]string{}
	for _, name := range names {
		st := a.station(name, o)
		if st.err == nil {
			place := strings.ToLower(filepath.Clean(st.cfg.Sync.Inbox))
			if other, twice := taken[place]; twice {
				st.err = fault.New(fault.Config, "与 "+other+" 用同一个收件文件夹 "+st.cfg.Sync.Inbox).At("profiles." + name).
					Next("每个机构要有自己的 sync.inbox，否则文件会以别家的名义上传")
			}
			taken[place] = name
		}
		out = append(out, st)
	}
	return out, nil
}

// station prepares a profile; it touches nothing yet.
func (a *app) station(name string, o syncOptions) *station {
	own := *a
	own.opts.profile = name
	st := &station{app: &own, name: name, opts: o}
	if st.cfg, st.err = own.load(); st.err != nil {
		return st
	}
	c := &st.cfg.Sync
	if c.Inbox == "" {
		st.err = fault.New(fault.Config, "没有配置收件文件夹 sync.inbox").
			Next("例如 sync: {inbox: /srv/hbupload/inbox}；done、failed 不写时在它下面")
		return st
	}
	c.Done, c.Failed = moveFolders(c)
	for key, dir := range map[string]string{"sync.done": c.Done, "sync.failed": c.Failed} {
		if filepath.Clean(dir) == filepath.Clean(c.Inbox) {
			st.err = fault.New(fault.Config, key+" 不能就是收件文件夹").Next("处理过的文件会被再次读取；请另写一个文件夹")
			return st
		}
	}
	disk := own.disk()
	st.box = &inbox.Box{Dir: c.Inbox, Pattern: c.Pattern, Settle: c.Settle, Disk: disk, Now: own.Now}
	st.mover = &inbox.Mover{Disk: disk, Journal: filepath.Join(st.cfg.DataDir, "sync-move.json"), DirMode: 0o700, FileMode: 0o600}
	if c.ReportGroup != "" {
		st.mover.DirMode = 0o750
	}
	return st
}

// moveFolders are where sync moves files to: below the inbox unless the
// configuration says otherwise, "" where there is no inbox either.
func moveFolders(c *config.Sync) (done, failed string) {
	done = c.Done
	failed = c.Failed
	if done == "" && c.Inbox != "" {
		done = filepath.Join(c.Inbox, "done")
	}
	if failed == "" && c.Inbox != "" {
		failed = filepath.Join(c.Inbox, "failed")
	}
	return done, failed
}

// disk is the seam of the inbox's file operations.
func (a *app) disk() inbox.Disk {
	if a.Disk != nil {
		return a.Disk
	}
	return inbox.System()
}

// once is a round of the unattended run, with its status file and its command
// afterwards.
func (st *station) once(ctx, early context.Context) *round {
	started := st.Now()
	var rd *round
	if st.err != nil {
		rd = st.failed(st.err)
	} else {
		rd = st.round(ctx, early, true)
	}
	st.close(context.WithoutCancel(ctx), rd, started)
	return rd
}

// round is what became of one look at one inbox.
type round struct {
	profile string
	result  *report.Result
	files   []report.FileOutcome
}

func (st *station) failed(err error) *round {
	rd := &round{profile: st.name, result: &report.Result{Command: st.command, NoRows: true}}
	rd.stop(err)
	return rd
}

// stop notes why a round ended early; the worse code wins.
func (rd *round) stop(err error) {
	p := problem(err)
	if rd.result.Stop == nil {
		rd.result.Stop = p
	} else {
		rd.result.Notes = append(rd.result.Notes, p.Message)
	}
	rd.result.ExitCode = worse(rd.result.ExitCode, exitCode(p.Kind))
}

// worse is the code that stands for two. What stops everything comes first;
// what only a person can mend (1, 2) comes before what goes away by trying again
// (4), or it would be hidden by it night after night; 4 before 3 is that of help: 约定 2;
// a profile that another run was serving (5) was at least served.
func worse(a, b int) int {
	for _, code := range []int{push.ExitInterrupt, push.ExitInternal, push.ExitUsage, push.ExitDelivery, push.ExitLocked, push.ExitFindings} {
		if a == code || b == code {
			return code
		}
	}
	return max(a, b)
}
