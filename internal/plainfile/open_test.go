//go:build unix

package plainfile

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestOpenTakesRegularFilesAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, err := range []error{os.WriteFile(at("file"), []byte("text"), 0o600), syscall.Mkfifo(at("pipe"), 0o600), os.Symlink("file", at("link")),
		os.Symlink("pipe", at("linked-pipe")), os.Symlink("nowhere", at("broken"))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string][2]error{
		"file": {nil, nil}, "link": {nil, ErrIrregular}, "pipe": {ErrIrregular, ErrIrregular}, "linked-pipe": {ErrIrregular, ErrIrregular},
		".": {ErrIrregular, ErrIrregular}, "broken": {os.ErrNotExist, ErrIrregular}, "missing": {os.ErrNotExist, os.ErrNotExist},
	} {
		f, info, err := Open(at(name))
		if !errors.Is(err, want[0]) || (err == nil) != (f != nil) || (err == nil) != (info != nil) {
			t.Errorf("Open %s: %v", name, err)
		}
		if f != nil {
			_ = f.Close()
		}
		if f, _, err = OpenItself(at(name)); !errors.Is(err, want[1]) {
			t.Errorf("OpenItself %s: %v", name, err)
		}
		if f != nil {
			_ = f.Close()
		}
	}
}
