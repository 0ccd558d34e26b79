package inbox

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A file that was replaced, or written to, after it had been read stays.
func TestMoveLeavesWhatWasNotRead(t *testing.T) {
	t.Parallel()
	for _, across := range []bool{false, true} {
		m, in, out := newMover(t, &faulty{Disk: System(), across: across})
		from := filepath.Join(in, "a.xlsx")
		put(t, from, "tonight's", time.Unix(1e9, 0))
		if to, err := m.Move(context.Background(), from, out, sumOf("yesterday")); to != "" || !errors.Is(err, ErrChanged) {
			t.Errorf("across %v: moved to %q, %v", across, to, err)
		}
		whole(t, "tonight's", from)
		if _, err := os.Stat(out); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a folder was made: %v", err)
		}
	}
}

// A file that takes the name at the last moment gets it back, also after a kill
// at any step, and what was read is never lost while it is the only one.
func TestMoveGivesBackWhatTookTheNameMeanwhile(t *testing.T) {
	t.Parallel()
	for _, across := range []bool{false, true} {
		for at, over := 0, false; !over; at++ {
			d := &faulty{Disk: System(), across: across, at: at, dead: true}
			m, in, out := newMover(t, d)
			from := filepath.Join(in, "a.xlsx")
			put(t, from, "read", time.Unix(1e9, 0))
			d.swap = func(path string) {
				if path == from {
					check(t, os.WriteFile(from+".new", []byte("new"), 0o600))
					check(t, os.Rename(from+".new", from))
				}
			}
			_, err := m.Move(context.Background(), from, out, sumOf("read"))
			over = at > 0 && !d.hit
			if !across && !d.hit && !errors.Is(err, ErrChanged) {
				t.Fatalf("not noticed: %v", err)
			}
			m.Disk = &faulty{Disk: System(), across: across}
			_, err = m.Resume(context.Background())
			check(t, err)
			if data, err := os.ReadFile(from); err != nil || string(data) == "read" {
				continue // killed before anything was replaced
			}
			whole(t, "new", from)
			files, err := os.ReadDir(in)
			check(t, err)
			if len(files) != 1 {
				t.Fatalf("step %d (across %v): %v", at, across, files)
			}
			if across { // the copy had been whole when the name was taken
				whole(t, "read", filepath.Join(out, "a.xlsx"))
			} else if moved, err := os.ReadDir(out); err != nil || len(moved) > 0 {
				t.Fatalf("step %d: moved unread: %v, %v", at, moved, err)
			}
		}
	}
}
