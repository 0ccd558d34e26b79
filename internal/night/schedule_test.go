package night

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/schedule"
)

// TestJob: the scheduler starts the program in another folder and without this
// shell's environment, so every path is absolute and what would be missing is said.
func TestJob(t *testing.T) {
	t.Parallel()
	const inbox = "sync: {inbox: /srv/in}\nprofiles: {甲: {sync: {inbox: /srv/a}}}\n"
	for name, c := range map[string]struct {
		yaml, profile, dataDir, environ string
		o                               ScheduleOptions
		args                            string // DIR is the folder of the configuration
		kind                            fault.Kind
		fails                           bool
		said                            string
	}{
		"plain":                  {yaml: inbox, args: "sync --config DIR/hbupload.yaml --log-file DIR/data/sync.log"},
		"of a profile":           {yaml: inbox, profile: "甲", args: "sync --profile 甲 --config DIR/hbupload.yaml --log-file DIR/data/sync.log"},
		"of all profiles":        {yaml: inbox, o: ScheduleOptions{AllProfiles: true}, args: "sync --all-profiles --config DIR/hbupload.yaml --log-file DIR/data/sync.log"},
		"for the whole machine":  {yaml: inbox, o: ScheduleOptions{System: true}, args: "sync --config DIR/hbupload.yaml --data-dir DIR/data --log-file DIR/data/sync.log"},
		"with a folder of data":  {yaml: inbox, dataDir: "own", args: "sync --config DIR/hbupload.yaml --data-dir DIR/own --log-file DIR/own/sync.log"},
		"with a variable":        {yaml: inbox, environ: "HBUPLOAD_PLATFORM_USERNAME=u", args: "sync --config DIR/hbupload.yaml --log-file DIR/data/sync.log", said: "HBUPLOAD_PLATFORM_USERNAME"},
		"without an inbox":       {yaml: "platform: {username: u}\n", fails: true, kind: fault.Config},
		"all profiles, and one":  {yaml: inbox, profile: "甲", o: ScheduleOptions{AllProfiles: true}, fails: true, kind: fault.Usage},
		"a configuration amiss":  {yaml: "sync: {inbx: /srv/in}\n", fails: true, kind: fault.Config},
		"nobody knows its place": {yaml: inbox, o: ScheduleOptions{Method: "no program"}, fails: true, kind: fault.Config},
	} {
		env, said := machine(t, c.yaml)
		env.Opts.Profile = c.profile
		if c.dataDir != "" {
			env.Opts.DataDir = filepath.Join(env.WorkDir, c.dataDir)
		}
		if c.environ != "" {
			env.Environ = []string{c.environ}
		}
		if c.o.Method == "no program" {
			env.Executable = ""
		}
		j, err := Job(env, c.o)
		if c.fails {
			if err == nil || !fault.Is(err, c.kind) {
				t.Errorf("%s: %v, want kind %v", name, err, c.kind)
			}
			continue
		}
		got := filepath.ToSlash(strings.ReplaceAll(strings.Join(j.Args, " "), env.WorkDir, "DIR"))
		if err != nil || got != c.args || j.Program != "/opt/hbupload" {
			t.Errorf("%s: %v\n got %s\nwant %s", name, err, got, c.args)
		}
		if !strings.Contains(said.String(), c.said) || (c.said == "") != (said.Len() == 0) {
			t.Errorf("%s: said %q", name, said.String())
		}
	}
}

// TestScheduler: the one asked for, else the system's.
func TestScheduler(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ method, system, want string }{
		{"systemd", "windows", "systemd"}, {"cron", "windows", "cron"}, {"windows", "linux", "windows"}, {"auto", "windows", "windows"}, {"", "darwin", "cron"}, {"at", "linux", ""},
	} {
		env, _ := machine(t, "")
		env.System = c.system
		got, err := Scheduler(env, ScheduleOptions{Method: c.method})
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%q on %s: %q, %v", c.method, c.system, got, err)
		}
	}
}

