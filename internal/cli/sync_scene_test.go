package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"hbupload/internal/host"
	"hbupload/internal/inbox"
	"hbupload/internal/ledger"
	"hbupload/internal/night"
	"hbupload/internal/run"
	"hbupload/internal/sandbox"
	"hbupload/internal/sandbox/sample"
	"hbupload/internal/spec"
)

// nights is a clinic's machine with its inbox, a platform and a clock that a
// test sets; waiting costs no time.
type nights struct {
	t        *testing.T
	dir      string
	platform *sandbox.Server
	http     *httptest.Server
	process  run.Machine
	down     bool          // the platform cannot be reached
	shift    time.Duration // of the clock
	onWait   func()
	onUpload func() // before each record reaches the platform
	asked    []host.Command
	answer   func(context.Context, host.Command) (string, error)
	out, err bytes.Buffer
	mu       sync.Mutex
}

func newNights(t *testing.T, faults string) *nights {
	t.Helper()
	f, err := sandbox.ParseFaults(faults)
	must(t, err)
	n := &nights{t: t, dir: t.TempDir(), platform: sandbox.New(sandbox.Options{Faults: f})}
	n.http = httptest.NewServer(n)
	t.Cleanup(func() {
		n.platform.Close()
		n.http.CloseClientConnections()
		n.http.Close()
		if d := n.platform.Doubles(); len(d) > 0 {
			t.Errorf("P1: %d records stored twice", len(d))
		}
	})
	n.process = run.Machine{WorkDir: n.dir, DataDir: filepath.Join(n.dir, "data"), User: "tester", Host: "clinic", PID: 1, Now: n.now, Wait: n.wait,
		Exec: n.exec, System: "linux", Home: filepath.Join(n.dir, "home"), Executable: "/opt/hb upload/hbupload", Build: run.BuildInfo{Version: "test"}}
	must(t, os.MkdirAll(n.path("inbox"), 0o700))
	n.configure("")
	if code := n.run("dict", "pull"); code != 0 {
		t.Fatalf("dict pull: %d\n%s", code, n.err.String())
	}
	return n
}

// ServeHTTP lets the platform be away.
func (n *nights) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	down := n.down
	n.mu.Unlock()
	if down {
		w.Header().Set("Retry-After", "1") // nothing was processed
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	if n.onUpload != nil && strings.HasSuffix(r.URL.Path, "/uploadReport") {
		n.onUpload()
	}
	n.platform.ServeHTTP(w, r)
}

func (n *nights) setDown(down bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.down = down
}

func (n *nights) configure(more string) {
	text := "platform:\n  base_url: " + n.http.URL + "\n  username: sandbox\n  password: sandbox\nupload: {retries: 0, concurrency: 1}\n"
	if !strings.Contains(more, "sync:") {
		text += "sync: {inbox: inbox, done: done, failed: failed}\n"
	}
	must(n.t, os.WriteFile(n.path("hbupload.yaml"), []byte(text+more), 0o600))
}

func (n *nights) now() time.Time {
	n.mu.Lock()
	defer n.mu.Unlock()
	return time.Now().Add(n.shift)
}

// later moves the clock on, or back.
func (n *nights) later(d time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.shift += d
}

func (n *nights) wait(ctx context.Context, d time.Duration) error {
	n.later(d)
	if n.onWait != nil {
		n.onWait()
	}
	return ctx.Err()
}

func (n *nights) exec(ctx context.Context, c host.Command) (string, error) {
	n.asked = append(n.asked, c)
	if n.answer != nil {
		return n.answer(ctx, c)
	}
	return "", nil
}

func (n *nights) path(parts ...string) string {
	return filepath.Join(append([]string{n.dir}, parts...)...)
}

func (n *nights) run(args ...string) int {
	n.t.Helper()
	n.out.Reset()
	n.err.Reset()
	p := n.process
	p.Args, p.Stdin, p.Stdout, p.Stderr = args, strings.NewReader(""), &n.out, &n.err
	return Main(context.Background(), &p)
}

