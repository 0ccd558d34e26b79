package inbox

import (
	"bytes"
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
)

// Mover moves files into folders. Journal is the path of the note it keeps of a
// copy under way, on the machine's own disk; there is one Mover at a time for
// each journal. FileMode and DirMode are those of what it creates.
type Mover struct {
	Disk     Disk
	Journal  string
	DirMode  fs.FileMode
	FileMode fs.FileMode
}

// note is the journal: a copy that is to end as a move.
type note struct {
	From   string `json:"from"`
	To     string `json:"to"`
	SHA256 string `json:"sha256"`
}

// tries bounds the numbers that are tried for a name that is taken.
const tries = 10000

// errCopy is a copy that does not read as its original.
var errCopy = errors.New("the copy differs from the original")

// Move brings a file into a folder, which is made if need be, and returns the
// path it got: a name that is taken gets a number. Within a file system that is
// one rename; else the file is copied, brought to the disk, read back, named,
// and only then removed at its old place.
//
// A move that was cut short before is ended first: its note must not be
// overwritten. If it was this very file's, that is all there is to do.
func (m *Mover) Move(ctx context.Context, from, dir string) (string, error) {
	earlier, to, err := m.resume(ctx)
	if err != nil || to != "" && earlier == from {
		return to, err
	}
	if err := m.Disk.MkdirAll(dir, m.DirMode); err != nil {
		return "", err
	}
	for n := 1; n <= tries; n++ {
		to := filepath.Join(dir, numbered(filepath.Base(from), n))
		err := m.Disk.RenameNew(from, to)
		switch {
		case err == nil:
			m.settle(dir, filepath.Dir(from))
			return to, nil
		case errors.Is(err, fs.ErrExist):
			continue
		case !crossDevice(err):
			return "", err
		}
		return m.copyOver(ctx, from, dir, n)
	}
	return "", fmt.Errorf("%s: %w", filepath.Base(from), fs.ErrExist)
}

// numbered is a name with a number before its extension, from 2 on.
func numbered(name string, n int) string {
	if n == 1 {
		return name
	}
	ext := filepath.Ext(name)
	return fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(name, ext), n, ext)
}

// copyOver moves between two file systems.
func (m *Mover) copyOver(ctx context.Context, from, dir string, first int) (string, error) {
	sum, err := m.sum(ctx, from)
	if err != nil {
		return "", err
	}
	for n := first; n <= tries; n++ {
		to := filepath.Join(dir, numbered(filepath.Base(from), n))
		switch _, err := m.Disk.Stat(to); {
		case err == nil:
			continue
		case !errors.Is(err, fs.ErrNotExist):
			return "", err
		}
		if err := m.write(note{from, to, sum}); err != nil {
			return "", err
		}
		err := m.finish(ctx, note{from, to, sum})
		if errors.Is(err, fs.ErrExist) {
			continue // somebody took the name meanwhile
		}
		if err != nil {
			return "", err
		}
		return to, nil
	}
	return "", fmt.Errorf("%s: %w", filepath.Base(from), fs.ErrExist)
}

// settle asks for the folders to reach the disk. A failure is no harm: after a
// crash the file is then back where it was, or the note still stands, and the
// move is made again.
func (m *Mover) settle(dirs ...string) {
	for _, dir := range dirs {
		_ = m.Disk.SyncDir(dir)
	}
}

// Resume ends a move that was cut short and tells where the file is now, ""
// when there was none. A file that was replaced meanwhile under its old name is
// another one, and stays.
func (m *Mover) Resume(ctx context.Context) (string, error) {
	_, to, err := m.resume(ctx)
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
		return "", "", m.forget() // the note is replaced whole: this one was never ours
	}
	sum, err := m.sum(ctx, n.From)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", "", m.forget() // the original was removed: the copy stands
	case err != nil:
		return "", "", err
	case sum != n.SHA256:
		return "", "", errors.Join(m.drop(n), m.forget())
	}
	if err := m.finish(ctx, n); err != nil {
		return "", "", err
	}
	return n.From, n.To, nil
}

// finish brings a copy to its end from wherever it stands: no copy, half a one,
// a whole one without its name, or one with it.
func (m *Mover) finish(ctx context.Context, n note) error {
	sum, err := m.sum(ctx, n.To)
	switch {
	case err == nil && sum == n.SHA256: // named, original not removed yet
	case err == nil:
		return errors.Join(fs.ErrExist, m.drop(n), m.forget())
	case errors.Is(err, fs.ErrNotExist):
		if err := m.copy(ctx, n); err != nil {
			return err
		}
	default:
		return err
	}
	if err := m.Disk.SyncDir(filepath.Dir(n.To)); err != nil {
		return err
	}
	// The last look: whoever wrote into the original meanwhile keeps it.
	again, err := m.sum(ctx, n.From)
	if err != nil {
		return err // the note stands: the next time ends it
	}
	if again != n.SHA256 {
		return errors.Join(errCopy, m.forget())
	}
	if err := m.Disk.Remove(n.From); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	m.settle(filepath.Dir(n.From))
	_ = m.forget() // a note that stays finds the original gone
	return nil
}

// part is the name of a copy that is not whole yet: the same for every try.
func (n note) part() string {
	return filepath.Join(filepath.Dir(n.To), "."+filepath.Base(n.To)+".hbupload-part")
}

func (m *Mover) drop(n note) error {
	if err := m.Disk.Remove(n.part()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// copy writes the file beside its new name, reads it back, and gives it the name.
func (m *Mover) copy(ctx context.Context, n note) error {
	info, err := m.Disk.Stat(n.From)
	if err != nil {
		return err
	}
	if err := m.fill(ctx, n); err != nil {
		return errors.Join(err, m.drop(n), m.forget())
	}
	// The time is a courtesy; a share may refuse it.
	_ = m.Disk.Chtimes(n.part(), info)
	if sum, err := m.sum(ctx, n.part()); err != nil || sum != n.SHA256 {
		return errors.Join(errCopy, err, m.drop(n), m.forget())
	}
	if err := m.Disk.RenameNew(n.part(), n.To); err != nil {
		return errors.Join(err, m.drop(n), m.forget())
	}
	return nil
}

func (m *Mover) fill(ctx context.Context, n note) error {
	in, err := m.Disk.Open(n.From)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := m.Disk.Create(n.part(), m.FileMode)
	if err != nil {
		return err
	}
	if _, err = io.Copy(out, reader{ctx, in}); err == nil {
		err = out.Sync()
	}
	return errors.Join(err, out.Close())
}

// write keeps a note, atomically.
func (m *Mover) write(n note) error {
	data, err := json.Marshal(n)
	if err != nil {
		return err
	}
	tmp := m.Journal + ".tmp"
	f, err := m.Disk.Create(tmp, 0o600)
	if err != nil {
		return err
	}
	if _, err = io.Copy(f, bytes.NewReader(data)); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = m.Disk.Replace(tmp, m.Journal)
	}
	if err != nil {
		return errors.Join(err, ignoreMissing(m.Disk.Remove(tmp)))
	}
	return m.Disk.SyncDir(filepath.Dir(m.Journal))
}

func (m *Mover) forget() error { return ignoreMissing(m.Disk.Remove(m.Journal)) }

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// sum is the hex SHA-256 of a file as it can be read.
func (m *Mover) sum(ctx context.Context, path string) (string, error) {
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
