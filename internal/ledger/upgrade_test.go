package ledger

import (
	"archive/zip"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
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
		e.Identity = e.Base // it had no careTypeCode
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
	refusesOddStates(t, l)
	send(t, r, invented(3).entry(d), ClassAccepted)
	back := here(filepath.Join(t.TempDir(), "p"))
	if got, err := Restore(ctx, options(back), backup, false); err != nil || got.Manifest.Records != 3 || got.Manifest.Schema != 1 {
		t.Fatalf("Restore = %+v, %v", got, err)
	}
	restored := open(t, back)
	acceptGap(t, restored)
	begin(t, restored, Policy{})
	lookOlder(t, restored, d)
	t.Run("postgres", func(t *testing.T) {
		server := pgtest.Start(t)
		at := sharedSite(t, server)
		if got, err := Restore(ctx, options(at), backup, false); err != nil || got.Manifest.Records != 3 {
			t.Fatalf("Restore = %+v, %v", got, err)
		}
		big := open(t, at)
		acceptGap(t, big)
		if _, rec := begin(t, big, Policy{}); rec.Count != 1 {
			t.Errorf("the claim of a run that nobody can hear any more: %+v", rec)
		}
		lookOlder(t, big, d)
		dir := t.TempDir()
		d := older(t, dir)
		moved := sharedSite(t, server)
		if got, err := Migrate(ctx, options(moved), dir); err != nil || got.Records != 3 {
			t.Fatalf("Migrate = %+v, %v", got, err)
		}
		lookOlder(t, open(t, moved), d)
	})
}

