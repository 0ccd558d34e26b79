package inbox

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// FuzzJournal: whatever stands in the journal, a file that it does not name is
// not touched, and one that cannot be shown to be copied is not removed.
func FuzzJournal(f *testing.F) {
	for _, s := range []string{`{"from":"FROM","to":"TO","sha256":"x"}`, `{"from":"FROM","to":"FROM","sha256":""}`, `{"from":"","to":""}`, `{`, `null`, `{"from":"FROM","to":"DIR","sha256":"x"}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		t.Chdir(dir)
		put(t, "FROM", "original", time.Now())
		check(t, os.Mkdir("DIR", 0o700))
		put(t, filepath.Join("DIR", "other"), "x", time.Now())
		check(t, os.WriteFile("journal", data, 0o600))
		m := &Mover{Disk: System(), Journal: "journal", DirMode: 0o700, FileMode: 0o600}
		to, err := moveRead(m, "FROM", "done")
		if err != nil || to == "" {
			to = "FROM"
		}
		if got, readErr := os.ReadFile(to); readErr != nil || string(got) != "original" {
			t.Errorf("%q: moved to %q (%v), which holds %q %v", data, to, err, got, readErr)
		}
		if got, readErr := os.ReadFile(filepath.Join("DIR", "other")); readErr != nil || string(got) != "x" {
			t.Errorf("%q: another file is gone: %v", data, readErr)
		}
	})
}
