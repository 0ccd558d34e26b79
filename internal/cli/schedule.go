package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hbupload/internal/fault"
	"hbupload/internal/night"
	"hbupload/internal/report"
	"hbupload/internal/run"
	"hbupload/internal/schedule"
)

func newSchedule(env *run.Env) *cobra.Command {
	var o night.ScheduleOptions
	cmd := group(&cobra.Command{Use: "schedule", Short: "定时执行 sync：systemd 定时器、crontab 或 Windows 任务"})
	for _, sub := range []struct {
		use, short string
		body       func(context.Context, *run.Env, night.ScheduleOptions) error
	}{
		{"install", "安排每天执行（先显示要写的内容，确认后才写）", scheduleInstall},
		{"show", "显示已有的安排", scheduleShow},
		{"remove", "取消安排", scheduleRemove},
	} {
		c := &cobra.Command{Use: sub.use, Short: sub.short, Args: argCount(0, 0, ""),
			RunE: runs(env, "schedule "+sub.use, func(ctx context.Context, _ []string) error { return sub.body(ctx, env, o) })}
		f := c.Flags()
		f.StringVar(&o.Method, "method", "auto", "用哪一种：auto、systemd、cron、windows")
		f.BoolVar(&o.System, "system", false, "为整台机器安排（需要管理员权限；无人登录时也执行）")
		f.BoolVar(&o.AllProfiles, "all-profiles", false, "每次依次处理配置里的全部 profile")
		if sub.use != "show" {
			f.BoolVar(&o.Yes, "yes", false, "不询问，直接写入")
		}
		if sub.use == "install" {
			f.StringVar(&o.Time, "time", "02:30", "每天几点，HH:MM")
			f.DurationVar(&o.Delay, "delay", 15*time.Minute, "在此之后随机推迟，最多这么久，避免各家同时上传")
		}
		cmd.AddCommand(c)
	}
	return cmd
}

// scheduled is what install and remove did, for --json.
type scheduledJSON struct {
	run.Document
	Method    string   `json:"method"`
	Written   bool     `json:"written"`
	Installed bool     `json:"installed"`
	Files     []string `json:"files,omitempty"`
	Text      string   `json:"text,omitempty"`
}

func scheduleInstall(ctx context.Context, env *run.Env, o night.ScheduleOptions) error {
	hour, minute, err := schedule.ParseTime(o.Time)
	if err != nil {
		return fault.New(fault.Usage, "--time 应是 HH:MM："+o.Time).Next("例如 --time 02:30")
	}
	if o.Delay < 0 || o.Delay > 12*time.Hour {
		return fault.New(fault.Usage, "--delay 应在 0 到 12h 之间")
	}
	method, err := night.Scheduler(env, o)
	if err != nil {
		return err
	}
	j, err := night.Job(env, o)
	if err != nil {
		return err
	}
	j.Hour = hour
	j.Minute = minute
	steps, err := night.InstallSteps(ctx, env, method, j)
	if errors.Is(err, schedule.ErrText) {
		return fault.New(fault.Config, "程序或配置的路径里有计划任务不能使用的字符").
			Next("请把它们放在名称不含 % 和控制字符的文件夹里").By(err)
	}
	if err != nil {
		return err
	}
	return carryOut(ctx, env, o, method, steps, fmt.Sprintf("已安排每天 %02d:%02d 执行 sync（随机推迟，最多 %s）", hour, minute, o.Delay))
}

func scheduleRemove(ctx context.Context, env *run.Env, o night.ScheduleOptions) error {
	method, err := night.Scheduler(env, o)
	if err != nil {
		return err
	}
	j := night.Named(env, o)
	text, err := night.Installed(ctx, env, method, j)
	if err != nil {
		return err
	}
	if text == "" {
		return sayScheduled(env, scheduledJSON{Document: env.OK(), Method: method}, "没有安排，不需要取消")
	}
	steps, err := night.RemoveSteps(ctx, env, method, j)
	if err != nil {
		return err
	}
	return carryOut(ctx, env, o, method, steps, "已取消定时执行")
}

func scheduleShow(ctx context.Context, env *run.Env, o night.ScheduleOptions) error {
	method, err := night.Scheduler(env, o)
	if err != nil {
		return err
	}
	text, err := night.Installed(ctx, env, method, night.Named(env, o))
	if err != nil {
		return err
	}
	doc := scheduledJSON{Document: env.OK(), Method: method, Installed: text != "", Text: text}
	if text == "" {
		return sayScheduled(env, doc, "还没有安排（"+method+"）；用 hbupload schedule install --time 02:30 安排")
	}
	return sayScheduled(env, doc, strings.TrimRight(text, "\n"))
}

func sayScheduled(env *run.Env, doc scheduledJSON, words string) error {
	if env.Opts.JSON {
		return report.Encode(env.Out(), doc)
	}
	fmt.Fprintln(env.Out(), words)
	return nil
}

// carryOut shows every step, asks, and takes them.
func carryOut(ctx context.Context, env *run.Env, o night.ScheduleOptions, method string, steps []night.Step, words string) error {
	doc := scheduledJSON{Document: env.OK(), Method: method}
	for _, s := range steps {
		showStep(env, s)
		if s.Path != "" {
			doc.Files = append(doc.Files, s.Path)
		}
	}
	if !o.Yes && !agreed(env) {
		return fault.New(fault.Usage, "没有写入任何内容").Next("确认无误后加 --yes 再执行一次")
	}
	for _, s := range steps {
		if err := night.TakeStep(ctx, env, s); err != nil && !s.Lenient {
			return err
		}
	}
	doc.Written = true
	doc.Installed = env.Command == "schedule install"
	return sayScheduled(env, doc, words)
}

// agreed asks on a terminal; elsewhere nobody is asked.
func agreed(env *run.Env) bool {
	if !env.StdinTTY || !env.StderrTTY {
		return false
	}
	fmt.Fprint(env.Stderr, "写入吗？[y/N] ")
	var answer string
	_, _ = fmt.Fscanln(env.Stdin, &answer)
	answer = strings.ToLower(strings.TrimSpace(answer))
	return answer == "y" || answer == "yes" || answer == "是"
}

func showStep(env *run.Env, s night.Step) {
	switch {
	case s.Cmd != nil:
		fmt.Fprintf(env.Stderr, "将执行：%s %s\n", s.Cmd.Name, strings.Join(s.Cmd.Args, " "))
		if s.Shown != "" {
			fmt.Fprintln(env.Stderr, night.Indent(s.Shown))
		}
	case s.Text == "" && s.Data == nil:
		fmt.Fprintf(env.Stderr, "将删除：%s\n", s.Path)
	default:
		shown := s.Shown
		if shown == "" {
			shown = s.Text
		}
		fmt.Fprintf(env.Stderr, "将写入：%s\n%s\n", s.Path, night.Indent(shown))
	}
}
