package reconcile

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"strings"
	"time"

	"hbupload/internal/fault"
	"hbupload/internal/mapping"
	"hbupload/internal/mapping/draft"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

// List is the platform's own list, of all its pages.
type List struct {
	Rows   []Row
	Digest [32]byte // SHA-256 of the file, or of the digests of several in their order
	Unread []string // sheets that hold something and could not be understood
	Made   time.Time
}

// Read takes the pages of a list. Each page is a workbook, a text file or a sheet of
// them, with a header of its own in any layout that map init understands.
func Read(ctx context.Context, pages []*table.Input) (*List, error) {
	l := &List{}
	heads := draft.NewHeaders(shownFields())
	sum := sha256.New()
	for _, page := range pages {
		digest, err := page.Opened(ctx)
		if err != nil {
			return nil, err
		}
		_, _ = io.WriteString(sum, digest)
		before := len(l.Rows)
		if err := l.page(ctx, page, heads); err != nil {
			return nil, err
		}
		if len(l.Rows) == before && len(l.Unread) > 0 {
			return nil, unknownList(page.Path)
		}
	}
	sum.Sum(l.Digest[:0])
	return l, nil
}

func unknownList(path string) error {
	return fault.New(fault.Input, "没有认出名单：找不到同时写着姓名或证件号、体检日期等列名的一行").In(path).
		Next("请用平台页面导出的名单，保留表头；列名可以是姓名、证件号码、体检日期、检查机构、监护种类")
}

// shownFields are the fields by which a list is compared.
func shownFields() []spec.FieldID {
	return []spec.FieldID{spec.PatientName, spec.IDCard, spec.PeDate, spec.OhOrgCode, spec.ReportOrgName, spec.CareTypeCode, spec.PeFlag, spec.ExamKey}
}

// page reads the sheets of one file.
func (l *List) page(ctx context.Context, in *table.Input, heads *draft.Headers) error {
	lex := mapping.NewLexicon(in, mapping.Options{})
	sheets, err := lex.Sheets(ctx)
	if err != nil {
		return err
	}
	for _, sheet := range sheets {
		err := l.sheet(ctx, sheet, &reader{lex: lex, heads: heads, date1904: sheet.Date1904()})
		var none *table.NoHeaderError
		switch {
		case errors.As(err, &none):
			if none.Rows > 0 {
				l.Unread = append(l.Unread, sheet.Ref.Name)
			}
		case err != nil:
			return err
		}
	}
	return nil
}

// reader takes the rows of one sheet apart.
type reader struct {
	lex      *mapping.Lexicon
	heads    *draft.Headers
	date1904 bool
	cols     map[spec.FieldID]int32
}

func (l *List) sheet(ctx context.Context, sheet *table.Sheet, r *reader) error {
	scan, err := sheet.Scan(ctx, table.HeaderRule{Known: r.heads.Means, MinKnown: 2})
	if err != nil {
		return err
	}
	defer func() { _ = scan.Close() }()
	r.bind(scan.Header())
	if r.cols[spec.PatientName] == 0 && r.cols[spec.IDCard] == 0 {
		l.Unread = append(l.Unread, sheet.Ref.Name)
		return nil
	}
	for {
		row, err := scan.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		l.Rows = append(l.Rows, r.row(sheet.Ref, row))
	}
}

// bind finds the best column of each field.
func (r *reader) bind(h table.Header) {
	r.cols = map[spec.FieldID]int32{}
	sures := map[spec.FieldID]int{}
	for _, c := range h.Columns {
		id, sure := r.heads.Find(c.Name)
		if sure > sures[id] {
			sures[id] = sure
			r.cols[id] = c.Col
		}
	}
}

func (r *reader) row(ref *spec.SheetRef, row *grid.Row) Row {
	text := func(id spec.FieldID) string {
		col := r.cols[id]
		if col == 0 {
			return ""
		}
		cell := row.Cell(col)
		return strings.Clone(strings.TrimSpace(r.lex.Shown(&cell)))
	}
	out := Row{Sheet: ref, Line: row.Num, Name: text(spec.PatientName), OrgCode: text(spec.OhOrgCode), OrgName: text(spec.ReportOrgName),
		Care: text(spec.CareTypeCode), Flag: text(spec.PeFlag), Key: text(spec.ExamKey)}
	if col := r.cols[spec.IDCard]; col != 0 {
		cell := row.Cell(col)
		out.Number = strings.Clone(r.number(&cell))
	}
	if col := r.cols[spec.PeDate]; col != 0 {
		cell := row.Cell(col)
		out.Date, _ = r.lex.Day(&cell, r.date1904)
	}
	return out
}

// exactDigits is how many digits of a number a spreadsheet keeps.
const exactDigits = 15

// number is an identity number as far as it can be trusted: what a spreadsheet took
// for a number has lost its last digits.
func (r *reader) number(cell *grid.Cell) string {
	text := strings.TrimSpace(r.lex.Shown(cell))
	switch {
	case strings.ContainsAny(text, "eE") && strings.Contains(text, "+"):
		return ""
	case cell.Kind == grid.Number && len(text) > exactDigits:
		return text[:exactDigits] + strings.Repeat(string(hole), len(text)-exactDigits)
	}
	return text
}
