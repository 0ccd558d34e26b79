package dict

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"hbupload/internal/fault"
	"hbupload/internal/host"
)

func day(n int) time.Time { return time.Date(2026, 1, n, 8, 30, 0, 0, time.UTC) }

// pull makes a whole pull; its hazard dictionary has the given entries.
func pull(on int, hazard ...Entry) []*Dictionary {
	var dicts []*Dictionary
	for _, c := range Codes() {
		entries := []Entry{{Code: "1", Name: c + "一", Class: "类", MonitorType: "01", Industry: "B06"}}
		if c == "hazard" && hazard != nil {
			entries = hazard
		}
		dicts = append(dicts, New(c, entries, day(on)))
	}
	return dicts
}

const (
	address = "http://127.0.0.1:18080"
	account = "jigou"
)

func TestStoreRoundTrip(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	dicts := pull(1, Entry{"01", `a\tb\\`, "tab\there", "", "line\nbreak"}, Entry{Code: "02"})
	dicts[2].Sample = true
	if err := Open(dir, address, account).Save(t.Context(), dicts...); err != nil {
		t.Fatal(err)
	}
	set, err := Open(dir, address, account).Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range dicts {
		got := set.Dict(want.Code)
		if !slices.Equal(got.Entries, want.Entries) || !got.PulledAt.Equal(want.PulledAt) || got.Sample != want.Sample {
			t.Errorf("%s came back as %+v", want.Code, got)
		}
	}
	if want := NewSet(dicts...).Version(); set.Version() != want || len(want) != 12 {
		t.Errorf("version %s, want %s", set.Version(), want)
	}
	if !set.Sample() || !set.PulledAt().Equal(day(1)) {
		t.Error("sample or time lost")
	}
	previous, err := Open(dir, address, account).Previous()
	if previous != nil || err != nil {
		t.Errorf("previous = %v, %v", previous, err)
	}
}

func TestStorePerAddressAndAccount(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := Open(dir, address, account).Save(t.Context(), pull(1)...); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Store{Open(dir, address, "another"), Open(dir, "http://127.0.0.1:18081", account), Open(dir, "https://127.0.0.1:18080", account)} {
		_, err := s.Load()
		if !errors.Is(err, ErrMissing) {
			t.Errorf("another place has dictionaries: %v", err)
		}
		mustBeDictionaryError(t, err)
	}
	for _, same := range []string{address + "/", " HTTP://127.0.0.1:18080", "http://x:secret@127.0.0.1:18080"} {
		if _, err := Open(dir, same, account).Load(); err != nil {
			t.Errorf("%q is the same address: %v", same, err)
		}
	}
}

func TestMissingSaysWhatToDo(t *testing.T) {
	t.Parallel()
	_, err := Open(t.TempDir(), "http://u:secret@127.0.0.1:1", account).Load()
	e := fault.Of(err)
	if e == nil || !errors.Is(err, ErrMissing) {
		t.Fatalf("err = %v", err)
	}
	if e.Hint() != "请先运行 hbupload dict pull" || !strings.Contains(e.Error(), "危害因素") || strings.Contains(e.Error(), "secret") {
		t.Errorf("says %q, %q", e.Error(), e.Hint())
	}
	err = NewSet(pull(1)[0]).Require("peType", "hazard", "item")
	if err == nil || !strings.Contains(err.Error(), "hazard（危害因素）、item（体检项目）") || strings.Contains(err.Error(), "peType") {
		t.Errorf("says %v", err)
	}
	mustBeDictionaryError(t, err)
}

