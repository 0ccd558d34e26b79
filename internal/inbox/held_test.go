package inbox

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"hbupload/internal/host"
)

// TestMovesWaitForAScanner: a file that another program holds for a moment is moved
// all the same, and a name that is taken is refused at once.
func TestMovesWaitForAScanner(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	from, to := filepath.Join(dir, "a.xlsx"), filepath.Join(dir, "b.xlsx")
	waits := 0
	held := system{files: host.Files{
		// A file that is not there yet stands for one that cannot be touched yet.
		Held: func(err error) bool { return errors.Is(err, fs.ErrNotExist) },
		Wait: func(context.Context, time.Duration) error {
			if waits++; waits == 5 {
				return os.WriteFile(from, []byte("x"), 0o600)
			}
			return nil
		},
	}}
	if err := held.RenameNew(from, to); err != nil || waits != 5 {
		t.Errorf("%v after %d waits", err, waits)
	}
	waits = 0
	if err := held.Replace(from, to); err != nil || waits != 5 {
		t.Errorf("replace: %v after %d waits", err, waits)
	}
	waits = 4
	if err := os.WriteFile(from, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := held.RenameNew(from, to); !errors.Is(err, fs.ErrExist) || waits != 4 {
		t.Errorf("a name that is taken: %v after %d waits", err, waits-4)
	}
}
