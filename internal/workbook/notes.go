package workbook

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"hbupload/internal/pattern"
	"hbupload/internal/spec"
)

// maxNotes is how many cells of one sheet get a note: every note is a drawing,
// and thousands of drawings stop a spreadsheet program. Beyond, colour and the
// list of findings remain.
const maxNotes = 2000

const nsVML = `xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"`

// noteParts are the two parts that hold the notes of a sheet.
type noteParts struct {
	comments []byte
	drawing  []byte
}

// mergeNotes takes an earlier copy's notes out of the parts (nil if there are
// none) and adds those of the marks. A note of the user's stays as it is, and
// its cell gets none of ours.
func (a *Annotation) mergeNotes(old noteParts, marks []mark) (noteParts, error) {
	authors, kept, taken, dropped, err := readComments(old.comments)
	if err != nil {
		return noteParts{}, err
	}
	var comments, shapes strings.Builder
	n := 0
	for i := range marks {
		m := &marks[i]
		ref := spec.ColumnName(int(m.col)) + strconv.Itoa(int(m.row))
		if taken[ref] || n == maxNotes {
			continue
		}
		n++
		text := a.text(m)
		fmt.Fprintf(&comments, `<comment ref="%s" authorId="%d"><text><t xml:space="preserve">%s</t></text></comment>`, ref, len(authors), xmlText(text))
		writeShape(&shapes, n, m, text)
	}
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<comments xmlns="` + nsMain + `"><authors>`)
	for _, a := range authors {
		b.WriteString(`<author>` + a + `</author>`)
	}
	b.WriteString(`<author>` + ourMark + `</author></authors><commentList>` + kept + comments.String() + `</commentList></comments>`)
	return noteParts{[]byte(b.String()), mergeShapes(old.drawing, dropped, shapes.String())}, nil
}

// readComments reads a comments part: its authors but ours, the bytes of the
// comments of others, their cells, and the cells of ours.
func readComments(data []byte) (authors []string, kept string, taken, dropped map[string]bool, err error) {
	taken = map[string]bool{}
	dropped = map[string]bool{}
	if len(data) == 0 {
		return nil, "", taken, dropped, nil
	}
	all, err := parseElements(data)
	if err != nil {
		return nil, "", nil, nil, err
	}
	at := map[int]int{} // old number of an author → new one
	seen := 0
	var b strings.Builder
	for i := range all {
		e := &all[i]
		switch {
		case e.depth == 2 && e.name == "author":
			if name := string(data[e.inner:e.innerEnd]); name != ourMark {
				at[seen] = len(authors)
				authors = append(authors, name)
			}
			seen++
		case e.depth == 2 && e.name == "comment":
			id, others := at[atoi(e.attrs["authorId"], 0)]
			if !others {
				dropped[e.attrs["ref"]] = true
				continue
			}
			taken[e.attrs["ref"]] = true
			b.WriteString(setAttr(string(data[e.start:e.inner]), "authorId", strconv.Itoa(id)))
			b.Write(data[e.inner:e.end])
		}
	}
	return authors, b.String(), taken, dropped, nil
}

var (
	reShape    = pattern.New(`(?s)<v:shape\s.*?</v:shape>`)
	reShapeRow = pattern.New(`<x:Row>\s*(\d+)\s*</x:Row>`)
	reShapeCol = pattern.New(`<x:Column>\s*(\d+)\s*</x:Column>`)
	reDrawEnd  = pattern.New(`</xml>\s*$`)
)

// mergeShapes takes the shapes of dropped notes out of a drawing and adds new
// ones.
func mergeShapes(old []byte, dropped map[string]bool, shapes string) []byte {
	const kind = `<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>`
	if !reDrawEnd.Match(old) {
		return []byte(`<xml ` + nsVML + `><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>` + kind + shapes + `</xml>`)
	}
	out := reShape.ReplaceAllFunc(old, func(shape []byte) []byte {
		r := reShapeRow.FindSubmatch(shape)
		c := reShapeCol.FindSubmatch(shape)
		if r == nil || c == nil || !bytes.Contains(shape, []byte(`ObjectType="Note"`)) {
			return shape
		}
		if dropped[spec.ColumnName(atoi(string(c[1]), 0)+1)+strconv.Itoa(atoi(string(r[1]), 0)+1)] {
			return nil
		}
		return shape
	})
	if !bytes.Contains(out, []byte(`"_x0000_t202"`)) {
		shapes = kind + shapes
	}
	return append(reDrawEnd.ReplaceAll(out, nil), shapes+"</xml>"...)
}

// writeShape draws one note, hidden until the pointer is over its cell.
func writeShape(b *strings.Builder, n int, m *mark, text string) {
	lines := 1
	for _, line := range strings.Split(text, "\n") {
		lines += 1 + utf8.RuneCountInString(line)/24
	}
	height := min(max(lines+1, 4), 22)
	fmt.Fprintf(b, `<v:shape id="_x0000_s9%05d" type="#_x0000_t202" style="position:absolute;margin-left:80pt;margin-top:2pt;width:260pt;height:%dpt;z-index:%d;visibility:hidden" fillcolor="#fffdf0" strokecolor="#c9b458" o:insetmode="auto">`+
		`<v:fill color2="#fffdf0"/><v:shadow on="t" color="#bbbbbb" obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>`+
		`<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>%d, 12, %d, 4, %d, 20, %d, 4</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>`,
		n, height*14, n, m.col, max(m.row-2, 0), m.col+3, max(m.row-2, 0)+int32(height), m.row-1, m.col-1)
}