// refusesOddStates: how the check of a state is written has changed, and not what it
// lets pass.
func refusesOddStates(t *testing.T, l *Ledger) {
	t.Helper()
	undo := errors.New("undo")
	for state, legal := range map[State]bool{"undelivered": true, "rejected": true, "in_doubt": true, "claimed": true, "accepted": true, "": false, "odd": false, "Accepted": false} {
		err := l.w.do(context.Background(), func(t *tx) error {
			if _, err := t.Exec(`UPDATE submissions SET state = ?, accepted = content`, string(state)); err != nil {
				return err
			}
			return undo
		})
		if errors.Is(err, undo) != legal {
			t.Errorf("state %q: %v", state, err)
		}
	}
	err := l.w.do(context.Background(), func(t *tx) error {
		_, err := t.Exec(`UPDATE submissions SET state = 'accepted', accepted = NULL`)
		return err
	})
	if err == nil {
		t.Error("accepted, and nothing that is")
	}
	var text string
	err = l.read.query(context.Background(), func(q queryer) error {
		return q.QueryRowContext(context.Background(), `SELECT sql FROM sqlite_schema WHERE name = 'submissions'`).Scan(&text)
	})
	if err != nil || !strings.Contains(text, "state = 'claimed' OR") || strings.Contains(text, "state IN") {
		t.Errorf("the table is %s, %v", text, err)
	}
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

// acceptGap lets a restored ledger be used.
func acceptGap(t *testing.T, l *Ledger) {
	t.Helper()
	ctx := context.Background()
	if err := l.Whole(ctx); kindOf(err) != "config" {
		t.Errorf("restored: %v", err)
	}
	if _, _, err := l.BeginRun(ctx, RunInfo{}); kindOf(err) != "config" {
		t.Errorf("BeginRun on a restored ledger: %v", err)
	}
	if g, err := l.AcceptGap(ctx); err != nil || !g.Open() {
		t.Fatalf("AcceptGap = %+v, %v", g, err)
	}
	if err := l.Whole(ctx); err != nil {
		t.Errorf("accepted: %v", err)
	}
}

// conformOlderIdentity: a record of a version whose identities had no
// careTypeCode is the same record by its content, by its careTypeCode, or where
// nothing tells; another examination of that day is another record, and what was
// accepted before is not sent again.
func conformOlderIdentity(t *testing.T, fresh maker) {
	t.Parallel()
	l := open(t, fresh(t))
	d := l.Digester()
	entry := func(p person) Entry { return p.entry(d) }
	older := func(p person) Entry {
		e := entry(p)
		e.Identity, e.Base = e.Base, Digest{}
		return e
	}
	leaving, changed, entering, blind := invented(1), invented(1), invented(1), invented(2)
	changed.result = "异常"
	entering.care, entering.key, entering.result = "01", "TJ0001B", "另一次"
	r, _ := begin(t, l, Policy{Resend: ResendChanged})
	send(t, r, older(entering), ClassAccepted) // an older version let one take the other's place
	send(t, r, older(leaving), ClassAccepted)
	noLeaves := older(blind)
	noLeaves.Leaves = nil
	send(t, r, noLeaves, ClassAccepted)
	blindChanged := blind
	blindChanged.result = "异常"
	third := entering
	third.care, third.key, third.result = "03", "TJ0001C", "第三次"
	for _, tc := range []struct {
		name    string
		p       person
		want    Verdict
		sameDay string
	}{
		{"same content", leaving, Skip, ""},
		{"same careTypeCode, other content", changed, Changed, ""},
		{"accepted before another took its place", entering, Skip, "TJ0001"},
		{"another examination", third, Send, "TJ0001"},
		{"nothing tells", blindChanged, Changed, ""},
		{"nothing tells, same content", blind, Skip, ""},
	} {
		if got := planOne(t, l, entry(tc.p), Policy{}); got.Action != tc.want || got.SameDay != tc.sameDay {
			t.Errorf("%s: %s (%s) same day %q, want %s %q", tc.name, got.Action, got.Reason, got.SameDay, tc.want, tc.sameDay)
		}
	}
	if c, got, err := r.ClaimOne(context.Background(), entry(entering)); err != nil || c.OK() || got.Action != Skip {
		t.Errorf("claimed again: %+v %v", got, err)
	}
	send(t, r, entry(third), ClassAccepted)
	send(t, r, entry(changed), ClassAccepted)
	for _, p := range []person{third, changed, entering, blind} {
		if got := planOne(t, l, entry(p), Policy{}); got.Action != Skip {
			t.Errorf("%s: %s (%s), want skip", p.key, got.Action, got.Reason)
		}
	}
	if got := planOne(t, l, entry(third), Policy{}); got.SameDay != "TJ0001" {
		t.Errorf("the other examination of the day: %q", got.SameDay)
	}
}

// conformPlatform: the first record makes the ledger its platform's; nothing
// begins for another one until a person says that it is the same.
func conformPlatform(t *testing.T, fresh maker) {
	t.Parallel()
	ctx := context.Background()
	at := fresh(t)
	with := func(address string) *Ledger {
		opt := options(at)
		opt.Platform = address
		l, err := Open(ctx, opt)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		return l
	}
	first := with("http://a")
	r, _ := begin(t, first, Policy{})
	if b, err := first.Belongs(ctx); err != nil || b.Address != "" || b.Unknown {
		t.Errorf("before the first record: %+v, %v", b, err)
	}
	send(t, r, invented(1).entry(first.Digester()), ClassNotProcessed)
	other := with("http://b")
	if b, err := other.Belongs(ctx); err != nil || b.Address != "http://a" || !b.Other() {
		t.Errorf("another: %+v, %v", b, err)
	}
	_, _, err := other.BeginRun(ctx, RunInfo{})
	_, adopted := other.Adopt(ctx, []Entry{invented(2).entry(other.Digester())})
	for _, err := range []error{err, adopted, other.SamePlatform(ctx)} {
		if kindOf(err) != "config" {
			t.Errorf("another platform: %v", err)
		}
	}
	if from, err := other.Rebind(ctx); err != nil || from != "http://a" {
		t.Errorf("Rebind = %q, %v", from, err)
	}
	if err := other.SamePlatform(ctx); err != nil {
		t.Error(err)
	}
	begin(t, other, Policy{})
}

// conformBack: a ledger that lost what this machine has seen of it is not used
// until a person says so.
func conformBack(t *testing.T, fresh maker) {
	t.Parallel()
	ctx := context.Background()
	at := fresh(t)
	l := open(t, at)
	r, _ := begin(t, l, Policy{})
	send(t, r, invented(1).entry(l.Digester()), ClassAccepted)
	if err := r.Finish(ctx, Summary{}); err != nil {
		t.Fatal(err)
	}
	if err := l.Whole(ctx); err != nil {
		t.Fatal(err)
	}
	book := l.readSeen()
	ahead := book[l.id]
	if ahead.Runs.ID != 1 || ahead.Attempts.ID != 1 {
		t.Fatalf("seen %+v", ahead)
	}
	ahead.Attempts.At++ // the same number, given to another attempt
	book[l.id] = ahead
	data, _ := json.Marshal(book)
	if err := os.WriteFile(l.seenPath(), data, 0o600); err != nil {
		t.Fatal(err)
	}
	acceptGap(t, l)
	begin(t, l, Policy{})
}

func TestAddress(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]string{
		"http://Host:80/x": "http://host", "https://host:443": "https://host", "http://host.:8080/": "http://host:8080", "https://host": "https://host",
		"http://[::1]:80": "http://[::1]", "http://[::1]:81": "http://[::1]:81", "http://host:443": "http://host:443", "": "", "host": "",
	} {
		if got := Address(base); got != want {
			t.Errorf("Address(%q) = %q, want %q", base, got, want)
		}
	}
}

// conformAdoptedDoubt: what was adopted, then sent changed and left in doubt, is
// settled by a person like any other doubt.
func conformAdoptedDoubt(t *testing.T, fresh maker) {
	t.Parallel()
	ctx := context.Background()
	l := open(t, fresh(t))
	p := invented(1)
	if got, err := l.Adopt(ctx, []Entry{p.entry(l.Digester())}); err != nil || !got[0].Adopted {
		t.Fatalf("Adopt = %+v, %v", got, err)
	}
	p.result = "异常"
	r, _ := begin(t, l, Policy{Resend: ResendChanged})
	send(t, r, p.entry(l.Digester()), ClassUnknown)
	if _, err := l.Resolve(ctx, p.key, AsSent); err != nil {
		t.Error(err)
	}
}
