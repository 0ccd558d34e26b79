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
	for i := range all {
		all[i].move(-len(root))
	}
	t := readTail(all)
	edits := p.listEdits(data, all, t)
	if p.notesRel != "" && !t.drawing {
		at := belongs(all, "legacyDrawing")
		edits = append(edits, edit{at, at, `<legacyDrawing xmlns:r="` + nsRelations + `" r:id="` + p.notesRel + `"/>`})
	}
	return apply(data, edits), nil
}

// listsAndNotes is what the part behind the rows has of drop-downs and notes.
type listsAndNotes struct {
	lists   *element // of all drop-downs, nil for none
	ours    []*element
	others  int
	taken   []cellRange // cells with drop-downs of the user's own
	drawing bool
}

func readTail(all []element) listsAndNotes {
	var t listsAndNotes
	for i := range all {
		e := &all[i]
		switch {
		case e.depth == 1 && e.name == "dataValidations":
			t.lists = e
		case e.depth == 1 && e.name == "legacyDrawing":
			t.drawing = true
		case e.depth != 2 || e.name != "dataValidation":
		case e.attrs["errorTitle"] == ourMark:
			t.ours = append(t.ours, e)
		default:
			t.others++
			t.taken = append(t.taken, ranges(e.attrs["sqref"])...)
		}
	}
	return t
}

// listEdits replaces an earlier copy's drop-downs by ours.
func (p *sheetPatch) listEdits(data []byte, all []element, t listsAndNotes) []edit {
	added, n := p.of.dropDowns(p.every, t.taken)
	count := strconv.Itoa(t.others + n)
	switch {
	case n == 0 && len(t.ours) == 0:
		return nil
	case t.lists == nil:
		at := belongs(all, "dataValidations")
		return []edit{{at, at, `<dataValidations count="` + count + `">` + added + `</dataValidations>`}}
	case t.others+n == 0:
		return []edit{{t.lists.start, t.lists.end, ""}}
	}
	var edits []edit
	for _, e := range t.ours {
		edits = append(edits, edit{e.start, e.end, ""})
	}
	start := string(data[t.lists.start:t.lists.inner])
	return append(edits, edit{t.lists.start, t.lists.inner, setAttr(start, "count", count)}, insertInto(data, t.lists, added))
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
			r1 = 1
			r2 = 1 << 30
		}
		if c1 == 0 {
			c1 = 1
			c2 = 1 << 30
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
