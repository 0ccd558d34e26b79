package xls

import (
	"encoding/xml"

	"hbupload/internal/table/numfmt"
)

// defaultStyle is the style that those without a parent go back to.
const defaultStyle = "Default"

// xmlStyles are the styles of an XML workbook by their IDs.
type xmlStyles struct {
	styles map[string]*xmlStyle
	known  map[string]*numfmt.Format // what was worked out so far
	last   *xmlStyle                 // the one being read
}

// xmlStyle is what one style says about numbers.
type xmlStyle struct {
	parent string
	code   string
	says   bool // there is a number format; without it the parent's counts
}

func newXMLStyles() xmlStyles {
	return xmlStyles{styles: make(map[string]*xmlStyle), known: make(map[string]*numfmt.Format)}
}

// start takes the elements of styles.
func (s *xmlStyles) start(t xml.StartElement) {
	switch t.Name.Local {
	case "Style":
		s.last = &xmlStyle{parent: xmlAttr(t, "Parent")}
		s.styles[xmlAttr(t, "ID")] = s.last
	case "NumberFormat":
		if s.last != nil {
			s.last.code, s.last.says = numfmt.Named(xmlAttr(t, "Format")), true
		}
	}
}

// format is the number format of a style: its own, else that of the nearest
// parent that has one.
func (s *xmlStyles) format(id string) *numfmt.Format {
	if f, ok := s.known[id]; ok {
		return f
	}
	f := numfmt.New(0, s.code(id))
	s.known[id] = &f
	return &f
}

// code looks for the format code that counts for a style.
func (s *xmlStyles) code(id string) string {
	seen := map[string]bool{} // a style may not be its own ancestor
	for !seen[id] {
		seen[id] = true
		style := s.styles[id]
		switch {
		case style != nil && style.says:
			return style.code
		case style != nil && style.parent != "":
			id = style.parent
		default:
			id = defaultStyle
		}
	}
	return ""
}

// xmlColumns are the styles of the columns of a sheet.
type xmlColumns struct {
	spans []xmlColumn
	next  int32
}

type xmlColumn struct {
	from, to int32
	style    string
}

// add takes a Column element, which stands for one column and those that it
// spans beyond it.
func (c *xmlColumns) add(t xml.StartElement) {
	from := max(c.next+1, count(xmlAttr(t, "Index"), maxColumn))
	to := from + count(xmlAttr(t, "Span"), maxColumn)
	c.next = to
	if style := xmlAttr(t, "StyleID"); style != "" && len(c.spans) < maxColumn {
		c.spans = append(c.spans, xmlColumn{from, to, style})
	}
}

// style is the style of a column, "" if it has none.
func (c *xmlColumns) style(col int32) string {
	for i := range c.spans {
		if s := &c.spans[i]; col >= s.from && col <= s.to {
			return s.style
		}
	}
	return ""
}
