package workbook_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// valid checks an annotated copy as a spreadsheet program would: it opens, its
// parts are well formed and of one variant, what they count is there, and what
// they refer to exists.
func valid(t testing.TB, file string) {
	t.Helper()
	all := parts(t, file)
	names := map[string]int{}
	zr, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = zr.Close() }()
	for _, f := range zr.File {
		if names[strings.ToLower(f.Name)]++; names[strings.ToLower(f.Name)] > 1 || strings.HasSuffix(f.Name, "/") {
			t.Errorf("entry %s", f.Name)
		}
	}
	xfs := 0
	for name, data := range all {
		if strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".rels") || strings.HasSuffix(name, ".vml") {
			counts(t, name, data)
		}
		if strings.HasSuffix(name, "styles.xml") {
			xfs = children(data, "cellXfs")
		}
		if strings.HasSuffix(name, ".rels") {
			targets(t, all, name, data)
		}
		if bytes.Contains(data, []byte("http://purl.oclc.org/ooxml/")) {
			t.Errorf("%s is of the Strict variant", name)
		}
	}
	for name, data := range all {
		if strings.Contains(name, "worksheets/sheet") {
			styles(t, name, data, xfs)
		}
	}
	f, err := excelize.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, sheet := range f.GetSheetList() {
		if _, err := f.GetRows(sheet); err != nil && !strings.Contains(err.Error(), "not a worksheet") && !strings.Contains(err.Error(), "does not exist") {
			t.Errorf("excelize: %s: %v", sheet, err)
		}
	}
	_ = f.Close()
}

// counts compares every count attribute with the number of children.
func counts(t testing.TB, name string, data []byte) {
	t.Helper()
	type open struct {
		name  string
		count int
		n     int
	}
	var stack []open
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		tok, err := d.Token()
		if err != nil {
			if len(stack) > 0 {
				t.Errorf("%s: %v", name, err)
			}
			return
		}
		switch e := tok.(type) {
		case xml.StartElement:
			if len(stack) > 0 {
				stack[len(stack)-1].n++
			}
			o := open{name: e.Name.Local, count: -1}
			for _, a := range e.Attr {
				if n, err := strconv.Atoi(a.Value); err == nil && a.Name.Local == "count" && e.Name.Local != "sst" {
					o.count = n
				}
			}
			stack = append(stack, o)
		case xml.EndElement:
			o := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if o.count >= 0 && o.count != o.n {
				t.Errorf("%s: %s counts %d and has %d", name, o.name, o.count, o.n)
			}
		}
	}
}

// children counts the elements within the first element of a name.
func children(data []byte, name string) int {
	d := xml.NewDecoder(bytes.NewReader(data))
	depth, n := 0, 0
	for {
		tok, err := d.Token()
		if err != nil {
			return n
		}
		switch e := tok.(type) {
		case xml.StartElement:
			if depth > 0 || e.Name.Local == name {
				if depth++; depth == 2 {
					n++
				}
			}
		case xml.EndElement:
			if depth > 0 {
				depth--
			}
		}
	}
}

// targets checks that the parts a .rels part speaks of exist.
func targets(t testing.TB, all map[string][]byte, name string, data []byte) {
	t.Helper()
	dir := path.Dir(path.Dir(name))
	for _, m := range regexp.MustCompile(`<(?:\w+:)?Relationship [^>]*>`).FindAllString(string(data), -1) {
		target := regexp.MustCompile(`Target="([^"]*)"`).FindStringSubmatch(m)
		if strings.Contains(m, `TargetMode="External"`) || target == nil {
			continue
		}
		part := strings.TrimPrefix(target[1], "/")
		if !strings.HasPrefix(target[1], "/") {
			part = path.Join(dir, target[1])
		}
		if all[part] == nil {
			t.Errorf("%s: %s does not exist", name, part)
		}
	}
}

// styles checks that the styles of a sheet's cells exist.
func styles(t testing.TB, name string, data []byte, xfs int) {
	t.Helper()
	for _, m := range regexp.MustCompile(`<(?:\w+:)?c [^>]*\bs="(\d+)"`).FindAllSubmatch(data, -1) {
		if n, _ := strconv.Atoi(string(m[1])); n >= xfs {
			t.Errorf("%s: style %d of %d", name, n, xfs)
			return
		}
	}
}

// prefixed writes the elements of a part's own namespace with a prefix, as
// the Open XML SDK does.
func prefixed(name string, data []byte) []byte {
	const main = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	if !bytes.Contains(data, []byte(main)) || !slices.Contains([]string{"workbook.xml", "styles.xml", "sharedStrings.xml"}, path.Base(name)) && !strings.Contains(name, "worksheets/") {
		return data
	}
	data = bytes.Replace(data, []byte(main), []byte(strings.Replace(main, "xmlns=", "xmlns:q=", 1)), 1)
	return regexp.MustCompile(`<(/?)([A-Za-z0-9]+)([\s/>])`).ReplaceAll(data, []byte("<${1}q:$2$3"))
}
