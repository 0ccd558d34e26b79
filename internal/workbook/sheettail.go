package workbook

import (
	"strconv"
	"strings"
	"unicode/utf16"

	"hbupload/internal/spec"
)

// ourMark is how an earlier copy's notes and drop-downs are known: the notes'
// author, the drop-downs' unused error title.
const ourMark = "hbupload"

const nsRelations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

// tail adds drop-downs and the notes' drawing behind the rows.
func (p *sheetPatch) tail(data []byte) ([]byte, error) {
	const root = "<worksheet>"
	all, err := parseElements(append([]byte(root), data...))
	if err != nil {
		return nil, err
	}
	var edits []edit
	var lists *element
	drawing := false
	var taken []cellRange
	for i := range all {
		e := &all[i]
		e.start, e.inner, e.innerEnd, e.end = e.start-len(root), e.inner-len(root), e.innerEnd-len(root), e.end-len(root)
		switch {
		case e.depth == 1 && e.name == "dataValidations":
			lists = e
		case e.depth == 1 && e.name == "legacyDrawing":
			drawing = true
		case e.depth == 2 && e.name == "dataValidation" && e.attrs["errorTitle"] == ourMark:
			edits = append(edits, edit{e.start, e.end, ""})
		case e.depth == 2 && e.name == "dataValidation":
			taken = append(taken, ranges(e.attrs["sqref"])...)
		}
	}
	removed := len(edits)
	added, n := p.of.dropDowns(p.every, taken)
	switch {
	case n == 0 && removed == 0:
	case lists == nil:
		edits = append(edits, edit{belongs(all, "dataValidations"), -1, `<dataValidations count="` + strconv.Itoa(n) + `">` + added + `</dataValidations>`})
	default:
		count := n - removed
		for i := range all {
			if all[i].depth == 2 && all[i].name == "dataValidation" {
				count++
			}
		}
		if count == 0 {
			edits = append(dropWithin(edits, lists), edit{lists.start, lists.end, ""})
			break
		}
		edits = append(edits, edit{lists.start, lists.inner, setAttr(string(data[lists.start:lists.inner]), "count", strconv.Itoa(count))}, insertInto(data, lists, added))
	}
	if p.notesRel != "" && !drawing {
		edits = append(edits, edit{belongs(all, "legacyDrawing"), -1, `<legacyDrawing xmlns:r="` + nsRelations + `" r:id="` + p.notesRel + `"/>`})
	}
	for i := range edits {
		if edits[i].to < 0 {
			edits[i].to = edits[i].from
		}
	}
	return apply(data, edits), nil
}

// dropWithin forgets edits inside an element that goes as a whole.
func dropWithin(edits []edit, e *element) []edit {
	var out []edit
	for _, x := range edits {
		if x.from < e.start || x.from >= e.end {
			out = append(out, x)
		}
	}
	return out
}

// belongs is where an element that is not there belongs: the order of what
// follows the rows is fixed (ISO/IEC 29500, CT_Worksheet).
func belongs(all []element, name string) int {
	rank := map[string]int{}
	for i, n := range strings.Fields("sheetCalcPr sheetProtection protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr " +
		"conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors " +
		"smartTags drawing legacyDrawing") {
		rank[n] = i + 1
	}
	at := 0
	for i := range all {
		if e := &all[i]; e.depth == 1 && rank[e.name] > 0 && rank[e.name] < rank[name] {
			at = e.end
		}
	}
	return at
}

// cellRange is a part of an sqref.
type cellRange struct{ r1, c1, r2, c2 int32 }

func (c cellRange) has(row, col int32) bool {
	return row >= c.r1 && row <= c.r2 && col >= c.c1 && col <= c.c2
}

func ranges(sqref string) []cellRange {
	var out []cellRange
	for _, part := range strings.Fields(sqref) {
		from, to, ok := strings.Cut(part, ":")
		if !ok {
			to = from
		}
		r1, c1 := refOf(from)
		r2, c2 := refOf(to)
		if r1 == 0 { // whole columns
			r1, r2 = 1, 1<<30
		}
		if c1 == 0 {
			c1, c2 = 1, 1<<30
		}
		out = append(out, cellRange{r1, c1, r2, c2})
	}
	return out
}

// refOf is the row and column of a reference, 0 for the one it lacks.
func refOf(ref string) (row, col int32) {
	ref = strings.ReplaceAll(ref, "$", "")
	col = columnOf(ref, 0)
	return int32(atoi(strings.TrimLeft(ref, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"), 0)), col
}

// The bounds of what is added to one sheet: beyond them a spreadsheet program
// becomes slow. Colours and the list of all findings know no bound.
const (
	maxLists    = 2000
	maxListText = 255 // of a list that stands in the drop-down itself
)

// dropDowns are the drop-downs of the marked cells, those with the same choices
// together. A cell that already has one keeps it.
func (a *Annotation) dropDowns(marks []mark, taken []cellRange) (xml string, n int) {
	var order []string
	cells := map[string][]string{}
	for i := range marks {
		m := &marks[i]
		list := choiceList(a.list(m))
		if list == "" || covered(taken, m.row, m.col) {
			continue
		}
		if _, ok := cells[list]; !ok {
			if len(order) == maxLists {
				continue
			}
			order = append(order, list)
		}
		cells[list] = append(cells[list], spec.ColumnName(int(m.col))+strconv.Itoa(int(m.row)))
	}
	var b strings.Builder
	for _, list := range order {
		b.WriteString(`<dataValidation type="list" allowBlank="1" errorTitle="` + ourMark + `" sqref="` + strings.Join(cells[list], " ") +
			`"><formula1>"` + xmlText(strings.ReplaceAll(list, `"`, `""`)) + `"</formula1></dataValidation>`)
	}
	return b.String(), len(order)
}

func covered(taken []cellRange, row, col int32) bool {
	for _, t := range taken {
		if t.has(row, col) {
			return true
		}
	}
	return false
}

// choiceList joins choices as far as they fit into a drop-down. One with a
// comma cannot stand in it.
func choiceList(choices []string) string {
	seen := map[string]bool{}
	var out []string
	size := 0
	for _, c := range choices {
		c = strings.TrimSpace(c)
		n := len(utf16.Encode([]rune(c))) + strings.Count(c, `"`) + 1
		if c == "" || seen[c] || strings.ContainsAny(c, ",\n\r") || size+n > maxListText {
			continue
		}
		seen[c] = true
		size += n
		out = append(out, c)
	}
	return strings.Join(out, ",")
}
