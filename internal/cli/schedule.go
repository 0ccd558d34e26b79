package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hbupload/internal/config"
	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/report"
	"hbupload/internal/schedule"
)

// scheduleOptions are the flags of schedule.
type scheduleOptions struct {
	time        string
	delay       time.Duration
	method      string
	system      bool
	allProfiles bool
	yes         bool
}

// The schedulers.
const (
	bySystemd = "systemd"
	byCron    = "cron"
	byWindows = "windows"
)

func newSchedule(a *app) *cobra.Command {
	var o scheduleOptions
	cmd := group(&cobra.Command{Use: "schedule", Short: "定时执行 sync：systemd 定时器、crontab 或 Windows 任务"})
	for _, sub := range []struct {
		use, short string
		body       func(context.Context, scheduleOptions) error
	}{
		{"install", "安排每天执行（先显示要写的内容，确认后才写）", a.scheduleInstall},
		{"show", "显示已有的安排", a.scheduleShow},
		{"remove", "取消安排", a.scheduleRemove},
	} {
		c := &cobra.Command{Use: sub.use, Short: sub.short, Args: argCount(0, 0, ""),
			RunE: a.run("schedule "+sub.use, func(ctx context.Context, _ []string) error { return sub.body(ctx, o) })}
		f := c.Flags()
		f.StringVar(&o.method, "method", "auto", "用哪一种：auto、systemd、cron、windows")
		f.BoolVar(&o.system, "system", false, "为整台机器安排（需要管理员权限；无人登录时也执行）")
		f.BoolVar(&o.allProfiles, "all-profiles", false, "每次依次处理配置里的全部 profile")
		if sub.use != "show" {
			f.BoolVar(&o.yes, "yes", false, "不询问，直接写入")
		}
		if sub.use == "install" {
			f.StringVar(&o.time, "time", "02:30", "每天几点，HH:MM")
			f.DurationVar(&o.delay, "delay", 15*time.Minute, "在此之后随机推迟，最多这么久，避免各家同时上传")
		}
		cmd.AddCommand(c)
	}
	return cmd
}

// scheduler picks the machine's scheduler.
func (a *app) scheduler(o scheduleOptions) (string, error) {
	switch o.method {
	case bySystemd, byCron, byWindows:
		return o.method, nil
	case "auto", "":
	default:
		return "", fault.New(fault.Usage, "--method 只能是 auto、systemd、cron 或 windows")
	}
	if a.System == "windows" {
		return byWindows, nil
	}
	if _, err := os.Stat("/run/systemd/system"); err == nil && a.System == "linux" {
		return bySystemd, nil
	}
	return byCron, nil
}

// job is what is to run: this program with the configuration in use now, by
// absolute paths, because a scheduler starts it in another folder.
func (a *app) job(o scheduleOptions) (schedule.Job, error) {
	j := schedule.Job{Program: a.Executable, Args: []string{"sync"}, Name: a.opts.profile, Delay: o.delay, User: a.User, System: o.system, Start: a.Now().Local()}
	if j.Program == "" {
		return j, fault.New(fault.Config, "不知道本程序的位置，无法安排")
	}
	if o.allProfiles {
		if a.opts.profile != "" {
			return j, fault.New(fault.Usage, "--all-profiles 不能与 --profile 一起用")
		}
		j.Name = "all-profiles"
		j.Args = append(j.Args, "--all-profiles")
	} else if a.opts.profile != "" {
		j.Args = append(j.Args, "--profile", a.opts.profile)
	}
	cfg, err := a.load()
	if err != nil {
		return j, err
	}
	if cfg.File == "" {
		return j, fault.New(fault.Config, "没有配置文件，定时执行时就不知道平台和收件文件夹").
			Next("请先运行 hbupload config init 并填写")
	}
	if !o.allProfiles && cfg.Sync.Inbox == "" {
		return j, fault.New(fault.Config, "没有配置收件文件夹 sync.inbox").At(cfg.File).Next("例如 sync: {inbox: /srv/hbupload/inbox}")
	}
	data := cfg.DataDir
	if a.opts.profile != "" {
		data = filepath.Dir(data)
	}
	j.Args = append(j.Args, "--config", a.absolute(cfg.File))
	if from := cfg.Origin("data_dir").From; from == "flag" || from == "env" || (from == "default" && o.system) {
		j.Args = append(j.Args, "--data-dir", a.absolute(data))
	}
	logFile := a.opts.logFile
	if logFile == "" {
		logFile = filepath.Join(data, "sync.log")
	}
	j.Args = append(j.Args, "--log-file", a.absolute(logFile))
	a.warnEnvironment()
	return j, nil
}

