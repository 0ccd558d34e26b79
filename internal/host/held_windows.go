package host

import (
	"errors"

	"golang.org/x/sys/windows"
)

// heldOpen reports whether another program has the file open: a sharing or lock
// violation, and the "access denied" that a rename onto an open file gives.
func heldOpen(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) ||
		errors.Is(err, windows.ERROR_LOCK_VIOLATION) ||
		errors.Is(err, windows.ERROR_ACCESS_DENIED)
}
