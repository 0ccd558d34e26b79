package shared

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"hbupload/internal/fault"
)

// Journal is where a machine keeps the answers that a shared ledger's database
// could not be told: one line of JSON each, on disk before the next record is
// thought of. It holds what the ledger would: digests and redacted messages.
type Journal struct {
	Disk   Disk
	Path   string
	Ledger string // names the database the answers belong to
}

// Disk is what a journal does to its file.
type Disk interface {
	// Append opens a file for writing at its end, and makes it 0600 when it is
	// missing.
	Append(path string) (File, error)
	Rename(from, to string) error
	Remove(path string) error
}

// File is an open file of a Disk.
type File interface {
	io.WriteCloser
	Sync() error
}

// journalMax bounds a journal; a run stops long before.
const journalMax = 64 << 20

// Hex is a digest as a journal keeps it.
type Hex []byte

// MarshalText implements encoding.TextMarshaler.
func (h Hex) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(h)), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *Hex) UnmarshalText(text []byte) (err error) {
	*h, err = hex.DecodeString(string(text))
	return err
}

// Answer is one answer: what settling it needs of the claim, and what came.
type Answer struct {
	Ledger      string    `json:"ledger"`
	Submission  int64     `json:"submission"`
	Attempt     int64     `json:"attempt"`
	Number      int       `json:"number"`
	Started     int64     `json:"started_us"`
	Institution string    `json:"institution"`
	Identity    Hex       `json:"identity"`
	Base        Hex       `json:"base,omitempty"`
	Name        Hex       `json:"name"`
	Key         string    `json:"key"`
	RowKey      bool      `json:"row_key,omitempty"`
	File        string    `json:"file"`
	Content     Hex       `json:"content"`
	Prior       string    `json:"prior,omitempty"`
	HasAccepted bool      `json:"has_accepted,omitempty"`
	Resend      bool      `json:"resend,omitempty"`
	SamePerson  bool      `json:"same_person,omitempty"`
	Class       string    `json:"class"`
	HTTPStatus  int       `json:"http_status,omitempty"`
	Message     string    `json:"message,omitempty"`
	Note        string    `json:"note,omitempty"`
	Duration    int64     `json:"duration_us,omitempty"`
	At          time.Time `json:"at"`
}

// whole reports whether the digests have their lengths (older versions had no base).
func (a *Answer) whole() bool {
	return len(a.Identity) == 16 && len(a.Name) == 16 && len(a.Content) == 32 && (len(a.Base) == 0 || len(a.Base) == 16)
}

// Append writes one answer and waits until it is on disk.
func (j Journal) Append(a Answer) error {
	a.Ledger = j.Ledger
	data, err := json.Marshal(a)
	if err != nil {
		return err
	}
	if torn(j.Path) { // a full disk took a part of the line before
		data = append([]byte{'\n'}, data...)
	}
	f, err := j.Disk.Append(j.Path)
	if err != nil {
		return err
	}
	_, err = f.Write(append(data, '\n'))
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// torn reports whether a file's last line is not whole. One that cannot be read
// may be; an empty line does no harm.
func torn(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return err != nil
	}
	last := make([]byte, 1)
	_, err = f.ReadAt(last, info.Size()-1)
	return err != nil || last[0] != '\n'
}

// Clear forgets what has been settled.
func (j Journal) Clear() error {
	err := j.Disk.Remove(j.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// setAside keeps a journal with lines that cannot be read, for a person to see.
func (j Journal) setAside(at time.Time) error {
	return j.Disk.Rename(j.Path, j.Path+".damaged-"+at.Format("20060102-150405"))
}

// Read returns the answers of this database, how many belong to another, and how
// many lines are not whole. What a kill or a full disk cut off was never reported as kept:
// its claim becomes a doubt.
func (j Journal) Read() (own []Answer, foreign, damaged int, err error) {
	f, err := os.Open(j.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, 0, nil
	}
	if err != nil {
		return nil, 0, 0, err
	}
	defer func() { _ = f.Close() }()
	r := bufio.NewReader(io.LimitReader(f, journalMax))
	for {
		text, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return own, foreign, damaged, nil
		}
		if err != nil {
			return nil, 0, 0, err
		}
		text = bytes.TrimSpace(text)
		var a Answer
		switch err := json.Unmarshal(text, &a); {
		case len(text) == 0:
		case err != nil:
			damaged++
		case a.Ledger != j.Ledger:
			foreign++
		case !a.whole():
			damaged++
		default:
			own = append(own, a)
		}
	}
}

// Waiting is how many answers wait to be told.
func (j Journal) Waiting() int {
	own, _, _, _ := j.Read()
	return len(own)
}

// Own is Read for telling: answers of another database are an error.
func (j Journal) Own() (own []Answer, damaged int, err error) {
	own, foreign, damaged, err := j.Read()
	switch {
	case err != nil:
		return nil, 0, fault.New(fault.Config, "本机暂存的答复 "+j.Path+" 无法读取。").
			Next("检查文件权限；读不出时把它移到别处再执行，其中的记录将列为结果不明。").By(err)
	case foreign > 0:
		return nil, 0, fault.New(fault.Config, fmt.Sprintf("本机暂存的答复 %s 里有 %d 条属于另一个台账数据库。", j.Path, foreign)).
			Next("把 ledger 改回原来的数据库执行一次，或把该文件移到别处（其中的记录在原来的数据库里将列为结果不明）。")
	}
	return own, damaged, nil
}

// Told forgets a journal whose answers have been told; one with damaged lines is
// kept beside.
func (j Journal) Told(damaged int, at time.Time) error {
	forget := j.Clear
	if damaged > 0 {
		forget = func() error { return j.setAside(at) }
	}
	if err := forget(); err != nil {
		return fault.New(fault.Config, "无法删除已补记的 "+j.Path+"。").Next("检查数据文件夹的权限。").By(err)
	}
	return nil
}
