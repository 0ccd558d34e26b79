//go:build !windows

package cli

import "syscall"

// writable reports why a folder cannot be written. It asks, and leaves nothing
// there: doctor writes nothing.
func writable(dir string) error {
	const write = 2
	return syscall.Access(dir, write)
}
