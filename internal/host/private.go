package host

import (
	"context"
	"path/filepath"
)

// WritePrivate replaces a file by one that only its owner can read; a folder that
// is not there is made for its owner alone. It does not end early: half of a token
// or of a record is worth nothing.
func WritePrivate(path string, data []byte) error {
	if err := MakePrivate(filepath.Dir(path)); err != nil {
		return err
	}
	return Files{}.WriteBytes(context.Background(), path, data)
}
