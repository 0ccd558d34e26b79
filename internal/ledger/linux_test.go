//go:build linux

package ledger

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// asEnv tells a child which part it plays.
const asEnv = "HBUPLOAD_LEDGER_TEST_AS"

// asChild runs a test of this binary in a process of its own.
func asChild(t *testing.T, test, dir string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+test+"$", "-test.v")
	cmd.Env = append(os.Environ(), childEnv+"="+dir, asEnv+"="+test)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("child: %v\n%s", err, out)
	}
	return string(out)
}

// TestFileSizeLimitChild plays a process under `ulimit -f`.
func TestFileSizeLimitChild(t *testing.T) {
	if os.Getenv(asEnv) != t.Name() {
		t.Skip("only as a child")
	}
	ctx := context.Background()
	l, err := Open(ctx, options(here(os.Getenv(childEnv))))
	if err != nil {
		t.Fatal(err)
	}
	r, _ := begin(t, l, Policy{})
	signal.Ignore(syscall.SIGXFSZ) // as a parent that ignores it would hand down
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 512 << 10, Max: 512 << 10}); err != nil {
		t.Fatal(err)
	}
	for n := 0; n < 5000; n++ {
		if _, _, err := r.ClaimOne(ctx, wide(l.Digester(), n)); err != nil {
			fmt.Printf("> %d claims, then %s\n", n, kindOf(err))
			os.Exit(0) // no tidy end: the next process must cope
		}
	}
	t.Fatal("the limit was never met")
}

// TestFileSizeLimit: the claims that were acknowledged are there, and nothing else.
func TestFileSizeLimit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	out := asChild(t, "TestFileSizeLimitChild", dir)
	_, said, _ := strings.Cut(out, "> ")
	var claims int
	var kind string
	if _, err := fmt.Sscanf(said, "%d claims, then %s", &claims, &kind); err != nil || kind != "stopped" || claims == 0 {
		t.Fatalf("the child said %q", out)
	}
	l := open(t, here(dir))
	if _, rec := begin(t, l, Policy{}); rec.Count != claims {
		t.Errorf("%d claims were acknowledged, %d found", claims, rec.Count)
	}
	if problems, err := l.Check(context.Background()); err != nil || len(problems) > 0 {
		t.Errorf("Check = %q, %v", problems, err)
	}
}

// TestReadOnlyFolderChild plays a user who may read the data folder and no more.
func TestReadOnlyFolderChild(t *testing.T) {
	if os.Getenv(asEnv) != t.Name() {
		t.Skip("only as a child")
	}
	dir := os.Getenv(childEnv)
	if os.Getuid() == 0 {
		if err := syscall.Setuid(65534); err != nil {
			t.Skip("cannot become another user: ", err)
		}
	}
	ctx := context.Background()
	_, err := Open(ctx, options(here(dir)))
	fmt.Printf("> open for writing: %s\n", kindOf(err))
	l, err := OpenReadOnly(ctx, options(here(dir)))
	if err != nil {
		t.Fatal(err)
	}
	d := planOne(t, l, invented(1).entry(l.Digester()), Policy{})
	fmt.Printf("> plan: %s\n", d.Action)
	_, err = l.Lock(ctx, Holder{PID: 1})
	fmt.Printf("> lock: %s\n", kindOf(err))
	if _, alive := l.Running(); alive {
		t.Error("nobody runs")
	}
}

// TestReadOnlyFolder: reading works, writing is refused with a clear error.
func TestReadOnlyFolder(t *testing.T) {
	t.Parallel()
	root, err := os.MkdirTemp("", "ledger-ro") // t.TempDir is closed to other users
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(root, "data")
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700); _ = os.RemoveAll(root) })
	l, err := Open(context.Background(), options(here(dir)))
	if err != nil {
		t.Fatal(err)
	}
	r, _ := begin(t, l, Policy{})
	send(t, r, invented(1).entry(l.Digester()), ClassAccepted)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for path, mode := range map[string]os.FileMode{root: 0o755, filepath.Join(dir, FileName): 0o444, filepath.Join(dir, KeyName): 0o444, dir: 0o555} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	out := asChild(t, "TestReadOnlyFolderChild", dir)
	if strings.Contains(out, "cannot become another user") {
		t.Skip("as root nothing is read-only, and we may not become somebody else")
	}
	for _, want := range []string{"> open for writing: config", "> plan: skip", "> lock: config"} {
		if !strings.Contains(out, want) {
			t.Errorf("missing %q in\n%s", want, out)
		}
	}
}
