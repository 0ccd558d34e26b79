package ledger

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"
)

func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	dir, away := t.TempDir(), t.TempDir()
	ctx := context.Background()
	l := open(t, here(dir))
	r, _ := begin(t, l, Policy{})
	send(t, r, invented(1).entry(l.Digester()), ClassAccepted)
	dst := filepath.Join(away, "台账备份.zip")
	m, err := l.Backup(ctx, dst)
	if err != nil || m.Records != 1 || m.LastRun.IsZero() {
		t.Fatalf("Backup = %+v, %v", m, err)
	}
	if fi, err := os.Stat(dst); err != nil || runtime.GOOS != "windows" && fi.Mode().Perm() != 0o600 {
		t.Errorf("backup: %v, %v", fi, err)
	}
	if files, _ := os.ReadDir(away); len(files) != 1 {
		t.Errorf("%d files are left beside the backup", len(files)-1)
	}
	send(t, r, invented(2).entry(l.Digester()), ClassAccepted)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}

	fresh := filepath.Join(t.TempDir(), "new")
	if _, err := Restore(ctx, options(here(fresh)), dst, false); err != nil {
		t.Fatalf("Restore into an empty place: %v", err)
	}
	restored := open(t, here(fresh))
	if d := planOne(t, restored, invented(1).entry(restored.Digester()), Policy{}); d.Action != Skip {
		t.Errorf("the restored ledger forgot: %+v", d)
	}

	if _, err := Restore(ctx, options(here(dir)), dst, false); kindOf(err) != "usage" {
		t.Errorf("Restore over records: %v, want a refusal", err)
	}
	out, err := Restore(ctx, options(here(dir)), dst, true)
	if err != nil || out.KeptOld == "" || out.Manifest.Records != 1 {
		t.Fatalf("forced Restore = %+v, %v", out, err)
	}
	kept, err := OpenReadOnly(ctx, options(here(out.KeptOld)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = kept.Close() }()
	if d := planOne(t, kept, invented(2).entry(kept.Digester()), Policy{}); d.Action != Skip {
		t.Errorf("the replaced ledger was not kept whole: %+v", d)
	}
}

func TestRestoreRefusesDamage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx := context.Background()
	l := open(t, here(dir))
	dst := filepath.Join(t.TempDir(), "b.zip")
	if _, err := l.Backup(ctx, dst); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(dst)
	if err != nil {
		t.Fatal(err)
	}
	for cut := 0; cut < len(whole); cut += len(whole)/12 + 1 {
		bad := filepath.Join(t.TempDir(), "bad.zip")
		if err := os.WriteFile(bad, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		place := filepath.Join(t.TempDir(), "p")
		if _, err := Restore(ctx, options(here(place)), bad, false); kindOf(err) != "input" {
			t.Errorf("cut at %d: %v", cut, err)
		}
		if _, err := os.Stat(filepath.Join(place, FileName)); err == nil {
			t.Errorf("cut at %d: a ledger was put in place", cut)
		}
	}
	flipped := append([]byte(nil), whole...)
	flipped[len(flipped)/2] ^= 0xff
	bad := filepath.Join(t.TempDir(), "flipped.zip")
	if err := os.WriteFile(bad, flipped, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(ctx, options(here(filepath.Join(t.TempDir(), "p"))), bad, false); err == nil {
		t.Error("a flipped byte went unnoticed")
	}
}

func TestRestoreWaitsForNoPush(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx := context.Background()
	l := open(t, here(dir))
	dst := filepath.Join(t.TempDir(), "b.zip")
	if _, err := l.Backup(ctx, dst); err != nil {
		t.Fatal(err)
	}
	lock, err := l.Lock(ctx, Holder{PID: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Unlock() }()
	if _, err := Restore(ctx, options(here(dir)), dst, true); kindOf(err) != "locked" {
		t.Errorf("Restore during a push = %v", err)
	}
}

// conformBackupDuringPush: consistent, and no claim is lost or invented.
func conformBackupDuringPush(t *testing.T, fresh maker) {
	t.Parallel()
	l := open(t, fresh(t))
	ctx := context.Background()
	r, _ := begin(t, l, Policy{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for n := range 200 {
			c, _, err := r.ClaimOne(ctx, invented(n).entry(l.Digester()))
			if err == nil {
				err = r.Settle(ctx, c, Settlement{Class: ClassAccepted})
			}
			if err != nil {
				t.Errorf("push: %v", err)
			}
		}
	})
	away := t.TempDir()
	for range 5 {
		dst := filepath.Join(away, "b.zip")
		if _, err := l.Backup(ctx, dst); err != nil {
			t.Errorf("Backup: %v", err)
			continue
		}
		place := filepath.Join(t.TempDir(), "p")
		if _, err := Restore(ctx, options(here(place)), dst, false); err != nil {
			t.Errorf("Restore: %v", err)
		}
	}
	wg.Wait()
	if err := r.Flush(ctx); err != nil {
		t.Error(err)
	}
}

// TestSweepAfterKill: folders that killed commands left, with a copy of the key,
// go once nobody can be using them.
func TestSweepAfterKill(t *testing.T) {
	t.Parallel()
	dir, away := t.TempDir(), t.TempDir()
	l := open(t, here(dir))
	old, young := filepath.Join(away, ".ledger-backup-1"), filepath.Join(away, ".ledger-backup-2")
	stale := filepath.Join(dir, ".ledger-restore-1")
	for _, d := range []string{old, young, stale} {
		if err := os.Mkdir(d, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(d, KeyName), []byte("key"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	now := l.opt.Now()
	for d, at := range map[string]time.Time{old: now.Add(-25 * time.Hour), young: now, stale: now.Add(-25 * time.Hour)} {
		if err := os.Chtimes(d, at, at); err != nil {
			t.Fatal(err)
		}
	}
	backup := filepath.Join(away, "b.zip")
	if _, err := l.Backup(context.Background(), backup); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(context.Background(), options(here(dir)), backup, true); err != nil {
		t.Fatal(err)
	}
	for d, want := range map[string]bool{old: false, young: true, stale: false} {
		if _, err := os.Stat(d); (err == nil) != want {
			t.Errorf("%s: %v", d, err)
		}
	}
}
