package summary

import (
	"cmp"
	"slices"
	"strings"
)

// Columns are the conclusions in the order of the table.
func Columns() []string {
	return []string{"目前未见异常", "复查", "疑似职业病", "职业禁忌证", "其他疾病或异常", "其他结论"}
}

// The columns, and how many there are.
const (
	normal = iota
	recheck
	suspected
	contraindication
	otherAbnormal
	otherConclusion
	columns
)

// gravity orders the columns: of one hazard that a person has twice, the gravest
// conclusion counts.
func gravity(column int) int {
	return slices.Index([]int{normal, otherConclusion, otherAbnormal, recheck, contraindication, suspected}, column)
}

// Meanings say what the codes of conclusions mean (meaning.Classifier, spec.codes).
type Meanings interface {
	IsSuspected(resultOption string) bool
	IsContraindication(resultOption string) bool
	IsOtherAbnormal(resultOption string) bool
}

// ColumnOf is where a conclusion is counted: by what its code means, and by its name
// where the specification gives the code no meaning.
func ColumnOf(m Meanings, code, name string) int {
	switch {
	case m.IsSuspected(code):
		return suspected
	case m.IsContraindication(code):
		return contraindication
	case m.IsOtherAbnormal(code):
		return otherAbnormal
	case strings.Contains(name, "未见异常"):
		return normal
	case strings.Contains(name, "复查"):
		return recheck
	}
	return otherConclusion
}

// Hazard is a hazard somebody was examined for, by name, and the column of the
// conclusion.
type Hazard struct {
	Name   string
	Column int
}

// Line counts the people of one kind of care and one hazard.
type Line struct {
	Care     string `json:"care"`
	Hazard   string `json:"hazard"`
	Examined int    `json:"examined"`
	Counts   []int  `json:"counts"` // of Columns
}

// Counter counts people into lines.
type Counter struct {
	at    map[[2]string]int
	lines []Line
}

// Add counts people of one kind of care who have the same hazards and conclusions. A
// hazard that is listed twice counts once.
func (c *Counter) Add(care string, hazards []Hazard, people int) {
	for i, h := range hazards {
		same := func(o Hazard) bool { return o.Name == h.Name }
		if slices.ContainsFunc(hazards[:i], same) {
			continue
		}
		column := h.Column
		for _, o := range hazards[i+1:] {
			if same(o) && gravity(o.Column) > gravity(column) {
				column = o.Column
			}
		}
		l := c.line(care, h.Name)
		l.Examined += people
		l.Counts[column] += people
	}
}

func (c *Counter) line(care, hazard string) *Line {
	key := [2]string{care, hazard}
	i, known := c.at[key]
	if !known {
		if c.at == nil {
			c.at = map[[2]string]int{}
		}
		i = len(c.lines)
		c.at[key] = i
		c.lines = append(c.lines, Line{Care: care, Hazard: hazard, Counts: make([]int, columns)})
	}
	return &c.lines[i]
}

// Lines are those counted, by kind of care and hazard. Nothing is added after it.
func (c *Counter) Lines() []Line {
	slices.SortFunc(c.lines, func(a, b Line) int { return cmp.Or(cmp.Compare(a.Care, b.Care), cmp.Compare(a.Hazard, b.Hazard)) })
	return append([]Line{}, c.lines...)
}

// Sum adds lines up.
func Sum(lines []Line) Line {
	all := Line{Care: "合计", Counts: make([]int, columns)}
	for _, l := range lines {
		all.Examined += l.Examined
		for i, n := range l.Counts {
			all.Counts[i] += n
		}
	}
	return all
}
