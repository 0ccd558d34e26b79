package dict

import (
	"context"
	"io"
	"os"
	"path/filepath"

	"hbupload/internal/host"
)

// replaced writes a file of the store as a whole: 0600, its folder 0700.
func replaced(ctx context.Context, path string, fill func(io.Writer) error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return host.Files{}.Write(ctx, path, fill)
}

// unfinished are the names of files that killed processes may leave behind, of
// older versions too.
func unfinished() []string { return []string{host.Unfinished, "writing-*.tmp", "pull-*.tsv"} }
