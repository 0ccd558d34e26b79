//go:build unix

package push

import (
	"syscall"
	"time"
)

// processorTime is what this process has used.
func processorTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // it never fails for this process
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
