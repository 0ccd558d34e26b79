package table

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"

	"hbupload/internal/spec"
)

// Together reads several open inputs as one: the files of one export, persons in
// one and results in another. They belong to it from now on. path is by which of
// them it is known.
func Together(path string, members []*Input) *Input {
	in := &Input{Path: path, Format: FormatFolder, members: members}
	for _, m := range members {
		in.Date1904 = in.Date1904 || m.Date1904
		for _, s := range m.sheets {
			ref := &spec.SheetRef{File: s.Ref.File, Name: s.Ref.Name, Input: path}
			in.sheets = append(in.sheets, &Sheet{Ref: ref, Hidden: s.Hidden, Text: s.Text, book: s.book, index: s.index})
		}
	}
	return in
}

// KnowBy says by which of the files several that are read as one are known: the one
// that holds ref.
func (in *Input) KnowBy(ref *spec.SheetRef) {
	n := 0
	for _, m := range in.members {
		for range m.sheets {
			if in.sheets[n].Ref == ref {
				in.Path = m.Path
			}
			n++
		}
	}
	for _, s := range in.sheets {
		s.Ref.Input = in.Path
	}
}

// releaseMembers closes the files of all members.
func (in *Input) releaseMembers() error {
	var errs []error
	for _, m := range in.members {
		errs = append(errs, m.Release())
	}
	in.takeBooks()
	return errors.Join(errs...)
}

// reopenMembers opens the files of all members again.
func (in *Input) reopenMembers(ctx context.Context) error {
	for _, m := range in.members {
		if err := m.Reopen(ctx); err != nil {
			return errors.Join(err, in.releaseMembers())
		}
	}
	in.takeBooks()
	return nil
}

// takeBooks ties the sheets to the books that the members have open now.
func (in *Input) takeBooks() {
	n := 0
	for _, m := range in.members {
		for _, s := range m.sheets {
			in.sheets[n].book = s.book
			n++
		}
	}
}

// sumMembers is the digest of the members' names and digests.
func (in *Input) sumMembers(ctx context.Context, of func(*Input, context.Context) (string, error)) (string, error) {
	h := sha256.New()
	for _, m := range in.members {
		sum, err := of(m, ctx)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s\x00%s\n", filepath.Base(m.Path), sum)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
