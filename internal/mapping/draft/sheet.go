package draft

import (
	"slices"
	"strings"

	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
	"hbupload/internal/table"
)

// sheet is a sheet under examination.
type sheet struct {
	src    *table.Sheet
	rows   int
	people int
	head   []int32
	cols   []*column
	byKey  map[string]*column
	lines  []string // of the mapping file
	shape  string

	numbered   map[string]string // header without its number → header with {n}
	ends       map[spec.FieldID]string
	items      []string // names of the wide groups
	tickedRule string   // of ticked hazards
	told       bool     // the mapping names its header rows
	key        *column
	keyTable   string  // by which its key becomes the exam key
	mark       *column // with the key: first or re-examination, where both have one number
	again      *column // that only re-examinations fill
}

// column is the column of a header.
func (s *sheet) column(name string) *column { return s.byKey[spec.HeaderKey(name)] }

// first is the first column that fits, nil for none.
func first(cols []*column, fits func(*column) bool) *column {
	if i := slices.IndexFunc(cols, fits); i >= 0 {
		return cols[i]
	}
	return nil
}

// flowNames are the headers of columns as a list of the mapping file.
func flowNames(cols []*column) string {
	var out []string
	for _, c := range cols {
		out = append(out, flowText(c.Name))
	}
	return strings.Join(out, ", ")
}

func (s *sheet) names() []string {
	var out []string
	for _, c := range s.cols {
		out = append(out, c.Name)
	}
	return out
}

// carriers are the columns that were taken for a field.
func (s *sheet) carriers(id spec.FieldID) []*column {
	return slices.DeleteFunc(slices.Clone(s.cols), func(c *column) bool { return c.field != id.Label() })
}

// recheck is the unused column that only re-examinations fill.
func (s *sheet) recheck() *column {
	for _, w := range againWords() {
		if c := s.column(w); c != nil && !c.used {
			return c
		}
	}
	return nil
}

// complete reports whether the columns of these fields have a value for every person.
// Fields without a column count as complete: there is nothing that a row could lack.
func (s *sheet) complete(ids ...spec.FieldID) bool {
	return !slices.ContainsFunc(s.cols, func(c *column) bool {
		return c.all.count < s.rows && slices.ContainsFunc(ids, func(id spec.FieldID) bool { return c.field == id.Label() })
	})
}

// reexamined is how many people come again, as their rows say.
func (s *sheet) reexamined() int {
	if c := s.again; c != nil {
		return c.all.people
	}
	n := 0
	for _, c := range s.carriers(spec.PeFlag) {
		for word, had := range c.have {
			if strings.Contains(word, "复") || word == spec.PeFlagRecheck {
				n += had.people
			}
		}
	}
	return n
}

// carrier is the column that feeds a field.
func (s *sheet) carrier(id spec.FieldID) *column {
	return first(s.carriers(id), func(c *column) bool { return !c.fixed })
}

// numberedColumns are the columns of a numbered group that carry a field.
func (s *sheet) numberedColumns(id spec.FieldID) []*column {
	return slices.DeleteFunc(s.carriers(id), func(c *column) bool { return strings.TrimRight(c.Key, "0123456789") == c.Key })
}

// rangeColumn is the column that holds both limits.
func (s *sheet) rangeColumn() *column {
	for _, w := range rangeWords() {
		if c := first(s.cols, func(c *column) bool { return !c.used && c.word == wordKey(w) }); c != nil {
			return c
		}
	}
	return nil
}

// wideColumn is what all columns of one kind in the wide groups hold together.
func (s *sheet) wideColumn(id spec.FieldID) *column {
	c := newColumn(layout.HolderItem + s.ends[id])
	c.sure = sureAlias
	for _, head := range s.items {
		if col := s.column(head + s.ends[id]); col != nil && s.ends[id] != "" {
			c.takeIn(col)
		}
	}
	return c
}

// sample is the first value of a column of a wide group.
func (s *sheet) sample(head string, id spec.FieldID) string {
	if c := s.column(head + s.ends[id]); s.ends[id] != "" && c != nil && len(c.values) > 0 {
		return c.values[0]
	}
	return ""
}
