package inbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
)

// note is the journal: a move under way.
type note struct {
	From    string `json:"from"`
	To      string `json:"to"`
	SHA256  string `json:"sha256"`
	Renamed bool   `json:"renamed,omitempty"` // within a file system: To is the original itself
}

// part is the name of a copy that is not whole yet: the same for every try.
func (n note) part() string { return hidden(n.To, "part") }

// aside is the name of an original that is about to be removed.
func (n note) aside() string { return hidden(n.From, "gone") }

// hidden is a short name beside a file that no scan takes.
func hidden(path, what string) string {
	sum := sha256.Sum256([]byte(filepath.Base(path)))
	return filepath.Join(filepath.Dir(path), fmt.Sprintf(".hbupload-%s-%x", what, sum[:8]))
}

// write keeps a note. That of a copy is on the disk before the copy begins;
// that of a rename only has to outlive this process.
func (m *Mover) write(n note) error {
	data, err := json.Marshal(n)
	if err != nil {
		return err
	}
	if n.Renamed {
		return m.fillNew(m.Journal, data, false)
	}
	tmp := m.Journal + ".tmp"
	if err = m.fillNew(tmp, data, true); err == nil {
		err = m.Disk.Replace(tmp, m.Journal)
	}
	if err != nil {
		return errors.Join(err, ignoreMissing(m.Disk.Remove(tmp)))
	}
	return m.Disk.SyncDir(filepath.Dir(m.Journal))
}

func (m *Mover) fillNew(path string, data []byte, durable bool) error {
	f, err := m.Disk.Create(path, 0o600)
	if err != nil {
		return err
	}
	if _, err = io.Copy(f, bytes.NewReader(data)); err == nil && durable {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func (m *Mover) forget() error { return ignoreMissing(m.Disk.Remove(m.Journal)) }

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
