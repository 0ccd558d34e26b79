package cli

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"hbupload/internal/run"
	"hbupload/internal/sandbox"
)

// bench is a place in which command lines are run without a process.
type bench struct {
	t       *testing.T
	process run.Machine
	out     bytes.Buffer
	err     bytes.Buffer
	mu      sync.Mutex
	calls   map[string]int // by path, of the platform; read when nothing runs
	server  *httptest.Server
}

// newBench has a folder of its own and no platform.
func newBench(t *testing.T) *bench {
	t.Helper()
	dir := t.TempDir()
	b := &bench{t: t, calls: map[string]int{}}
	b.process = run.Machine{Environ: []string{"HBUPLOAD_DATA_DIR=" + filepath.Join(dir, "data")}, Stdin: strings.NewReader(""), Stdout: &b.out, Stderr: &b.err,
		WorkDir: dir, DataDir: filepath.Join(dir, "data"), User: "tester", Host: "bench", PID: 1, Now: time.Now, Build: run.BuildInfo{Version: "test"}}
	return b
}

// serve starts a sandbox and writes a configuration for it; wrap may change
// its answers.
func (b *bench) serve(wrap func(http.Handler) http.Handler) {
	b.t.Helper()
	stand := sandbox.New(sandbox.Options{})
	var h http.Handler = stand
	if wrap != nil {
		h = wrap(h)
	}
	b.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.mu.Lock()
		b.calls[r.URL.Path]++
		b.mu.Unlock()
		h.ServeHTTP(w, r)
	}))
	b.t.Cleanup(func() { stand.Close(); b.server.Close() })
	b.configure("")
}

// configure writes hbupload.yaml for the server; more is appended.
func (b *bench) configure(more string) {
	b.t.Helper()
	b.write("hbupload.yaml", "platform:\n  base_url: "+b.server.URL+"\n  username: sandbox\n  password: sandbox\n"+more)
}

func (b *bench) path(name string) string { return filepath.Join(b.process.WorkDir, name) }

func (b *bench) write(name, text string) {
	b.t.Helper()
	if err := os.WriteFile(b.path(name), []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// run runs one command line and gives its exit code; out and err hold what it
// said.
func (b *bench) run(args ...string) int {
	b.t.Helper()
	b.out.Reset()
	b.err.Reset()
	p := b.process
	p.Args = args
	if !strings.Contains(strings.Join(args, " "), "--config") && len(args) > 0 {
		if _, err := os.Stat(b.path("hbupload.yaml")); err == nil {
			p.Args = append(append([]string{}, args...), "--config", b.path("hbupload.yaml"))
		}
	}
	return Main(context.Background(), &p)
}

// want fails unless the command line ends with a code.
func (b *bench) want(code int, args ...string) {
	b.t.Helper()
	if got := b.run(args...); got != code {
		b.t.Fatalf("%v: exit %d, want %d\n%s%s", args, got, code, b.out.String(), b.err.String())
	}
}

// says fails unless a text holds all the words.
func says(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%q is missing in:\n%s", w, text)
		}
	}
}

func contains(text, word string) bool { return strings.Contains(text, word) }
