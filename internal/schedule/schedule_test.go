package schedule_test

import (
	"encoding/xml"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hbupload/internal/schedule"
)

// job has everything in its paths that some scheduler gives a meaning to.
func job() schedule.Job {
	return schedule.Job{Program: `/opt/h b/50% "x"/hbupload`, Args: []string{"sync", "--config", `/home/o'neil/$HOME/hb.yaml`, "--profile", "甲院"}, Name: "甲院",
		Hour: 2, Minute: 5, Delay: 15 * time.Minute, User: "clinic", Start: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
}

func windowsJob() schedule.Job {
	j := job()
	j.Program, j.Args = `C:\Program Files\hb & co\hbupload.exe`, []string{"sync", "--config", `D:\数据 一\hb.yaml`, "--data-dir", `D:\a b\`, `say "hi"`}
	j.User = `CLINIC\王`
	return j
}

func TestTextsAreThoseOfTheGoldenFiles(t *testing.T) {
	t.Parallel()
	system := job()
	system.System = true
	service, err := job().Service()
	check(t, err)
	whole, err := system.Service()
	check(t, err)
	cron, err := job().CronInstall("# mine\n0 1 * * * true\n")
	check(t, err)
	task, err := windowsJob().XML()
	check(t, err)
	wide := windowsJob()
	wide.System, wide.Delay = true, 0
	forAll, err := wide.XML()
	check(t, err)
	for name, got := range map[string]string{"user.service": service, "system.service": whole, "sync.timer": job().Timer(), "crontab": cron, "task.xml": task, "task-system.xml": forAll} {
		path := filepath.Join("testdata", name)
		if update() {
			check(t, os.MkdirAll("testdata", 0o755))
			check(t, os.WriteFile(path, []byte(got), 0o644))
		}
		want, err := os.ReadFile(path)
		check(t, err)
		if got != string(want) {
			t.Errorf("%s:\n%s\nwant:\n%s", name, got, want)
		}
	}
}

// update is UPDATE_SCHEDULE=1 go test: the golden files are written anew.
func update() bool { return os.Getenv("UPDATE_SCHEDULE") != "" }

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestParseTime(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]int{"02:30": {2, 30}, "2:05": {2, 5}, "23:59": {23, 59}, "00：00": {0, 0}} {
		if h, m, err := schedule.ParseTime(text); err != nil || h != want[0] || m != want[1] {
			t.Errorf("%q: %d:%d, %v", text, h, m, err)
		}
	}
	for _, text := range []string{"", "24:00", "2:5", "02:60", "2.30", "2:30 && rm", "-1:00"} {
		if _, _, err := schedule.ParseTime(text); !errors.Is(err, schedule.ErrTime) {
			t.Errorf("%q passes: %v", text, err)
		}
	}
}

func TestCrontabKeepsWhatIsNotOurs(t *testing.T) {
	t.Parallel()
	j, other := job(), job()
	other.Name = "乙院"
	for _, before := range []string{"", "MAILTO=a@b\n", "0 1 * * * true"} {
		once, err := j.CronInstall(before)
		check(t, err)
		both, err := other.CronInstall(once)
		check(t, err)
		again := j
		again.Hour = 4
		changed, err := again.CronInstall(both)
		check(t, err)
		if strings.Count(changed, "sync (甲院)") != 2 || !strings.Contains(changed, "\n5 4 * * * ") || strings.Contains(j.CronShow(changed), "\n5 2 ") {
			t.Errorf("installed again:\n%s", changed)
		}
		rest, was := j.CronRemove(changed)
		rest, was2 := other.CronRemove(rest)
		if !was || !was2 || strings.TrimRight(rest, "\n") != strings.TrimRight(before, "\n") {
			t.Errorf("removed: %q, was %q", rest, before)
		}
	}
	if rest, was := j.CronRemove("# BEGIN hbupload sync (甲院)\n5 2 * * * x\n"); was || !strings.Contains(rest, "5 2") {
		t.Errorf("half a block was removed: %q", rest)
	}
}

func TestWhatCannotBeQuotedIsRefused(t *testing.T) {
	t.Parallel()
	j := job()
	j.Args = append(j.Args, "a\nb")
	_, err1 := j.Service()
	_, err2 := j.CronLine()
	w := windowsJob()
	w.Program = `C:\%TEMP%\x.exe`
	_, err3 := w.XML()
	long := job()
	long.Args = []string{strings.Repeat("x", 1000)}
	_, err4 := long.CronLine()
	for i, err := range []error{err1, err2, err3, err4} {
		if !errors.Is(err, schedule.ErrText) {
			t.Errorf("%d: %v", i, err)
		}
	}
}

// The XML is whole whatever the paths hold, and gives them back.
func TestTaskIsXML(t *testing.T) {
	t.Parallel()
	text, err := windowsJob().XML()
	check(t, err)
	var doc struct {
		Actions struct {
			Exec struct{ Command, Arguments string }
		}
	}
	check(t, xml.Unmarshal([]byte(strings.Replace(text, "UTF-16", "UTF-8", 1)), &doc))
	if doc.Actions.Exec.Command != windowsJob().Program {
		t.Errorf("program %q", doc.Actions.Exec.Command)
	}
	if want := `sync --config "D:\数据 一\hb.yaml" --data-dir "D:\a b\\" "say \"hi\""`; doc.Actions.Exec.Arguments != want {
		t.Errorf("arguments %s, want %s", doc.Actions.Exec.Arguments, want)
	}
	if raw := schedule.UTF16("a\n"); string(raw) != "\xff\xfea\x00\r\x00\n\x00" {
		t.Errorf("UTF-16: %x", raw)
	}
	if name := job().Unit(); name != `hbupload-sync-\xe7\x94\xb2\xe9\x99\xa2` {
		t.Errorf("unit %s", name)
	}
}
