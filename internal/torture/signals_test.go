//go:build unix

package torture

import (
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
)

// interruptIdle: the first signal ends a push that waits for its own input.
func interruptIdle(t *testing.T, bin string) {
	w := newWorld(t, bin, faulty(t, ""), 4)
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p := &started{Cmd: w.command(pushArgs("-")...)}
	p.Stdin, p.Stdout, p.Stderr = read, &p.out, &p.errs
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	_ = read.Close() // the program has it
	// More than a pipe holds: when it is written, the program reads.
	if _, err := io.WriteString(write, strings.Repeat("体检编号,姓名\n", 1<<14)); err != nil {
		t.Fatal(err)
	}
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if o := p.ended(t); o.ExitCode != 130 {
		t.Errorf("exit %d\n%s%s", o.ExitCode, p.out.String(), p.errs.String())
	}
	_ = write.Close()
}

// interruptStuck: a program that cannot go on at all ends by repeated signals.
func interruptStuck(t *testing.T, bin string) {
	w := newWorld(t, bin, faulty(t, ""), 4)
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := w.command("validate", w.file(2000), "--json", "--no-report")
	cmd.Stdout = write
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = write.Close() // the program has it
	if _, err := io.ReadFull(read, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // the exit code is looked at below
		close(ended)
	}()
	w.until(func() bool {
		select {
		case <-ended:
			return true
		default:
			_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
			return false
		}
	})
	if code := cmd.ProcessState.ExitCode(); code != 130 {
		t.Errorf("exit %d", code)
	}
	_ = read.Close()
}
