package inbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"hbupload/internal/plainfile"
)

// Mover moves files into folders. Journal is the path of the note it keeps of a
// copy under way, on the machine's own disk; there is one Mover at a time for
// each journal. FileMode and DirMode are those of what it creates.
type Mover struct {
	Disk     Disk
	Journal  string
	DirMode  fs.FileMode
	FileMode fs.FileMode

	touched map[string]bool // folders that Settle brings to the disk
}

// tries bounds the numbers that are tried for a name that is taken.
const tries = 10000

// ErrChanged is a file that does not hold the bytes that were read.
var ErrChanged = errors.New("the file is not the one that was read")

// errCopy is a copy that does not read as its original.
var errCopy = errors.New("the copy differs from the original")

// Move brings a file into a folder, which is made if need be, and returns the
// path it got: a name that is taken gets a number. sum is the hex SHA-256 of the
// bytes that were read: a file that holds others is not moved (ErrChanged), and
// one that takes its name at the last moment gets the name back.
//
// Within a file system that is one rename; else the file is copied, brought to
// the disk, read back, named, and only then removed at its old place. Settle
// brings the folders to the disk.
//
// A move that was cut short before is ended first: its note must not be
// overwritten. If it was this very file's, that is all there is to do.
func (m *Mover) Move(ctx context.Context, from, dir, sum string) (string, error) {
	earlier, to, err := m.resume(ctx)
	if err != nil || to != "" && earlier == from {
		return to, err
	}
	if err := m.holds(ctx, from, sum); err != nil {
		return "", err
	}
	if err := m.Disk.MkdirAll(dir, m.DirMode); err != nil {
		return "", err
	}
	for n := 1; n <= tries; n++ {
		to := filepath.Join(dir, numbered(filepath.Base(from), n))
		err := m.rename(ctx, note{From: from, To: to, SHA256: sum, Renamed: true})
		switch {
		case err == nil:
			return to, nil
		case errors.Is(err, fs.ErrExist):
			continue
		case !crossDevice(err):
			return "", err
		}
		return m.copyOver(ctx, from, dir, sum, n)
	}
	return "", fmt.Errorf("%s: %w", filepath.Base(from), fs.ErrExist)
}

// holds fails with ErrChanged where a file holds other bytes than were read.
func (m *Mover) holds(ctx context.Context, path, sum string) error {
	got, err := m.Sum(ctx, path)
	if errors.Is(err, plainfile.ErrIrregular) || err == nil && got != sum {
		return ErrChanged
	}
	return err
}

// rename moves within a file system. The note tells a process that comes after
// a kill that what lies under the new name may not have been looked at.
func (m *Mover) rename(ctx context.Context, n note) error {
	if err := m.free(n.To); err != nil {
		return err
	}
	if err := m.write(n); err != nil {
		return err
	}
	if err := m.Disk.RenameNew(n.From, n.To); err != nil {
		return errors.Join(err, m.forget())
	}
	m.touch(n)
	return m.inspect(ctx, n)
}

// free fails with fs.ErrExist where a name is taken.
func (m *Mover) free(path string) error {
	_, err := m.Disk.Stat(path)
	switch {
	case err == nil:
		return &fs.PathError{Op: "move", Path: path, Err: fs.ErrExist}
	case errors.Is(err, fs.ErrNotExist):
		return nil
	}
	return err
}

// inspect looks at what a rename has moved; another file than the one that was
// read goes back.
func (m *Mover) inspect(ctx context.Context, n note) error {
	err := m.holds(ctx, n.To, n.SHA256)
	switch {
	case err == nil:
		_ = m.forget() // a note that stays finds the right file there
		return nil
	case errors.Is(err, ErrChanged):
		if back := m.giveBack(n.To, n.From); back != nil {
			return back // the note stands: the next time gives it back
		}
		return errors.Join(err, m.forget())
	}
	return err
}

// giveBack renames a file to the name it had, or to that name with a number.
func (m *Mover) giveBack(path, home string) error {
	for n := 1; n <= tries; n++ {
		err := m.Disk.RenameNew(path, filepath.Join(filepath.Dir(home), numbered(filepath.Base(home), n)))
		if !errors.Is(err, fs.ErrExist) {
			return ignoreMissing(err)
		}
	}
	return fmt.Errorf("%s: %w", filepath.Base(home), fs.ErrExist)
}

// touch remembers the folders of a move for Settle.
func (m *Mover) touch(n note) {
	if m.touched == nil {
		m.touched = map[string]bool{}
	}
	m.touched[filepath.Dir(n.To)] = true
	m.touched[filepath.Dir(n.From)] = true
}

// Settle asks for the folders of the moves since the last call to reach the
// disk. A failure is no harm: after a crash a file is then back where it was,
// or the note still stands, and the move is made again.
func (m *Mover) Settle() {
	for dir := range m.touched {
		_ = m.Disk.SyncDir(dir)
	}
	m.touched = nil
}

// maxName is how long a name may be on the file systems we meet, in bytes.
const maxName = 255

// numbered is a name with a number before its extension, from 2 on.
func numbered(name string, n int) string {
	if n == 1 {
		return name
	}
	ext := filepath.Ext(name)
	tail := fmt.Sprintf(" (%d)%s", n, ext)
	stem := strings.TrimSuffix(name, ext)
	for len(stem)+len(tail) > maxName && stem != "" {
		_, size := utf8.DecodeLastRuneInString(stem)
		stem = stem[:len(stem)-size]
	}
	return stem + tail
}

// Resume ends a move that was cut short and tells where the file is now, ""
// when there was none. A file that was replaced meanwhile under its old name is
// another one, and stays.
func (m *Mover) Resume(ctx context.Context) (string, error) {
	_, to, err := m.resume(ctx)
	m.Settle()
	return to, err
}

// resume tells too from where the file came.
func (m *Mover) resume(ctx context.Context) (from, to string, err error) {
	data, err := m.Disk.ReadFile(m.Journal)
	if errors.Is(err, fs.ErrNotExist) {
		return "", "", nil
	}
	if err != nil {
		return "", "", err
	}
	var n note
	if json.Unmarshal(data, &n) != nil || n.From == "" || n.To == "" {
		return "", "", m.forget() // cut off: nothing was moved yet
	}
	if n.Renamed {
		err = m.inspect(ctx, n)
	} else {
		err = m.resumeCopy(ctx, n)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", "", m.forget() // it was never renamed, or is gone
	case errors.Is(err, ErrChanged):
		return "", "", nil
	case err != nil:
		return "", "", err
	}
	return n.From, n.To, nil
}

// Sum is the hex SHA-256 of a file as it can be read.
func (m *Mover) Sum(ctx context.Context, path string) (string, error) {
	f, err := m.Disk.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, reader{ctx, f}); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// reader ends with its context: a share may hang for long.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
