package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"hbupload/internal/host"
	"hbupload/internal/inbox"
	"hbupload/internal/night"
	"hbupload/internal/sandbox/sample"
	"hbupload/internal/spec"
)

func TestSyncServesTheInbox(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	n.sync(0)
	n.people("甲.xlsx", 0, 3)
	n.people("乙.xlsx", 3, 3, oneBad)
	n.sync(3, "--json")
	n.expect("done/MONTH/甲.xlsx", "failed/MONTH/乙.xlsx")
	n.stored(5)
	var doc struct {
		ExitCode int `json:"exit_code"`
		Counts   map[string]int
		Files    []map[string]any
		Reports  []string
	}
	must(t, json.Unmarshal(n.out.Bytes(), &doc))
	if doc.ExitCode != 3 || doc.Counts["records"] != 6 || doc.Counts["accepted"] != 5 || doc.Counts["invalid"] != 1 || len(doc.Files) != 2 {
		t.Errorf("document: %+v", doc)
	}
	failed := 0
	for _, path := range doc.Reports {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("report %s: %v, %v", path, info, err)
		}
		if strings.Contains(path, "failed") && strings.HasSuffix(path, ".xlsx") {
			failed++
		}
	}
	if failed != 1 {
		t.Errorf("no annotated copy in failed: %q", doc.Reports)
	}
	l := n.lastRun()
	if l.ExitCode != 3 || l.Files["done"] != 1 || l.Files["failed"] != 1 || l.LastGood == nil {
		t.Errorf("last run: %+v", l)
	}
	n.later(24 * time.Hour)
	n.sync(0) // an empty inbox
	n.later(3 * time.Hour)
	if n.run("status"); !strings.HasPrefix(n.out.String(), "最近一次成功的上传：") || !strings.Contains(strings.SplitN(n.out.String(), "\n", 2)[0], "3 小时前") {
		t.Errorf("status begins: %s", n.out.String())
	}
}

// The mended copy goes back into the inbox: only what was missing is sent.
func TestSyncTakesMendedPeopleBack(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	n.people("乙.xlsx", 0, 3, oneBad)
	n.sync(3)
	n.stored(2)
	n.later(24 * time.Hour)
	n.people("乙.xlsx", 0, 3)
	n.sync(0)
	n.stored(3)
	if got := n.platform.Calls("upload"); got != 3 {
		t.Errorf("%d uploads, want 3", got)
	}
}

func TestSyncLeavesAGrowingFileAlone(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	n.people("大.xlsx", 0, 2)
	whole, err := os.ReadFile(n.path("inbox", "大.xlsx"))
	must(t, err)
	half := len(whole) / 2
	write := func(size int) {
		must(t, os.WriteFile(n.path("inbox", "大.xlsx"), whole[:size], 0o600))
		n.rest("大.xlsx", 0)
	}
	write(half)
	n.onWait = func() { half = min(half+7, len(whole)); write(half) }
	n.sync(0)
	n.expect("inbox/大.xlsx")
	if !strings.Contains(n.out.String(), "尚未稳定：大.xlsx") {
		t.Errorf("not said: %s", n.out.String())
	}
	n.onWait = nil
	write(len(whole)) // fresh, but it stands still from now on
	n.sync(0)
	n.expect("done/MONTH/大.xlsx")
	n.stored(2)
}

func TestSyncIgnoresWhatIsNotMeantForIt(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	for _, name := range []string{"~$甲.xlsx", ".hidden.xlsx", "甲.xlsx.part", "说明.txt", "x.tmp"} {
		must(t, os.WriteFile(n.path("inbox", name), []byte("x"), 0o600))
		n.rest(name, time.Hour)
	}
	n.people("甲.xlsx", 0, 1) // its owner file says that it is open
	n.sync(0)
	n.expect("inbox/.hidden.xlsx", "inbox/x.tmp", "inbox/~$甲.xlsx", "inbox/甲.xlsx", "inbox/甲.xlsx.part", "inbox/说明.txt")
	must(t, os.Remove(n.path("inbox", "~$甲.xlsx")))
	n.sync(0)
	n.expect("done/MONTH/甲.xlsx", "inbox/.hidden.xlsx", "inbox/x.tmp", "inbox/甲.xlsx.part", "inbox/说明.txt")
}

