package ledger

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

var errDisk = errors.New("injected: no space left")

// brokenDisk fails at its N-th operation and is sound before and after.
type brokenDisk struct {
	osDisk
	failAt int
	count  int
}

func (b *brokenDisk) step() error {
	b.count++
	if b.count == b.failAt {
		return errDisk
	}
	return nil
}

func (b *brokenDisk) Create(path string) (file, error) {
	if err := b.step(); err != nil {
		return nil, &os.PathError{Op: "create", Path: path, Err: err}
	}
	f, err := b.osDisk.Create(path)
	return brokenFile{f, b}, err
}

func (b *brokenDisk) CreateTemp(dir, pattern string) (file, error) {
	if err := b.step(); err != nil {
		return nil, &os.PathError{Op: "create", Path: dir, Err: err}
	}
	f, err := b.osDisk.CreateTemp(dir, pattern)
	return brokenFile{f, b}, err
}

func (b *brokenDisk) Rename(from, to string) error {
	if err := b.step(); err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	return b.osDisk.Rename(from, to)
}

func (b *brokenDisk) SyncDir(dir string) error { return errors.Join(b.step(), b.osDisk.SyncDir(dir)) }

// brokenFile writes half of what it should when its disk fails.
type brokenFile struct {
	file
	b *brokenDisk
}

func (f brokenFile) Write(p []byte) (int, error) {
	if err := f.b.step(); err != nil {
		n, _ := f.file.Write(p[:len(p)/2])
		return n, err
	}
	return f.file.Write(p)
}

func (f brokenFile) Sync() error { return errors.Join(f.b.step(), f.file.Sync()) }

// failEverywhere runs work with a disk that fails at operation 1, 2, 3 … until
// one run meets no failure; check looks at the place after each.
func failEverywhere(t *testing.T, work func(d *brokenDisk, n int) error, check func(n int, err error)) {
	t.Helper()
	for n := 1; n < 100; n++ {
		d := &brokenDisk{failAt: n}
		err := work(d, n)
		if d.count < n {
			if err != nil {
				t.Errorf("without a failure: %v", err)
			}
			if n < 4 {
				t.Errorf("only %d operations: nothing was tested", n-1)
			}
			return
		}
		if err != nil && kindOf(err) == "" {
			t.Errorf("operation %d: %v has no kind", n, err)
		}
		check(n, err)
	}
	t.Error("it never ends")
}

// TestKeyCreationFails: afterwards there is a whole key or none, and opening works.
func TestKeyCreationFails(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	place := func(n int) string { return filepath.Join(root, fmt.Sprint(n)) }
	failEverywhere(t, func(d *brokenDisk, n int) error {
		opt := options(here(place(n)))
		opt.disk = d
		l, err := Open(context.Background(), opt)
		if err == nil {
			err = l.Close()
		}
		return err
	}, func(n int, _ error) {
		if key, err := os.ReadFile(filepath.Join(place(n), KeyName)); err == nil && len(key) != KeySize {
			t.Errorf("operation %d left %d bytes of a key", n, len(key))
		}
		open(t, here(place(n)))
	})
}

// TestBackupFails: an earlier backup stays whole, or the new one is.
func TestBackupFails(t *testing.T) {
	t.Parallel()
	dir, away := t.TempDir(), t.TempDir()
	l := open(t, here(dir))
	ctx := context.Background()
	r, _ := begin(t, l, Policy{})
	send(t, r, invented(1).entry(l.Digester()), ClassAccepted)
	dst := filepath.Join(away, "b.zip")
	if _, err := l.Backup(ctx, dst); err != nil {
		t.Fatal(err)
	}
	failEverywhere(t, func(d *brokenDisk, _ int) error {
		opt := l.opt
		opt.disk = d
		_, err := (&Ledger{opt: opt, read: l.read, digester: l.digester}).Backup(ctx, dst)
		return err
	}, func(n int, _ error) {
		if _, err := Restore(ctx, options(here(filepath.Join(t.TempDir(), "p"))), dst, false); err != nil {
			t.Errorf("operation %d spoiled the earlier backup: %v", n, err)
		}
		if files, _ := os.ReadDir(away); len(files) != 1 {
			t.Errorf("operation %d left %d files", n, len(files))
		}
	})
}

// TestRestoreFails: the present ledger stays, or the restored one is there; never nothing.
func TestRestoreFails(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	root := t.TempDir()
	seed := open(t, here(filepath.Join(root, "seed")))
	r, _ := begin(t, seed, Policy{})
	send(t, r, invented(1).entry(seed.Digester()), ClassAccepted)
	backup := filepath.Join(root, "b.zip")
	if _, err := seed.Backup(ctx, backup); err != nil {
		t.Fatal(err)
	}
	place := func(n int) string { return filepath.Join(root, fmt.Sprint(n)) }
	failEverywhere(t, func(d *brokenDisk, n int) error {
		if _, err := Restore(ctx, options(here(place(n))), backup, false); err != nil {
			t.Fatal(err)
		}
		opt := options(here(place(n)))
		opt.disk = d
		_, err := Restore(ctx, opt, backup, true)
		return err
	}, func(n int, failure error) {
		l := open(t, here(place(n)))
		if d := planOne(t, l, invented(1).entry(l.Digester()), Policy{}); d.Action != Skip {
			t.Errorf("operation %d (%v): the ledger forgot what was sent", n, failure)
		}
	})
}

// limitPages caps the database's size as a full disk would; 0 lifts the cap.
func limitPages(t *testing.T, l *Ledger, more int) {
	t.Helper()
	err := l.w.do(context.Background(), func(x *tx) error {
		pages, set := 0, 0
		if err := x.QueryRow(`PRAGMA page_count`, nil, &pages); err != nil {
			return err
		}
		limit := pages + more
		if more == 0 {
			limit = 1 << 30
		}
		return x.QueryRow(fmt.Sprintf(`PRAGMA max_page_count = %d`, limit), nil, &set)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestDiskFull: claims stop with a clear error, nothing acknowledged is lost, and
// answers that could not be written are written once there is room.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	l := open(t, here(t.TempDir()))
	ctx := context.Background()
	r, _ := begin(t, l, Policy{})
	limitPages(t, l, 12)
	var claims []Claim
	var err error
	for n := 0; n < 5000; n++ {
		var c Claim
		if c, _, err = r.ClaimOne(ctx, invented(n).entry(l.Digester())); err != nil {
			break
		}
		claims = append(claims, c)
	}
	if kindOf(err) != "stopped" || len(claims) == 0 {
		t.Fatalf("after %d claims: %v", len(claims), err)
	}
	long := make([]byte, 2000)
	for i := range long {
		long[i] = 'x'
	}
	for _, c := range claims {
		if err := r.Settle(ctx, c, Settlement{Class: ClassAccepted, Message: string(long)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Flush(ctx); kindOf(err) != "stopped" {
		t.Fatalf("Flush on a full disk: %v", err)
	}
	if _, _, err := r.ClaimOne(ctx, invented(9999).entry(l.Digester())); kindOf(err) != "stopped" {
		t.Errorf("claimed although answers cannot be written: %v", err)
	}
	limitPages(t, l, 0)
	if err := r.Flush(ctx); err != nil {
		t.Fatalf("Flush with room again: %v", err)
	}
	for n := range claims {
		if d := planOne(t, l, invented(n).entry(l.Digester()), Policy{}); d.Action != Skip {
			t.Errorf("person %d: %+v", n, d)
		}
	}
	if problems, err := l.Check(ctx); err != nil || len(problems) > 0 {
		t.Errorf("Check = %q, %v", problems, err)
	}
}
