package inbox

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// clock is set by a test.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func newBox(t *testing.T) (*Box, *clock) {
	t.Helper()
	c := &clock{time.Date(2026, 3, 1, 2, 30, 0, 0, time.UTC)}
	return &Box{Dir: t.TempDir(), Settle: 30 * time.Second, Disk: System(), Now: c.now}, c
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func put(t *testing.T, path, text string, at time.Time) {
	t.Helper()
	check(t, os.WriteFile(path, []byte(text), 0o600))
	check(t, os.Chtimes(path, at, at))
}

// names are the settled files, or the waiting ones with why.
func scan(t *testing.T, b *Box) (settled, waiting []string) {
	t.Helper()
	look, err := b.Scan()
	check(t, err)
	for _, f := range look.Settled {
		settled = append(settled, filepath.Base(f.Path))
	}
	for _, w := range look.Waiting {
		waiting = append(waiting, filepath.Base(w.Path)+" "+string(w.Why))
	}
	return settled, waiting
}

func TestScanOffersWhatHasComeToRest(t *testing.T) {
	t.Parallel()
	b, c := newBox(t)
	put(t, filepath.Join(b.Dir, "b.xlsx"), "x", c.at.Add(-time.Hour))
	put(t, filepath.Join(b.Dir, "a.XLSX"), "x", c.at.Add(-time.Minute))
	put(t, filepath.Join(b.Dir, "fresh.csv"), "x", c.at.Add(-29*time.Second))
	put(t, filepath.Join(b.Dir, "future.zip"), "x", c.at.Add(time.Hour))
	for _, name := range []string{"~$b.xlsm", ".x.xlsx", "x.xlsx.tmp", "x.part", "notes.txt", "x.xlsx~"} {
		put(t, filepath.Join(b.Dir, name), "x", c.at.Add(-time.Hour))
	}
	check(t, os.Mkdir(filepath.Join(b.Dir, "folder.xlsx"), 0o700))
	settled, waiting := scan(t, b)
	if !slices.Equal(settled, []string{"b.xlsx", "a.XLSX"}) || !slices.Equal(waiting, []string{"fresh.csv growing", "future.zip growing"}) {
		t.Errorf("settled %q, waiting %q", settled, waiting)
	}
	c.at = c.at.Add(30 * time.Second)
	if settled, _ = scan(t, b); len(settled) != 4 {
		t.Errorf("half a minute later: %q", settled)
	}
}

// A file that is written to now and then, with its old time put back, is not at
// rest: the size gives it away; and a clock that is set back begins anew.
func TestScanDistrustsTimes(t *testing.T) {
	t.Parallel()
	b, c := newBox(t)
	path := filepath.Join(b.Dir, "a.xlsx")
	put(t, path, "x", c.at.Add(time.Hour))
	for range 5 {
		if settled, _ := scan(t, b); len(settled) > 0 {
			t.Fatalf("growing, and offered: %q", settled)
		}
		c.at = c.at.Add(29 * time.Second)
		data, err := os.ReadFile(path)
		check(t, err)
		put(t, path, string(data)+"x", c.at.Add(time.Hour))
	}
	scan(t, b)
	c.at = c.at.Add(-3 * time.Hour)
	if settled, _ := scan(t, b); len(settled) > 0 {
		t.Error("offered because the clock went back")
	}
	c.at = c.at.Add(30 * time.Second)
	if settled, _ := scan(t, b); len(settled) != 1 {
		t.Error("never offered again")
	}
}

func TestScanSeesOpenFiles(t *testing.T) {
	t.Parallel()
	b, c := newBox(t)
	old := c.at.Add(-time.Hour)
	for _, name := range []string{"a.xlsx", "b.xlsx", "c.xlsx", "~$a.xlsx", ".~lock.b.xlsx#"} {
		put(t, filepath.Join(b.Dir, name), "x", old)
	}
	settled, waiting := scan(t, b)
	if !slices.Equal(settled, []string{"c.xlsx"}) || !slices.Equal(waiting, []string{"a.xlsx open", "b.xlsx open"}) {
		t.Errorf("settled %q, waiting %q", settled, waiting)
	}
}