func TestSyncOfAFileThatComesTwice(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	for range 2 {
		n.people("甲.xlsx", 0, 3)
		n.sync(0)
	}
	n.expect("done/MONTH/甲 (2).xlsx", "done/MONTH/甲.xlsx")
	n.stored(3)
	if got := n.platform.Calls("upload"); got != 3 {
		t.Errorf("%d uploads, want 3", got)
	}
}

func TestSyncOfTheSamePeopleInTwoFiles(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	n.people("a.xlsx", 0, 3)
	n.people("b.xlsx", 0, 3)
	n.sync(0)
	n.expect("done/MONTH/a.xlsx", "done/MONTH/b.xlsx")
	n.stored(3)
	n.people("c.xlsx", 10, 2)
	n.people("d.xlsx", 10, 2, func(_ int, p *sample.Person) { set(p, spec.EmpPhone, "13900099999") })
	n.sync(3) // nobody can know which is right
	n.expect("done/MONTH/a.xlsx", "done/MONTH/b.xlsx", "failed/MONTH/c.xlsx", "failed/MONTH/d.xlsx")
	n.stored(3)
}

func TestSyncSetsUnreadableFilesAside(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	must(t, os.WriteFile(n.path("inbox", "坏.xlsx"), []byte("PK\x03\x04 no workbook"), 0o600))
	must(t, os.WriteFile(n.path("inbox", "空.csv"), nil, 0o600))
	n.rest("坏.xlsx", time.Hour)
	n.rest("空.csv", time.Hour)
	n.people("甲.xlsx", 0, 2)
	n.sync(3)
	n.expect("done/MONTH/甲.xlsx", "failed/MONTH/坏.xlsx", "failed/MONTH/坏.xlsx.why", "failed/MONTH/空.csv", "failed/MONTH/空.csv.why")
	n.stored(2)
	if l := n.lastRun(); l.Files["unreadable"] != 2 || l.Files["done"] != 1 {
		t.Errorf("last run: %+v", l)
	}
}

func TestSyncWaitsForItsTurn(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	n.people("甲.xlsx", 0, 2)
	release := n.heldLock()
	n.sync(5)
	n.expect("inbox/甲.xlsx")
	release()
	n.sync(0)
	n.expect("done/MONTH/甲.xlsx")
}

func TestSyncOutlivesThreeNightsWithoutPlatform(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	n.setDown(true)
	for night := range 3 {
		n.people(fmt.Sprintf("第%d夜.xlsx", night), night*2, 2)
		n.later(24 * time.Hour)
		n.sync(4)
	}
	n.expect("inbox/第0夜.xlsx", "inbox/第1夜.xlsx", "inbox/第2夜.xlsx")
	n.stored(0)
	n.setDown(false)
	n.later(24 * time.Hour)
	n.sync(0)
	n.expect("done/MONTH/第0夜.xlsx", "done/MONTH/第1夜.xlsx", "done/MONTH/第2夜.xlsx")
	n.stored(6)
}

func TestSyncKeepsAFileWhileARecordIsInDoubt(t *testing.T) {
	t.Parallel()
	n := newNights(t, "504-after@nth=2")
	n.people("甲.xlsx", 0, 3)
	n.sync(4)
	n.expect("inbox/甲.xlsx")
	n.later(24 * time.Hour)
	n.sync(4) // held, not sent again
	n.stored(3)
	if code := n.run("resolve", "TJ0000002", "--sent"); code != 0 {
		t.Fatalf("resolve: %d %s", code, n.err.String())
	}
	n.sync(0)
	n.expect("done/MONTH/甲.xlsx")
}

