package workbook

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"hbupload/internal/table"
)

const (
	typeSheet    = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
	typeComments = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
)

// bookCopy makes an annotated copy of a workbook: every part is copied byte for
// byte, compressed as it is, but those that change.
type bookCopy struct {
	*zipBook
	of      *Annotation
	ctx     context.Context
	marks   map[string][]mark // by the sheet's name
	ours    map[string]bool   // names of sheets that an earlier copy added
	styles  *bookStyles
	replace map[string][]byte                // part (lower case) → its new bytes
	patch   map[string]*sheetPatch           // part (lower case) → what changes in it
	drop    map[string]bool                  // parts (lower case) that go
	add     map[string]func(io.Writer) error // new parts
	types   map[string]string                // content types of new parts
	vml     bool
	again   bool // the input is an annotated copy itself
}

// page is one of the two sheets that a copy adds.
type page func(w io.Writer, styles *bookStyles) error

// write makes the copy. The pages are written after the sheets were patched.
func (c *bookCopy) write(w io.Writer) error {
	c.replace = map[string][]byte{}
	c.patch = map[string]*sheetPatch{}
	c.drop = map[string]bool{}
	c.add = map[string]func(io.Writer) error{}
	c.types = map[string]string{}
	sheets, err := c.sheets()
	if err != nil {
		return err
	}
	if err := c.openStyles(); err != nil {
		return err
	}
	for _, s := range sheets {
		if c.ours[s.name] {
			c.again = true
		}
	}
	var restore map[int]int
	if c.again {
		restore = c.styles.restored()
	}
	for _, s := range sheets {
		if err := c.planSheet(s, restore); err != nil {
			return err
		}
	}
	if err := c.planBook(sheets); err != nil {
		return err
	}
	return c.assemble(w)
}

func (c *bookCopy) openStyles() error {
	rel, ok := find(c.rels, "styles")
	if !ok {
		return errUnusual
	}
	data, err := c.read(rel.target)
	if err != nil {
		return err
	}
	c.styles, err = parseStyles(data)
	return err
}

// planSheet decides what happens to one sheet.
func (c *bookCopy) planSheet(s bookSheet, restore map[int]int) error {
	key := partKey(s.part)
	if c.ours[s.name] {
		c.drop[key] = true
		c.drop[partKey(relsPart(s.part))] = true
		return nil
	}
	marks := c.marks[s.name]
	selected, err := c.selected(s.part)
	if err != nil {
		return err
	}
	if len(marks) == 0 && !c.again && !selected {
		return nil
	}
	if s.kind != "worksheet" {
		return nil // a chart or macro sheet
	}
	p := &sheetPatch{of: c.of, styles: c.styles, marks: marks, restore: restore, unselect: true}
	if len(marks) > 0 || c.again {
		if p.notesRel, err = c.planNotes(s.part, marks); err != nil {
			return err
		}
	}
	c.patch[key] = p
	return nil
}

// selected reports whether a sheet is one of those that the program shows
// selected: with two of them, a change would go to both.
func (c *bookCopy) selected(part string) (bool, error) {
	rc, err := c.files[partKey(part)].Open()
	if err != nil {
		return false, err
	}
	defer func() { _ = rc.Close() }()
	head := make([]byte, 16<<10)
	n, err := io.ReadFull(rc, head)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return false, err
	}
	head = head[:n]
	if i := bytes.Index(head, []byte("<sheetData")); i >= 0 {
		head = head[:i]
	}
	return bytes.Contains(head, []byte("tabSelected")), nil
}

// planNotes prepares the notes of a sheet and returns the relationship of
// their drawing if it is new.
func (c *bookCopy) planNotes(part string, marks []mark) (string, error) {
	rels, err := c.relations(part)
	if err != nil {
		return "", err
	}
	text, hasText := find(rels, "comments")
	if len(marks) == 0 && !hasText {
		return "", nil
	}
	drawing, hasDrawing, err := c.noteDrawing(part, rels)
	if err != nil {
		return "", err
	}
	var old noteParts
	if old.comments, err = c.readIf(hasText, text.target); err != nil {
		return "", err
	}
	if old.drawing, err = c.readIf(hasDrawing, drawing.target); err != nil {
		return "", err
	}
	notes, err := c.of.mergeNotes(old, marks)
	if err != nil {
		return "", err
	}
	hasRels := len(rels) > 0 || c.files[partKey(relsPart(part))] != nil
	data, err := c.readIf(hasRels, relsPart(part))
	if err != nil {
		return "", err
	}
	id := ""
	if data, err = c.put(data, hasText, text.target, "comments", "xl/commentsHb%d.xml", notes.comments, nil); err == nil {
		data, err = c.put(data, hasDrawing, drawing.target, "vmlDrawing", "xl/drawings/vmlDrawingHb%d.vml", notes.drawing, &id)
	}
	if err != nil {
		return "", err
	}
	if !hasText || !hasDrawing {
		c.set(relsPart(part), data)
	}
	if hasDrawing {
		id = drawing.id
	}
	return id, nil
}