func TestPatterns(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]string{"*.xlsx": "体检.xlsx", "体检*; *.csv": "体检.xlsx x.csv", "X.*": "x.csv x.txt"} {
		b, c := newBox(t)
		b.Pattern = pattern
		for _, name := range []string{"体检.xlsx", "x.csv", "x.txt"} {
			put(t, filepath.Join(b.Dir, name), "x", c.at.Add(-time.Hour))
		}
		if settled, _ := scan(t, b); strings.Join(sorted(settled), " ") != strings.Join(sorted(strings.Fields(want)), " ") {
			t.Errorf("%q offers %q", pattern, settled)
		}
	}
	for _, pattern := range []string{"[", "a/b", ",", "*.xlsx,["} {
		b, _ := newBox(t)
		b.Pattern = pattern
		if _, err := b.Scan(); !errors.Is(err, ErrPattern) {
			t.Errorf("%q passes: %v", pattern, err)
		}
	}
}

func sorted(s []string) []string {
	slices.Sort(s)
	return s
}

func newMover(t *testing.T, d Disk) (*Mover, string, string) {
	t.Helper()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in"), filepath.Join(dir, "out")
	check(t, os.MkdirAll(in, 0o700))
	return &Mover{Disk: d, Journal: filepath.Join(dir, "move.json"), DirMode: 0o700, FileMode: 0o600}, in, out
}

// moveRead moves a file that was read as it is now.
func moveRead(m *Mover, from, dir string) (string, error) {
	data, err := os.ReadFile(from)
	if err != nil {
		return "", err
	}
	return m.Move(context.Background(), from, dir, sumOf(string(data)))
}

func sumOf(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }

func TestMoveNumbersNames(t *testing.T) {
	t.Parallel()
	for _, across := range []bool{false, true} {
		m, in, out := newMover(t, &faulty{Disk: System(), across: across})
		for i, want := range []string{"a.xlsx", "a (2).xlsx", "a (3).xlsx"} {
			put(t, filepath.Join(in, "a.xlsx"), strings.Repeat("x", i), time.Unix(1e9, 0))
			to, err := moveRead(m, filepath.Join(in, "a.xlsx"), out)
			if err != nil || filepath.Base(to) != want {
				t.Fatalf("moved to %s, %v; want %s", to, err, want)
			}
			info, err := os.Stat(to)
			if err != nil || info.Size() != int64(i) || !info.ModTime().Equal(time.Unix(1e9, 0)) {
				t.Errorf("%s: %v, %v", want, info, err)
			}
		}
		left, err := os.ReadDir(in)
		if err != nil || len(left) > 0 {
			t.Errorf("left: %v, %v", left, err)
		}
	}
}

// Whatever operation fails, or is the last one, the file is whole under one of
// its names, and the next time brings it to the new one, alone.
func TestMoveLosesNothing(t *testing.T) {
	t.Parallel()
	const text = "the only copy of somebody's work"
	for _, across := range []bool{false, true} {
		for _, dead := range []bool{false, true} {
			for at, over := 1, false; !over; at++ {
				d := &faulty{Disk: System(), across: across, at: at, dead: dead}
				m, in, out := newMover(t, d)
				from := filepath.Join(in, "a.xlsx")
				put(t, from, text, time.Unix(1e9, 0))
				_, err := moveRead(m, from, out)
				over = !d.hit
				if err != nil && over {
					t.Fatalf("fails by itself: %v", err)
				}
				whole(t, text, from, filepath.Join(out, "a.xlsx"))
				m.Disk = &faulty{Disk: System(), across: across}
				_, err = m.Resume(context.Background())
				check(t, err)
				if _, err := os.Stat(from); err == nil {
					_, err = moveRead(m, from, out)
					check(t, err)
				}
				files, err := os.ReadDir(out)
				check(t, err)
				if len(files) != 1 || files[0].Name() != "a.xlsx" {
					t.Fatalf("step %d (across %v, dead %v): %v", at, across, dead, files)
				}
				whole(t, text, filepath.Join(out, "a.xlsx"))
				if _, err := os.Stat(m.Journal); !errors.Is(err, fs.ErrNotExist) {
					t.Fatalf("the note stays: %v", err)
				}
			}
		}
	}
}

