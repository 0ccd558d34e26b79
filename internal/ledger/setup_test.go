package ledger

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hbupload/internal/pgtest"
)

// hintOf is what an error says to do.
func hintOf(err error) string {
	var h interface {
		error
		Hint() string
	}
	if errors.As(err, &h) {
		return h.Hint()
	}
	return ""
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// sharedKeys: a machine without the key, with another or with an open one is
// refused; Init makes a key once.
func sharedKeys(t *testing.T, server *pgtest.Server) {
	ctx := context.Background()
	at := sharedSite(t, server)
	if s, err := Init(ctx, options(at), ""); err != nil || s.Created || s.NewKey {
		t.Errorf("a second Init = %+v, %v", s, err)
	}
	second := at.another(t)
	second.key = filepath.Join(second.dir, "copy.key")
	if _, err := Open(ctx, options(second)); kindOf(err) != "config" || !strings.Contains(err.Error(), "不存在") {
		t.Errorf("without the key: %v", err)
	}
	if _, err := Init(ctx, options(second), ""); kindOf(err) != "config" {
		t.Errorf("Init made a second key: %v", err)
	}
	if _, err := os.Stat(second.key); !errors.Is(err, os.ErrNotExist) {
		t.Error("a key was made beside the ledger's own")
	}
	if err := os.WriteFile(second.key, bytes.Repeat([]byte{7}, KeySize), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(ctx, options(second)); kindOf(err) != "config" || !strings.Contains(err.Error(), "不是这个台账的密钥") {
		t.Errorf("another key: %v", err)
	}
	key, err := os.ReadFile(at.key)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(second.key, key, 0o600); err != nil {
		t.Fatal(err)
	}
	open(t, second)
	if err := os.Chmod(second.key, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenReadOnly(ctx, options(second)); kindOf(err) != "config" || !strings.Contains(hintOf(err), "chmod 600") {
		t.Errorf("an open key: %v", err)
	}
	schema := strings.SplitN(at.url, "search_path=", 2)[1]
	if all := server.SQL(t, "postgres", `SELECT * FROM `+schema+`.meta`); strings.Contains(all, string(key)) {
		t.Error("the key is in the database")
	}
}

// neverSetUp: each way of not being there says what to do.
func neverSetUp(t *testing.T, server *pgtest.Server) {
	ctx := context.Background()
	at := sharedSite(t, server)
	for name, tc := range map[string]struct{ url, kind, word string }{
		"no ledger in it":  {server.URL(pgtest.Owner, "postgres") + "&search_path=empty", "config", "ledger init"},
		"no such database": {server.URL(pgtest.Owner, "nowhere"), "config", "数据库名"},
		"no such user":     {server.URL("nobody", "postgres"), "config", "用户名"},
		"no server":        {"postgres://u@127.0.0.1:1/x?sslmode=disable", "unreachable", "网络"},
		"no address":       {"postgres://u:geheim@127.0.0.1:port/x", "config", "例如"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			opt := options(at)
			opt.URL = tc.url
			for _, open := range []func(context.Context, Options) (*Ledger, error){Open, OpenReadOnly} {
				_, err := open(ctx, opt)
				if kindOf(err) != tc.kind {
					t.Fatalf("%v, want kind %s", err, tc.kind)
				}
				if hint := hintOf(err); !strings.Contains(hint, tc.word) || strings.Contains(err.Error()+hint, "geheim") {
					t.Errorf("%v: %s", err, hint)
				}
			}
		})
	}
}

// leastPrivilege: the printed grants are enough for everything a pushing machine
// does, and for nothing that destroys.
func leastPrivilege(t *testing.T, server *pgtest.Server) {
	ctx := context.Background()
	at := sharedSite(t, server)
	schema := strings.SplitN(at.url, "search_path=", 2)[1]
	role := "clinic " + schema // a name that must be quoted
	s, err := Init(ctx, options(at), role)
	if err != nil || len(s.Grants) < 5 {
		t.Fatalf("Init = %+v, %v", s, err)
	}
	server.SQL(t, "postgres", `CREATE ROLE "`+role+`" LOGIN`)
	pushing := at.another(t)
	pushing.url = strings.Replace(at.url, pgtest.Owner+"@", strings.ReplaceAll(role, " ", "%20")+"@", 1)
	if _, err := Open(ctx, options(pushing)); kindOf(err) != "config" {
		t.Errorf("without grants: %v", err)
	}
	server.SQL(t, "postgres", s.Grants...)
	l := open(t, pushing)
	r, _ := begin(t, l, Policy{Resend: ResendChanged})
	p := invented(1)
	send(t, r, p.entry(l.Digester()), ClassAccepted)
	p.result = "异常"
	send(t, r, p.entry(l.Digester()), ClassAccepted) // the old leaves go
	send(t, r, invented(2).entry(l.Digester()), ClassUnknown)
	if _, err := l.Resolve(ctx, "TJ0002", AsSent); err != nil {
		t.Error(err)
	}
	if got, err := l.Adopt(ctx, []Entry{invented(3).entry(l.Digester())}); err != nil || !got[0].Adopted {
		t.Errorf("Adopt = %+v, %v", got, err)
	}
	if err := r.Finish(ctx, Summary{}); err != nil {
		t.Error(err)
	}
	if _, err := l.Backup(ctx, filepath.Join(t.TempDir(), "b.zip")); err != nil {
		t.Errorf("Backup: %v", err)
	}
	for _, query := range []string{`DELETE FROM attempts`, `DELETE FROM submissions`, `DELETE FROM marks`, `UPDATE meta SET value = ''`, `DROP TABLE runs`, `CREATE TABLE more (n INTEGER)`} {
		if _, err := l.w.db.ExecContext(ctx, query); err == nil {
			t.Errorf("%s is allowed", query)
		}
	}
	if _, err := l.w.db.ExecContext(ctx, `UPDATE attempts SET outcome = 'rejected'`); err == nil {
		t.Error("a settled attempt can be changed")
	}
}

// moving: a ledger goes from the embedded to the shared one and by backups in
// every direction, with everything it knows.
func moving(t *testing.T, server *pgtest.Server) {
	ctx := context.Background()
	dir := t.TempDir()
	small := open(t, here(dir))
	r, _ := begin(t, small, Policy{})
	send(t, r, invented(1).entry(small.Digester()), ClassAccepted)
	send(t, r, invented(2).entry(small.Digester()), ClassRejected)
	if _, _, err := r.ClaimOne(ctx, invented(3).entry(small.Digester())); err != nil { // a dead run's
		t.Fatal(err)
	}
	if got, err := small.Adopt(ctx, []Entry{invented(4).entry(small.Digester())}); err != nil || !got[0].Adopted {
		t.Fatal(got, err)
	}
	if err := small.Close(); err != nil {
		t.Fatal(err)
	}
	at := sharedSite(t, server) // set up before, with a key of its own
	out, err := Migrate(ctx, options(at), dir)
	if err != nil || out.Records != 4 || out.KeptKey == "" {
		t.Fatalf("Migrate = %+v, %v", out, err)
	}
	if _, err := os.Stat(filepath.Join(dir, FileName)); !errors.Is(err, os.ErrNotExist) {
		t.Error("the embedded ledger is still in its place")
	}
	if _, err := os.Stat(filepath.Join(out.KeptOld, FileName)); err != nil {
		t.Errorf("the embedded ledger is gone: %v", err)
	}
	want := []Verdict{Skip, Send, HoldInDoubt, Skip, Send}
	look := func(name string, l *Ledger) {
		t.Helper()
		for n, want := range want {
			if d := planOne(t, l, invented(n+1).entry(l.Digester()), Policy{}); d.Action != want {
				t.Errorf("%s: person %d %s (%s), want %s", name, n+1, d.Action, d.Reason, want)
			}
		}
		if problems, err := l.Check(ctx); err != nil || len(problems) > 0 {
			t.Errorf("%s: Check = %q, %v", name, problems, err)
		}
	}
	big := open(t, at)
	look("migrated", big)
	// New rows go on where the old ones end.
	r2, _ := begin(t, big, Policy{})
	send(t, r2, invented(5).entry(big.Digester()), ClassAccepted)
	want[4] = Skip
	if err := r2.Finish(ctx, Summary{}); err != nil {
		t.Fatal(err)
	}
	if _, err := Migrate(ctx, options(at), out.KeptOld); kindOf(err) != "config" { // its key stayed behind
		t.Errorf("without a key: %v", err)
	}
	copied := filepath.Join(t.TempDir(), "b.zip")
	if m, err := big.Backup(ctx, copied); err != nil || m.Records != 5 {
		t.Fatalf("Backup = %+v, %v", m, err)
	}
	back := here(filepath.Join(t.TempDir(), "p"))
	if got, err := Restore(ctx, options(back), copied, false); err != nil || got.Manifest.Records != 5 {
		t.Fatalf("Restore = %+v, %v", got, err)
	}
	look("back in an embedded one", open(t, back))
	other := sharedSite(t, server)
	if _, err := Restore(ctx, options(other), copied, false); err != nil {
		t.Fatal(err)
	}
	look("in another shared one", open(t, other))
	if _, err := Restore(ctx, options(other), copied, false); kindOf(err) != "usage" {
		t.Errorf("a ledger with records was replaced: %v", err)
	}
	got, err := Restore(ctx, options(other), copied, true)
	if err != nil || !strings.Contains(got.KeptOld, "_before_") {
		t.Fatalf("Restore --force = %+v, %v", got, err)
	}
	if n := server.SQL(t, "postgres", `SELECT count(*) FROM `+got.KeptOld+`.submissions`); n != "5" {
		t.Errorf("%s records were kept", n)
	}
	look("replaced", open(t, other))
	if h, err := big.History(ctx, Filter{Keys: []string{"TJ0003"}}); err != nil || !slices.ContainsFunc(h[0].Marks, func(m MarkView) bool { return m.Action == ActRecover }) {
		t.Errorf("history %+v, %v", h, err)
	}
}

// replacedMeanwhile: a ledger is moved in, or restored, while another machine that
// has opened the old one still reads its files: it must not send everybody again.
func replacedMeanwhile(t *testing.T, server *pgtest.Server) {
	ctx := context.Background()
	dir := t.TempDir()
	small := open(t, here(dir))
	r, _ := begin(t, small, Policy{})
	send(t, r, invented(1).entry(small.Digester()), ClassAccepted)
	if err := r.Finish(ctx, Summary{}); err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "b.zip")
	if _, err := small.Backup(ctx, copied); err != nil {
		t.Fatal(err)
	}
	if err := small.Close(); err != nil {
		t.Fatal(err)
	}
	at := sharedSite(t, server)
	early := open(t, at)
	entry := invented(1).entry(early.Digester())
	if _, err := Migrate(ctx, options(at), dir); err != nil {
		t.Fatal(err)
	}
	if _, _, err := early.BeginRun(ctx, RunInfo{}); kindOf(err) != "config" {
		t.Errorf("BeginRun = %v", err)
	}
	if _, err := early.Adopt(ctx, []Entry{entry}); kindOf(err) != "config" {
		t.Errorf("Adopt = %v", err)
	}
	early = open(t, at)
	if _, err := Restore(ctx, options(at), copied, true); err != nil { // the same key: nothing is mixed up
		t.Fatal(err)
	}
	acceptGap(t, early)
	begin(t, early, Policy{})
	if d := planOne(t, early, invented(1).entry(early.Digester()), Policy{}); d.Action != Skip {
		t.Errorf("Plan = %+v", d)
	}
	if _, err := Restore(ctx, options(at), copied, true); kindOf(err) != "locked" {
		t.Errorf("restored under a run that is alive: %v", err)
	}
}
