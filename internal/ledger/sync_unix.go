//go:build !windows

package ledger

import (
	"errors"
	"os"
)

// syncDir makes a rename or link in a folder durable.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
