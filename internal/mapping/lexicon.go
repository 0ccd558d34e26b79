package mapping

import (
	"context"

	"hbupload/internal/dict"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

// Lexicon is how the engine understands words and sheets, for drafting a
// mapping: what it says of a word is what a run makes of it.
type Lexicon struct {
	code *coder
	src  *Source
}

// NewLexicon is the lexicon of an input; without one it knows words only.
func NewLexicon(in *table.Input, opts Options) *Lexicon {
	l := &Lexicon{src: &Source{input: in}}
	l.code = newCoder(opts, in != nil && in.Date1904)
	return l
}

// Entries are the dictionary's entries that a word means for a field.
func (l *Lexicon) Entries(f *spec.Field, word string) []dict.Entry {
	found, _ := l.code.find(f, word)
	return found
}

// Knows reports whether a word of a field needs no translation.
func (l *Lexicon) Knows(f *spec.Field, word string) bool {
	if f.Kind == spec.KindEnum {
		return findEnum(f.Enum.Entries(), word).fault == nil
	}
	return len(l.Entries(f, word)) > 0
}

// Cut takes a list in one cell apart by the dictionary and the words of a table, and
// tells in how many ways that can be done.
func (l *Lexicon) Cut(f *spec.Field, text string, words *layout.Table) (parts []string, ways int) {
	return l.code.cut(f, text, words)
}

// Shown is a cell as a person sees it, "" for a blank one and one without a value.
func (l *Lexicon) Shown(cell *grid.Cell) string {
	if cell.Kind == grid.Blank || cell.Kind == grid.Error || cell.Kind == grid.Formula {
		return ""
	}
	var scratch spec.Value
	return trimmed(l.code.shown(&scratch, cell))
}

// Key is a cell of a key column as rows are joined by it.
func (l *Lexicon) Key(cell *grid.Cell) string {
	var scratch spec.Value
	return keyText(&scratch, cell)
}

// Sheets are the sheets of the input that may hold data: none of this program's own.
func (l *Lexicon) Sheets(ctx context.Context) ([]*table.Sheet, error) {
	return dataSheets(ctx, l.src.input)
}

// FileName is the file of a sheet, from the folder or zip on.
func (l *Lexicon) FileName(sheet *table.Sheet) string { return l.src.fileName(sheet) }

// IsDate reports whether a text is read as a date.
func IsDate(text string) bool {
	_, _, ok := parseDate(text)
	return ok || reSerial.MatchString(text)
}

// IsNumber reports whether a text is read as a number.
func IsNumber(text string) bool {
	_, ok := decimal(text)
	return ok
}

// IsPlaceholder reports whether a text of a field only keeps a place: 请填写, 待补.
func IsPlaceholder(f *spec.Field, text string) bool { return isPlaceholder(f, trimmed(text)) }

// Folded is a text as codes and numbers are compared.
func Folded(text string) string {
	var scratch spec.Value
	return foldText(&scratch, text)
}

// IsForm reports whether a sheet is filled in like a paper form.
func IsForm(ctx context.Context, sheet *table.Sheet) (bool, error) { return isForm(ctx, sheet) }

// FormName is how such a sheet is called, FixForm what to do about it.
const (
	FormName = formWord
	FixForm  = fixForm
)

// Continues reports whether a sheet's name says that it goes on with another's.
func Continues(name, of string) bool { return continues(name, of) }

// Hole is what stands in a header between two ends, as {item} stands for it.
func Hole(col table.Column, head, tail string) (string, bool) { return cutHole(col, head, tail) }
