//go:build !windows

package host

import (
	"os"
)

// MakePrivate makes a folder that only its owner may open.
func MakePrivate(dir string) error { return os.MkdirAll(dir, 0o700) }
