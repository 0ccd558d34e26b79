//go:build !windows

package cli

import "os"

// makePrivate makes a folder that only its owner may open.
func makePrivate(dir string) error { return os.MkdirAll(dir, 0o700) }
