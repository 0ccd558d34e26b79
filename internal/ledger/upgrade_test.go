package ledger

import (
	"archive/zip"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"hbupload/internal/pgtest"
)

// older makes a ledger as the first version of this program left it: one record
// accepted, one refused, one being sent by a run that was killed.
func older(t *testing.T, dir string) *Digester {
	t.Helper()
	ctx := context.Background()
	opt := options(here(dir))
	key, err := createKey(opt.files(), opt.keyPath())
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", dsn(opt.Path, "rwc", false))
	if err != nil {
		t.Fatal(err)
	}
	all, err := steps("sqlite")
	if err == nil {
		err = migrateStep(ctx, db, all[0], opt)
	}
	d := NewDigester(key)
	do := func(query string, args ...any) {
		if err == nil {
			_, err = db.ExecContext(ctx, query, args...)
		}
	}
	do(`INSERT INTO meta VALUES ('key_check', ?)`, checkValue(key))
	do(`INSERT INTO runs (id, started, os_user, host, pid, tool, dictionary, files, command) VALUES (7, 1, 'u', 'h', 1, '1.0', '', '[]', 'push')`)
	for n, state := range []State{StateAccepted, StateRejected, StateClaimed} {
		e := invented(n).entry(d)
		var accepted, settled any
		if state == StateAccepted {
			accepted = e.Content[:]
		}
		if state != StateClaimed {
			settled = 3
		}
		do(`INSERT INTO submissions (id, identity, institution, name, exam_key, file, state, content, accepted, attempts, attempt_id, run_id, created, updated)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, 7, 1, 1)`, n+1, e.Identity[:], e.Institution, e.Name[:], e.Key, e.File, string(state), e.Content[:], accepted, n+11)
		do(`INSERT INTO attempts (id, submission_id, run_id, exam_key, row_key, file, name, content, started, settled, outcome) VALUES (?, ?, 7, ?, 0, ?, ?, ?, 2, ?, '')`,
			n+11, n+1, e.Key, e.File, e.Name[:], e.Content[:], settled)
	}
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return d
}

// lookOlder says whether a ledger knows what the older one knew.
func lookOlder(t *testing.T, l *Ledger, d *Digester) {
	t.Helper()
	for n, want := range []Verdict{Skip, Send, HoldInDoubt, Send} {
		if got := planOne(t, l, invented(n).entry(d), Policy{}); got.Action != want {
			t.Errorf("person %d: %s (%s), want %s", n, got.Action, got.Reason, want)
		}
	}
	if problems, err := l.Check(context.Background()); err != nil || len(problems) > 0 {
		t.Errorf("Check = %q, %v", problems, err)
	}
}

// TestUpgrade: a ledger of the first version is brought up to date by whatever
// writes, as it stands or out of a backup, and until then is not misread.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	d := older(t, dir)
	if _, err := OpenReadOnly(ctx, options(here(dir))); kindOf(err) != "config" {
		t.Errorf("read only: %v", err)
	}
	backup := filepath.Join(t.TempDir(), "old.zip")
	pack(t, backup, dir)
	l := open(t, here(dir))
	r, rec := begin(t, l, Policy{})
	if rec.Count != 1 || rec.Keys[0] != "TJ0002" {
		t.Errorf("recovered %+v", rec)
	}
	lookOlder(t, l, d)
	send(t, r, invented(3).entry(d), ClassAccepted)
	back := here(filepath.Join(t.TempDir(), "p"))
	if got, err := Restore(ctx, options(back), backup, false); err != nil || got.Manifest.Records != 3 || got.Manifest.Schema != 1 {
		t.Fatalf("Restore = %+v, %v", got, err)
	}
	restored := open(t, back)
	begin(t, restored, Policy{})
	lookOlder(t, restored, d)
	t.Run("postgres", func(t *testing.T) {
		server := pgtest.Start(t)
		at := shared(t, server)
		if got, err := Restore(ctx, options(at), backup, false); err != nil || got.Manifest.Records != 3 {
			t.Fatalf("Restore = %+v, %v", got, err)
		}
		big := open(t, at)
		if _, rec := begin(t, big, Policy{}); rec.Count != 1 {
			t.Errorf("the claim of a run that nobody can hear any more: %+v", rec)
		}
		lookOlder(t, big, d)
		dir := t.TempDir()
		d := older(t, dir)
		moved := shared(t, server)
		if got, err := Migrate(ctx, options(moved), dir); err != nil || got.Records != 3 {
			t.Fatalf("Migrate = %+v, %v", got, err)
		}
		lookOlder(t, open(t, moved), d)
	})
}

// pack makes a backup by hand.
func pack(t *testing.T, path, dir string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	zw := zip.NewWriter(f)
	err = errors.Join(addFile(context.Background(), zw, KeyName, filepath.Join(dir, KeyName)), addFile(context.Background(), zw, FileName, filepath.Join(dir, FileName)), zw.Close(), f.Close())
	if err != nil {
		t.Fatal(err)
	}
}
