package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"hbupload/internal/fault"
)

// kindOf is the structural kind every operator error carries.
func kindOf(err error) string {
	if told := fault.Of(err); told != nil {
		return told.Kind().String()
	}
	return ""
}

// listing is every file of a folder with its content.
func listing(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		out[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFilesArePrivate(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("modes mean nothing here")
	}
	dir := filepath.Join(t.TempDir(), "data")
	l := open(t, here(dir))
	r, _ := begin(t, l, Policy{})
	send(t, r, invented(1).entry(l.Digester()), ClassAccepted)
	lock, err := l.Lock(context.Background(), Holder{PID: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Unlock() }()
	if fi, err := os.Stat(dir); err != nil || fi.Mode().Perm() != 0o700 {
		t.Errorf("folder: %v %v", fi.Mode(), err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) < 5 {
		t.Fatalf("only %d files: %v", len(entries), err)
	}
	for _, e := range entries {
		if fi, err := e.Info(); err != nil || fi.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v, want 0600", e.Name(), fi.Mode(), err)
		}
	}
}

// TestNoPersonalDataAtRest greps the files for what must never be there.
func TestNoPersonalDataAtRest(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l := open(t, here(dir))
	p := person{id: "130102199001011234", name: "欧阳测试", key: "TJ-KEY-1", result: "左耳听力下降"}
	r, _ := begin(t, l, Policy{})
	send(t, r, p.entry(l.Digester()), ClassUnknown)
	seen := false
	for path, data := range listing(t, dir) {
		for _, secret := range []string{p.id, p.name, p.result, "欧阳", "19900101"} {
			if strings.Contains(data, secret) {
				t.Errorf("%s holds %q", path, secret)
			}
		}
		seen = seen || strings.Contains(data, p.key)
	}
	if !seen {
		t.Error("the exam key is nowhere: this test looks at the wrong files")
	}
}

func TestMissingLedgerReadsAsEmpty(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "nothing")
	l, err := OpenReadOnly(context.Background(), options(here(dir)))
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if d := planOne(t, l, invented(1).entry(l.Digester()), Policy{}); d.Action != Send {
		t.Errorf("Plan = %+v", d)
	}
	if s, err := l.Status(ctx); err != nil || s.Exists {
		t.Errorf("Status = %+v, %v", s, err)
	}
	if h, err := l.History(ctx, Filter{}); err != nil || h != nil {
		t.Errorf("History = %v, %v", h, err)
	}
	if empty, err := l.Empty(ctx); err != nil || !empty {
		t.Errorf("Empty = %v, %v", empty, err)
	}
	if _, _, err := l.BeginRun(ctx, RunInfo{}); kindOf(err) != "internal" {
		t.Errorf("BeginRun on a read-only ledger: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("reading created %s: %v", dir, err)
	}
}

// TestReadingLeavesNoTrace is P6: a dry run writes nothing.
func TestReadingLeavesNoTrace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx := context.Background()
	w, err := Open(ctx, options(here(dir)))
	if err != nil {
		t.Fatal(err)
	}
	r, _ := begin(t, w, Policy{})
	send(t, r, invented(1).entry(w.Digester()), ClassAccepted)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	before := listing(t, dir)
	l, err := OpenReadOnly(ctx, options(here(dir)))
	if err != nil {
		t.Fatal(err)
	}
	if d := planOne(t, l, invented(1).entry(l.Digester()), Policy{}); d.Action != Skip {
		t.Errorf("Plan = %+v", d)
	}
	if problems, err := l.Check(ctx); err != nil || len(problems) > 0 {
		t.Errorf("Check = %q, %v", problems, err)
	}
	during := listing(t, dir)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for _, after := range []map[string]string{during, listing(t, dir)} {
		if len(after) != len(before) {
			t.Errorf("%d files became %d", len(before), len(after))
		}
		for path, data := range before {
			if after[path] != data {
				t.Errorf("%s changed", path)
			}
		}
	}
}

// TestReaderSeesWriters: a reader opened before, during and after a push.
func TestReaderSeesWriters(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx := context.Background()
	if w, err := Open(ctx, options(here(dir))); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	l, err := OpenReadOnly(ctx, options(here(dir)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	for n := 1; n <= 4; n++ {
		w, err := Open(ctx, options(here(dir)))
		if err != nil {
			t.Fatal(err)
		}
		r, _ := begin(t, w, Policy{})
		send(t, r, invented(n).entry(w.Digester()), ClassAccepted)
		if n%2 == 0 { // look while the writer lives, else only afterwards
			if s, err := l.Status(ctx); err != nil || s.Counts[StateAccepted] != n {
				t.Errorf("during push %d: %+v, %v", n, s, err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if s, err := l.Status(ctx); err != nil || s.Counts[StateAccepted] != n {
			t.Errorf("after push %d: %+v, %v", n, s, err)
		}
	}
}

func TestNewerLedgerIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx := context.Background()
	w, err := Open(ctx, options(here(dir)))
	if err != nil {
		t.Fatal(err)
	}
	err = w.w.do(ctx, func(x *tx) error {
		_, err := x.Exec(`INSERT INTO schema_version (version, applied, tool) VALUES (9999, 0, 'future')`)
		return err
	})
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	for name, opening := range map[string]func(context.Context, Options) (*Ledger, error){"Open": Open, "OpenReadOnly": OpenReadOnly} {
		if _, err := opening(ctx, options(here(dir))); kindOf(err) != "config" || !strings.Contains(err.Error(), "9999") {
			t.Errorf("%s = %v, want a refusal that names the version", name, err)
		}
	}
}

func TestKeyMustFit(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(path string) error{
		"missing": os.Remove,
		"another": func(path string) error { return os.WriteFile(path, bytes.Repeat([]byte{7}, KeySize), 0o600) },
		"short":   func(path string) error { return os.WriteFile(path, []byte("short"), 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			ctx := context.Background()
			w, err := Open(ctx, options(here(dir)))
			if err != nil {
				t.Fatal(err)
			}
			r, _ := begin(t, w, Policy{})
			send(t, r, invented(1).entry(w.Digester()), ClassAccepted)
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if err := spoil(filepath.Join(dir, KeyName)); err != nil {
				t.Fatal(err)
			}
			for opener, opening := range map[string]func(context.Context, Options) (*Ledger, error){"Open": Open, "OpenReadOnly": OpenReadOnly} {
				if _, err := opening(ctx, options(here(dir))); kindOf(err) != "config" || !strings.Contains(err.Error(), "密钥") {
					t.Errorf("%s = %v, want a refusal that speaks of the key", opener, err)
				}
			}
		})
	}
}

func TestEmptyLedgerGetsANewKey(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx := context.Background()
	w, err := Open(ctx, options(here(dir)))
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, KeyName)); err != nil {
		t.Fatal(err)
	}
	open(t, here(dir))
	if _, err := OpenReadOnly(ctx, options(here(dir))); err != nil {
		t.Errorf("after a new key: %v", err)
	}
}

func TestUnusablePlaces(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain")
	if err := os.WriteFile(plain, []byte("no folder"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), options(here(plain))); kindOf(err) != "config" {
		t.Errorf("a file in the folder's place: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, FileName), bytes.Repeat([]byte("not a database "), 100), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, opening := range map[string]func(context.Context, Options) (*Ledger, error){"Open": Open, "OpenReadOnly": OpenReadOnly} {
		if _, err := opening(context.Background(), options(here(dir))); kindOf(err) != "config" {
			t.Errorf("%s of a damaged file: %v", name, err)
		}
	}
}

func TestOddFolderNames(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "职业 体检?a=b#c%20&mode=memory")
	l := open(t, here(dir))
	r, _ := begin(t, l, Policy{})
	send(t, r, invented(1).entry(l.Digester()), ClassAccepted)
	if _, err := os.Stat(filepath.Join(dir, FileName)); err != nil {
		t.Error(err)
	}
	if d := planOne(t, l, invented(1).entry(l.Digester()), Policy{}); d.Action != Skip {
		t.Errorf("Plan = %+v", d)
	}
}

// TestTwoProcessesOpenAtOnce: both create folder, key and schema; both work.
func TestTwoProcessesOpenAtOnce(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	var wg sync.WaitGroup
	ledgers := make([]*Ledger, 6)
	for i := range ledgers {
		wg.Go(func() {
			l, err := Open(context.Background(), options(here(dir)))
			if err != nil {
				t.Errorf("Open: %v: %v", err, errors.Unwrap(err))
				return
			}
			ledgers[i] = l
		})
	}
	wg.Wait()
	for _, l := range ledgers {
		if l == nil {
			continue
		}
		if l.Digester().Name("x") != ledgers[0].Digester().Name("x") {
			t.Error("two keys")
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestDSN(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/data/ledger.db":          "file:/data/ledger.db?",
		"/数据 1/ledger.db":          "file:/%E6%95%B0%E6%8D%AE%201/ledger.db?",
		"/a?b#c%d/ledger.db":       "file:/a%3Fb%23c%25d/ledger.db?",
		"//server/share/ledger.db": "file:////server/share/ledger.db?",
	} {
		if got := dsn(path, "ro", false); !strings.HasPrefix(got, want) {
			t.Errorf("dsn(%q) = %s, want %s…", path, got, want)
		}
	}
}

// conformClockJumps: times are for people; nothing is decided by them.
func conformClockJumps(t *testing.T, fresh maker) {
	t.Parallel()
	opt := options(fresh(t))
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	var mu sync.Mutex
	opt.Now = func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		at = at.Add(-36 * time.Hour)
		return at
	}
	l, err := Open(context.Background(), opt)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	e := invented(1).entry(l.Digester())
	r, _ := begin(t, l, Policy{})
	send(t, r, e, ClassUnknown)
	if _, err := l.Resolve(context.Background(), "TJ0001", AsResend); err != nil {
		t.Fatal(err)
	}
	r, _ = begin(t, l, Policy{})
	send(t, r, e, ClassAccepted)
	if err := r.Finish(context.Background(), Summary{}); err != nil {
		t.Fatal(err)
	}
	if d := planOne(t, l, e, Policy{}); d.Action != Skip {
		t.Errorf("Plan = %+v", d)
	}
	h, err := l.History(context.Background(), Filter{})
	if err != nil || len(h[0].Attempts) != 2 || h[0].Attempts[0].Outcome != ClassUnknown || h[0].Attempts[1].Outcome != ClassAccepted {
		t.Errorf("history out of order: %+v, %v", h, err)
	}
	if s, err := l.Status(context.Background()); err != nil || s.LastGoodRun == nil || s.LastGoodRun.ID != r.ID() {
		t.Errorf("status %+v, %v", s, err)
	}
}

func TestPragmasReachTheWriter(t *testing.T) {
	t.Parallel()
	l := open(t, here(t.TempDir()))
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"} {
		var got string
		err := l.w.do(context.Background(), func(x *tx) error { return x.QueryRow("PRAGMA "+pragma, nil, &got) })
		if err != nil || got != want {
			t.Errorf("%s = %q, %v; want %q", pragma, got, err, want)
		}
	}
	err := l.read.(*sqliteStore).do(context.Background(), func(db *sql.DB) error {
		_, err := db.Exec(`DELETE FROM meta`)
		return err
	})
	if err == nil {
		t.Error("a read connection can write")
	}
}
