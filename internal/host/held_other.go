//go:build !windows

package host

// heldOpen is never the case here: an open file can be renamed and replaced.
func heldOpen(error) bool { return false }