// readIf reads a part, if it is there.
func (c *bookCopy) readIf(there bool, part string) ([]byte, error) {
	if !there {
		return nil, nil
	}
	return c.read(part)
}

// noteDrawing finds the drawing that a sheet shows its notes with, which is not
// the one of its header and footer.
func (c *bookCopy) noteDrawing(part string, rels []relation) (relation, bool, error) {
	if _, drawn := find(rels, "vmlDrawing"); !drawn {
		return relation{}, false, nil
	}
	rc, err := c.files[partKey(part)].Open()
	if err != nil {
		return relation{}, false, err
	}
	defer func() { _ = rc.Close() }()
	const mark, window = "<legacyDrawing ", 64 << 10
	buf := make([]byte, 0, 2*window)
	for {
		n, err := io.ReadFull(rc, buf[len(buf):len(buf)+window])
		buf = buf[:len(buf)+n]
		if i := bytes.Index(buf, []byte(mark)); i >= 0 && bytes.IndexByte(buf[i:], '>') > 0 {
			for _, r := range rels {
				if bytes.Contains(buf[i:i+bytes.IndexByte(buf[i:], '>')], []byte(`"`+r.id+`"`)) {
					return r, true, nil
				}
			}
			return relation{}, false, errUnusual
		}
		if err != nil {
			return relation{}, false, nil // the rest is too short for another window
		}
		buf = buf[:copy(buf[:cap(buf)], buf[max(0, len(buf)-window):])]
	}
}

// put replaces a part that is there, or adds it with its relationship.
func (c *bookCopy) put(rels []byte, exists bool, part, kind, format string, data []byte, id *string) ([]byte, error) {
	if exists {
		c.replace[partKey(part)] = data
		return rels, nil
	}
	part = c.free(format)
	rels, newID, err := addRelation(rels, kind, part)
	if id != nil {
		*id = newID
	}
	c.add[part] = func(w io.Writer) error { _, err := w.Write(data); return err }
	if kind == "comments" {
		c.types[part] = typeComments
	} else {
		c.vml = true
	}
	return rels, err
}

// set replaces a part, or adds it.
func (c *bookCopy) set(part string, data []byte) {
	if f := c.files[partKey(part)]; f != nil && f.Name != "" {
		c.replace[partKey(part)] = data
		return
	}
	c.add[part] = func(w io.Writer) error { _, err := w.Write(data); return err }
}

// planBook puts the two pages into the workbook and takes old ones out.
func (c *bookCopy) planBook(sheets []bookSheet) error {
	rels, err := c.read(relsPart(c.book))
	if err != nil {
		return err
	}
	names := map[string]bool{}
	var gone []edit
	for _, s := range sheets {
		if !c.ours[s.name] {
			names[strings.ToLower(s.name)] = true
			continue
		}
		for _, r := range c.rels {
			if r.id == s.id {
				gone = append(gone, edit{r.start, r.end, ""})
			}
		}
	}
	rels = apply(rels, gone)
	var tags, pages []string
	next := c.maxSheetID() + 1
	for i, p := range []struct {
		name string
		page page
	}{{table.TodoSheet, c.of.todo}, {table.ResultsSheet, c.of.results}} {
		part := c.free("xl/worksheets/sheetHb%d.xml")
		var id string
		if rels, id, err = addRelation(rels, "worksheet", part); err != nil {
			return err
		}
		page := p.page
		c.add[part] = func(w io.Writer) error { return page(w, c.styles) }
		c.types[part] = typeSheet
		name := freeName(p.name, names)
		pages = append(pages, name)
		tags = append(tags, `<sheet xmlns:r="`+nsRelations+`" name="`+name+`" sheetId="`+strconv.Itoa(next+i)+`" r:id="`+id+`"/>`)
	}
	c.replace[partKey(relsPart(c.book))] = rels
	c.replace[partKey(c.book)] = c.newBook(sheets, tags, pages)
	types, err := c.read("[Content_Types].xml")
	if err != nil {
		return err
	}
	types, err = contentTypes(types, c.types, c.drop, c.vml)
	c.replace[partKey("[Content_Types].xml")] = types
	return err
}

