package host

import (
	"context"
	"errors"
	"os/exec"
	"strconv"
	"syscall"
)

// shell runs a line as cmd.exe does. Its quoting is its own: the line goes to
// it as it stands.
func shell(ctx context.Context, line string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "cmd.exe")
	cmd.SysProcAttr = &syscall.SysProcAttr{CmdLine: `cmd.exe /d /s /c "` + line + `"`}
	return cmd
}

// endTogether makes a program end with all that it started when its time is up.
func endTogether(cmd *exec.Cmd) {
	cmd.Cancel = func() error {
		tree := exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(cmd.Process.Pid)) //nolint:noctx,gosec // the system's own program, our own child
		return errors.Join(tree.Run(), cmd.Process.Kill())
	}
}
