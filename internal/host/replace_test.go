package host

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var errHeld = errors.New("held by a scanner")

// scanner is a system on which a file is held for a number of attempts.
func scanner(times int, waited *time.Duration) Files {
	return Files{
		Rename: func(from, to string) error {
			if times > 0 {
				times--
				return &os.LinkError{Op: "rename", Old: from, New: to, Err: errHeld}
			}
			return os.Rename(from, to)
		},
		Held: func(err error) bool { return errors.Is(err, errHeld) },
		Wait: func(_ context.Context, d time.Duration) error {
			*waited += d
			return nil
		},
	}
}

func TestReplaceWaitsForAScanner(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		times int
		fails bool
	}{{0, false}, {1, false}, {10, false}, {1000, true}} {
		path := filepath.Join(t.TempDir(), "a.txt")
		if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		var waited time.Duration
		err := scanner(c.times, &waited).WriteBytes(t.Context(), path, []byte("new"))
		if (err != nil) != c.fails {
			t.Errorf("held %d times: %v", c.times, err)
		}
		want := "new"
		if c.fails {
			want = "old"
		}
		if got, _ := os.ReadFile(path); string(got) != want {
			t.Errorf("held %d times: %q, want %q", c.times, got, want)
		}
		if (c.times > 0) != (waited > 0) || waited > 2*patience {
			t.Errorf("held %d times: waited %v", c.times, waited)
		}
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), Unfinished)); len(left) > 0 {
			t.Errorf("held %d times: left %v", c.times, left)
		}
	}
}

func TestReplaceEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var waited time.Duration
	files := scanner(1000, &waited)
	files.Wait = nil
	if err := files.Replace(ctx, "a", "b"); !errors.Is(err, errHeld) {
		t.Errorf("the cause is lost: %v", err)
	}
}

func TestWriteLeavesTheOldFileWhenFillingFails(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.txt")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := Files{}.Write(t.Context(), path, func(w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return errHeld
	})
	if !errors.Is(err, errHeld) {
		t.Errorf("error: %v", err)
	}
	if got, _ := os.ReadFile(path); string(got) != "old" {
		t.Errorf("content: %q", got)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*.tmp")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

func TestWriteIsPrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.txt")
	if err := (Files{}).WriteBytes(t.Context(), path, []byte("x")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); os.PathSeparator == '/' && mode != 0o600 {
		t.Errorf("mode %v", mode)
	}
}

func TestSweepUnfinished(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	for name, age := range map[string]time.Duration{".hbupload-1.tmp": 2 * time.Hour, ".hbupload-2.tmp": time.Minute, "other.tmp": 48 * time.Hour} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	SweepUnfinished(dir, now)
	for name, stays := range map[string]bool{".hbupload-1.tmp": false, ".hbupload-2.tmp": true, "other.tmp": true} {
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != stays {
			t.Errorf("%s: stays %v, want %v", name, err == nil, stays)
		}
	}
}
