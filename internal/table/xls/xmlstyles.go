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
	known  map[string]*xmlLook // what was worked out so far
	last   *xmlStyle           // the one being read
}

// xmlLook is what comes of a style and its parents.
type xmlLook struct {
	numfmt.Format
	struck bool
}

// xmlStyle is what one style says of numbers and of struck text.
type xmlStyle struct {
	parent string
	code   string
	says   bool   // there is a number format; without it the parent's counts
	strike string // of the font; "" if it does not say
}

func newXMLStyles() xmlStyles {
	return xmlStyles{styles: make(map[string]*xmlStyle), known: make(map[string]*xmlLook)}
}

// start takes the elements of styles.
func (s *xmlStyles) start(t xml.StartElement) {
	switch t.Name.Local {
	case "Style":
		s.last = &xmlStyle{parent: xmlAttr(t, "Parent")}
		s.styles[xmlAttr(t, "ID")] = s.last
	case "Font":
		if s.last != nil {
			s.last.strike = xmlAttr(t, "StrikeThrough")
		}
	case "NumberFormat":
		if s.last != nil {
			s.last.code = numfmt.Named(xmlAttr(t, "Format"))
			s.last.says = true
		}
	}
}

// look is what a style says itself, else what the nearest parent says.
func (s *xmlStyles) look(id string) *xmlLook {
	if l, ok := s.known[id]; ok {
		return l
	}
	l := &xmlLook{}
	style := s.nearest(id, func(x *xmlStyle) bool { return x.says })
	l.Format = numfmt.New(0, style.code)
	strike := s.nearest(id, func(x *xmlStyle) bool { return x.strike != "" }).strike
	l.struck = strike != "" && strike != "0" && strike != "false"
	s.known[id] = l
	return l
}

// nearest is a style or the nearest of its parents that says something; an empty
// style if none does.
func (s *xmlStyles) nearest(id string, says func(*xmlStyle) bool) *xmlStyle {
	seen := map[string]bool{} // a style may not be its own ancestor
	for !seen[id] {
		seen[id] = true
		style := s.styles[id]
		switch {
		case style != nil && says(style):
			return style
		case style != nil && style.parent != "":
			id = style.parent
		default:
			id = defaultStyle
		}
	}
	return &xmlStyle{}
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
