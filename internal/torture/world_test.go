package torture

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hbupload/internal/ledger"
	"hbupload/internal/sandbox"
	"hbupload/internal/sandbox/sample"
)

// programVar names the program under test to the tests of this process.
const programVar = "HBUPLOAD_TORTURE_PROGRAM"

// TestMain builds the program once for all tests of the package. A test binary
// that plays it would be quicker, but it would not be the program. It is built
// with the settings of the tests, so that nothing is compiled a second time.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "hbupload-torture-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err) // each test fails for want of the program
	}
	defer func() { _ = os.RemoveAll(dir) }()
	bin := filepath.Join(dir, "hbupload")
	if runtime.GOOS == "windows" {
		bin += ".exe"
	}
	cmd := exec.CommandContext(context.Background(), "go", "build", "-buildvcs=false", "-ldflags=-s -w", "-o", bin, "hbupload/cmd/hbupload")
	out, err := cmd.CombinedOutput()
	if err == nil {
		err = os.Setenv(programVar, bin)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
	}
	m.Run()
}

// program is the program under test.
func program(t testing.TB) string {
	t.Helper()
	bin := os.Getenv(programVar)
	if bin == "" {
		t.Fatal("the program could not be built, see above")
	}
	return bin
}

// world is a platform, a data folder and the program.
type world struct {
	t       testing.TB
	bin     string
	dir     string
	server  *httptest.Server
	sandbox *sandbox.Server
	gate    *gate
	made    int // people so far: each file has new ones
	workers int // concurrency of its pushes
	shared  site
	stutter atomic.Int64 // each so-many-th reply comes twice, 0 for none

	mu     sync.Mutex
	faults map[string]int // that struck, by kind
}

// site is the ledger of several machines; the zero value is an embedded one.
type site struct{ url, key string }

var reFault = regexp.MustCompile(`故障 (\S+)`)

// newWorld starts a platform that stores everything it is sent, however often,
// and downloads the dictionaries.
func newWorld(t testing.TB, bin string, platform sandbox.Options, workers int) *world {
	t.Helper()
	w := &world{t: t, bin: bin, dir: t.TempDir(), workers: workers, faults: map[string]int{}}
	if platform.Again == "" {
		platform.Again = sandbox.AgainAccept
	}
	platform.Logf = w.log
	w.sandbox = sandbox.New(platform)
	w.gate = &gate{next: w.sandbox}
	w.server = httptest.NewUnstartedServer(w.gate)
	w.server.Listener = stutterer{w.server.Listener, &w.stutter}
	w.server.Start()
	t.Cleanup(w.close)
	config := fmt.Sprintf(`platform: {base_url: %q, username: sandbox, password: sandbox, timeout: 10s}
upload: {concurrency: %d, max_rejections: 1000, max_failures: 1000}
`, w.server.URL, workers)
	if err := os.WriteFile(filepath.Join(w.dir, "hbupload.yaml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out := w.run("dict", "pull"); code != 0 {
		t.Fatalf("dict pull: exit %d\n%s", code, out)
	}
	return w
}

// faulty is a platform at hand that has faults.
func faulty(t testing.TB, faults string) sandbox.Options {
	t.Helper()
	parsed, err := sandbox.ParseFaults(faults)
	if err != nil {
		t.Fatal(err)
	}
	return sandbox.Options{Faults: parsed, Latency: 2 * time.Millisecond, Forget: true}
}

func (w *world) close() {
	w.gate.open()
	w.sandbox.Close()
	w.server.CloseClientConnections()
	w.server.Close()
}

// log counts the faults that struck.
func (w *world) log(format string, args ...any) {
	m := reFault.FindStringSubmatch(fmt.Sprintf(format, args...))
	if m == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults[m[1]]++
}

// struck is the number of faults so far, by kind.
func (w *world) struck() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.faults)
}

func (w *world) data() string { return filepath.Join(w.dir, "data") }

// command is the program with its world, not yet started.
func (w *world) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(w.t.Context(), w.bin, append([]string{"--config", filepath.Join(w.dir, "hbupload.yaml"), "--data-dir", w.data()}, args...)...)
	cmd.Dir = w.dir
	cmd.Env = []string{"HOME=" + w.dir, "PATH=" + os.Getenv("PATH"), "SYSTEMROOT=" + os.Getenv("SYSTEMROOT"), "TMPDIR=" + w.dir, "TEMP=" + w.dir}
	return cmd
}

// run waits for the program's end.
func (w *world) run(args ...string) (code int, output string) {
	w.t.Helper()
	out, err := w.command(args...).CombinedOutput()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		w.t.Fatal(err)
	}
	code = 0
	if err != nil {
		code = err.(*exec.ExitError).ExitCode()
	}
	return code, string(out)
}

