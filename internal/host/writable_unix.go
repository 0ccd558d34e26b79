//go:build !windows

package host

import (
	"syscall"
)

// Writable reports why a folder cannot be written. It asks, and leaves nothing
// there: doctor writes nothing.
func Writable(dir string) error {
	const write = 2
	return syscall.Access(dir, write)
}
