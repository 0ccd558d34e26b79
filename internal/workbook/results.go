package workbook

import (
	"fmt"
	"io"
	"strconv"

	"hbupload/internal/host"
	"hbupload/internal/rules"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/wire"
)

// Mood is the colour of an outcome.
type Mood int

// The moods of an outcome.
const (
	Middling Mood = iota
	Good
	Bad
)

// Person is a line of 「结果」: what became of somebody.
type Person struct {
	Key      string
	Name     string
	Place    spec.Place
	Outcome  string // the state, as a clinic says it
	Mood     Mood
	Words    string // the platform's, as they came
	Note     string // the reason, or what to try first
	Withheld bool   // for errors: the first one stands instead of the note
	Warnings int
	Attempts int
}

// results writes 「结果」: every person's state and the platform's words.
func (a *Annotation) results(w io.Writer, s *bookStyles) error {
	sheet := newSheetWriter(w, sheetHead{widths: []float64{16, 10, 12, 62, 48, 12, 7, 7, 9}, frozen: 3, tab: "2F5D86"})
	sheet.begin(1, 30)
	sheet.text(1, s.look(lookTitle), fmt.Sprintf("%s结果：共 %d 人  %s", table.ReportMark, len(a.People), a.Totals))
	sheet.begin(2, 20)
	sheet.text(1, s.look(lookHint), a.When.Format("2006-01-02 15:04:05")+" 生成。“平台的答复”是平台原话，可能含个人信息，请勿外传。")
	sheet.begin(3, 22)
	for i, name := range []string{headKey, "姓名", "结果", "平台的答复", "说明", "工作表", "行", "提示", "上传次数"} {
		sheet.text(int32(i+1), s.look(lookHead), name)
	}
	var links []link
	faults := a.faults()
	row := int32(3)
	for i := range a.People {
		p := &a.People[i]
		if row++; row > maxRows {
			row--
			break
		}
		if p.Place.Sheet != nil && p.Place.Row > 0 && len(links) < maxLinks {
			links = append(links, link{"A" + strconv.Itoa(int(row)), place(p.Place.Sheet.Name, "A"+strconv.Itoa(int(p.Place.Row)))})
		}
		a.resultLine(sheet, s, row, p, faults[p.Key])
	}
	return sheet.end(sheetTail{filter: "A3:I" + strconv.Itoa(int(row)), links: links})
}

// resultLine writes one person.
func (a *Annotation) resultLine(sheet *sheetWriter, s *bookStyles, row int32, p *Person, fault firstError) {
	name := ""
	note := p.Note
	if p.Place.Sheet != nil && p.Place.Row > 0 {
		name = p.Place.Sheet.Name
	}
	if p.Withheld && fault.n > 0 {
		note = fault.text()
	}
	words := host.SafeText(p.Words, wire.MaxMsg)
	note = host.SafeText(note, maxWords)
	sheet.begin(row, rowHeight([]string{words, note}, []int{62, 48}))
	sheet.text(1, s.look(lookLink), p.Key)
	sheet.text(2, s.look(lookText), host.SafeText(p.Name, 60))
	sheet.text(3, s.look(moodLook(p.Mood)), p.Outcome)
	sheet.text(4, s.look(lookWrap), words)
	sheet.text(5, s.look(lookWrap), note)
	sheet.text(6, s.look(lookText), name)
	sheet.text(7, s.look(lookText), number(int(p.Place.Row)))
	sheet.text(8, s.look(lookText), number(p.Warnings))
	sheet.text(9, s.look(lookText), number(p.Attempts))
}

// firstError is what is wrong with a record: the first error, and how many there are.
type firstError struct {
	first string
	n     int
}

func (f firstError) text() string {
	if f.n > 1 {
		return fmt.Sprintf("%s（共 %d 处，见「待修改」）", f.first, f.n)
	}
	return f.first
}

// faults are the errors of each key.
func (a *Annotation) faults() map[string]firstError {
	out := map[string]firstError{}
	for i := range a.Findings {
		if f := &a.Findings[i]; f.Severity == spec.Error && f.Record >= 0 {
			x := out[f.Key]
			if x.n++; x.n == 1 {
				x.first = rules.Cause(f)
			}
			out[f.Key] = x
		}
	}
	return out
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func moodLook(m Mood) look {
	switch m {
	case Good:
		return lookGood
	case Bad:
		return lookBad
	case Middling:
	}
	return lookMiddle
}
