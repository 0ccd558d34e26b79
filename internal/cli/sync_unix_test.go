//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"hbupload/internal/inbox"
)

// Links and pipes in the inbox are named, not read and not moved.
func TestSyncNamesLinksAndPipes(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	n.people("真.xlsx", 0, 1)
	must(t, os.Rename(n.path("inbox", "真.xlsx"), n.path("elsewhere.xlsx")))
	must(t, os.Symlink(n.path("elsewhere.xlsx"), n.path("inbox", "导出.xlsx")))
	must(t, syscall.Mkfifo(n.path("inbox", "管道.csv"), 0o600))
	n.people("甲.xlsx", 2, 1)
	n.sync(3)
	n.expect("done/MONTH/甲.xlsx", "inbox/导出.xlsx", "inbox/管道.csv")
	n.stored(1)
	for _, name := range []string{"导出.xlsx", "管道.csv"} {
		if !strings.Contains(n.out.String(), name+"（是链接或管道") {
			t.Errorf("%s is not named: %s", name, n.out.String())
		}
	}
}

// Where others may write the inbox, done and failed below it are refused when
// they are links, and so are the months below any of them; nothing is sent.
func TestSyncRefusesFoldersOfOthers(t *testing.T) {
	t.Parallel()
	for _, planted := range []string{"done", "failed/MONTH", "elsewhere/MONTH"} {
		n := newNights(t, "")
		more := "sync: {inbox: inbox}\n"
		if strings.HasPrefix(planted, "elsewhere") {
			more = "sync: {inbox: inbox, done: inbox/elsewhere}\n"
		}
		n.configure(more)
		n.people("甲.xlsx", 0, 1)
		planted = strings.ReplaceAll(planted, "MONTH", n.now().Format("2006-01"))
		must(t, os.MkdirAll(n.path("home"), 0o700))
		must(t, os.MkdirAll(filepath.Dir(n.path("inbox", planted)), 0o700))
		must(t, os.Symlink(n.path("home"), n.path("inbox", planted)))
		for _, dir := range []string{n.path("inbox"), filepath.Dir(n.path("inbox", planted))} {
			must(t, os.Chmod(dir, 0o777))
		}
		n.sync(2)
		n.stored(0)
		if !strings.Contains(n.err.String(), "别人也能写入") {
			t.Errorf("%s: %s", planted, n.err.String())
		}
		must(t, os.Remove(n.path("inbox", planted)))
		n.sync(0)
		n.stored(1)
	}
}

// A mapping that lies in the inbox decides nothing: whoever may put files there
// could have the runner's other files read into reports.
func TestSyncAdoptsNoMappingOfTheInbox(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	mapping := "sheets:\n  - columns: [编号, 人名]\n    key: 编号\n    person: {姓名: 人名}\n"
	must(t, os.WriteFile(n.path("inbox", "x.mapping.yaml"), []byte(mapping), 0o600))
	must(t, os.WriteFile(n.path("inbox", "x.csv"), []byte("编号,人名\n1,试样甲\n"), 0o600))
	n.rest("x.csv", time.Hour)
	n.sync(3)
	n.expect("failed/MONTH/x.csv", "failed/MONTH/x.csv.why", "inbox/x.mapping.yaml")
	must(t, os.Rename(n.path("failed", n.now().Format("2006-01"), "x.csv"), n.path("inbox", "x.csv")))
	must(t, os.Mkdir(n.path("mappings"), 0o700))
	must(t, os.Rename(n.path("inbox", "x.mapping.yaml"), n.path("mappings", "x.yaml")))
	n.sync(3)
	if !strings.Contains(n.out.String(), "需要处理") { // it was read: the person lacks nearly everything
		t.Errorf("the configuration's mapping is not used: %s%s", n.out.String(), n.err.String())
	}
}

// A file that becomes a pipe when its turn comes makes nobody wait.
func TestSyncOfAFileThatBecomesAPipe(t *testing.T) {
	t.Parallel()
	for times, stored := range []int{1, 1, 2, 2} { // before it is read, after, before and after the move
		if times == 0 {
			continue
		}
		n := newNights(t, "")
		n.people("甲.xlsx", 0, 1)
		n.people("乙.xlsx", 1, 1)
		n.rest("乙.xlsx", 2*time.Hour)
		d := &countingDisk{Disk: inbox.System(), opens: map[string]int{}}
		d.onOpen = func(path string, at int) {
			if strings.HasSuffix(path, "甲.xlsx") && at == times {
				must(t, os.Remove(path))
				must(t, syscall.Mkfifo(path, 0o600))
			}
		}
		n.process.Disk = d
		n.run("sync")
		n.stored(stored)
	}
}
