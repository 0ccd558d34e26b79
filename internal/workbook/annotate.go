package workbook

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hbupload/internal/spec"
	"hbupload/internal/table"
)

// Annotation is what an annotated workbook of one input is made of. People and
// Findings are those of this input alone; Findings.Record may be any number
// that is the same for the findings of one record.
type Annotation struct {
	Input    *table.Input
	Dir      string // where the copy goes, "" for beside the input
	People   []Person
	Totals   string // how many people ended how, in one line
	Findings []spec.Finding
	Named    func(record int) string // the name of a finding's person; nil: no names
	Fix      func(spec.RuleID) string
	Legal    func(spec.FieldID) []string // what a cell of the field may hold, names rather than codes
	Only     *Selection                  // nil: the whole input; else header rows and these rows alone
	When     time.Time
	Earlier  *Earlier // which earlier copies this one replaces; nil: none
	Pack     *Packer  // nil: one for this copy alone

	origin string // the name of the file that the input was made of
	remark string // what the copy is not, for its first sheet
	fixes  map[spec.RuleID]string
	legal  map[spec.FieldID][]string
}

// Annotate writes the annotated copy of an input and returns its path.
//
// A workbook is copied part by part; only the sheets with findings are patched,
// as streams, whatever their size. Other inputs become a new workbook with one
// sheet for each table, every row at its number.
func Annotate(ctx context.Context, a *Annotation) (string, error) {
	a.fixes = map[spec.RuleID]string{}
	a.legal = map[spec.FieldID][]string{}
	if a.Pack == nil {
		a.Pack = &Packer{}
	}
	ext := ".xlsx"
	asIs := a.Input.Format == table.FormatXlsx && a.Only == nil
	if asIs && strings.EqualFold(filepath.Ext(a.Input.Path), ".xlsm") {
		ext = ".xlsm" // a workbook with macros does not open under another name
	}
	a.origin = Origin(ctx, a.Input)
	ours, err := a.ownSheets(ctx)
	if err != nil {
		return "", err
	}
	path := FileName(a.Dir, a.Input.Path, Personal, ext, a.When)
	return WriteReport(path, a.Earlier, func(out *os.File) error {
		if asIs {
			err := a.copyFile(ctx, a.Input.Path, ours, marksOf(a), out)
			if errors.Is(err, errUnusual) {
				err = a.copyUsual(ctx, ours, out)
			}
			if !errors.Is(err, errUnusual) && !errors.Is(err, errStrict) {
				return err
			}
		}
		return a.copyRows(ctx, ours, out)
	})
}

// ownSheets are the sheets that an earlier copy added to the input.
func (a *Annotation) ownSheets(ctx context.Context) (map[string]bool, error) {
	out := map[string]bool{}
	for _, s := range a.Input.Sheets() {
		ours, err := s.OurReport(ctx)
		if err != nil {
			return nil, err
		}
		if ours {
			out[s.Ref.Name] = true
		}
	}
	return out, nil
}

// copyFile patches the workbook at path into out.
func (a *Annotation) copyFile(ctx context.Context, path string, ours map[string]bool, marks map[*spec.SheetRef][]mark, out *os.File) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	st, err := in.Stat()
	if err != nil {
		return err
	}
	if err := out.Truncate(0); err != nil {
		return err
	}
	if _, err := out.Seek(0, 0); err != nil {
		return err
	}
	z, err := openZip(in, st.Size())
	if err != nil {
		return err
	}
	named := map[string][]mark{}
	for ref, m := range marks {
		named[ref.Name] = m
	}
	c := &bookCopy{zipBook: z, of: a, ctx: ctx, marks: named, ours: ours}
	return c.write(out)
}