func TestSyncDoesNotRepeatRefusals(t *testing.T) {
	t.Parallel()
	n := newNights(t, "reject:工种不符@nth=1 x1")
	n.people("甲.xlsx", 0, 2)
	n.sync(3)
	before := n.platform.Calls("upload")
	n.people("甲.xlsx", 0, 2)
	n.sync(3)
	if got := n.platform.Calls("upload"); got != before {
		t.Errorf("a refusal was repeated: %d uploads more", got-before)
	}
	n.expect("failed/MONTH/甲 (2).xlsx", "failed/MONTH/甲.xlsx")
	n.people("甲.xlsx", 0, 2)
	n.sync(0, "--retry-rejected")
	n.stored(2)
}

func TestSyncWithAChangedClock(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	n.people("未来.xlsx", 0, 2)
	n.rest("未来.xlsx", -48*time.Hour) // the share's clock is two days ahead
	n.sync(0)
	n.expect("done/MONTH/未来.xlsx")
	n.people("甲.xlsx", 5, 2)
	n.later(-26 * time.Hour) // ours is set back
	n.sync(0)
	n.stored(4)
	if n.run("status"); n.out.Len() == 0 {
		t.Error("status says nothing")
	}
}

// The move between two file systems is cut at each of its steps; the next
// night ends it.
func TestSyncKilledAtEachStepOfTheMove(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	n.people("甲.xlsx", 0, 2)
	n.sync(0) // the records are there; from now on all is moving
	whole, err := os.ReadFile(n.path("done", n.now().Format("2006-01"), "甲.xlsx"))
	must(t, err)
	for _, across := range []bool{false, true} {
		for at, done := 1, false; !done; at++ {
			must(t, os.RemoveAll(n.path("done")))
			must(t, os.WriteFile(n.path("inbox", "甲.xlsx"), whole, 0o600))
			n.rest("甲.xlsx", time.Hour)
			d := &flakyDisk{Disk: inbox.System(), across: across, dieAt: at}
			n.process.Disk = d
			n.run("sync")
			if done = !d.died(); done && at < 3 {
				t.Fatal("nothing was killed")
			}
			n.process.Disk = &flakyDisk{Disk: inbox.System(), across: across}
			n.later(24 * time.Hour)
			n.sync(0)
			n.expect("done/MONTH/甲.xlsx")
			got, err := os.ReadFile(n.path("done", n.now().Format("2006-01"), "甲.xlsx"))
			if err != nil || string(got) != string(whole) {
				t.Fatalf("killed at step %d (across %v): the file is not whole: %v", at, across, err)
			}
			n.later(-24 * time.Hour)
		}
	}
	n.stored(2)
}

func TestSyncOnAFullDisk(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	n.process.Disk = &flakyDisk{Disk: inbox.System(), across: true, full: true}
	n.people("甲.xlsx", 0, 2)
	n.sync(4)
	n.expect("inbox/甲.xlsx")
	n.process.Disk = &flakyDisk{Disk: inbox.System(), across: true}
	n.later(24 * time.Hour)
	n.sync(0)
	n.expect("done/MONTH/甲.xlsx")
	n.stored(2)
	if got := n.platform.Calls("upload"); got != 2 {
		t.Errorf("%d uploads, want 2", got)
	}
}

func TestSyncTellsOnFinish(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	n.configure("sync: {inbox: inbox, done: done, failed: failed, on_finish: notify --all}\n")
	n.process.Environ = []string{"HBUPLOAD_PLATFORM_PASSWORD=sandbox", "LANG=C"}
	n.people("测试甲.xlsx", 0, 2)
	n.sync(0)
	if len(n.asked) != 1 || n.asked[0].Shell != "notify --all" {
		t.Fatalf("asked: %+v", n.asked)
	}
	c := n.asked[0]
	var l night.LastRun
	must(t, json.Unmarshal([]byte(c.Stdin), &l))
	if l.Counts["accepted"] != 2 || l.Files["done"] != 1 || strings.Contains(c.Stdin, "测试") || strings.Contains(strings.Join(c.Environ, " "), "PASSWORD") {
		t.Errorf("told: %s with %q", c.Stdin, c.Environ)
	}
	n.answer = func(context.Context, host.Command) (string, error) {
		return "no mail 13900000001", errors.New("exit status 1")
	}
	n.sync(0) // its failure is a warning
	if !strings.Contains(n.err.String(), "sync.on_finish 失败") || strings.Contains(n.err.String(), "13900000001") {
		t.Errorf("said: %s", n.err.String())
	}
	n.answer = func(ctx context.Context, _ host.Command) (string, error) {
		if _, bounded := ctx.Deadline(); !bounded {
			t.Error("no end to on_finish")
		}
		return "", nil
	}
	n.sync(0)
}