// sync runs one night and expects its exit code.
func (n *nights) sync(want int, flags ...string) {
	n.t.Helper()
	if code := n.run(append([]string{"sync"}, flags...)...); code != want {
		n.t.Fatalf("sync %q: exit %d, want %d\n%s%s", flags, code, want, n.out.String(), n.err.String())
	}
}

// people writes a workbook of k people from number off on, at rest for an hour.
func (n *nights) people(name string, off, k int, change ...func(i int, p *sample.Person)) {
	n.t.Helper()
	all := sample.People(off+k, 7)
	src := sample.Source{N: k, At: func(i int) sample.Person {
		p := all.At(off + i)
		for _, c := range change {
			c(i, &p)
		}
		return p
	}}
	must(n.t, sample.WriteXLSX(context.Background(), n.path("inbox", name), src))
	n.rest(name, time.Hour)
}

// rest makes a file of the inbox look as old as that.
func (n *nights) rest(name string, age time.Duration) {
	n.t.Helper()
	at := n.now().Add(-age)
	must(n.t, os.Chtimes(n.path("inbox", name), at, at))
}

// set changes a field of a person's own row.
func set(p *sample.Person, id spec.FieldID, text string) {
	row := append([]sample.Cell{}, p.Row...)
	for i, f := range spec.SheetFields(spec.SheetPerson) {
		if f.ID == id {
			row[i] = sample.As(text)
		}
	}
	p.Row = row
}

// oneBad gives the first person a sex that there is not.
func oneBad(i int, p *sample.Person) {
	if i == 0 {
		set(p, spec.SexCode, "不详吧")
	}
}

// tree lists the files of the inbox, done and failed; reports are named by kind.
func (n *nights) tree() string {
	n.t.Helper()
	var out []string
	for _, top := range []string{"inbox", "done", "failed"} {
		_ = filepath.WalkDir(n.path(top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil
			}
			rel, _ := filepath.Rel(n.dir, path)
			rel = filepath.ToSlash(rel)
			if strings.Contains(rel, "-含个人信息-") || strings.Contains(rel, "-汇总-") {
				return nil
			}
			if base, _, ok := strings.Cut(rel, "-无法读取-"); ok {
				rel = base + ".why"
			}
			out = append(out, rel)
			return nil
		})
	}
	sort.Strings(out)
	return strings.Join(out, " ")
}

// expect compares the tree; MONTH stands for the clock's month.
func (n *nights) expect(want ...string) {
	n.t.Helper()
	text := strings.ReplaceAll(strings.Join(want, " "), "MONTH", n.now().Format("2006-01"))
	if got := n.tree(); got != text {
		n.t.Fatalf("files:\n  %s\nwant:\n  %s\n%s%s", got, text, n.out.String(), n.err.String())
	}
}

func (n *nights) stored(want int) {
	n.t.Helper()
	if got := len(n.platform.Stored()); got != want {
		n.t.Fatalf("%d records stored, want %d\n%s%s", got, want, n.out.String(), n.err.String())
	}
}

func (n *nights) lastRun() night.LastRun {
	n.t.Helper()
	var l night.LastRun
	data, err := os.ReadFile(n.path("data", night.LastRunFile))
	must(n.t, err)
	must(n.t, json.Unmarshal(data, &l))
	return l
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var _ inbox.Disk = (*flakyDisk)(nil)

// heldLock takes the run lock as another process would.
func (n *nights) heldLock() func() {
	n.t.Helper()
	led, err := ledger.Open(context.Background(), ledger.Options{Path: n.path("data", ledger.FileName), Now: n.now})
	must(n.t, err)
	lock, err := led.Lock(context.Background(), ledger.Holder{PID: 2, Host: "other"})
	must(n.t, err)
	return func() { _ = lock.Unlock(); _ = led.Close() }
}
