package mapping

import (
	"strings"

	"hbupload/internal/codebook"
	"hbupload/internal/dict"
	"hbupload/internal/ident"
	"hbupload/internal/meaning"
	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
	"hbupload/internal/table/numfmt"
)

// coder turns cells into values. It remembers what it looked up: an export
// says the same few hundred words over and over.
type coder struct {
	dicts     *dict.Set
	means     *meaning.Classifier
	constants map[spec.FieldID]Constant
	aliases   map[string]map[string]string // dictionary code or field key, lower case → wordKey → target
	book      *codebook.Words
	date1904  bool
	memo      map[memoKey]coded
	recall    recall
	item      spec.Field // of ItemCode and TypeOfWorkCode, coded in the light of their neighbours
	work      spec.Field
	key       spec.Field
	formats   map[string]*numfmt.Format // by their code
}

type memoKey struct {
	field spec.FieldID
	text  string
	more  string
}

// coded is a look-up's answer, shared by all cells that say the same.
type coded struct {
	text  string
	parts []string
	steps []spec.Step
	fault *spec.Fault
}

// memoLimit bounds the memory of the look-ups; past it words are looked up again.
const memoLimit = 20_000

func newCoder(opts Options, date1904 bool) *coder {
	c := &coder{dicts: opts.Dicts, means: opts.Meanings, constants: opts.Constants, book: opts.Book, date1904: date1904,
		aliases: map[string]map[string]string{}, memo: map[memoKey]coded{}, recall: newRecall(),
		item: spec.ItemCode.Field(), work: spec.TypeOfWorkCode.Field(), key: spec.ExamKey.Field()}
	for name, words := range opts.Aliases {
		domain := strings.ToLower(name)
		if known, ok := spec.AliasDomain(name); ok {
			domain = strings.ToLower(known)
		}
		if c.aliases[domain] == nil {
			c.aliases[domain] = map[string]string{}
		}
		for word, target := range words {
			c.aliases[domain][wordKey(word)] = target
		}
	}
	return c
}

// valueOf is value for a text that was made from a cell of some kind: a mapping
// hands on a part of a number as text.
func (c *coder) valueOf(v *spec.Value, f *spec.Field, cell *grid.Cell, kind spec.CellKind) {
	v.Raw = cell.Text
	v.Cell = cellKind(cell.Kind)
	switch cell.Kind {
	case grid.Blank:
		return
	case grid.Error:
		v.Fault = &spec.Fault{Rule: spec.CellErrorRule, Note: "单元格是错误值 " + cell.Text}
		return
	case grid.Formula:
		v.Fault = &spec.Fault{Rule: spec.FormulaUncached, Note: "公式没有计算结果"}
		return
	}
	if trimmed(cell.Text) == "" {
		v.Cell = spec.CellBlank
		return
	}
	cell, doubt := c.asShown(v, f, cell)
	if doubt != nil {
		kind = v.Cell
	}
	cell, ok := c.suspect(v, f, cell, kind)
	if doubt != nil && v.Doubt == nil {
		v.Doubt = doubt
	}
	switch {
	case f.Kind == spec.KindKey:
		// The sheets are joined by it whatever else is wrong with the cell.
		v.Text = keyText(v, cell)
	case !ok:
		return
	default:
		c.read(v, f, cell)
	}
	shortened(v, f)
}

// read makes of a cell what its field asks for.
func (c *coder) read(v *spec.Value, f *spec.Field, cell *grid.Cell) {
	switch f.Kind {
	case spec.KindText:
		v.Text = trimmed(c.shown(v, cell))
	case spec.KindDigits:
		v.Text = wholeDigits(v, squeeze(v, foldText(v, c.shown(v, cell))))
	case spec.KindIdentity:
		c.identity(v, cell)
	case spec.KindDate:
		c.date(v, f, cell)
	case spec.KindNumber:
		c.number(v, cell)
	case spec.KindResult, spec.KindLimit:
		c.measured(v, cell)
	case spec.KindEnum:
		c.enum(v, f, foldText(v, c.shown(v, cell)))
	case spec.KindCode:
		c.code(v, f, foldText(v, c.shown(v, cell)))
	case spec.KindCodeList:
		c.codeList(v, f, c.listText(v, f, c.shown(v, cell)))
	case spec.KindNameList:
		v.Raw = trimmed(c.shown(v, cell)) // only compared; the value itself is derived
	}
}

func cellKind(k grid.Kind) spec.CellKind {
	switch k {
	case grid.Text:
		return spec.CellText
	case grid.Number:
		return spec.CellNumber
	case grid.Date:
		return spec.CellDate
	case grid.Bool:
		return spec.CellBool
	case grid.Error:
		return spec.CellError
	case grid.Formula:
		return spec.CellFormula
	case grid.Untyped:
		return spec.CellCSV
	}
	return spec.CellBlank
}

// shown is the cell as a person sees it, with the steps that took.
func (c *coder) shown(v *spec.Value, cell *grid.Cell) string {
	switch cell.Kind {
	case grid.Number:
		return numberText(v, cell)
	case grid.Date:
		if s, ok := dateTimeText(cell.Num, c.date1904); ok {
			v.Steps = append(v.Steps, spec.Step{Kind: spec.StepDate, From: cell.Text, To: s, Note: "日期格式的数字"})
			return s
		}
	}
	return cell.Text
}

// numberText is a number cell as its shortest decimal; a percentage as the
// person sees it.
func numberText(v *spec.Value, cell *grid.Cell) string {
	s := shortest(cell.Num)
	kind := spec.StepNumber
	note := "数字单元格取最短十进制"
	if cell.Percent {
		s = percent(cell.Num)
		kind = spec.StepPercent
		note = "百分比格式，按所见乘 100"
	}
	if s != cell.Text {
		v.Steps = append(v.Steps, spec.Step{Kind: kind, From: cell.Text, To: s, Note: note})
	}
	return s
}

