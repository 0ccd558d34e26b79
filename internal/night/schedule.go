package night

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"hbupload/internal/config"
	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/run"
	"hbupload/internal/schedule"
)

// ScheduleOptions are the flags of schedule.
type ScheduleOptions struct {
	Time        string
	Delay       time.Duration
	Method      string
	System      bool
	AllProfiles bool
	Yes         bool
}

// The schedulers.
const (
	bySystemd = "systemd"
	byCron    = "cron"
	byWindows = "windows"
)

// Scheduler picks the machine's scheduler.
func Scheduler(env *run.Env, o ScheduleOptions) (string, error) {
	switch o.Method {
	case bySystemd, byCron, byWindows:
		return o.Method, nil
	case "auto", "":
	default:
		return "", fault.New(fault.Usage, "--method 只能是 auto、systemd、cron 或 windows")
	}
	if env.System == "windows" {
		return byWindows, nil
	}
	if _, err := os.Stat("/run/systemd/system"); err == nil && env.System == "linux" {
		return bySystemd, nil
	}
	return byCron, nil
}

// Job is what is to run: this program with the configuration in use now, by
// absolute paths, because a scheduler starts it in another folder.
func Job(env *run.Env, o ScheduleOptions) (schedule.Job, error) {
	j := schedule.Job{Program: env.Executable, Args: []string{"sync"}, Name: env.Opts.Profile, Delay: o.Delay, User: env.User, System: o.System, Start: env.Now().Local()}
	if j.Program == "" {
		return j, fault.New(fault.Config, "不知道本程序的位置，无法安排")
	}
	if o.AllProfiles {
		if env.Opts.Profile != "" {
			return j, fault.New(fault.Usage, "--all-profiles 不能与 --profile 一起用")
		}
		j.Name = "all-profiles"
		j.Args = append(j.Args, "--all-profiles")
	} else if env.Opts.Profile != "" {
		j.Args = append(j.Args, "--profile", env.Opts.Profile)
	}
	cfg, err := env.Load()
	if err != nil {
		return j, err
	}
	if cfg.File == "" {
		return j, fault.New(fault.Config, "没有配置文件，定时执行时就不知道平台和收件文件夹").
			Next("请先运行 hbupload config init 并填写")
	}
	if !o.AllProfiles && cfg.Sync.Inbox == "" {
		return j, fault.New(fault.Config, "没有配置收件文件夹 sync.inbox").At(cfg.File).Next("例如 sync: {inbox: /srv/hbupload/inbox}")
	}
	data := cfg.DataDir
	if env.Opts.Profile != "" {
		data = filepath.Dir(data)
	}
	j.Args = append(j.Args, "--config", env.Absolute(cfg.File))
	if from := cfg.Origin("data_dir").From; from == "flag" || from == "env" || (from == "default" && o.System) {
		j.Args = append(j.Args, "--data-dir", env.Absolute(data))
	}
	logFile := env.Opts.LogFile
	if logFile == "" {
		logFile = filepath.Join(data, "sync.log")
	}
	j.Args = append(j.Args, "--log-file", env.Absolute(logFile))
	warnEnvironment(env)
	return j, nil
}

// warnEnvironment: what the shell sets now, the scheduler does not.
func warnEnvironment(env *run.Env) {
	var names []string
	for _, pair := range env.Environ {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "HBUPLOAD_") && name != config.EnvName("data_dir") {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		env.Say("警告：定时执行时没有现在的环境变量 %s，请写进配置文件（密码用 password_file）", strings.Join(names, "、"))
	}
}

// Step is something to write, remove or run.
type Step struct {
	Path    string // of a file
	Text    string // its contents; "" removes it
	Shown   string // what a person sees instead of text
	mode    os.FileMode
	Data    []byte // instead of text
	Cmd     *host.Command
	Lenient bool // may fail
}

// Named is the job as far as its name goes, which needs no configuration.
func Named(env *run.Env, o ScheduleOptions) schedule.Job {
	j := schedule.Job{Name: env.Opts.Profile, System: o.System}
	if o.AllProfiles {
		j.Name = "all-profiles"
	}
	return j
}

// Indent sets a text off from what stands around it.
func Indent(s string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n    ")
}

// TakeStep writes, removes or runs what a step says.
func TakeStep(ctx context.Context, env *run.Env, s Step) error {
	switch {
	case s.Cmd != nil:
		out, err := execute(ctx, env, *s.Cmd)
		if err != nil {
			return fault.Newf(fault.Config, "%s 失败：%v %s", s.Cmd.Name, err, run.Caught(strings.TrimSpace(out))).
				Next("请检查权限；为整台机器安排（--system）需要管理员").By(err)
		}
		return nil
	case s.Text == "" && s.Data == nil:
		if err := os.Remove(s.Path); err != nil && !os.IsNotExist(err) {
			return fault.New(fault.Config, "无法删除").At(s.Path).Next("请检查权限").By(err)
		}
		return nil
	}
	data := s.Data
	if data == nil {
		data = []byte(s.Text)
	}
	err := host.WritePrivate(s.Path, data)
	if err == nil && s.mode != 0 {
		err = os.Chmod(s.Path, s.mode)
	}
	if err != nil {
		return fault.New(fault.Config, "无法写入").At(s.Path).Next("请检查权限；为整台机器安排（--system）需要管理员").By(err)
	}
	return nil
}

