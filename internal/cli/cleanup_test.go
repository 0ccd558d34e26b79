package cli

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestSweepScratch: what a killed run left goes, what may be in use or is not
// ours stays.
func TestSweepScratch(t *testing.T) {
	t.Parallel()
	dir, now := t.TempDir(), time.Now()
	old := now.Add(-3 * 24 * time.Hour)
	for name, want := range map[string]bool{"hbupload-123": false, "hbupload-sandbox-77": false, "hbupload-notes": true, "hbupload-": true, "other-123": true} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Join(path, "sub"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(path, "spill-1.tmp"), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		sweepScratch(dir, now) // young: may be in use
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s went although it is young", name)
		}
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
		sweepScratch(dir, now)
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("%s there: %v, want %v", name, err == nil, want)
		}
	}
}

// TestRemoveTree removes what is there and is content with nothing.
func TestRemoveTree(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "x")
	if err := os.MkdirAll(filepath.Join(dir, "a", "b"), 0o700); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := removeTree(dir); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSweepLeftovers: at the next start nothing is left of what a kill cut short:
// of a token, of a record, of a report, of standard input; what is young, or not
// a file of ours, stays.
func TestSweepLeftovers(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.serve(nil)
	b.want(0, "dict", "pull")
	for _, dir := range []string{"out", "reports", "data/tmp"} {
		if err := os.MkdirAll(b.path(dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	old := time.Now().Add(-2 * time.Hour)
	for name, stays := range map[string]bool{
		"data/.new-1.tmp": false, "data/tmp/spool-1.tmp": false, "out/.new-2.tmp": false, "reports/.hbupload-3.tmp": false, "reports/其他.tmp": true, "data/.new-.txt": true,
	} {
		for _, age := range []time.Time{old, time.Now()} {
			b.write(name, "half")
			if err := os.Chtimes(b.path(name), age, age); err != nil {
				t.Fatal(err)
			}
			b.want(0, "push", "../../testdata/standard.xlsx", "--limit", "2", "--report", b.path("reports"))
			b.want(0, "build", "../../testdata/standard.xlsx", "--limit", "2", "--no-report", "-o", b.path("out"))
			_, err := os.Stat(b.path(name))
			if want := stays || !age.Equal(old) && name != "data/tmp/spool-1.tmp"; (err == nil) != want {
				t.Errorf("%s of %v: there %v, want %v", name, age, err == nil, want)
			}
		}
	}
	file := filepath.Join(t.TempDir(), "hbupload-77.tmp")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	sweepScratch(filepath.Dir(file), time.Now().Add(staleAfter+time.Hour))
	if _, err := os.Stat(file); err == nil {
		t.Error("a file of standard input stays")
	}
}
