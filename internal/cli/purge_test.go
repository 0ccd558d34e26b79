package cli

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestPurge(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	old := time.Now().Add(-100 * 24 * time.Hour)
	ours := []string{"导出-含个人信息-20260101-080000.xlsx", "导出-含个人信息-20260101-080000 (2).xlsx", "导出-汇总-20260101-080000.html", "hbupload.log", "hbupload-sync.log.1", "hbupload-2026-01-01T08-00-00.000.log.gz", "sync-2026-01-01T08-00-00.000.log.gz", ".hbupload-123456.tmp"}
	others := []string{"导出.xlsx", "含个人信息.xlsx", "导出-汇总.html", "其他.log", "sync.log", "sync-2026.log", ".hbupload-x.tmp", "hbupload.yaml", "导出-含个人信息-20260101-080000.docx", "x-含个人信息-2026-080000.xlsx"}
	for _, name := range append(append([]string{}, ours...), others...) {
		b.write(name, "x")
		if err := os.Chtimes(b.path(name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	b.write("新的-含个人信息-20260601-080000.xlsx", "x")
	sub := b.path("子-含个人信息-20260101-080000.xlsx")
	if err := os.Mkdir(sub, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(sub, old, old); err != nil {
		t.Fatal(err)
	}
	_ = os.Remove(b.path("hbupload.yaml"))
	count := func() int {
		entries, _ := os.ReadDir(b.process.WorkDir)
		return len(entries)
	}
	all := count()
	b.want(0, "purge", b.process.WorkDir, "--older-than", "90d")
	says(t, b.out.String(), append(ours, "还没有删除", "--yes")...)
	if count() != all {
		t.Fatal("files were deleted without --yes")
	}
	b.want(0, "purge", b.process.WorkDir, "--older-than", "90d", "--yes")
	says(t, b.out.String(), "共删除 8 个文件")
	for _, name := range ours {
		if _, err := os.Stat(b.path(name)); err == nil {
			t.Errorf("%s is still there", name)
		}
	}
	if got := count(); got != all-len(ours) {
		t.Errorf("%d files left, want %d", got, all-len(ours))
	}
	b.want(0, "purge", b.process.WorkDir, "--older-than", "90d", "--json")
	says(t, b.out.String(), `"files": []`)
}

// TestPurgeSyncFolders: without folders, the configured ones; a link is no
// report of ours.
func TestPurgeSyncFolders(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	done := b.path("done")
	if err := os.Mkdir(done, 0o700); err != nil {
		t.Fatal(err)
	}
	b.write("hbupload.yaml", "sync: {done: done}\n")
	b.write("别人的.xlsx", "x")
	if err := os.Symlink(b.path("别人的.xlsx"), filepath.Join(done, "a-含个人信息-20260101-080000.xlsx")); err != nil {
		t.Skip("no symbolic links here")
	}
	b.process.Now = func() time.Time { return time.Now().Add(time.Hour) }
	b.want(0, "purge", "--older-than", "1s", "--yes")
	says(t, b.out.String(), "没有早于")
	if _, err := os.Stat(b.path("别人的.xlsx")); err != nil {
		t.Error("the link's target is gone")
	}
}

// What sync wrote below its months is reached, with the default folders too,
// and a folder of another name, or a link to one, is not entered.
func TestPurgeReachesTheMonthsOfSync(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	n.configure("sync: {inbox: inbox}\n")
	n.people("甲.xlsx", 0, 2, oneBad)
	must(t, os.WriteFile(n.path("inbox", "坏.xlsx"), []byte("no workbook"), 0o600))
	n.rest("坏.xlsx", time.Hour)
	n.sync(3)
	other := n.path("inbox", "failed", "2026-3月")
	must(t, os.Mkdir(other, 0o700))
	must(t, os.WriteFile(filepath.Join(other, "a-含个人信息-20260101-080000.xlsx"), nil, 0o600))
	link := os.Symlink("2026-3月", n.path("inbox", "failed", "2001-01")) == nil
	n.later(100 * 24 * time.Hour)
	if code := n.run("purge", "--older-than", "90d", "--yes"); code != 0 {
		t.Fatalf("exit %d: %s", code, n.err.String())
	}
	n.later(-100 * 24 * time.Hour)
	_ = os.Remove(n.path("inbox", "failed", "2001-01"))
	n.expect("inbox/failed/MONTH/坏.xlsx", "inbox/failed/MONTH/甲.xlsx") // the text beside 坏.xlsx is ours too
	reports, err := filepath.Glob(n.path("inbox", "failed", n.now().Format("2006-01"), "*-*-*"))
	if err != nil || len(reports) > 0 {
		t.Errorf("left: %q, %v", reports, err)
	}
	if _, err := os.Stat(filepath.Join(other, "a-含个人信息-20260101-080000.xlsx")); err != nil {
		t.Errorf("another folder was entered (link %v): %v", link, err)
	}
}
