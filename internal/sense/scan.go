package sense

import (
	"slices"
	"strings"

	"hbupload/internal/dict"
	"hbupload/internal/meaning"
	"hbupload/internal/spec"
)

// scan is the state of one record's checks; its room is used for the next one.
type scan struct {
	c   *Checker
	rec *spec.Record
	out []spec.Finding
	own int // where the record's findings begin in out
	sex string

	care      []bool    // Checker.care of the record's care type
	abnormal  bool      // at least one item is abnormal
	suspected bool      // a disease is suspected
	hazards   [][]bool  // Checker.hazards of the record's hazards; nil: not known
	fits      []bool    // by line of 疾病: a hazard fits it
	served    []bool    // by line of 应检: an item satisfies it
	flagged   []int32   // by line of 结论: 1 + the abnormal item it looks at
	cells     []cell    // the terms of all relations
	words     []int     // the items whose result is no number
	readings  []reading // by item
}

// reading is what an item says.
type reading struct {
	known    *item // nil: the dictionary lacks its code
	value    float64
	isNumber bool
}

// cell is the value of one term of a relation.
type cell struct {
	value   float64
	present bool
	item    int
	unit    string
}

func (c *Checker) scan() scan {
	n := len(c.lines)
	return scan{c: c, fits: make([]bool, n), served: make([]bool, n), flagged: make([]int32, n), cells: make([]cell, c.cells)}
}

// check appends the warnings of one record to dst, in which the record's findings
// so far begin at own.
func (s *scan) check(rec *spec.Record, dst []spec.Finding, own int) []spec.Finding {
	s.begin(rec, dst, own)
	s.exposure()
	s.items()
	s.relations()
	s.ages()
	s.conclusions()
	s.texts()
	s.late()
	out := s.out
	s.rec = nil
	s.out = nil
	return out
}

// begin readies the state for a record.
func (s *scan) begin(rec *spec.Record, dst []spec.Finding, own int) {
	s.rec = rec
	s.out = dst
	s.own = own
	s.sex = rec.At(spec.SexCode).Text
	s.care = nil
	s.abnormal = false
	s.suspected = false
	s.hazards = s.hazards[:0]
	s.words = s.words[:0]
	s.readings = s.readings[:0]
	clear(s.fits)
	clear(s.served)
	clear(s.flagged)
	clear(s.cells)
}

// exposure collects what the record's hazards are. What they may cause is asked
// only where a disease is suspected.
func (s *scan) exposure() {
	for i := range s.rec.Hazards {
		h := &s.rec.Hazards[i]
		if s.care == nil {
			s.care = s.c.care[h.At(spec.CareTypeCode).Text]
		}
		s.hazards = append(s.hazards, s.c.hazards[h.At(spec.HazardCode).Text])
		s.suspected = s.suspected || h.At(spec.OccDiseaseCode).Text != ""
	}
	if s.care == nil {
		s.care = s.c.anyCare
	}
	if !s.suspected {
		return
	}
	for _, fits := range s.hazards {
		s.mayCause(fits)
	}
	for _, code := range s.rec.At(spec.ContactHazardCode).Parts {
		s.mayCause(s.c.hazards[code])
	}
}

// mayCause notes the lines of 疾病 that a hazard fits.
func (s *scan) mayCause(fits []bool) {
	if fits == nil {
		return
	}
	for _, line := range s.c.diseases {
		s.fits[line] = s.fits[line] || fits[line]
	}
}

// items looks at every result by itself.
func (s *scan) items() {
	for i := range s.rec.Items {
		it := &s.rec.Items[i]
		known := s.c.items[it.At(spec.ItemCode).Text]
		flag := it.At(spec.ResultFlag).Text
		film := it.At(spec.RadiographResult).Text
		if flag == flagAbnormal || film == filmDust || film == filmOther {
			s.abnormal = true
		}
		value, isNumber := meaning.Number(it.At(spec.Result).Text)
		s.readings = append(s.readings, reading{known, value, isNumber})
		if !isNumber {
			s.words = append(s.words, i)
		}
		if known == nil || flag == flagNotExamined {
			continue
		}
		s.note(i, known, flag, film)
		if !isNumber {
			s.belied(i, known, flag, film)
		}
		if !isNumber || it.At(spec.DataVersion).Text == symbolLess {
			continue
		}
		if s.limits(i, known, value) {
			continue // what cannot be is not held against other values
		}
		for _, t := range known.terms {
			s.cells[t] = cell{value: value, present: true, item: i, unit: it.At(spec.Unit).Text}
		}
	}
}

