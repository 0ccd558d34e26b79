package workbook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

// Earlier says which earlier reports a new one replaces: those of the same input
// that nobody has changed, if they tell of the same content or of a rehearsal. A
// report of what was sent stays beside that of another content.
type Earlier struct {
	Input string   // the name of the input's file; of an annotated copy that of its original
	Sum   string   // SHA-256 of the input in hex
	Sent  bool     // the run sends: its report is more than a rehearsal's
	Spare []string // files that stay: the run's inputs
}

// A report ends with a seal: whose it is, and the digest of all before it. Whoever
// saves the file again loses the seal or breaks it, and the report is theirs then.
// In a workbook it is the comment of the zip, in a page that of the markup.
const (
	sealMark   = "hbupload-report:"
	sealOpen   = "\n<!--"
	sealClose  = "-->\n"
	sealLength = len(sealMark) + 16 + 1 + 16 + 1 + 1 + 1 + 64
)

func (e *Earlier) seal(body []byte) string {
	kind := "r"
	if e.Sent {
		kind = "s"
	}
	return sealMark + short(e.Input) + ":" + short(e.Sum) + ":" + kind + ":" + short64(body)
}

func short(text string) string { return short64([]byte(text))[:16] }

func short64(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// sealFile adds the seal to a report that is otherwise whole.
func (e *Earlier) sealFile(f *os.File, page bool) error {
	sum, size, err := digest(f)
	if err != nil {
		return err
	}
	seal := strings.TrimSuffix(e.seal(nil), short64(nil)) + sum
	if page {
		_, err = f.WriteAt([]byte(sealOpen+seal+sealClose), size)
		return err
	}
	// The end of a zip is the length of its comment, 0 as it was written.
	if _, err := f.WriteAt([]byte{byte(sealLength), byte(sealLength >> 8)}, size-2); err != nil {
		return err
	}
	_, err = f.WriteAt([]byte(seal), size)
	return err
}

// digest is the SHA-256 of a file.
func digest(f *os.File) (sum string, size int64, err error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", 0, err
	}
	h := sha256.New()
	size, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), size, err
}

// replace removes the earlier reports that the one at path stands for. What cannot
// be read or removed stays: a report is no reason to fail.
func (e *Earlier) replace(path string) {
	ext := filepath.Ext(path)
	stem := reOurName.ReplaceAllString(strings.TrimSuffix(filepath.Base(path), ext), "")
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return
	}
	for _, entry := range entries {
		other := filepath.Join(filepath.Dir(path), entry.Name())
		name, isReport := strings.CutSuffix(entry.Name(), ext)
		isReport = isReport && reOurName.MatchString(name) && reOurName.ReplaceAllString(name, "") == stem
		if isReport && entry.Type().IsRegular() && !e.spares(path, other) && e.covers(other) {
			_ = os.Remove(other)
		}
	}
}

// spares reports whether a file stays whatever it is.
func (e *Earlier) spares(path, other string) bool {
	return slices.ContainsFunc(append([]string{path}, e.Spare...), func(p string) bool {
		a, errA := os.Stat(p)
		b, errB := os.Stat(other)
		return errA == nil && errB == nil && os.SameFile(a, b) || filepath.Clean(p) == filepath.Clean(other)
	})
}

// covers reports whether a file is an unchanged report that a new one stands for.
func (e *Earlier) covers(path string) bool {
	data, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	body, seal, ok := unsealed(data)
	if !ok {
		return false
	}
	parts := strings.Split(strings.TrimPrefix(seal, sealMark), ":")
	if len(parts) != 4 || parts[0] != short(e.Input) || parts[3] != short64(body) {
		return false
	}
	return parts[2] == "r" || e.Sent && parts[1] == short(e.Sum)
}

// unsealed takes a report apart.
func unsealed(data []byte) (body []byte, seal string, ok bool) {
	text := data
	page := strings.HasSuffix(string(data[max(0, len(data)-len(sealClose)):]), sealClose)
	if page {
		text = data[:len(data)-len(sealClose)]
	}
	if len(text) < sealLength+len(sealOpen) {
		return nil, "", false
	}
	at := len(text) - sealLength
	seal = string(text[at:])
	if !strings.HasPrefix(seal, sealMark) {
		return nil, "", false
	}
	if page {
		return data[:at-len(sealOpen)], seal, true
	}
	body = slices.Clone(data[:at])
	body[at-2] = 0
	body[at-1] = 0
	return body, seal, true
}

// WriteReport is writeNew for a report that may stand for earlier ones.
func WriteReport(path string, e *Earlier, fill func(*os.File) error) (string, error) {
	if e == nil {
		return writeNew(path, fill)
	}
	name, err := writeNew(path, func(f *os.File) error {
		if err := fill(f); err != nil {
			return err
		}
		return e.sealFile(f, filepath.Ext(path) == ".html")
	})
	if err == nil {
		e.replace(name)
	}
	return name, err
}

// Origin is the name of the file that an input was made of: an annotated copy says
// it in a hidden cell, every other input is its own.
func Origin(ctx context.Context, in *table.Input) string {
	name := filepath.Base(in.Path)
	for _, s := range in.Sheets() {
		if ours, err := s.OurReport(ctx); err != nil || !ours || !strings.HasPrefix(s.Ref.Name, table.TodoSheet) {
			continue
		}
		rows, err := s.Rows(ctx)
		if err != nil {
			return name
		}
		row, err := rows.Next()
		if err == nil || errors.Is(err, io.EOF) && row != nil {
			name = originOf(row, name)
		}
		_ = rows.Close()
	}
	return name
}

func originOf(row *grid.Row, otherwise string) string {
	cell := row.Cell(todoRule)
	if text := cellText(&cell); text != "" {
		return text
	}
	return otherwise
}
