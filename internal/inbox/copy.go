package inbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
)

// copyOver moves between two file systems.
func (m *Mover) copyOver(ctx context.Context, from, dir, sum string, first int) (string, error) {
	for i := first; i <= tries; i++ {
		n := note{From: from, To: filepath.Join(dir, numbered(filepath.Base(from), i)), SHA256: sum}
		err := m.free(n.To)
		if err == nil {
			if err = m.write(n); err == nil {
				err = m.finish(ctx, n)
			}
		}
		if errors.Is(err, fs.ErrExist) {
			continue // somebody has the name
		}
		if err != nil {
			return "", err
		}
		return n.To, nil
	}
	return "", fmt.Errorf("%s: %w", filepath.Base(from), fs.ErrExist)
}

// resumeCopy goes on with a copy if the original is still the one that was
// read, and tidies up after it if not: fs.ErrNotExist.
func (m *Mover) resumeCopy(ctx context.Context, n note) error {
	err := m.holds(ctx, n.From, n.SHA256)
	switch {
	case err == nil:
		return m.finish(ctx, n)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, ErrChanged):
		if err := errors.Join(m.drop(n), m.dispose(ctx, n)); err != nil {
			return err
		}
		return fs.ErrNotExist
	}
	return err
}

// finish brings a copy to its end from wherever it stands: no copy, half a one,
// a whole one without its name, or one with it.
func (m *Mover) finish(ctx context.Context, n note) error {
	sum, err := m.Sum(ctx, n.To)
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
	if err := m.remove(ctx, n); err != nil {
		return err // the note stands: the next time ends it
	}
	m.touch(n)
	_ = m.forget() // a note that stays finds the original gone
	return nil
}

// remove takes away an original that has been copied. It is renamed first and
// read once more, so that whatever was put under its name at the last moment
// is not what is removed.
func (m *Mover) remove(ctx context.Context, n note) error {
	if err := m.dispose(ctx, n); err != nil { // of an earlier attempt
		return err
	}
	err := m.holds(ctx, n.From, n.SHA256)
	if err == nil {
		err = m.Disk.RenameNew(n.From, n.aside())
	}
	switch {
	case err == nil:
		return m.dispose(ctx, n)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, ErrChanged):
		return nil // whoever wrote into the original, or replaced it, keeps it
	}
	return err
}

// dispose removes an original that was renamed for it. If it is another file,
// or its copy is not whole, it gets its name back.
func (m *Mover) dispose(ctx context.Context, n note) error {
	err := m.holds(ctx, n.aside(), n.SHA256)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = m.holds(ctx, n.To, n.SHA256)
	}
	switch {
	case err == nil:
		return ignoreMissing(m.Disk.Remove(n.aside()))
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, ErrChanged):
		return m.giveBack(n.aside(), n.From)
	}
	return err
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
	if sum, err := m.Sum(ctx, n.part()); err != nil || sum != n.SHA256 {
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
