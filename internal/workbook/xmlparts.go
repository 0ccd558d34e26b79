package workbook

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"sort"
	"strconv"
	"strings"
)

// errUnusual is a package that is legal and yet not written as all the usual
// programs write it: it is rewritten the usual way first.
var errUnusual = errors.New("unusual workbook")

// errStrict is a package of the Strict variant. excelize rewrites only the parts
// that it loads, and a mixture of the variants does not open: its rows are
// copied into a new workbook.
var errStrict = errors.New("strict workbook")

const nsStrict = "http://purl.oclc.org/ooxml/spreadsheetml/main"

// element is one element of a small XML part with where its bytes lie:
// start … inner … innerEnd … end. A self-closed one has inner == innerEnd == end.
type element struct {
	name                        string
	attrs                       map[string]string // local name → value
	depth                       int               // 0 is the root
	parent                      int               // index, -1 for the root
	start, inner, innerEnd, end int
}

func (e *element) selfClosed() bool { return e.inner == e.end }

// parseElements lists the elements of a part in document order. Prefixed
// elements of the main namespace are unusual.
func parseElements(data []byte) ([]element, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errUnusual }
	var all []element
	var stack []int
	for {
		from := int(d.InputOffset())
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			if len(stack) > 0 || len(all) == 0 {
				return nil, errUnusual
			}
			return all, nil
		}
		if err != nil {
			return nil, errUnusual
		}
		to := int(d.InputOffset())
		switch t := tok.(type) {
		case xml.StartElement:
			if len(all) == 0 && t.Name.Space != "" {
				return nil, errUnusual
			}
			e := newElement(t, from, to)
			e.depth = len(stack)
			if len(stack) > 0 {
				e.parent = stack[len(stack)-1]
			}
			stack = append(stack, len(all))
			all = append(all, e)
		case xml.EndElement:
			if len(stack) == 0 {
				return nil, errUnusual
			}
			all[stack[len(stack)-1]].close(from, to)
			stack = stack[:len(stack)-1]
		case xml.Directive:
			return nil, errUnusual // a document type
		}
	}
}

// newElement is an element whose start tag stands at data[from:to].
func newElement(t xml.StartElement, from, to int) element {
	e := element{name: t.Name.Local, parent: -1, start: from, inner: to, attrs: map[string]string{}}
	if t.Name.Space != "" {
		e.name = t.Name.Space + ":" + t.Name.Local
	}
	for _, a := range t.Attr {
		e.attrs[a.Name.Local] = a.Value
	}
	return e
}

// close notes the element's end tag, at data[from:to].
func (e *element) close(from, to int) {
	e.innerEnd = from
	e.end = to
	if e.end == e.inner { // RawToken makes two tokens of <x/>
		e.innerEnd = e.end
	}
}

// move shifts the element's places.
func (e *element) move(by int) {
	e.start += by
	e.inner += by
	e.innerEnd += by
	e.end += by
}

// edit replaces data[from:to] by text.
type edit struct {
	from, to int
	text     string
}

// apply makes the edits, which do not overlap. Of those at one spot insertions
// come first, else they stay in their order.
func apply(data []byte, edits []edit) []byte {
	sort.SliceStable(edits, func(i, j int) bool {
		if edits[i].from != edits[j].from {
			return edits[i].from < edits[j].from
		}
		return edits[i].from == edits[i].to && edits[j].from != edits[j].to
	})
	var out bytes.Buffer
	at := 0
	for _, e := range edits {
		out.Write(data[at:e.from])
		out.WriteString(e.text)
		at = e.to
	}
	out.Write(data[at:])
	return out.Bytes()
}

// insertInto adds text at the end of an element, opening it if it was
// self-closed.
func insertInto(data []byte, e *element, text string) edit {
	if !e.selfClosed() {
		return edit{e.innerEnd, e.innerEnd, text}
	}
	tag := string(data[e.start:e.end])
	name := tag[1:]
	if i := strings.IndexAny(name, " \t\r\n/>"); i >= 0 {
		name = name[:i]
	}
	return edit{e.start, e.end, strings.TrimSuffix(strings.TrimRight(strings.TrimSuffix(tag, "/>"), " "), "/") + ">" + text + "</" + name + ">"}
}

// setAttr gives an attribute of a start tag a value, adding it if it is not
// there; an empty value takes it away. value is escaped already.
func setAttr(tag, name, value string) string {
	from, valueFrom, to := findAttr(tag, name)
	switch {
	case from < 0 && value == "":
		return tag
	case from < 0:
		i := len(tag) - 1
		if strings.HasSuffix(tag, "/>") {
			i--
		}
		for i > 0 && (tag[i-1] == ' ' || tag[i-1] == '\n' || tag[i-1] == '\t' || tag[i-1] == '\r') {
			i--
		}
		return tag[:i] + " " + name + `="` + value + `"` + tag[i:]
	case value == "":
		return tag[:from] + tag[to:]
	}
	return tag[:valueFrom] + `"` + value + `"` + tag[to:]
}

// getAttr is the unescaped value of a plain attribute (numbers, references).
func getAttr(tag, name string) (string, bool) {
	from, valueFrom, to := findAttr(tag, name)
	if from < 0 {
		return "", false
	}
	return tag[valueFrom+1 : to-1], true
}

// findAttr finds an attribute with its preceding blank, its value with its
// quotes; -1 if there is none.
func findAttr(tag, name string) (from, valueFrom, to int) {
	i := strings.IndexAny(tag, blanks)
	for i >= 0 && i < len(tag) {
		from = i
		start := skipBlanks(tag, i)
		i = start
		for i < len(tag) && strings.IndexByte("=>/"+blanks, tag[i]) < 0 {
			i++
		}
		found := tag[start:i] == name
		i = skipBlanks(tag, i)
		if i >= len(tag) || tag[i] != '=' {
			return -1, -1, -1
		}
		i = skipBlanks(tag, i+1)
		if i >= len(tag) || tag[i] != '"' && tag[i] != '\'' {
			return -1, -1, -1
		}
		end := strings.IndexByte(tag[i+1:], tag[i])
		if end < 0 {
			return -1, -1, -1
		}
		if found {
			return from, i, i + end + 2
		}
		i += end + 2
	}
	return -1, -1, -1
}

// blanks is what XML takes for white space.
const blanks = " \t\r\n"

// skipBlanks returns the place of the next character that is no white space.
func skipBlanks(text string, at int) int {
	for at < len(text) && strings.IndexByte(blanks, text[at]) >= 0 {
		at++
	}
	return at
}

func atoi(s string, or int) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return or
	}
	return n
}
