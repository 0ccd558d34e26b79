//go:build unix

package cli

import (
	"os"
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
