//go:build !windows

package cli

import (
	"context"
	"os/exec"
)

// shell runs a line as the system's shell does.
func shell(ctx context.Context, line string) *exec.Cmd {
	return exec.CommandContext(ctx, "/bin/sh", "-c", line) //nolint:gosec // the operator's own line of the configuration
}