func TestSaveKeepsPreviousForDiff(t *testing.T) {
	t.Parallel()
	s := Open(t.TempDir(), address, account)
	for on, name := range []string{"甲", "乙", "丙"} {
		if err := s.Save(t.Context(), pull(on+1, Entry{Code: "1", Name: name})...); err != nil {
			t.Fatal(err)
		}
	}
	current, err := s.Load()
	if err != nil {
		t.Fatal(err)
	}
	previous, err := s.Previous()
	if err != nil || previous == nil {
		t.Fatal(previous, err)
	}
	changes := Diff(previous, current)
	if len(changes) != 1 || changes[0].Kind != Renamed || changes[0].Old.Name != "乙" || changes[0].New.Name != "丙" {
		t.Errorf("changes %+v", changes)
	}
	files, _ := os.ReadDir(s.Folder())
	if len(files) != 3 {
		t.Errorf("%d files, want meta and two pulls", len(files))
	}
	// The same contents once more: nothing changed with the last pull.
	if err := s.Save(t.Context(), pull(4, Entry{Code: "1", Name: "丙"})...); err != nil {
		t.Fatal(err)
	}
	previous, _ = s.Previous()
	again, _ := s.Load()
	if len(Diff(previous, again)) != 0 || again.Version() != current.Version() || !again.PulledAt().Equal(day(4)) {
		t.Error("an equal pull shows changes")
	}
}

