package draft

import (
	"cmp"
	"slices"
	"strings"

	"hbupload/internal/spec"
	"hbupload/internal/table"
)

// seen is how often a value stands in a column.
type seen struct {
	count  int
	people int
	last   int // the person who had it last
}

func (s *seen) add(person int) {
	s.count++
	if s.last != person {
		s.people++
		s.last = person
	}
}

// column is a column with what stands in it.
type column struct {
	table.Column
	values []string // different ones, in order
	have   map[string]*seen
	all    seen // of all its values
	used   bool
	fixed  bool   // no plain rule of its own
	field  string // what it was taken for
	sure   int
	word   string // its key as words are compared
	bare   string // likewise without a unit, once asked for
}

// newColumn is a column that stands for several of the export.
func newColumn(name string) *column {
	c := &column{have: map[string]*seen{}}
	c.Name = name
	c.Key = spec.HeaderKey(name)
	c.word = wordKey(name)
	return c
}

// note counts a value.
func (c *column) note(text string, person int) {
	c.all.add(person)
	if c.have[text] != nil || len(c.values) < maxDistinct {
		c.value(text).add(person)
	}
}

// value is how often a value was seen.
func (c *column) value(text string) *seen {
	s := c.have[text]
	if s == nil {
		s = &seen{}
		c.have[text] = s
		c.values = append(c.values, text)
	}
	return s
}

// takeIn adds the values of another column.
func (c *column) takeIn(o *column) {
	c.all.count += o.all.count
	c.all.people = max(c.all.people, o.all.people)
	for _, text := range o.values {
		s := c.value(text)
		s.count += o.have[text].count
		s.people = max(s.people, o.have[text].people)
	}
}

// addAs counts a text as often as another.
func (c *column) addAs(text string, n *seen) {
	have := c.value(text)
	have.count += n.count
	have.people += n.people
}

// people is how many people the values concern that fit.
func (c *column) people(fit func(string) bool) int {
	n := 0
	for _, text := range c.values {
		if fit(text) {
			n += c.have[text].people
		}
	}
	return min(n, c.all.people)
}

// take notes what the column is read as.
func (c *column) take(field string, sure int) *column {
	c.used = true
	c.field = field
	c.sure = sure
	return c
}

// claim is take where an answer cannot give the column something else.
func (c *column) claim(field string, sure int) {
	c.take(field, sure).fixed = true
}

// bareKey is the header without the unit or remark in brackets behind it.
func (c *column) bareKey() string {
	if c.bare == "" {
		c.bare = cmp.Or(wordKey(reUnitTail.ReplaceAllString(c.Name, "")), c.Key)
	}
	return c.bare
}

// itemName is the header of an item's column without the range that stands below it.
func (c *column) itemName() string {
	if c.Group != "" && isRange(c.Sub) {
		return c.Group
	}
	return c.Name
}

// categories reports whether a column holds a few words again and again.
func (c *column) categories() bool {
	const few = 6
	return len(c.values) <= few && c.all.count >= 2*len(c.values) && !slices.ContainsFunc(c.values, func(v string) bool {
		return len([]rune(v)) > few*2 || strings.ContainsAny(v, "0123456789")
	})
}
