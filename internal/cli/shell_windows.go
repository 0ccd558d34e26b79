package cli

import (
	"context"
	"os/exec"
	"syscall"
)

// shell runs a line as cmd.exe does. Its quoting is its own: the line goes to
// it as it stands.
func shell(ctx context.Context, line string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "cmd.exe")
	cmd.SysProcAttr = &syscall.SysProcAttr{CmdLine: `cmd.exe /d /s /c "` + line + `"`}
	return cmd
}