// keyText is the exam key as the sheets are joined by it: a key that one sheet
// holds as text and another as a number is the same.
func keyText(v *spec.Value, cell *grid.Cell) string {
	switch cell.Kind {
	case grid.Error, grid.Formula, grid.Blank:
		return ""
	case grid.Number, grid.Date:
		if cell.Num == float64(int64(cell.Num)) {
			return shortest(cell.Num)
		}
	}
	if text := foldText(v, cell.Text); text == "" || !isNullWord(text) {
		return text
	}
	return "" // a data base's word for no key
}

// wholeDigits takes the ".0" off a phone or code that a program handled as a
// fractional number.
func wholeDigits(v *spec.Value, s string) string {
	m := reWhole.FindStringSubmatch(s)
	if m == nil {
		return s
	}
	v.Steps = append(v.Steps, spec.Step{Kind: spec.StepNumber, From: s, To: m[1], Note: "去掉小数部分 .0"})
	return m[1]
}

// identity frees a number of blanks, width and apostrophes. A numeric cell
// keeps its digits as they are: the checks see its kind and refuse it.
func (c *coder) identity(v *spec.Value, cell *grid.Cell) {
	s := c.shown(v, cell)
	if isIdentity(s) {
		v.Text = s
		return
	}
	out, steps := ident.Normalize(s)
	for _, kind := range steps {
		v.Steps = append(v.Steps, spec.Step{Kind: spec.StepKind(kind), From: s, To: out, Note: "证件号、代码规整"})
		s = out
	}
	v.Text = out
}

// isIdentity reports whether a number needs no normalisation.
func isIdentity(s string) bool {
	for i := 0; i < len(s); i++ {
		if b := s[i]; (b < '0' || b > '9') && (b < 'A' || b > 'Z') {
			return false
		}
	}
	return true
}

// date reads a date cell, a serial, or one of the written forms.
func (c *coder) date(v *spec.Value, f *spec.Field, cell *grid.Cell) {
	var day, note string
	var ok bool
	switch cell.Kind {
	case grid.Date:
		if day, ok = serialDate(cell.Num, c.date1904); !ok {
			// 20240520 typed into a cell that was formatted as a date.
			day, ok = c.numericDate(shortest(cell.Num), cell.Num)
		}
	case grid.Number:
		day, ok = c.numericDate(shortest(cell.Num), cell.Num)
	default:
		s := foldText(v, cell.Text)
		if day, note, ok = parseDate(s); !ok && reSerial.MatchString(s) {
			day, ok = c.numericDate(s, parseFloat(s))
		}
	}
	if !ok {
		v.Text = c.shown(v, cell)
		v.Fault = noDate(f, v.Text)
		return
	}
	if day != cell.Text {
		v.Steps = append(v.Steps, spec.Step{Kind: spec.StepDate, From: cell.Text, To: day, Note: "写成 YYYY-MM-DD" + note})
	}
	v.Text = day
}

// noDate is the fault of a cell that is no date; a birthday is not repeated.
func noDate(f *spec.Field, text string) *spec.Fault {
	cause := "是无法识别的日期"
	note := cause + quote(text)
	if year, ok := writtenYear(text); ok {
		cause = "的年份不在 1900—2099 之间"
		note = "的年份" + quote(year) + "不在 1900—2099 之间"
	}
	if f.ID == spec.Birthday {
		return &spec.Fault{Rule: spec.DateFormat, Note: cause}
	}
	return &spec.Fault{Rule: spec.DateFormat, Note: note, Cause: cause}
}

// minSerial keeps small numbers, such as a bare year, from being read as days
// of the early twentieth century: 10000 is 1927-05-18.
const minSerial = 10000

func (c *coder) numericDate(text string, num float64) (string, bool) {
	if num >= 10_000_000 {
		day, _, ok := parseDate(text)
		return day, ok
	}
	if num < minSerial || num >= 100_000 {
		return "", false
	}
	return serialDate(num, c.date1904)
}

// number reads a count that is not negative.
func (c *coder) number(v *spec.Value, cell *grid.Cell) {
	s := foldText(v, c.shown(v, cell))
	out, ok := decimal(s)
	if !ok || cell.Kind == grid.Date || strings.HasPrefix(out, "-") {
		v.Text = s
		v.Fault = &spec.Fault{Rule: spec.NumberFormat, Note: "不是数字，或小于 0"}
		return
	}
	if out != s {
		v.Steps = append(v.Steps, spec.Step{Kind: spec.StepNumber, From: s, To: out, Note: "最短十进制"})
	}
	v.Text = out
}

// measured reads a result or a limit: a number loses its width forms, anything
// else is sent as written.
func (c *coder) measured(v *spec.Value, cell *grid.Cell) {
	s := trimmed(c.shown(v, cell))
	if !plain(s) {
		folded := spec.Value{Steps: v.Steps}
		if out := foldText(&folded, s); reNumber.MatchString(out) {
			s = out
			v.Steps = folded.Steps
		}
	}
	if strings.Contains(s, ".") && reBarePoint.MatchString(s) { // most have none, and a pattern is slow
		whole := canonical(s)
		v.Steps = append(v.Steps[:len(v.Steps):len(v.Steps)], spec.Step{Kind: spec.StepNumber, From: s, To: whole, Note: "补全或去掉小数点"})
		s = whole
	}
	v.Text = s
}
