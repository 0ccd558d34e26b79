package night

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hbupload/internal/config"
	"hbupload/internal/fault"
	"hbupload/internal/inbox"
	"hbupload/internal/report"
	"hbupload/internal/run"
)

// SyncFolders are where unattended runs leave their reports, those that exist.
func SyncFolders(env *run.Env) ([]string, error) {
	cfg, err := env.Load()
	if err != nil {
		return nil, err
	}
	done, failed := moveFolders(&cfg.Sync)
	if done == "" && failed == "" {
		return nil, fault.New(fault.Usage, "没有指定文件夹，配置里也没有 sync.inbox、sync.done 和 sync.failed").
			Next("例如 hbupload purge 报告文件夹 --older-than 90d")
	}
	var dirs []string
	for _, dir := range []string{done, failed} {
		if _, err := os.Stat(dir); dir != "" && !errors.Is(err, fs.ErrNotExist) {
			dirs = append(dirs, dir)
		}
	}
	return dirs, nil
}

// Options are the flags of sync.
type Options struct {
	Watch         bool
	AllProfiles   bool
	RetryRejected bool
	RandomDelay   time.Duration
}

// Sync serves the inbox of the configuration, or those of all profiles, once or until it is told to stop.
func Sync(ctx context.Context, env *run.Env, o Options) error {
	if o.Watch && env.Opts.JSON {
		return fault.New(fault.Usage, "--watch 不能与 --json 一起用").
			Next("--watch 一直运行，不会有“唯一一个” JSON 文档；请看 last-run.json 或 sync.on_finish")
	}
	if o.AllProfiles && env.Opts.Profile != "" {
		return fault.New(fault.Usage, "--all-profiles 不能与 --profile 一起用")
	}
	if o.RandomDelay < 0 {
		return fault.New(fault.Usage, "--random-delay 不能是负数")
	}
	logger, closeLog, err := env.OpenLog()
	if err != nil {
		return err
	}
	defer closeLog()
	env.Log = logger
	stations, err := stations(env, o)
	if err != nil {
		return err
	}
	early, cancel := env.UntilInterrupt(ctx)
	defer cancel()
	if o.RandomDelay > 0 {
		if err := env.Pause(early, rand.N(o.RandomDelay)); err != nil {
			return err
		}
	}
	if o.Watch {
		return watch(ctx, early, env, stations)
	}
	var rounds []*round
	for _, st := range stations {
		rounds = append(rounds, st.once(ctx, early))
	}
	return showRounds(env, rounds)
}

// station is one profile's inbox with everything that belongs to it.
type station struct {
	*run.Env
	name  string
	cfg   *config.Config
	err   error // the configuration cannot be used
	opts  Options
	box   *inbox.Box
	mover *inbox.Mover

	// Between the rounds of --watch: what was left in the inbox, and when it is
	// tried again.
	left  map[string]inbox.File
	retry time.Time
}

// stations are the inboxes of this command: the configured one, or that of
// every profile. A profile that cannot be used is a station with an error.
func stations(env *run.Env, o Options) ([]*station, error) {
	if !o.AllProfiles {
		st := newStation(env, env.Opts.Profile, o)
		if st.err != nil {
			return nil, st.err
		}
		return []*station{st}, nil
	}
	names, err := config.Profiles(env.Request())
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
		st := newStation(env, name, o)
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

// newStation prepares a profile; it touches nothing yet.
func newStation(env *run.Env, name string, o Options) *station {
	own := *env
	own.Opts.Profile = name
	st := &station{Env: &own, name: name, opts: o}
	if st.cfg, st.err = own.Load(); st.err != nil {
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
	disk := disk(&own)
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
func disk(env *run.Env) inbox.Disk {
	if env.Disk != nil {
		return env.Disk
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
	rd := &round{profile: st.name, result: &report.Result{Command: st.Command, NoRows: true}}
	rd.stop(err)
	return rd
}

// stop notes why a round ended early; the worse code wins.
func (rd *round) stop(err error) {
	p := run.Problem(err)
	if rd.result.Stop == nil {
		rd.result.Stop = p
	} else {
		rd.result.Notes = append(rd.result.Notes, p.Message)
	}
	rd.result.ExitCode = worse(rd.result.ExitCode, p.Kind.Code())
}

// worse is the code that stands for two. What stops everything comes first;
// what only a person can mend (1, 2) comes before what goes away by trying again
// (4), or it would be hidden by it night after night; 4 before 3 is that of help: 约定 2;
// a profile that another run was serving (5) was at least served.
func worse(a, b int) int {
	for _, code := range []int{fault.ExitInterrupt, fault.ExitInternal, fault.ExitUsage, fault.ExitDelivery, fault.ExitLocked, fault.ExitFindings} {
		if a == code || b == code {
			return code
		}
	}
	return max(a, b)
}
