//go:build !windows

package host

import (
	"context"
	"os/exec"
	"syscall"
)

// shell runs a line as the system's shell does.
func shell(ctx context.Context, line string) *exec.Cmd {
	return exec.CommandContext(ctx, "/bin/sh", "-c", line) //nolint:gosec // the operator's own line of the configuration
}

// endTogether makes a program end with all that it started when its time is up:
// it leads a group of its own, and the group is ended.
func endTogether(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