func whole(t *testing.T, text string, paths ...string) {
	t.Helper()
	for _, p := range paths {
		if data, err := os.ReadFile(p); err == nil && string(data) == text {
			return
		}
	}
	t.Fatalf("lost: %q", paths)
}

// A file that was replaced under its old name while a move was cut short is
// another file.
func TestResumeKeepsANewFileOfTheSameName(t *testing.T) {
	t.Parallel()
	m, in, out := newMover(t, &faulty{Disk: System(), across: true, at: 9, dead: true})
	from := filepath.Join(in, "a.xlsx")
	put(t, from, "old", time.Unix(1e9, 0))
	_, err := moveRead(m, from, out)
	if err == nil {
		t.Fatal("nothing failed")
	}
	put(t, from, "new", time.Unix(1e9, 0))
	m.Disk = &faulty{Disk: System(), across: true}
	if to, err := m.Resume(context.Background()); err != nil || to != "" {
		t.Fatalf("resumed to %q, %v", to, err)
	}
	whole(t, "new", from)
	if _, err := moveRead(m, from, out); err != nil {
		t.Fatal(err)
	}
}

// Random nights of one mover: files come, operations fail, the process dies;
// in the end each content that came is there exactly once.
func TestMoverModelRandom(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		m, in, out := newMover(t, nil)
		came := 0
		for range rapid.IntRange(1, 6).Draw(r, "nights") {
			across := rapid.Bool().Draw(r, "across")
			m.Disk = &faulty{Disk: System(), across: across, at: rapid.IntRange(0, 20).Draw(r, "at"), dead: rapid.Bool().Draw(r, "dead")}
			_, _ = m.Resume(context.Background())
			path := filepath.Join(in, rapid.SampledFrom([]string{"a.xlsx", "b.xlsx"}).Draw(r, "name"))
			if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
				came++
				put(t, path, strings.Repeat("z", came), time.Unix(1e9, 0))
			}
			_, _ = moveRead(m, path, out)
		}
		m.Disk = &faulty{Disk: System(), across: true}
		if _, err := m.Resume(context.Background()); err != nil {
			r.Fatal(err)
		}
		left, err := os.ReadDir(in)
		check(t, err)
		for _, f := range left {
			if _, err := moveRead(m, filepath.Join(in, f.Name()), out); err != nil {
				r.Fatal(err)
			}
		}
		sizes := map[int64]int{}
		files, err := os.ReadDir(out)
		if err != nil && came > 0 {
			r.Fatal(err)
		}
		for _, f := range files {
			info, err := f.Info()
			check(t, err)
			sizes[info.Size()]++
		}
		for i := 1; i <= came; i++ {
			if sizes[int64(i)] != 1 {
				r.Fatalf("content %d of %d is there %d times: %v", i, came, sizes[int64(i)], files)
			}
		}
	})
}

// A share that takes every byte and keeps others is found out before the
// original goes.
func TestMoveReadsTheCopyBack(t *testing.T) {
	t.Parallel()
	d := &faulty{Disk: System(), across: true, lies: true}
	m, in, out := newMover(t, d)
	from := filepath.Join(in, "a.xlsx")
	put(t, from, "text", time.Unix(1e9, 0))
	check(t, os.Mkdir(out, 0o700))
	if to, err := moveRead(m, from, out); to != "" || !errors.Is(err, errCopy) {
		t.Errorf("moved to %q, %v", to, err)
	}
	whole(t, "text", from)
	if files, err := os.ReadDir(out); err != nil || len(files) > 0 {
		t.Errorf("left behind: %v, %v", files, err)
	}
	// The note is written through the same disk; on a sound one all goes well.
	d.lies = false
	if _, err := moveRead(m, from, out); err != nil {
		t.Error(err)
	}
	whole(t, "text", filepath.Join(out, "a.xlsx"))
}