// TestCrontabIsNotWipedOut: a table that cannot be read is not taken for an
// empty one; one that does not exist is.
func TestCrontabIsNotWipedOut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		programs programs
		fails    bool
		keeps    string
	}{
		"a table":    {programs{out: "0 1 * * * backup\n"}, false, "0 1 * * * backup\n"},
		"none":       {programs{out: "no crontab for oh", err: errors.New("exit status 1")}, false, ""},
		"refused":    {programs{out: "permission denied", err: errors.New("exit status 1")}, true, ""},
		"no cron":    {programs{err: exec.ErrNotFound}, true, ""},
		"cut at the": {programs{out: strings.Repeat("#", host.MaxOutput)}, true, ""},
	} {
		env, _ := machine(t, "")
		env.Exec = c.programs.exec
		job := schedule.Job{Program: "/opt/hbupload", Args: []string{"sync"}, User: "oh", Start: evening()}
		steps, err := InstallSteps(context.Background(), env, byCron, job)
		if c.fails {
			if err == nil || len(steps) != 0 {
				t.Errorf("%s: %+v, %v", name, steps, err)
			}
			continue
		}
		if err != nil || len(steps) != 1 || !strings.HasPrefix(steps[0].Cmd.Stdin, c.keeps) || !strings.Contains(steps[0].Cmd.Stdin, "/opt/hbupload") {
			t.Errorf("%s: %+v, %v", name, steps, err)
		}
	}
}

// TestStepsOfRemoval: what a scheduler is told to forget is what it was given.
func TestStepsOfRemoval(t *testing.T) {
	t.Parallel()
	job := schedule.Job{Program: "/opt/hbupload", Args: []string{"sync"}, User: "oh", Start: evening()}
	for _, method := range []string{bySystemd, byWindows} {
		env, _ := machine(t, "")
		install, err := InstallSteps(context.Background(), env, method, job)
		if err != nil {
			t.Fatal(err)
		}
		remove, err := RemoveSteps(context.Background(), env, method, job)
		if err != nil {
			t.Fatal(err)
		}
		gone := fmt.Sprintf("%+v", paths(remove))
		for _, path := range paths(install) {
			if method == bySystemd && !strings.Contains(gone, path) {
				t.Errorf("%s stays behind: %s", path, gone)
			}
		}
		last := remove[len(remove)-1].Cmd
		if method == byWindows && (last == nil || !strings.Contains(strings.Join(last.Args, " "), "/Delete /TN "+job.Task())) {
			t.Errorf("the task stays: %+v", last)
		}
	}
}

func paths(steps []Step) []string {
	var out []string
	for _, s := range steps {
		if s.Path != "" {
			out = append(out, s.Path)
		}
	}
	return out
}

// TestTakeStep writes, removes twice, and runs.
func TestTakeStep(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	env, _ := machine(t, "")
	path := filepath.Join(env.WorkDir, "unit")
	if err := TakeStep(ctx, env, Step{Path: path, Text: "[Unit]\n", mode: 0o644}); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "[Unit]\n" {
		t.Errorf("%q, %v", data, err)
	}
	for range 2 {
		if err := TakeStep(ctx, env, Step{Path: path}); err != nil {
			t.Errorf("removing: %v", err)
		}
	}
	step := Step{Cmd: &host.Command{Name: "crontab"}}
	if err := TakeStep(ctx, env, step); !fault.Is(err, fault.Config) {
		t.Errorf("where nothing may be run: %v", err)
	}
	p := &programs{}
	env.Exec = p.exec
	env.Environ = []string{"HBUPLOAD_PLATFORM_PASSWORD=x"}
	if err := TakeStep(ctx, env, step); err != nil || len(p.ran) != 1 || len(p.ran[0].Environ) != 0 {
		t.Errorf("%v, ran %+v", err, p.ran)
	}
}