// freeName is a sheet name that no other sheet has.
func freeName(name string, taken map[string]bool) string {
	for n := 1; ; n++ {
		try := name
		if n > 1 {
			try += strconv.Itoa(n)
		}
		if !taken[strings.ToLower(try)] {
			return try
		}
	}
}

func (c *bookCopy) maxSheetID() int {
	most := 0
	for _, e := range c.tree {
		if e.depth == 2 && e.name == "sheet" {
			most = max(most, atoi(e.attrs["sheetId"], 0))
		}
	}
	return most
}

// newBook is the workbook part: 待修改 first, 结果 last, old ones gone, and
// everything that counts sheets counting anew.
func (c *bookCopy) newBook(sheets []bookSheet, tags, pages []string) []byte {
	var edits []edit
	index := map[int]int{}
	for i, s := range sheets {
		if c.ours[s.name] {
			edits = append(edits, edit{s.start, s.end, ""})
			continue
		}
		index[i] = len(index) + 1
	}
	for i := range c.tree {
		e := &c.tree[i]
		switch {
		case e.depth == 1 && e.name == "sheets":
			edits = append(edits, edit{e.inner, e.inner, tags[0]}, edit{e.innerEnd, e.innerEnd, tags[1]})
		case e.depth == 2 && e.name == "workbookView":
			tag := setAttr(setAttr(string(c.data[e.start:e.inner]), "activeTab", ""), "firstSheet", "")
			edits = append(edits, edit{e.start, e.inner, tag})
		case e.depth == 2 && e.name == "definedName" && e.attrs["localSheetId"] != "":
			if at, ok := index[atoi(e.attrs["localSheetId"], -1)]; ok {
				edits = append(edits, edit{e.start, e.inner, setAttr(string(c.data[e.start:e.inner]), "localSheetId", strconv.Itoa(at))})
			} else {
				edits = append(edits, edit{e.start, e.end, ""})
			}
		}
	}
	return apply(c.data, append(edits, c.newNames(printTitles(pages[0], 0)+printTitles(pages[1], len(index)+1))))
}

// newNames puts names of our own into the workbook's list, or makes one at the
// place that the order of its elements allows.
func (c *bookCopy) newNames(names string) edit {
	behind := 0
	for i := range c.tree {
		switch e := &c.tree[i]; {
		case e.depth != 1:
		case e.name == "definedNames":
			return insertInto(c.data, e, names)
		case e.name == "sheets", e.name == "functionGroups", e.name == "externalReferences":
			behind = e.end
		}
	}
	return edit{behind, behind, "<definedNames>" + names + "</definedNames>"}
}

// assemble writes the zip. Sheets come before the styles that they ask for.
func (c *bookCopy) assemble(w io.Writer) error {
	zw := c.of.Pack.zip(w)
	styles, _ := find(c.rels, "styles")
	for _, f := range c.zr.File {
		key := partKey(f.Name)
		if err := c.ctx.Err(); err != nil {
			return err
		}
		var err error
		switch data, replaced := c.replace[key]; {
		case c.drop[key], key == partKey(styles.target), strings.HasSuffix(f.Name, "/"): // a directory is no part
		case c.patch[key] != nil:
			err = c.copyPatched(zw, f, c.patch[key])
		case replaced:
			err = writePart(zw, f.Name, func(w io.Writer) error { _, err := w.Write(data); return err })
		default:
			err = zw.Copy(f)
		}
		if err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.add)) {
		if err := writePart(zw, name, c.add[name]); err != nil {
			return err
		}
	}
	if err := writePart(zw, c.files[partKey(styles.target)].Name, func(w io.Writer) error { _, err := w.Write(c.styles.bytes()); return err }); err != nil {
		return err
	}
	return zw.Close()
}

func (c *bookCopy) copyPatched(zw *zip.Writer, f *zip.File, p *sheetPatch) error {
	rc, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { _ = rc.Close() }()
	return writePart(zw, f.Name, func(w io.Writer) error { return p.run(&cancelReader{c.ctx, rc}, w) })
}

// cancelReader ends a long read with its context.
type cancelReader struct {
	ctx context.Context
	r   io.Reader
}

// Read implements io.Reader.
func (r *cancelReader) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(b)
}

func writePart(zw *zip.Writer, name string, fill func(io.Writer) error) error {
	w, err := zw.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
	if err != nil {
		return err
	}
	return fill(w)
}
