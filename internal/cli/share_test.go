//go:build unix

package cli

import (
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
)

func TestSyncGivesReportsToTheGroup(t *testing.T) {
	t.Parallel()
	me, err := user.Current()
	must(t, err)
	group, err := user.LookupGroupId(me.Gid)
	if err != nil {
		t.Skip("this user's group has no name")
	}
	n := newNights(t, "")
	n.configure("sync: {inbox: inbox, done: done, failed: failed, report_group: " + group.Name + "}\n")
	n.people("甲.xlsx", 0, 2, oneBad)
	n.sync(3)
	reports, err := filepath.Glob(n.path("failed", "*", "甲-*"))
	must(t, err)
	if len(reports) < 2 {
		t.Fatalf("reports: %q", reports)
	}
	for _, path := range append(reports, filepath.Dir(reports[0])) {
		info, err := os.Stat(path)
		must(t, err)
		want := os.FileMode(0o640)
		if info.IsDir() {
			want = 0o750
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s: %v", path, info.Mode())
		}
	}
	n.configure("sync: {inbox: inbox, done: done, failed: failed, report_group: no-such-group-here}\n")
	n.people("乙.xlsx", 5, 2, oneBad)
	n.sync(3)
	if !strings.Contains(n.err.String(), "no-such-group-here") {
		t.Errorf("said: %s", n.err.String())
	}
}
