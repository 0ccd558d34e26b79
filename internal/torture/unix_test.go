//go:build unix

package torture

import (
	"bytes"
	"encoding/json"

	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"hbupload/internal/ledger"
)

// TestMachine is what the machine may do to a push: another one beside it,
// Ctrl-C, a disk that is full or may not be written.
func TestMachine(t *testing.T) {
	t.Parallel()
	bin := program(t)
	for name, play := range map[string]func(t *testing.T, bin string){
		"two at once": twoAtOnce, "interrupt": interrupt, "interrupt twice": interruptTwice,
		"interrupt on an idle pipe": interruptIdle, "interrupt while nobody reads": interruptStuck,
		"file size limit": fileSizeLimit, "full disk": fullDisk, "read-only data folder": readOnly,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, bin)
		})
	}
}

// started is a push that runs beside the test.
type started struct {
	*exec.Cmd
	out  bytes.Buffer
	errs screen
}

// screen is what a program has shown so far.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

// String is all of it.
func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func (w *world) start(args ...string) *started {
	w.t.Helper()
	s := &started{Cmd: w.command(args...)}
	s.Stdout, s.Stderr = &s.out, &s.errs
	if err := s.Start(); err != nil {
		w.t.Fatal(err)
	}
	return s
}

// ended is what it says at its end.
func (s *started) ended(t *testing.T) outcome {
	t.Helper()
	_ = s.Wait() // the exit code is part of the outcome
	var o outcome
	if err := json.Unmarshal(s.out.Bytes(), &o); err != nil {
		t.Fatalf("%v\nstdout %s\nstderr %s", err, s.out.String(), s.errs.String())
	}
	if code := s.ProcessState.ExitCode(); o.ExitCode != code {
		t.Fatalf("says exit %d and exits %d\n%s", o.ExitCode, code, s.errs.String())
	}
	return o
}

// twoAtOnce: the second is turned away with exit 5, readers are not.
func twoAtOnce(t *testing.T, bin string) {
	w := newWorld(t, bin, faulty(t, ""), 4)
	file := w.file(8)
	reached := w.gate.arm(afterBody, 3, nil)
	first := w.start(pushArgs(file)...)
	wait(t, reached, "the first push is under way")
	if o := w.push(file); o.ExitCode != 5 {
		t.Errorf("the second push: exit %d", o.ExitCode)
	}
	for _, args := range [][]string{{"status"}, {"history"}, {"validate", file, "--no-report"}} {
		if code, out := w.run(args...); code != 0 {
			t.Errorf("%v during a push: exit %d\n%s", args, code, out)
		}
	}
	if o := w.push(file, "--dry-run"); o.ExitCode == 5 || o.ExitCode == 2 {
		t.Errorf("a dry run during a push: exit %d", o.ExitCode)
	}
	if n := w.sandbox.Calls("upload"); n != 2 {
		t.Errorf("%d uploads passed the gate, want 2", n)
	}
	kill(t, first.Cmd)
	w.gate.open()
	if o := w.push(file); o.ExitCode != 4 {
		t.Errorf("after the kill: exit %d", o.ExitCode)
	}
	w.check("at the end", false)
}

// interrupt finishes what is in flight.
func interrupt(t *testing.T, bin string) {
	for _, sig := range []os.Signal{syscall.SIGINT, syscall.SIGTERM} {
		w := newWorld(t, bin, faulty(t, ""), 4)
		file := w.file(20)
		reached := w.gate.arm(afterStore, 6, nil)
		p := w.start(pushArgs(file)...)
		wait(t, reached, "the push is under way")
		if err := p.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		// What is held is answered by a gateway: the program must wait for it.
		w.gate.drop()
		o := p.ended(t)
		if o.ExitCode != 130 || o.Counts["pending"] == 0 || o.Counts["accepted"] < 5 {
			t.Errorf("%v: exit %d, counts %v", sig, o.ExitCode, o.Counts)
		}
		w.check("after the interrupt", false)
		w.push(file)
		w.settle()
		if o := w.push(file); o.ExitCode != 0 {
			t.Errorf("afterwards: exit %d, counts %v", o.ExitCode, o.Counts)
		}
		w.check("at the end", false)
	}
}

// interruptTwice gives up what is in flight, and says so.
func interruptTwice(t *testing.T, bin string) {
	w := newWorld(t, bin, faulty(t, ""), 4)
	file := w.file(20)
	reached := w.gate.arm(afterStore, 6, nil)
	p := w.start(pushArgs(file)...)
	wait(t, reached, "the push is under way")
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	w.until(func() bool { return strings.Contains(p.errs.String(), "正在结束") }) // two that come together count as one
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	o := p.ended(t)
	if o.ExitCode != 130 || o.Counts["in_doubt"] == 0 || o.Counts["in_doubt"] > w.workers {
		t.Errorf("exit %d, counts %v", o.ExitCode, o.Counts)
	}
	w.gate.open()
	w.check("after the interrupts", false)
}

// fileSizeLimit: the ledger cannot grow any more in mid-run.
func fileSizeLimit(t *testing.T, bin string) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("no bash, whose ulimit counts in KiB")
	}
	w := newWorld(t, bin, faulty(t, ""), 4)
	file := w.file(120)
	p := w.limited("ulimit -f 700; exec \"$0\" \"$@\"", pushArgs(file)...)
	w.afterBadDisk(t, p.ended(t), file, 120)
}

