package cli

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/schedule"
)

// unitDir is where systemd looks for the units.
func (a *app) unitDir(j schedule.Job) string {
	if j.System {
		return "/etc/systemd/system"
	}
	if dir := a.getenv("XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "systemd", "user")
	}
	return filepath.Join(a.Home, ".config", "systemd", "user")
}

func systemctl(j schedule.Job, args ...string) *host.Command {
	if !j.System {
		args = append([]string{"--user"}, args...)
	}
	return &host.Command{Name: "systemctl", Args: args}
}

func (a *app) installSteps(ctx context.Context, method string, j schedule.Job) ([]scheduleStep, error) {
	switch method {
	case bySystemd:
		service, err := j.Service()
		if err != nil {
			return nil, err
		}
		if !j.System {
			a.say("注意：退出登录后仍要执行，请运行一次 loginctl enable-linger %s", a.User)
		}
		base := filepath.Join(a.unitDir(j), j.Unit())
		return []scheduleStep{
			{path: base + ".service", text: service, mode: 0o644},
			{path: base + ".timer", text: j.Timer(), mode: 0o644},
			{cmd: systemctl(j, "daemon-reload")},
			{cmd: systemctl(j, "enable", "--now", j.Unit()+".timer")},
		}, nil
	case byCron:
		table, err := a.crontab(ctx)
		if err != nil {
			if line, lineErr := j.CronLine(); lineErr == nil {
				a.say("要加进 crontab 的一行：\n%s", indent(line))
			}
			return nil, err
		}
		text, err := j.CronInstall(table)
		if err != nil {
			return nil, err
		}
		return []scheduleStep{{cmd: &host.Command{Name: "crontab", Args: []string{"-"}, Stdin: text}, shown: j.CronShow(text)}}, nil
	}
	text, err := j.XML()
	if err != nil {
		return nil, err
	}
	path := filepath.Join(a.DataDir, "hbupload-task.xml")
	return []scheduleStep{
		{path: path, data: schedule.UTF16(text), shown: text},
		{cmd: &host.Command{Name: "schtasks", Args: []string{"/Create", "/TN", j.Task(), "/XML", path, "/F"}}},
		{path: path, lenient: true},
	}, nil
}

func (a *app) removeSteps(ctx context.Context, method string, j schedule.Job) ([]scheduleStep, error) {
	switch method {
	case bySystemd:
		base := filepath.Join(a.unitDir(j), j.Unit())
		return []scheduleStep{
			{cmd: systemctl(j, "disable", "--now", j.Unit()+".timer"), lenient: true},
			{path: base + ".timer"}, {path: base + ".service"},
			{cmd: systemctl(j, "daemon-reload")},
		}, nil
	case byCron:
		table, err := a.crontab(ctx)
		if err != nil {
			return nil, err
		}
		text, _ := j.CronRemove(table)
		return []scheduleStep{{cmd: &host.Command{Name: "crontab", Args: []string{"-"}, Stdin: text}, shown: "（去掉）\n" + j.CronShow(table)}}, nil
	}
	return []scheduleStep{{cmd: &host.Command{Name: "schtasks", Args: []string{"/Delete", "/TN", j.Task(), "/F"}}}}, nil
}

// installed is what the scheduler holds of the job, "" for nothing.
func (a *app) installed(ctx context.Context, method string, j schedule.Job) (string, error) {
	switch method {
	case bySystemd:
		base := filepath.Join(a.unitDir(j), j.Unit())
		timer, err := os.ReadFile(base + ".timer")
		if errors.Is(err, os.ErrNotExist) {
			return "", nil
		}
		if err != nil {
			return "", fault.New(fault.Config, "无法读取").At(base + ".timer").Next("请检查权限").By(err)
		}
		service, _ := os.ReadFile(base + ".service")
		text := base + ".timer\n" + indent(string(timer)) + "\n" + base + ".service\n" + indent(string(service)) + "\n"
		// When it runs next, as far as systemd can be asked.
		if out, err := a.execute(ctx, *systemctl(j, "list-timers", "--all", "--no-pager", j.Unit()+".timer")); err == nil {
			text += out
		}
		return text, nil
	case byCron:
		table, err := a.crontab(ctx)
		if errors.Is(err, exec.ErrNotFound) {
			return "", nil // no cron, nothing in it
		}
		return j.CronShow(table), err
	}
	out, err := a.execute(ctx, host.Command{Name: "schtasks", Args: []string{"/Query", "/TN", j.Task(), "/V", "/FO", "LIST"}})
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
func (a *app) crontab(ctx context.Context) (string, error) {
	out, err := a.execute(ctx, host.Command{Name: "crontab", Args: []string{"-l"}})
	switch {
	case err == nil && len(out) < host.MaxOutput:
		return out, nil
	case err == nil:
		err = errors.New("too long")
	case strings.Contains(strings.ToLower(out), "no crontab"):
		return "", nil
	}
	// To take an unreadable table for an empty one would wipe it out.
	return "", fault.New(fault.Config, "无法读取 crontab："+strings.TrimSpace(err.Error()+" "+caught(out))).
		Next("请检查本机是否装有 cron、本用户是否可以使用").By(err)
}