func (a *app) absolute(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(a.WorkDir, path)
}

// warnEnvironment: what the shell sets now, the scheduler does not.
func (a *app) warnEnvironment() {
	var names []string
	for _, pair := range a.Environ {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "HBUPLOAD_") && name != config.EnvName("data_dir") {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		a.say("警告：定时执行时没有现在的环境变量 %s，请写进配置文件（密码用 password_file）", strings.Join(names, "、"))
	}
}

// scheduleStep is something to write, remove or run.
type scheduleStep struct {
	path    string // of a file
	text    string // its contents; "" removes it
	shown   string // what a person sees instead of text
	mode    os.FileMode
	data    []byte // instead of text
	cmd     *host.Command
	lenient bool // may fail
}

// scheduled is what install and remove did, for --json.
type scheduledJSON struct {
	commandJSON
	Method    string   `json:"method"`
	Written   bool     `json:"written"`
	Installed bool     `json:"installed"`
	Files     []string `json:"files,omitempty"`
	Text      string   `json:"text,omitempty"`
}

func (a *app) scheduleInstall(ctx context.Context, o scheduleOptions) error {
	hour, minute, err := schedule.ParseTime(o.time)
	if err != nil {
		return fault.New(fault.Usage, "--time 应是 HH:MM："+o.time).Next("例如 --time 02:30")
	}
	if o.delay < 0 || o.delay > 12*time.Hour {
		return fault.New(fault.Usage, "--delay 应在 0 到 12h 之间")
	}
	method, err := a.scheduler(o)
	if err != nil {
		return err
	}
	j, err := a.job(o)
	if err != nil {
		return err
	}
	j.Hour, j.Minute = hour, minute
	steps, err := a.installSteps(ctx, method, j)
	if errors.Is(err, schedule.ErrText) {
		return fault.New(fault.Config, "程序或配置的路径里有计划任务不能使用的字符").
			Next("请把它们放在名称不含 % 和控制字符的文件夹里").By(err)
	}
	if err != nil {
		return err
	}
	return a.carryOut(ctx, o, method, steps, fmt.Sprintf("已安排每天 %02d:%02d 执行 sync（随机推迟，最多 %s）", hour, minute, o.delay))
}

func (a *app) scheduleRemove(ctx context.Context, o scheduleOptions) error {
	method, err := a.scheduler(o)
	if err != nil {
		return err
	}
	j := a.named(o)
	text, err := a.installed(ctx, method, j)
	if err != nil {
		return err
	}
	if text == "" {
		return a.sayScheduled(scheduledJSON{commandJSON: a.ok(), Method: method}, "没有安排，不需要取消")
	}
	steps, err := a.removeSteps(ctx, method, j)
	if err != nil {
		return err
	}
	return a.carryOut(ctx, o, method, steps, "已取消定时执行")
}

// named is the job as far as its name goes, which needs no configuration.
func (a *app) named(o scheduleOptions) schedule.Job {
	j := schedule.Job{Name: a.opts.profile, System: o.system}
	if o.allProfiles {
		j.Name = "all-profiles"
	}
	return j
}

