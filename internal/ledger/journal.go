package ledger

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"hbupload/internal/fault"
)

// journal is where a machine keeps the answers that a shared ledger's database
// could not be told: one line of JSON each, on disk before the next record is
// thought of. It holds what the ledger would: digests and redacted messages.
type journal struct {
	disk disk
	path string
	id   string // of the database the answers belong to
}

func (l *Ledger) journal() journal {
	return journal{l.opt.files(), filepath.Join(l.opt.dir(), JournalName), l.id}
}

// journalMax bounds a journal; a run stops long before.
const journalMax = 64 << 20

// line is one answer: what settle.go needs of the claim, and the answer.
type line struct {
	Ledger      string    `json:"ledger"`
	Submission  int64     `json:"submission"`
	Attempt     int64     `json:"attempt"`
	Number      int       `json:"number"`
	Started     int64     `json:"started_us"`
	Institution string    `json:"institution"`
	Identity    string    `json:"identity"`
	Base        string    `json:"base,omitempty"`
	Name        string    `json:"name"`
	Key         string    `json:"key"`
	RowKey      bool      `json:"row_key,omitempty"`
	File        string    `json:"file"`
	Content     string    `json:"content"`
	Prior       State     `json:"prior,omitempty"`
	HasAccepted bool      `json:"has_accepted,omitempty"`
	Resend      bool      `json:"resend,omitempty"`
	SamePerson  bool      `json:"same_person,omitempty"`
	Class       Class     `json:"class"`
	HTTPStatus  int       `json:"http_status,omitempty"`
	Message     string    `json:"message,omitempty"`
	Note        string    `json:"note,omitempty"`
	Duration    int64     `json:"duration_us,omitempty"`
	At          time.Time `json:"at"`
}

func newLine(id string, j settleJob) line {
	c, s := &j.claim, &j.answer
	return line{Ledger: id, Submission: c.SubmissionID, Attempt: c.AttemptID, Number: c.Attempt, Started: c.started, Institution: c.entry.Institution,
		Identity: hex.EncodeToString(c.entry.Identity[:]), Base: optionalHex(c.entry.Base), Name: hex.EncodeToString(c.entry.Name[:]), Key: c.entry.Key, RowKey: c.entry.RowKey,
		File: c.entry.File, Content: hex.EncodeToString(c.entry.Content[:]), Prior: c.facts.Prior, HasAccepted: c.facts.HasAccepted,
		Resend: c.facts.Resend, SamePerson: c.facts.SamePerson, Class: s.Class, HTTPStatus: s.HTTPStatus, Message: s.Message, Note: s.Note,
		Duration: s.Duration.Microseconds(), At: s.At}
}

// optionalHex is "" for a digest that is not there.
func optionalHex(d Digest) string {
	if d == (Digest{}) {
		return ""
	}
	return hex.EncodeToString(d[:])
}

// job is the settle that the line remembers.
func (n *line) job() (settleJob, error) {
	e := Entry{Institution: n.Institution, Key: n.Key, RowKey: n.RowKey, File: n.File}
	type digest struct {
		to   []byte
		text string
	}
	digests := []digest{{e.Identity[:], n.Identity}, {e.Name[:], n.Name}, {e.Content[:], n.Content}}
	if n.Base != "" { // older versions had none
		digests = append(digests, digest{e.Base[:], n.Base})
	}
	for _, d := range digests {
		if len(d.text) != hex.EncodedLen(len(d.to)) {
			return settleJob{}, errDamaged
		}
		if _, err := hex.Decode(d.to, []byte(d.text)); err != nil {
			return settleJob{}, errDamaged
		}
	}
	c := Claim{SubmissionID: n.Submission, AttemptID: n.Attempt, Attempt: n.Number, started: n.Started, entry: e,
		facts: Facts{State: StateClaimed, Prior: n.Prior, HasAccepted: n.HasAccepted, Resend: n.Resend, SamePerson: n.SamePerson}}
	return settleJob{claim: c, noted: true, answer: Settlement{Class: n.Class, HTTPStatus: n.HTTPStatus, Message: n.Message, Note: n.Note,
		Duration: time.Duration(n.Duration) * time.Microsecond, At: n.At}}, nil
}

// errDamaged is a line that is not whole.
var errDamaged = errors.New("damaged line")

// append writes one answer and waits until it is on disk.
func (j journal) append(s settleJob) error {
	data, err := json.Marshal(newLine(j.id, s))
	if err != nil {
		return err
	}
	if torn(j.path) { // a full disk took a part of the line before
		data = append([]byte{'\n'}, data...)
	}
	f, err := j.disk.Append(j.path)
	if err != nil {
		return err
	}
	_, err = f.Write(append(data, '\n'))
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// torn tells whether a file's last line is not whole. One that cannot be read
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

// setAside keeps a journal with lines that cannot be read, for a person to see.
func (j journal) setAside(at time.Time) error {
	return j.disk.Rename(j.path, j.path+".damaged-"+at.Format("20060102-150405"))
}

// clear forgets what has been settled.
func (j journal) clear() error {
	err := j.disk.Remove(j.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// read returns the answers of this database, how many belong to another, and how
// many lines are not whole. What a kill or a full disk cut off was told to nobody:
// its claim becomes a doubt.
func (j journal) read() (own []settleJob, foreign, damaged int, err error) {
	f, err := os.Open(j.path)
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
		var n line
		switch err := json.Unmarshal(text, &n); {
		case len(text) == 0:
		case err != nil:
			damaged++
		case n.Ledger != j.id:
			foreign++
		default:
			s, err := n.job()
			if err != nil {
				damaged++
				continue
			}
			own = append(own, s)
		}
	}
}

// count is how many answers wait to be told.
func (j journal) count() int {
	own, _, _, _ := j.read()
	return len(own)
}

// settleJournal tells a shared ledger what this machine could not tell it when
// the database was away, and how many answers that were. The caller holds Lock.
func (l *Ledger) settleJournal(ctx context.Context) (int, error) {
	if !l.opt.shared() {
		return 0, nil
	}
	j := l.journal()
	own, foreign, damaged, err := j.read()
	switch {
	case err != nil:
		return 0, fail(fault.Config, err, "本机暂存的答复 "+j.path+" 无法读取。",
			"检查文件权限；读不出时把它移到别处再执行，其中的记录将列为结果不明。")
	case foreign > 0:
		return 0, fail(fault.Config, nil, fmt.Sprintf("本机暂存的答复 %s 里有 %d 条属于另一个台账数据库。", j.path, foreign),
			"把 ledger 改回原来的数据库执行一次，或把该文件移到别处（其中的记录在原来的数据库里将列为结果不明）。")
	}
	if len(own) > 0 {
		if err := l.w.do(ctx, l.sameKey); err != nil {
			return 0, storageError("补记上次的答复", err)
		}
	}
	for _, s := range own {
		// What was decided otherwise since stands: the line has no more to say.
		if err := l.w.doFor(ctx, s.claim.entry.Identity, s.write); err != nil && !isRefusal(err) {
			return 0, storageError("补记上次的答复", err)
		}
	}
	forget := j.clear
	if damaged > 0 {
		forget = func() error { return j.setAside(l.opt.Now()) }
	}
	if err := forget(); err != nil {
		return 0, fail(fault.Config, err, "无法删除已补记的 "+j.path+"。", "检查数据文件夹的权限。")
	}
	return len(own), nil
}