// outcome is what push --json says.
type outcome struct {
	ExitCode int            `json:"exit_code"`
	Counts   map[string]int `json:"counts"`
	Records  []struct {
		Key, State, SHA256 string
	} `json:"records"`
}

// pushArgs is a push of a file.
func pushArgs(file string, more ...string) []string {
	return append([]string{"push", file, "--json", "--no-report", "--yes"}, more...)
}

// push runs to its end and must say what it did.
func (w *world) push(file string, more ...string) outcome {
	w.t.Helper()
	cmd := w.command(pushArgs(file, more...)...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	_ = cmd.Run() // the exit code is looked at below
	var o outcome
	if err := json.Unmarshal(out.Bytes(), &o); err != nil {
		w.t.Fatalf("push: %v\nstdout %s\nstderr %s", err, out.String(), errs.String())
	}
	if o.ExitCode != cmd.ProcessState.ExitCode() {
		w.t.Fatalf("push says exit %d and exits %d", o.ExitCode, cmd.ProcessState.ExitCode())
	}
	return o
}

// file writes a workbook of n people nobody has seen before.
func (w *world) file(n int) string {
	w.t.Helper()
	all, from := sample.People(1<<20, 7), w.made
	w.made += n
	dir := filepath.Join(w.dir, fmt.Sprintf("export-%d", from))
	src := sample.Source{N: n, At: func(i int) sample.Person { return all.At(from + i) }}
	if err := sample.WriteCSVDir(context.Background(), dir, src, false); err != nil {
		w.t.Fatal(err)
	}
	return dir
}

// believed is the ledger's view, by content.
func (w *world) believed() map[string]ledger.SubmissionView {
	w.t.Helper()
	led, err := ledger.OpenReadOnly(context.Background(), ledger.Options{Path: filepath.Join(w.data(), ledger.FileName), URL: w.shared.url, KeyPath: w.shared.key, Now: time.Now})
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = led.Close() }()
	views, err := led.History(context.Background(), ledger.Filter{})
	if err != nil {
		w.t.Fatal(err)
	}
	out := map[string]ledger.SubmissionView{}
	for _, v := range views {
		out[hex.EncodeToString(v.Content[:])] = v
	}
	return out
}

// audit is the platform's store beside the ledger.
type audit struct {
	stored, accepted, doubts int
	twice                    []string // stored more than once
	absent                   []string // accepted here, not stored there
	forgotten                []string // stored there, neither accepted nor in doubt here
}

func (a audit) clean() bool { return len(a.twice)+len(a.absent)+len(a.forgotten) == 0 }

// audit compares. While a killed run has not been followed by another, its
// claims stand for doubts.
func (w *world) audit(claims bool) audit {
	w.t.Helper()
	var a audit
	believed, held := w.believed(), map[string]bool{}
	for _, s := range w.sandbox.Stored() {
		a.stored++
		held[s.SHA256] = true
		v := believed[s.SHA256]
		if s.Count > 1 {
			a.twice = append(a.twice, v.Key)
		}
		switch v.State {
		case ledger.StateAccepted, ledger.StateInDoubt:
		case ledger.StateClaimed:
			if !claims {
				a.forgotten = append(a.forgotten, v.Key+" "+string(v.State))
			}
		default:
			a.forgotten = append(a.forgotten, v.Key+" "+string(v.State))
		}
	}
	for sha, v := range believed {
		switch v.State {
		case ledger.StateAccepted:
			a.accepted++
			if !held[sha] {
				a.absent = append(a.absent, v.Key)
			}
		case ledger.StateInDoubt, ledger.StateClaimed:
			a.doubts++
		}
	}
	return a
}

// check fails when a promise is broken.
func (w *world) check(when string, claims bool) audit {
	w.t.Helper()
	a := w.audit(claims)
	if !a.clean() {
		w.t.Errorf("%s: stored twice %v, accepted but absent %v, stored but neither accepted nor in doubt %v", when, a.twice, a.absent, a.forgotten)
	}
	return a
}

// settle resolves every doubt as a careful person would: by looking at what the
// platform has.
func (w *world) settle() {
	w.t.Helper()
	held := map[string]bool{}
	for _, s := range w.sandbox.Stored() {
		held[s.SHA256] = true
	}
	keys := map[string][]string{}
	for sha, v := range w.believed() {
		if v.State == ledger.StateInDoubt || v.State == ledger.StateClaimed {
			flag := map[bool]string{true: "--sent", false: "--resend"}[held[sha]]
			keys[flag] = append(keys[flag], v.Key)
		}
	}
	for flag, list := range keys {
		if code, out := w.run(append(append([]string{"resolve"}, list...), flag)...); code != 0 {
			w.t.Fatalf("resolve %s %s: exit %d\n%s", flag, strings.Join(list, " "), code, out)
		}
	}
}
