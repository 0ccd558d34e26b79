//go:build unix

package host

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func TestExecuteRunsALine(t *testing.T) {
	t.Parallel()
	out, err := Execute(context.Background(), Command{Shell: "cat; echo $X; echo noise >&2", Stdin: "in ", Environ: []string{"X=y"}})
	if err != nil || out != "in y\n" {
		t.Errorf("%q, %v", out, err)
	}
	out, err = Execute(context.Background(), Command{Name: "/bin/sh", Args: []string{"-c", "echo why >&2; exit 3"}})
	if err == nil || !strings.Contains(out, "why") {
		t.Errorf("%q, %v", out, err)
	}
}

// What runs for ever is ended with its context.
func TestExecuteIsBounded(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err := Execute(ctx, Command{Shell: "exec sleep 60"})
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 30*time.Second {
		t.Errorf("%v after %v", err, time.Since(began))
	}
	// What it started ends with it: the pipe it holds is closed at once, not after WaitDelay.
	ctx, cancel = context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err = Execute(ctx, Command{Shell: "sleep 60 & wait"}); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, exec.ErrWaitDelay) {
		t.Errorf("its child went on: %v", err)
	}
	w := &bounded{limit: 3}
	if n, err := w.Write([]byte("abcdef")); n != 6 || err != nil || w.buf.String() != "abc" {
		t.Errorf("kept %q, %d, %v", w.buf.String(), n, err)
	}
}
