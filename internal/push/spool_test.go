package push

import (
	"bytes"
	"fmt"
	"os"
	"sync"
	"testing"
)

// TestSpool: what was added comes back, from many goroutines at once, and the
// file is noise that only its owner may read.
func TestSpool(t *testing.T) {
	t.Parallel()
	s, err := NewSpool(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const n = 400
	text := func(i int) []byte { return bytes.Repeat(fmt.Appendf(nil, "身份证 130102 号 %d|", i), i) }
	slots := make([]Slot, n)
	for i := range slots {
		if slots[i], err = s.Add(text(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := w; i < n; i += 3 {
				if got, err := s.Get(slots[i]); err != nil || !bytes.Equal(got, text(i)) {
					t.Errorf("slot %d: %d bytes, %v", i, len(got), err)
				}
			}
		})
	}
	wg.Wait()
	raw := make([]byte, s.end)
	if _, err := s.file.ReadAt(raw, 0); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, []byte("130102")) {
		t.Error("the spool holds plain text")
	}
	if fi, err := s.file.Stat(); err != nil || fi.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", fi.Mode(), err)
	}
}

// TestSpoolTampering: a flipped bit, a swapped slot and a cut file are found out.
func TestSpoolTampering(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := NewSpool(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	a, _ := s.Add([]byte("first"))
	b, _ := s.Add([]byte("other"))
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(Slot{off: a.off, size: a.size, seq: b.seq}); err == nil {
		t.Error("one record passes for another")
	}
	if _, err := s.Get(Slot{off: b.off + 1, size: b.size, seq: b.seq}); err == nil {
		t.Error("bytes beyond the end")
	}
	box := make([]byte, a.size)
	if _, err := s.file.ReadAt(box, a.off); err != nil {
		t.Fatal(err)
	}
	for i := range box {
		box[i] ^= 4
		if _, err := s.file.WriteAt(box, a.off); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Get(a); err == nil {
			t.Errorf("a flipped bit in byte %d passes", i)
		}
		box[i] ^= 4
	}
	left, _ := os.ReadDir(dir)
	s.Close()
	after, _ := os.ReadDir(dir)
	if len(after) != 0 {
		t.Errorf("%d files before Close, %d after", len(left), len(after))
	}
}

// TestSpoolReset begins anew without ever using a number twice.
func TestSpoolReset(t *testing.T) {
	t.Parallel()
	s, err := NewSpool(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	old, _ := s.Add(bytes.Repeat([]byte("old"), 200000))
	if err := s.Reset(); err != nil {
		t.Fatal(err)
	}
	slot, err := s.Add([]byte("new"))
	if err != nil || slot.seq == old.seq || slot.off != 0 {
		t.Fatalf("%+v after %+v, %v", slot, old, err)
	}
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Get(slot); err != nil || string(got) != "new" {
		t.Errorf("%q, %v", got, err)
	}
	if fi, _ := s.file.Stat(); fi.Size() != int64(slot.size) {
		t.Errorf("%d bytes, the new ones are %d", fi.Size(), slot.size)
	}
}

func TestSpoolNowhere(t *testing.T) {
	t.Parallel()
	_, err := NewSpool(t.TempDir() + "/missing")
	if kind(err) != "config" {
		t.Errorf("err = %v", err)
	}
}