// limited is the program after a line of bash.
func (w *world) limited(line string, args ...string) *started {
	w.t.Helper()
	cmd := w.command(args...)
	p := &started{Cmd: exec.CommandContext(w.t.Context(), "bash", append([]string{"-c", line}, cmd.Args...)...)}
	p.Dir, p.Env, p.Stdout, p.Stderr = cmd.Dir, cmd.Env, &p.out, &p.errs
	if err := p.Start(); err != nil {
		w.t.Fatal(err)
	}
	return p
}

// afterBadDisk: the run stopped with exit 4, nothing is told that is not so, and
// the next run on a good disk does the rest.
func (w *world) afterBadDisk(t *testing.T, o outcome, file string, n int) {
	t.Helper()
	if o.ExitCode != 4 || o.Counts["pending"] == 0 || o.Counts["accepted"] == 0 {
		t.Errorf("exit %d, counts %v", o.ExitCode, o.Counts)
	}
	w.check("after the stop", true)
	o = w.push(file)
	a := w.check("after the next push", false)
	if o.ExitCode != exitOf(a.doubts) || a.doubts > 2*w.workers {
		t.Errorf("next push: exit %d, %d in doubt", o.ExitCode, a.doubts)
	}
	w.settle()
	if o := w.push(file); o.ExitCode != 0 {
		t.Errorf("at the end: exit %d, counts %v", o.ExitCode, o.Counts)
	}
	if end := w.check("at the end", false); end.accepted != n {
		t.Errorf("at the end %+v", end)
	}
}

// fullDisk has the data folder on a small disk of its own.
func fullDisk(t *testing.T, bin string) {
	w := newWorld(t, bin, faulty(t, ""), 4)
	file := w.file(120)
	disk := filepath.Join(w.dir, "disk")
	if err := os.Mkdir(disk, 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size=1400k", "hbupload-test", disk).CombinedOutput(); err != nil {
		t.Skipf("a small disk cannot be mounted here: %s", out)
	}
	defer func() {
		if out, err := exec.CommandContext(t.Context(), "umount", disk).CombinedOutput(); err != nil {
			t.Errorf("umount: %s", out)
		}
	}()
	if err := os.CopyFS(filepath.Join(disk, "data"), os.DirFS(w.data())); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(w.data()); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(disk, "data"), w.data()); err != nil {
		t.Fatal(err)
	}
	p := w.start(pushArgs(file)...)
	o := p.ended(t)
	if out, err := exec.CommandContext(t.Context(), "mount", "-o", "remount,size=64m", disk).CombinedOutput(); err != nil {
		t.Fatalf("remount: %s", out)
	}
	w.afterBadDisk(t, o, file, 120)
}

// readOnly: pushing is refused before anything leaves, looking works.
func readOnly(t *testing.T, bin string) {
	w := newWorld(t, bin, faulty(t, ""), 4)
	file := w.file(3)
	if o := w.push(file); o.ExitCode != 0 {
		t.Fatalf("the first push: exit %d", o.ExitCode)
	}
	sent, more := w.sandbox.Calls("upload"), w.file(2)
	nobody := w.openTo(t)
	run := func(args ...string) (int, string) {
		cmd := w.command(args...)
		cmd.SysProcAttr = nobody
		cmd.Env = append(cmd.Env, "TMPDIR="+os.TempDir())
		cmd.Path = filepath.Join(w.dir, "program")
		out, err := cmd.CombinedOutput()
		if exit, ok := err.(*exec.ExitError); ok {
			return exit.ExitCode(), string(out)
		}
		if err != nil {
			t.Skipf("cannot become another user: %v", err)
		}
		return 0, string(out)
	}
	for _, c := range []struct {
		exit int
		args []string
	}{
		{2, pushArgs(more)}, {0, []string{"status"}}, {0, []string{"validate", more, "--no-report"}},
		{0, []string{"history"}}, {0, pushArgs(file, "--dry-run")},
	} {
		if code, out := run(c.args...); code != c.exit || strings.Contains(out, "panic") {
			t.Errorf("%v: exit %d, want %d\n%s", c.args, code, c.exit, out)
		}
	}
	if n := w.sandbox.Calls("upload"); n != sent {
		t.Errorf("%d uploads from a folder that cannot be written", n-sent)
	}
}

// openTo lets another user read everything of the world and write nothing.
func (w *world) openTo(t *testing.T) *syscall.SysProcAttr {
	t.Helper()
	if data, err := os.ReadFile(w.bin); err != nil || os.WriteFile(filepath.Join(w.dir, "program"), data, 0o700) != nil {
		t.Fatal(err)
	}
	for dir := w.dir; strings.Contains(dir, "TestMachine"); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	modes := func(file, dir os.FileMode) {
		err := filepath.WalkDir(w.dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || path == w.dir {
				return err
			}
			if d.IsDir() {
				return os.Chmod(path, dir)
			}
			return os.Chmod(path, file)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	modes(0o555, 0o555)
	t.Cleanup(func() { modes(0o700, 0o700) })
	if _, err := os.Stat(filepath.Join(w.data(), ledger.FileName)); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() != 0 {
		return nil
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
}