// execute runs another program, if this process may.
func execute(ctx context.Context, env *run.Env, c host.Command) (string, error) {
	if env.Exec == nil {
		return "", errors.New("no programs may be run")
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	c.Environ = withoutSecrets(env.Environ)
	return env.Exec(ctx, c)
}

// unitDir is where systemd looks for the units.
func unitDir(env *run.Env, j schedule.Job) string {
	if j.System {
		return "/etc/systemd/system"
	}
	if dir := env.Getenv("XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "systemd", "user")
	}
	return filepath.Join(env.Home, ".config", "systemd", "user")
}

func systemctl(j schedule.Job, args ...string) *host.Command {
	if !j.System {
		args = append([]string{"--user"}, args...)
	}
	return &host.Command{Name: "systemctl", Args: args}
}

// InstallSteps are what makes a scheduler start the job every day.
func InstallSteps(ctx context.Context, env *run.Env, method string, j schedule.Job) ([]Step, error) {
	switch method {
	case bySystemd:
		service, err := j.Service()
		if err != nil {
			return nil, err
		}
		if !j.System {
			env.Say("注意：退出登录后仍要执行，请运行一次 loginctl enable-linger %s", env.User)
		}
		base := filepath.Join(unitDir(env, j), j.Unit())
		return []Step{
			{Path: base + ".service", Text: service, mode: 0o644},
			{Path: base + ".timer", Text: j.Timer(), mode: 0o644},
			{Cmd: systemctl(j, "daemon-reload")},
			{Cmd: systemctl(j, "enable", "--now", j.Unit()+".timer")},
		}, nil
	case byCron:
		table, err := crontab(ctx, env)
		if err != nil {
			if line, lineErr := j.CronLine(); lineErr == nil {
				env.Say("要加进 crontab 的一行：\n%s", Indent(line))
			}
			return nil, err
		}
		text, err := j.CronInstall(table)
		if err != nil {
			return nil, err
		}
		return []Step{{Cmd: &host.Command{Name: "crontab", Args: []string{"-"}, Stdin: text}, Shown: j.CronShow(text)}}, nil
	}
	text, err := j.XML()
	if err != nil {
		return nil, err
	}
	path := filepath.Join(env.DataDir, "hbupload-task.xml")
	return []Step{
		{Path: path, Data: schedule.UTF16(text), Shown: text},
		{Cmd: &host.Command{Name: "schtasks", Args: []string{"/Create", "/TN", j.Task(), "/XML", path, "/F"}}},
		{Path: path, Lenient: true},
	}, nil
}

// RemoveSteps are what makes a scheduler forget the job.
func RemoveSteps(ctx context.Context, env *run.Env, method string, j schedule.Job) ([]Step, error) {
	switch method {
	case bySystemd:
		base := filepath.Join(unitDir(env, j), j.Unit())
		return []Step{
			{Cmd: systemctl(j, "disable", "--now", j.Unit()+".timer"), Lenient: true},
			{Path: base + ".timer"}, {Path: base + ".service"},
			{Cmd: systemctl(j, "daemon-reload")},
		}, nil
	case byCron:
		table, err := crontab(ctx, env)
		if err != nil {
			return nil, err
		}
		text, _ := j.CronRemove(table)
		return []Step{{Cmd: &host.Command{Name: "crontab", Args: []string{"-"}, Stdin: text}, Shown: "（去掉）\n" + j.CronShow(table)}}, nil
	}
	return []Step{{Cmd: &host.Command{Name: "schtasks", Args: []string{"/Delete", "/TN", j.Task(), "/F"}}}}, nil
}

// Installed is what the scheduler holds of the job, "" for nothing.
func Installed(ctx context.Context, env *run.Env, method string, j schedule.Job) (string, error) {
	switch method {
	case bySystemd:
		base := filepath.Join(unitDir(env, j), j.Unit())
		timer, err := os.ReadFile(base + ".timer")
		if errors.Is(err, os.ErrNotExist) {
			return "", nil
		}
		if err != nil {
			return "", fault.New(fault.Config, "无法读取").At(base + ".timer").Next("请检查权限").By(err)
		}
		service, _ := os.ReadFile(base + ".service")
		text := base + ".timer\n" + Indent(string(timer)) + "\n" + base + ".service\n" + Indent(string(service)) + "\n"
		// When it runs next, as far as systemd can be asked.
		if out, err := execute(ctx, env, *systemctl(j, "list-timers", "--all", "--no-pager", j.Unit()+".timer")); err == nil {
			text += out
		}
		return text, nil
	case byCron:
		table, err := crontab(ctx, env)
		if errors.Is(err, exec.ErrNotFound) {
			return "", nil // no cron, nothing in it
		}
		return j.CronShow(table), err
	}
	out, err := execute(ctx, env, host.Command{Name: "schtasks", Args: []string{"/Query", "/TN", j.Task(), "/V", "/FO", "LIST"}})
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		return "", nil // no such task
	}
	if err != nil {
		return "", fault.New(fault.Config, "无法询问 Windows 任务计划："+err.Error()).By(err)
	}
	return out, nil
}

// crontab reads the user's crontab; one that does not exist is empty.
func crontab(ctx context.Context, env *run.Env) (string, error) {
	out, err := execute(ctx, env, host.Command{Name: "crontab", Args: []string{"-l"}})
	switch {
	case err == nil && len(out) < host.MaxOutput:
		return out, nil
	case err == nil:
		err = errors.New("too long")
	case strings.Contains(strings.ToLower(out), "no crontab"):
		return "", nil
	}
	// To take an unreadable table for an empty one would wipe it out.
	return "", fault.New(fault.Config, "无法读取 crontab："+strings.TrimSpace(err.Error()+" "+run.Caught(out))).
		Next("请检查本机是否装有 cron、本用户是否可以使用").By(err)
}
