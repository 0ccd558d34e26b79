package host

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"strings"
	"time"
)

// Execute is Process.Exec on a real machine: it runs a program and returns what
// it wrote, bounded; what it complained of only when it failed.
func Execute(ctx context.Context, c Command) (string, error) {
	var cmd *exec.Cmd
	if c.Shell != "" {
		cmd = shell(ctx, c.Shell)
	} else {
		cmd = exec.CommandContext(ctx, c.Name, c.Args...) //nolint:gosec // the programs of schedule, by fixed names
	}
	out := &bounded{limit: MaxOutput}
	complaints := &bounded{limit: MaxOutput}
	cmd.Stdin = strings.NewReader(c.Stdin)
	cmd.Stdout = out
	cmd.Stderr = complaints
	cmd.Env = c.Environ
	cmd.Dir = c.Dir
	endTogether(cmd)
	// What the program started itself may hold the pipes open: not for ever.
	cmd.WaitDelay = 2 * time.Second
	err := cmd.Run()
	if ctx.Err() != nil {
		err = errors.Join(ctx.Err(), err)
	}
	if err != nil {
		return out.buf.String() + complaints.buf.String(), err
	}
	return out.buf.String(), nil
}

// MaxOutput bounds what is kept of another program's words.
const MaxOutput = 1 << 20

// bounded keeps the beginning of what is written to it.
type bounded struct {
	buf   bytes.Buffer
	limit int
}

// Write implements io.Writer; it never fails, so that the program goes on.
func (b *bounded) Write(p []byte) (int, error) {
	if room := b.limit - b.buf.Len(); room > 0 {
		b.buf.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

// Command is another program to run. Shell, when set, is a line for the
// system's shell and wins over Name and Args.
type Command struct {
	Shell   string
	Name    string
	Args    []string
	Stdin   string
	Environ []string
	Dir     string
}
