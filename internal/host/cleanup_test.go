package host

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
		SweepScratch(dir, now) // young: may be in use
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s went although it is young", name)
		}
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
		SweepScratch(dir, now)
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
		if err := RemoveTree(dir); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSweepScratchFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "hbupload-77.tmp")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	SweepScratch(filepath.Dir(file), time.Now().Add(staleAfter+time.Hour))
	if _, err := os.Stat(file); err == nil {
		t.Error("a file of standard input stays")
	}
}