func (a *app) scheduleShow(ctx context.Context, o scheduleOptions) error {
	method, err := a.scheduler(o)
	if err != nil {
		return err
	}
	text, err := a.installed(ctx, method, a.named(o))
	if err != nil {
		return err
	}
	doc := scheduledJSON{commandJSON: a.ok(), Method: method, Installed: text != "", Text: text}
	if text == "" {
		return a.sayScheduled(doc, "还没有安排（"+method+"）；用 hbupload schedule install --time 02:30 安排")
	}
	return a.sayScheduled(doc, strings.TrimRight(text, "\n"))
}

func (a *app) sayScheduled(doc scheduledJSON, words string) error {
	if a.opts.json {
		return report.Encode(a.out(), doc)
	}
	fmt.Fprintln(a.out(), words)
	return nil
}

// carryOut shows every step, asks, and takes them.
func (a *app) carryOut(ctx context.Context, o scheduleOptions, method string, steps []scheduleStep, words string) error {
	doc := scheduledJSON{commandJSON: a.ok(), Method: method}
	for _, s := range steps {
		a.showStep(s)
		if s.path != "" {
			doc.Files = append(doc.Files, s.path)
		}
	}
	if !o.yes && !a.agreed() {
		return fault.New(fault.Usage, "没有写入任何内容").Next("确认无误后加 --yes 再执行一次")
	}
	for _, s := range steps {
		if err := a.takeStep(ctx, s); err != nil && !s.lenient {
			return err
		}
	}
	doc.Written, doc.Installed = true, a.command == "schedule install"
	return a.sayScheduled(doc, words)
}

// agreed asks on a terminal; elsewhere nobody is asked.
func (a *app) agreed() bool {
	if !a.StdinTTY || !a.StderrTTY {
		return false
	}
	fmt.Fprint(a.Stderr, "写入吗？[y/N] ")
	var answer string
	_, _ = fmt.Fscanln(a.Stdin, &answer)
	answer = strings.ToLower(strings.TrimSpace(answer))
	return answer == "y" || answer == "yes" || answer == "是"
}

func (a *app) showStep(s scheduleStep) {
	switch {
	case s.cmd != nil:
		fmt.Fprintf(a.Stderr, "将执行：%s %s\n", s.cmd.Name, strings.Join(s.cmd.Args, " "))
		if s.shown != "" {
			fmt.Fprintln(a.Stderr, indent(s.shown))
		}
	case s.text == "" && s.data == nil:
		fmt.Fprintf(a.Stderr, "将删除：%s\n", s.path)
	default:
		shown := s.shown
		if shown == "" {
			shown = s.text
		}
		fmt.Fprintf(a.Stderr, "将写入：%s\n%s\n", s.path, indent(shown))
	}
}

func indent(s string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n    ")
}

func (a *app) takeStep(ctx context.Context, s scheduleStep) error {
	switch {
	case s.cmd != nil:
		out, err := a.execute(ctx, *s.cmd)
		if err != nil {
			return fault.Newf(fault.Config, "%s 失败：%v %s", s.cmd.Name, err, caught(strings.TrimSpace(out))).
				Next("请检查权限；为整台机器安排（--system）需要管理员").By(err)
		}
		return nil
	case s.text == "" && s.data == nil:
		if err := os.Remove(s.path); err != nil && !os.IsNotExist(err) {
			return fault.New(fault.Config, "无法删除").At(s.path).Next("请检查权限").By(err)
		}
		return nil
	}
	data := s.data
	if data == nil {
		data = []byte(s.text)
	}
	err := host.WritePrivate(s.path, data)
	if err == nil && s.mode != 0 {
		err = os.Chmod(s.path, s.mode)
	}
	if err != nil {
		return fault.New(fault.Config, "无法写入").At(s.path).Next("请检查权限；为整台机器安排（--system）需要管理员").By(err)
	}
	return nil
}

// execute runs another program, if this process may.
func (a *app) execute(ctx context.Context, c host.Command) (string, error) {
	if a.Exec == nil {
		return "", errors.New("no programs may be run")
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	c.Environ = withoutSecrets(a.Environ)
	return a.Exec(ctx, c)
}