func TestSyncOfAllProfiles(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	n.configure("dict: {max_age: 24h}\nprofiles:\n  甲院: {sync: {inbox: in1, done: done, failed: failed}}\n" +
		"  乙院: {platform: {password: wrong}, sync: {inbox: in2, done: done, failed: failed}}\n  丙院: {sync: {inbox: in1}}\n" +
		"  丁院: {platform: {usrname: x}}\n  戊院: {sync: {inbox: in5, done: done5, failed: failed5}}\n")
	for i, dir := range []string{"in1", "in2", "in5"} {
		must(t, os.MkdirAll(n.path(dir), 0o700))
		n.people("x.xlsx", i*5, 2)
		must(t, os.Rename(n.path("inbox", "x.xlsx"), n.path(dir, "x.xlsx")))
	}
	n.sync(2, "--all-profiles", "--json") // 4 for 乙院, 2 for 丙院 and 丁院
	var doc struct {
		Profiles []struct {
			Profile  string
			ExitCode int `json:"exit_code"`
		}
	}
	must(t, json.Unmarshal(n.out.Bytes(), &doc))
	if got := fmt.Sprint(doc.Profiles); got != "[{甲院 0} {乙院 4} {丙院 2} {丁院 2} {戊院 0}]" {
		t.Errorf("profiles: %s\n%s", got, n.err.String())
	}
	n.stored(4)
	if _, err := os.Stat(n.path("in2", "x.xlsx")); err != nil {
		t.Errorf("the file of a refused institution: %v", err)
	}
}

func TestSyncWatchesUntilItIsStopped(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	stop := make(chan struct{})
	n.process.Interrupt = stop
	looks := 0
	n.onWait = func() {
		switch looks++; looks {
		case 2:
			n.people("甲.xlsx", 0, 2)
		case 4:
			n.setDown(true)
			n.people("乙.xlsx", 5, 2)
		case 7:
			n.setDown(false)
			n.later(night.WatchRetry)
		case 10:
			close(stop)
		}
	}
	if code := n.run("sync", "--watch"); code != 130 {
		t.Errorf("exit %d\n%s", code, n.err.String())
	}
	n.expect("done/MONTH/乙.xlsx", "done/MONTH/甲.xlsx")
	n.stored(4)
}

func TestSyncRefusesWhatItCannotDo(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	n.sync(2, "--watch", "--json")
	n.sync(2, "--all-profiles", "--profile", "x")
	n.sync(2, "--all-profiles")
	n.sync(2, "--log-file", n.path("x.log"), "--log-format", "xml")
	n.configure("sync: {done: done}\n")
	n.sync(2)
	n.configure("sync: {inbox: inbox, done: inbox}\n")
	n.sync(2)
	n.configure("sync: {inbox: nowhere}\n")
	n.sync(2)
	n.configure("sync: {inbox: inbox, pattern: \"[\"}\n")
	n.sync(2)
}

// Without sync.done and sync.failed the files go below the inbox, and are not
// read again there.
func TestSyncHasFoldersOfItsOwn(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	n.configure("sync: {inbox: inbox, settle: 0s}\n")
	n.people("甲.xlsx", 0, 2)
	n.people("乙.xlsx", 2, 2, oneBad)
	n.sync(3)
	n.sync(0)
	n.expect("inbox/done/MONTH/甲.xlsx", "inbox/failed/MONTH/乙.xlsx")
	n.stored(3)
	if code := n.run("status", "--json"); code != 0 || !strings.Contains(n.out.String(), `"last_sync"`) {
		t.Errorf("status: %d %s", code, n.out.String())
	}
}
