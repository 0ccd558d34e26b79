package mapping

import (
	"fmt"
	"strings"
	"unicode"

	"hbupload/internal/meaning"
	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
)

// suspect looks at a cell before it is coded: what is damaged, or what the
// spreadsheet changed behind the writer's back, is never sent in silence (help: 接口读法
// 3). It returns the cell without invisible characters, and false when the value
// has its finding and is not to be coded.
func (c *coder) suspect(v *spec.Value, f *spec.Field, cell *grid.Cell, kind spec.CellKind) (*grid.Cell, bool) {
	isText := cell.Kind == grid.Text || cell.Kind == grid.Untyped
	if cell.Struck && !isText {
		v.Text = cell.Text
		if cell.Kind == grid.Date {
			v.Text = c.shown(v, cell)
		}
		v.Fault = struckOut()
		return cell, false
	}
	if numericCell(kind) && c.suspectNumber(v, f, cell, kind) {
		return cell, false
	}
	if !isText {
		return cell, true
	}
	m := marksOf(cell.Text)
	if m&markInvisible != 0 {
		cell = withoutInvisible(v, cell)
	}
	text := trimmed(cell.Text)
	if text == "" {
		v.Cell = spec.CellBlank
		return cell, false
	}
	if isNullWord(text) {
		c.nullWord(v, f, text)
		return cell, false
	}
	if fault := textFault(v, f, cell, text, m); fault != nil {
		v.Text = text
		v.Fault = fault
		return cell, false
	}
	v.Doubt = c.doubt(f, text, m)
	return cell, true
}

// withoutInvisible returns a copy of a cell without the characters that nobody
// sees, and notes the step.
func withoutInvisible(v *spec.Value, cell *grid.Cell) *grid.Cell {
	bare := *cell
	bare.Text = visible(cell.Text)
	step := spec.Step{Kind: spec.StepInvisible, From: cell.Text, To: bare.Text, Note: "去掉看不见的字符"}
	v.Steps = append(v.Steps[:len(v.Steps):len(v.Steps)], step)
	return &bare
}

// textFault returns why a text cannot be what was meant, nil if it may be.
func textFault(v *spec.Value, f *spec.Field, cell *grid.Cell, text string, m marks) *spec.Fault {
	switch {
	case isPlaceholder(f, text):
		return &spec.Fault{Rule: spec.Placeholder, Note: "还是“" + text + "”这样的占位文字，没有填写" + givenBy(v)}
	case cell.Struck:
		return struckOut()
	case m&markLost != 0, strings.Contains(text, "锟斤拷"):
		return &spec.Fault{Rule: spec.DamagedText, Note: "含有无法识别的字符（\ufffd 或它变成的“锟斤拷”），原来的字已经丢失"}
	case m&markQuestion != 0 && isName(f.ID) && lostInName(text):
		return &spec.Fault{Rule: spec.DamagedText, Note: "有问号（?），可能是原来的字在导出时丢失"}
	case measuredKind(f.Kind) && isConverted(text):
		return converted(text)
	case f.ID == spec.PatientName && meaning.SaysNothing(text):
		return &spec.Fault{Rule: spec.NullWord, Note: "写着 " + text + "，不是姓名"}
	}
	return nil
}

// givenBy names the line of the mapping that gave a value which stands in no cell.
func givenBy(v *spec.Value) string {
	for _, step := range v.Steps {
		if step.Kind == spec.StepMapping && step.From == "" {
			return "（" + step.Note + "）"
		}
	}
	return ""
}

// suspectNumber judges a number, or a number that shows as a date.
func (c *coder) suspectNumber(v *spec.Value, f *spec.Field, cell *grid.Cell, kind spec.CellKind) bool {
	const kept = 1e15 // digits of a spreadsheet's number
	if cell.Kind == grid.Number && kind == spec.CellNumber && cell.Num < kept {
		return false
	}
	shown := cell.Text
	if cell.Kind == grid.Number || cell.Kind == grid.Date {
		shown = shortest(cell.Num)
	}
	if codeKind(f) && longDigits(shown) {
		v.Text = shown
		v.Fault = precisionLost()
		return true
	}
	if kind != spec.CellDate || takesDate(f, shown) {
		return false
	}
	if cell.Kind == grid.Date {
		shown = c.shown(v, cell)
	}
	fault := converted(shown)
	if f.ID == spec.Propose || f.ID == spec.OtherContent {
		v.Doubt = fault // sent as the person sees it
		return false
	}
	v.Text = shown
	v.Fault = fault
	return true
}

// takesDate reports whether a date cell may stand in a field's column. Days of an
// identity number that a spreadsheet took for a number are judged as the number.
func takesDate(f *spec.Field, shown string) bool {
	if f.Kind == spec.KindDate || f.Kind == spec.KindNameList {
		return true
	}
	return f.ID == spec.IDCard && longDigits(shown)
}