// note remembers what an item says about the conclusion and what it satisfies.
func (s *scan) note(i int, known *item, flag, film string) {
	for _, line := range known.matters {
		dusty := known.film && film == filmDust
		if (dusty || (!known.film && flag == flagAbnormal)) && s.flagged[line] == 0 {
			s.flagged[line] = int32(i + 1)
		}
	}
	for _, line := range known.serves {
		s.served[line] = true
	}
	for _, line := range known.sexes {
		l := &s.c.lines[line]
		result := s.rec.Items[i].At(spec.Result).Text
		if s.contradicts(l) && said(result) {
			s.item(i, spec.SenseSex, "“"+known.name+"”有结果，而"+l.Text, known.name+"："+l.Text)
		}
	}
}

// belied reports words of a finding in an item that is judged normal.
func (s *scan) belied(i int, known *item, flag, film string) {
	normal := flag == flagNormal
	if known.film && film != "" {
		normal = film == filmClear
	}
	if !normal {
		return
	}
	for _, line := range known.says {
		l := &s.c.lines[line]
		if word := l.said.finding(s.rec.Items[i].At(spec.Result).Text); word != "" {
			s.item(i, spec.SenseConclusion, l.Text+"（“"+word+"”）", l.Text)
		}
	}
}

// contradicts reports whether the record's sex is the one a line speaks of.
func (s *scan) contradicts(l *Line) bool { return l.sex != "" && l.sex == s.sex }

// said reports whether a result says something: 无, 未检 and / do not.
func said(result string) bool {
	loose := dict.Loose(result)
	return loose != "" && !slices.Contains([]string{"无", "/", "-", "--", "—", "未检", "未查", "未做", "不适用", "阴性", "0"}, loose)
}

// limits holds a value against the possible range of its unit, and reports whether it
// falls out of it. A finding names the unit into whose range it would fall.
func (s *scan) limits(i int, known *item, value float64) bool {
	if len(known.limits) == 0 {
		return false
	}
	own := s.c.lineOf(known, s.rec.Items[i].At(spec.Unit).Text)
	if own < 0 {
		return false
	}
	l := &s.c.lines[own]
	if l.within(value) {
		return false
	}
	result := s.rec.Items[i].At(spec.Result).Text
	if len(result) > longest && !strings.Contains(result, ".") {
		result = "***" // perhaps somebody's number in the wrong column
	}
	shown := "“" + known.name + "”" + result
	if l.Unit != "" {
		shown += " " + l.Unit
	}
	for _, line := range known.limits {
		other := &s.c.lines[line]
		if line != own && other.Unit != "" && other.within(value) {
			s.item(i, spec.SenseUnit, shown+" 不可能，像是以 "+other.Unit+" 表示的结果", "“"+known.name+"”像是以 "+other.Unit+" 表示的结果")
			return true
		}
	}
	s.item(i, spec.SenseRange, shown+" 不可能（可能的范围 "+number(l.Lower)+"–"+number(l.Upper)+"）", "“"+known.name+"”超出可能的范围")
	return true
}

// lineOf is the line of an item's limits for a unit, -1 if there is none. Without
// a unit it is the first.
func (c *Checker) lineOf(known *item, unit string) int {
	for _, line := range known.limits {
		l := &c.lines[line]
		if slices.Contains(l.written, unit) || len(l.units) == 0 || (unit == "" && l.Kind == kindRange) {
			return line
		}
	}
	reduced := unitOf(unit)
	for _, line := range known.limits {
		if slices.Contains(c.lines[line].units, reduced) {
			return line
		}
	}
	return -1
}

// relations holds the pairs together.
func (s *scan) relations() {
	for _, line := range s.c.pairs {
		l := &s.c.lines[line]
		cells := s.cells[l.pair.first:][:len(l.pair.terms)]
		if !l.pair.complete(cells) || !sameUnit(l.pair.sign, cells) || !l.broken(cells) {
			continue
		}
		for _, at := range cells {
			if at.present {
				s.item(at.item, spec.SensePair, l.Text, l.Text)
				break
			}
		}
	}
}

// sameUnit reports whether the values of a relation have one unit. A ratio
// needs none.
func sameUnit(sign string, cells []cell) bool {
	if sign == "≈" || sign == "/" {
		return true
	}
	first := -1
	for i := range cells {
		switch {
		case !cells[i].present:
		case first < 0:
			first = i
		case cells[i].unit != cells[first].unit && unitOf(cells[i].unit) != unitOf(cells[first].unit):
			return false
		}
	}
	return true
}
