package cli

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"hbupload/internal/host"
)

func TestScheduleWritesOnlyWhenAgreed(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	timer := n.path("home", ".config", "systemd", "user", "hbupload-sync.timer")
	if code := n.run("schedule", "install", "--method", "systemd", "--time", "03:10"); code != 2 {
		t.Errorf("without a yes: %d", code)
	}
	if !strings.Contains(n.err.String(), "OnCalendar=*-*-* 03:10:00") {
		t.Errorf("not shown: %s", n.err.String())
	}
	if _, err := os.Stat(timer); err == nil || len(n.asked) > 0 {
		t.Errorf("written without a yes: %v %+v", err, n.asked)
	}
	if code := n.run("schedule", "install", "--method", "systemd", "--time", "03:10", "--yes"); code != 0 {
		t.Fatalf("install: %d %s", code, n.err.String())
	}
	service, err := os.ReadFile(strings.TrimSuffix(timer, ".timer") + ".service")
	must(t, err)
	want := `ExecStart="/opt/hb upload/hbupload" "sync" "--config" "` + n.path("hbupload.yaml") + `" "--log-file" "` + n.path("data", "sync.log") + `"`
	if !strings.Contains(string(service), want) {
		t.Errorf("service:\n%s\nwant %s", service, want)
	}
	if got := strings.Join(n.asked[len(n.asked)-1].Args, " "); got != "--user enable --now hbupload-sync.timer" {
		t.Errorf("asked for %s", got)
	}
	if n.run("schedule", "show", "--method", "systemd"); !strings.Contains(n.out.String(), "03:10") {
		t.Errorf("shown: %s", n.out.String())
	}
	if code := n.run("schedule", "remove", "--method", "systemd", "--yes"); code != 0 {
		t.Errorf("remove: %d %s", code, n.err.String())
	}
	if _, err := os.Stat(timer); !os.IsNotExist(err) {
		t.Errorf("still there: %v", err)
	}
	if code := n.run("schedule", "show", "--method", "systemd", "--json"); code != 0 || !strings.Contains(n.out.String(), `"installed": false`) {
		t.Errorf("shown: %d %s", code, n.out.String())
	}
}

func TestScheduleKeepsTheCrontab(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	table, missing := "0 1 * * * backup\n", false
	n.answer = func(_ context.Context, c host.Command) (string, error) {
		switch {
		case c.Name != "crontab":
			return "", errors.New("unexpected " + c.Name)
		case c.Args[0] == "-l" && missing:
			return "permission denied", errors.New("exit status 1")
		case c.Args[0] == "-l":
			return table, nil
		}
		table = c.Stdin
		return "", nil
	}
	if code := n.run("schedule", "install", "--method", "cron", "--yes", "--delay", "0"); code != 0 {
		t.Fatalf("install: %d %s", code, n.err.String())
	}
	if !strings.HasPrefix(table, "0 1 * * * backup\n# BEGIN hbupload sync\n30 2 * * * '/opt/hb upload/hbupload' 'sync'") {
		t.Errorf("crontab:\n%s", table)
	}
	before := table
	missing = true // a table that cannot be read is not an empty one
	if code := n.run("schedule", "install", "--method", "cron", "--yes"); code == 0 || table != before {
		t.Errorf("an unreadable crontab was replaced: %d\n%s", code, table)
	}
	if !strings.Contains(n.err.String(), "30 2 * * * '/opt/hb upload/hbupload'") {
		t.Errorf("the line is not shown: %s", n.err.String())
	}
	missing = false
	if code := n.run("schedule", "remove", "--method", "cron", "--yes"); code != 0 || table != "0 1 * * * backup\n" {
		t.Errorf("remove: %d %q", code, table)
	}
}

func TestScheduleOnWindows(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	n.process.System, n.process.Executable = "windows", `C:\hb\hbupload.exe`
	var xml []byte
	n.answer = func(_ context.Context, c host.Command) (string, error) {
		if c.Args[0] == "/Create" {
			xml, _ = os.ReadFile(c.Args[4])
		}
		return "", nil
	}
	if code := n.run("schedule", "install", "--yes"); code != 0 {
		t.Fatalf("install: %d %s", code, n.err.String())
	}
	if len(xml) == 0 || xml[0] != 0xff || !strings.Contains(n.err.String(), `C:\hb\hbupload.exe`) {
		t.Errorf("the task: %x", xml[:min(8, len(xml))])
	}
	if code := n.run("schedule", "remove", "--yes"); code != 0 && code != 2 {
		t.Errorf("remove: %d", code)
	}
}

func TestScheduleRefuses(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	for _, args := range [][]string{{"--time", "25:00"}, {"--method", "launchd"}, {"--delay", "-1s"}, {"--delay", "13h"}} {
		if code := n.run(append([]string{"schedule", "install", "--yes"}, args...)...); code != 2 {
			t.Errorf("%q: %d", args, code)
		}
	}
	if code := n.run("schedule", "tomorrow"); code != 2 {
		t.Errorf("an unknown word: %d", code)
	}
}