func converted(shown string) *spec.Fault {
	const cause = "是日期或时间，可能是表格软件把原来的内容（如 1-3、1:160）改成了日期"
	return &spec.Fault{Rule: spec.AutoConverted, Note: cause + "：" + quote(shown), Cause: cause}
}

// struckOut is the fault of text that is struck through, in part or as a whole:
// whoever did that took it back, and only a person knows what counts instead.
func struckOut() *spec.Fault {
	return &spec.Fault{Rule: spec.DamagedText, Note: "有内容被划掉（删除线）：不要的请删去（整行作废的删去整行），要上传的请取消删除线"}
}

func precisionLost() *spec.Fault {
	return &spec.Fault{Rule: spec.PrecisionLost, Note: "被存成数字，末几位已经丢失"}
}

// longDigits reports whether a number has more digits than a spreadsheet keeps.
func longDigits(s string) bool {
	const kept = 15
	return len(s) > kept && strings.Trim(s, "0123456789") == ""
}

// codeKind reports whether a field holds a code, a number or a phone, of which every
// digit counts. The identity number has a rule of its own.
func codeKind(f *spec.Field) bool {
	switch f.Kind {
	case spec.KindDigits, spec.KindNumber, spec.KindEnum, spec.KindCode, spec.KindCodeList, spec.KindKey:
		return true
	case spec.KindIdentity:
		return f.ID != spec.IDCard
	}
	return f.ID == spec.EmpOrgIndustry || f.ID == spec.EmployerIndustry
}

func measuredKind(k spec.Kind) bool { return k == spec.KindResult || k == spec.KindLimit }

// isName reports whether a field is the name of a person or an employer.
func isName(f spec.FieldID) bool {
	switch f {
	case spec.PatientName, spec.PreparerName, spec.EmergencyContact, spec.EmpOrgName, spec.EmployerEnterpriseName, spec.EnterpriseName:
		return true
	}
	return false
}

// nullWord reads a data base's word for nothing: in a required field it is an error,
// elsewhere the blank that it stands for, with a warning. Whether a result must
// have a flag only its item tells.
func (c *coder) nullWord(v *spec.Value, f *spec.Field, text string) {
	fault := &spec.Fault{Rule: spec.NullWord, Note: "写着 " + text + "，是数据库或程序表示“没有”的词"}
	if f.ID == spec.ExamKey || f.Required && f.ID != spec.ResultFlag && f.ID != spec.HazardNames {
		v.Text = text
		v.Fault = fault
		return
	}
	v.Steps = append(v.Steps[:len(v.Steps):len(v.Steps)], spec.Step{Kind: spec.StepNull, From: text, Note: "按空白处理"})
	v.Doubt = fault
	v.Raw = ""
}

// doubt is what a reader should look at though the text is sent as it is.
func (c *coder) doubt(f *spec.Field, text string, m marks) *spec.Fault {
	var note string
	switch {
	case m&markEntity != 0 && reEntity.MatchString(text):
		written, means := entity(text)
		if written == "" {
			return nil
		}
		note = "含有网页代码 " + written + "，原来的字可能是“" + means + "”"
	case m&markPrivate != 0:
		note = "含有自造字（" + charCode(text, func(r rune) bool { return unicode.Is(unicode.Co, r) }) + "），别的电脑显示不出"
	case m&markControl != 0:
		note = "含有控制字符（" + charCode(text, unicode.IsControl) + "）"
	case m&markQuestion != 0 && (f.ID == spec.Unit || lostInText(text)):
		note = "有问号（?），可能是原来的字或上标等符号在导出时丢失"
	case f.Kind == spec.KindResult && isWholeDate(text):
		return converted(text)
	case isName(f.ID):
		note = oddName(text)
	}
	if note == "" {
		return nil
	}
	return &spec.Fault{Rule: spec.DamagedText, Note: note}
}

// charCode names the first character of a kind by its number.
func charCode(text string, is func(rune) bool) string {
	for _, r := range text {
		if is(r) && !unicode.IsSpace(r) {
			return fmt.Sprintf("U+%04X", r)
		}
	}
	return ""
}

// shortened turns a code that a spreadsheet wrote with an exponent into its fault,
// unless it is some entry's code all the same.
func shortened(v *spec.Value, f *spec.Field) {
	if !codeKind(f) || !strings.ContainsAny(v.Text, "Ee") || !reShortened.MatchString(v.Text) {
		return
	}
	if v.Fault == nil && (f.Kind == spec.KindCode && f.ID != spec.ItemCode && f.ID != spec.TypeOfWorkCode || f.Kind == spec.KindCodeList) {
		return
	}
	v.Fault = precisionLost()
}

// speaksOfTime reports whether an item's result may be a date or a time.
func speaksOfTime(item string) bool {
	return strings.Contains(item, "日期") || strings.Contains(item, "时间") || strings.Contains(item, "月经")
}