func TestSaveRefusesPartOfAPull(t *testing.T) {
	t.Parallel()
	s := Open(t.TempDir(), address, account)
	if err := s.Save(t.Context(), pull(1)...); err != nil {
		t.Fatal(err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	empty := pull(2)
	empty[2].Entries = nil
	for name, err := range map[string]error{
		"seven":     s.Save(t.Context(), pull(2)[1:]...),
		"none":      s.Save(t.Context()),
		"empty":     s.Save(t.Context(), empty...),
		"cancelled": s.Save(cancelled, pull(2)...),
	} {
		if err == nil {
			t.Fatalf("%s: saved", name)
		}
		mustBeDictionaryError(t, err)
	}
	set, err := s.Load()
	if err != nil || !set.PulledAt().Equal(day(1)) {
		t.Errorf("the old pull is gone: %v", err)
	}
	peType := pull(3)
	peType[0].Entries = nil
	if err := s.Save(t.Context(), peType...); err != nil {
		t.Errorf("an empty peType is refused: %v", err)
	}
}

// TestSaveFailsAtEveryStep lets each write fail, at its beginning and at its end,
// and requires the old pull to be whole afterwards.
func TestSaveFailsAtEveryStep(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk full")
	for step := range 4 {
		s := Open(t.TempDir(), address, account)
		if err := s.Save(t.Context(), pull(1)...); err != nil {
			t.Fatal(err)
		}
		n := 0
		s.write = func(ctx context.Context, path string, write func(io.Writer) error) error {
			at := n
			n++
			switch {
			case at == step/2 && step%2 == 0:
				return replaced(ctx, path, func(w io.Writer) error { return write(&tornWriter{w, 10, broken}) })
			case at == step/2:
				return replaced(ctx, path, func(w io.Writer) error { return errors.Join(write(w), broken) })
			}
			return replaced(ctx, path, write)
		}
		err := s.Save(t.Context(), pull(2)...)
		if !errors.Is(err, broken) {
			t.Fatalf("step %d: err = %v", step, err)
		}
		mustBeDictionaryError(t, err)
		set, err := s.Load()
		if err != nil || !set.PulledAt().Equal(day(1)) {
			t.Errorf("step %d: the old pull is gone: %v", step, err)
		}
		if left, _ := filepath.Glob(filepath.Join(s.Folder(), host.Unfinished)); len(left) > 0 {
			t.Errorf("step %d leaves %v", step, left)
		}
	}
}

// tornWriter fails after some bytes, as a full disk does.
type tornWriter struct {
	w    io.Writer
	left int
	err  error
}

func (t *tornWriter) Write(p []byte) (int, error) {
	if len(p) > t.left {
		n, _ := t.w.Write(p[:t.left])
		return n, t.err
	}
	t.left -= len(p)
	return t.w.Write(p)
}

func TestLoadNoticesDamage(t *testing.T) {
	t.Parallel()
	damage := map[string]func(path string) error{
		"cut off": func(p string) error { return os.Truncate(p, 5) },
		"gone":    os.Remove,
		"changed": func(p string) error {
			b, err := os.ReadFile(p)
			b[len(b)/2] ^= 1
			return errors.Join(err, os.WriteFile(p, b, 0o600))
		},
	}
	for name, hurt := range damage {
		for _, file := range []string{metaName, "pull-*.tsv"} {
			s := Open(t.TempDir(), address, account)
			if err := s.Save(t.Context(), pull(1)...); err != nil {
				t.Fatal(err)
			}
			paths, _ := filepath.Glob(filepath.Join(s.Folder(), file))
			if len(paths) != 1 {
				t.Fatalf("%v", paths)
			}
			if err := hurt(paths[0]); err != nil {
				t.Fatal(err)
			}
			set, err := s.Load()
			if err == nil {
				// A flipped bit within meta.json may leave it readable.
				if name == "changed" && file == metaName && set != nil {
					continue
				}
				t.Fatalf("%s of %s goes unnoticed", name, file)
			}
			mustBeDictionaryError(t, err)
			if err := s.Save(t.Context(), pull(2)...); err != nil {
				t.Errorf("%s of %s: a new pull does not help: %v", name, file, err)
			}
			if _, err := s.Load(); err != nil {
				t.Errorf("%s of %s: after a new pull: %v", name, file, err)
			}
		}
	}
}

func TestStoreIsPrivate(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "dicts")
	s := Open(dir, "http://jigou:secret@127.0.0.1:18080?password=secret", account)
	if err := s.Save(t.Context(), pull(1)...); err != nil {
		t.Fatal(err)
	}
	meta, err := os.ReadFile(filepath.Join(s.Folder(), metaName))
	if err != nil || strings.Contains(string(meta), "secret") || !strings.Contains(string(meta), "http://127.0.0.1:18080") || !strings.Contains(string(meta), account) {
		t.Errorf("meta.json is %s, %v", meta, err)
	}
	if runtime.GOOS == "windows" {
		return // no such modes there
	}
	err = filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		want := os.FileMode(0o600)
		if info.IsDir() {
			want = 0o700
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s is %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSweepsWhatAKillLeft(t *testing.T) {
	t.Parallel()
	s := Open(t.TempDir(), address, account)
	if err := s.Save(t.Context(), pull(1)...); err != nil {
		t.Fatal(err)
	}
	for name, age := range map[string]time.Duration{"writing-1.tmp": 48 * time.Hour, "pull-x-1.tsv": 48 * time.Hour, "writing-2.tmp": time.Hour, "pull-y-1.tsv": time.Hour} {
		path := filepath.Join(s.Folder(), name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, time.Time{}, day(20).Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Save(t.Context(), pull(20)...); err != nil {
		t.Fatal(err)
	}
	for name, stays := range map[string]bool{"writing-1.tmp": false, "pull-x-1.tsv": false, "writing-2.tmp": true, "pull-y-1.tsv": true} {
		if _, err := os.Stat(filepath.Join(s.Folder(), name)); (err == nil) != stays {
			t.Errorf("%s stays: %v", name, err == nil)
		}
	}
	if _, err := s.Load(); err != nil {
		t.Error(err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{"#\thazard\t1\n1\ta\t\t\t\n", "#\thazard\t999999\n", "#\tx\t-1\n", "\n", "#\thazard\t1\n1\ta\\\\\t\t\t\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		dicts, err := decode(text)
		if err != nil {
			return
		}
		for _, d := range dicts {
			roundTrip(t, d)
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	dicts := pull(1)
	dicts[7] = big("item", 100_000)
	s := Open(b.TempDir(), address, account)
	if err := s.Save(b.Context(), dicts...); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.Load(); err != nil {
			b.Fatal(err)
		}
	}
}
