package workbook

import (
	"archive/zip"
	"fmt"
	"io"
	"maps"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/flate"
)

// maxPart bounds the parts that are read whole: everything but the sheets.
const maxPart = 64 << 20

// zipBook is an opened .xlsx whose parts are copied, replaced or patched.
type zipBook struct {
	zr    *zip.Reader
	files map[string]*zip.File // by name in lower case
	book  string               // the workbook part
	data  []byte               // its bytes
	rels  []relation
	tree  []element
}

// relation is one relationship, its target as a part name.
type relation struct {
	id, kind, target string
	start, end       int // of its bytes
}

func openZip(r io.ReaderAt, size int64) (*zipBook, error) {
	zr, err := zip.NewReader(r, size)
	if err != nil {
		return nil, err
	}
	zr.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(r) })
	z := &zipBook{zr: zr, files: map[string]*zip.File{}}
	for _, f := range zr.File {
		key := partKey(f.Name)
		if _, twice := z.files[key]; twice || strings.Contains(f.Name, `\`) {
			return nil, errUnusual
		}
		z.files[key] = f
	}
	root, err := z.relations("")
	if err != nil {
		return nil, err
	}
	for _, r := range root {
		if r.kind == "officeDocument" {
			z.book = r.target
		}
	}
	if z.data, err = z.read(z.book); err != nil {
		return nil, err
	}
	if z.tree, err = parseElements(z.data); err != nil {
		return nil, err
	}
	switch z.tree[0].attrs["xmlns"] {
	case nsMain:
	case nsStrict:
		return nil, errStrict
	default:
		return nil, errUnusual
	}
	z.rels, err = z.relations(z.book)
	return z, err
}

func partKey(name string) string { return strings.ToLower(strings.TrimPrefix(name, "/")) }

func relsPart(owner string) string {
	dir, base := path.Split(owner)
	return dir + "_rels/" + base + ".rels"
}

// read is a part that must exist.
func (z *zipBook) read(name string) ([]byte, error) {
	f := z.files[partKey(name)]
	if f == nil || f.UncompressedSize64 > maxPart {
		return nil, errUnusual
	}
	rc, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rc.Close() }()
	return io.ReadAll(io.LimitReader(rc, maxPart))
}

// relations reads the relationships of a part; none if it has none.
func (z *zipBook) relations(owner string) ([]relation, error) {
	name := relsPart(owner)
	if z.files[partKey(name)] == nil {
		return nil, nil
	}
	data, err := z.read(name)
	if err != nil {
		return nil, err
	}
	all, err := parseElements(data)
	if err != nil {
		return nil, err
	}
	var out []relation
	for _, e := range all {
		if e.depth != 1 || e.name != "Relationship" || strings.EqualFold(e.attrs["TargetMode"], "External") {
			continue
		}
		kind := e.attrs["Type"]
		out = append(out, relation{e.attrs["Id"], kind[strings.LastIndexByte(kind, '/')+1:], z.target(owner, e.attrs["Target"]), e.start, e.end})
	}
	return out, nil
}

func (z *zipBook) target(owner, target string) string {
	if !strings.HasPrefix(target, "/") {
		target = "/" + path.Dir(owner) + "/" + target
	}
	name := strings.TrimPrefix(path.Clean(target), "/")
	if plain, err := url.PathUnescape(name); err == nil && z.files[partKey(name)] == nil {
		return plain
	}
	return name
}

// find is the first relationship of a kind.
func find(rels []relation, kind string) (relation, bool) {
	for _, r := range rels {
		if r.kind == kind {
			return r, true
		}
	}
	return relation{}, false
}

// bookSheet is one sheet of the workbook part.
type bookSheet struct {
	name, id   string
	part, kind string
	start, end int
}

func (z *zipBook) sheets() ([]bookSheet, error) {
	var out []bookSheet
	for _, e := range z.tree {
		if e.depth != 2 || e.name != "sheet" {
			continue
		}
		s := bookSheet{name: e.attrs["name"], id: e.attrs["id"], start: e.start, end: e.end}
		for _, r := range z.rels {
			if r.id == s.id {
				s.part = r.target
				s.kind = r.kind
			}
		}
		if s.id == "" {
			continue // an old macro module, which has no part
		}
		if s.part == "" || z.files[partKey(s.part)] == nil {
			return nil, errUnusual
		}
		out = append(out, s)
	}
	return out, nil
}

// free is a part name that is not in use.
func (z *zipBook) free(format string) string {
	for n := 1; ; n++ {
		if name := fmt.Sprintf(format, n); z.files[partKey(name)] == nil {
			z.files[partKey(name)] = &zip.File{}
			return name
		}
	}
}

// addRelation adds a relationship to the bytes of a .rels part (nil makes a new
// one) and returns its id.
func addRelation(data []byte, kind, part string) ([]byte, string, error) {
	if len(data) == 0 {
		data = []byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>`)
	}
	all, err := parseElements(data)
	if err != nil {
		return nil, "", err
	}
	used := map[string]bool{}
	for _, e := range all {
		used[e.attrs["Id"]] = true
	}
	id := ""
	for n := 1; id == "" || used[id]; n++ {
		id = "rIdHb" + strconv.Itoa(n)
	}
	text := `<Relationship Id="` + id + `" Type="` + nsRelations + "/" + kind + `" Target="/` + xmlText(part) + `"/>`
	return apply(data, []edit{insertInto(data, &all[0], text)}), id, nil
}

// contentTypes adds the types of new parts and forgets those of dropped ones.
func contentTypes(data []byte, added map[string]string, dropped map[string]bool, vml bool) ([]byte, error) {
	all, err := parseElements(data)
	if err != nil {
		return nil, err
	}
	var edits []edit
	hasVML := false
	for _, e := range all {
		switch {
		case e.name == "Override" && dropped[partKey(e.attrs["PartName"])]:
			edits = append(edits, edit{e.start, e.end, ""})
		case e.name == "Default" && strings.EqualFold(e.attrs["Extension"], "vml"):
			hasVML = true
		}
	}
	var b strings.Builder
	if vml && !hasVML {
		at := all[0].inner // defaults come first
		edits = append(edits, edit{at, at, `<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>`})
	}
	for _, part := range slices.Sorted(maps.Keys(added)) {
		b.WriteString(`<Override PartName="/` + xmlText(part) + `" ContentType="` + added[part] + `"/>`)
	}
	return apply(data, append(edits, insertInto(data, &all[0], b.String()))), nil
}
