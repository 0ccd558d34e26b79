package sense

import (
	"slices"
	"strings"
	"sync"

	"hbupload/internal/dict"
	"hbupload/internal/meaning"
	"hbupload/internal/spec"
)

// Config is what the checks depend on.
type Config struct {
	Catalogue *Catalogue
	Classes   *meaning.Classifier
	// Severity is what the configuration says of a rule: warning unless it was
	// switched. nil: warnings.
	Severity func(rule spec.RuleID, field spec.FieldID) spec.Severity
	// Deadline is after how many days a report is late; 0: never.
	Deadline int
}

// Checker judges records. It does not change once built and may be used by any
// number of goroutines; what a run counts is in its Batch.
type Checker struct {
	classes  *meaning.Classifier
	severity func(spec.RuleID, spec.FieldID) spec.Severity
	deadline int
	lines    []Line

	items   map[string]*item  // by item code
	hazards map[string][]bool // by hazard code: which lines its name fits
	care    map[string]string // by code of the dictionary careType: its loose name
	normal  map[string]bool   // conclusions that say 未见异常
	pairs   []int             // lines of the kind 成对
	words   []int             // lines of the kind 性别
	ages    []int
	results []int // lines of 结论, 无异常 and 应检
	// diseases are the lines of 疾病, in the file's order.
	diseases []int
	batch    map[string]*Line
	cells    int       // the number of terms of all relations
	scratch  sync.Pool // of *scan, so that a record costs no memory
}

// item is what the catalogue says of one item of the dictionary.
type item struct {
	name    string
	film    bool
	limits  []int  // lines of 范围 and 单位, in the file's order
	terms   []term // places in relations
	sexes   []int  // lines of 性别 whose words the name holds
	matters []int  // lines of 结论 that look at it
	serves  []int  // lines of 应检 that it satisfies
	says    []int  // lines of 文字 that look for words in it
}

// term is a place in a relation: the index of its cell.
type term int

// New builds the checks.
func New(cfg Config) *Checker {
	c := &Checker{classes: cfg.Classes, severity: cfg.Severity, deadline: cfg.Deadline, lines: cfg.Catalogue.Lines,
		items: map[string]*item{}, hazards: map[string][]bool{}, care: map[string]string{}, normal: map[string]bool{}, batch: map[string]*Line{}}
	if c.severity == nil {
		c.severity = func(spec.RuleID, spec.FieldID) spec.Severity { return spec.Warning }
	}
	for i := range c.lines {
		c.sort(i)
	}
	set := cfg.Classes.Dicts()
	for _, e := range entries(set.Dict(spec.DictItem)) {
		c.items[e.Code] = c.itemOf(e)
	}
	for _, e := range entries(set.Dict(spec.DictHazard)) {
		c.hazards[e.Code] = c.hazardOf(e)
	}
	for _, e := range entries(set.Dict(spec.DictCareType)) {
		c.care[e.Code] = dict.Loose(e.Name)
	}
	for _, e := range entries(set.Dict(spec.DictResultOption)) {
		c.normal[e.Code] = strings.Contains(e.Name, "未见异常")
	}
	return c
}

func entries(d *dict.Dictionary) []dict.Entry {
	if d == nil {
		return nil
	}
	return d.Entries
}

// sort puts a line where it is looked for.
func (c *Checker) sort(i int) {
	switch l := &c.lines[i]; l.Kind {
	case kindPair:
		c.pairs = append(c.pairs, i)
		l.pair.first = c.cells
		c.cells += len(l.pair.terms)
	case kindSex:
		c.words = append(c.words, i)
	case kindAge:
		c.ages = append(c.ages, i)
	case kindDisease:
		c.diseases = append(c.diseases, i)
	case kindConclusion, kindNothing, kindExpected:
		c.results = append(c.results, i)
	case kindBatch:
		c.batch[l.Items] = l
	case kindRange, kindUnit, kindWords:
	}
}

func (c *Checker) itemOf(e dict.Entry) *item {
	it := &item{name: e.Name, film: c.classes.Film(e.Code, e.Class) == meaning.Yes}
	loose := dict.Loose(e.Name)
	if c.classes.IsUrine(e.Class) && !strings.Contains(loose, "尿") {
		loose = "尿" + loose // 葡萄糖 of 尿常规 is no blood sugar
	}
	for i := range c.lines {
		l := &c.lines[i]
		if l.Kind == kindPair {
			for place, t := range l.pair.terms {
				if t.matches(loose) {
					it.terms = append(it.terms, term(l.pair.first+place))
				}
			}
			continue
		}
		if l.items.matches(loose) || l.items.special == specialFilm && it.film {
			it.concern(l.Kind, i)
		}
	}
	return it
}

// concern notes that line i of the catalogue speaks of the item.
func (it *item) concern(kind Kind, i int) {
	switch kind {
	case kindRange, kindUnit:
		it.limits = append(it.limits, i)
	case kindSex:
		it.sexes = append(it.sexes, i)
	case kindConclusion:
		it.matters = append(it.matters, i)
	case kindExpected:
		it.serves = append(it.serves, i)
	case kindWords:
		it.says = append(it.says, i)
	case kindPair, kindAge, kindNothing, kindDisease, kindBatch:
	}
}

func (c *Checker) hazardOf(e dict.Entry) []bool {
	fits := make([]bool, len(c.lines))
	loose := dict.Loose(e.Name)
	for i := range c.lines {
		h := &c.lines[i].hazard
		fits[i] = h.matches(loose) || (h.special == specialDust && c.classes.IsDust(e.Code))
	}
	return fits
}

// Check appends the warnings of one record to dst, in which the record's findings
// so far begin at own: a cell that has one gets no other. It keeps nothing of the
// record.
func (c *Checker) Check(rec *spec.Record, dst []spec.Finding, own int) []spec.Finding {
	s, _ := c.scratch.Get().(*scan)
	if s == nil {
		s = &scan{c: c, fits: make([]bool, len(c.lines)), served: make([]bool, len(c.lines)), flagged: make([]int, len(c.lines)), cells: make([]cell, c.cells)}
	}
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
	c.scratch.Put(s)
	return out
}

// scan is the state of one Check.
type scan struct {
	c   *Checker
	rec *spec.Record
	out []spec.Finding
	own int // where the record's findings begin in out
	sex string

	care      string // the loose name of the record's care type
	abnormal  bool   // at least one item is abnormal
	suspected bool   // a disease is suspected
	fits      []bool // by line of 疾病: a hazard fits it
	served    []bool // by line of 应检: an item satisfies it
	flagged   []int  // by line of 结论: 1 + the abnormal item it looks at
	cells     []cell // the terms of all relations
	words     []int  // the items whose result is no number
}

// cell is the value of one term of a relation.
type cell struct {
	value   float64
	present bool
	item    int
	unit    string
}

// begin readies the state for a record.
func (s *scan) begin(rec *spec.Record, dst []spec.Finding, own int) {
	s.rec = rec
	s.out = dst
	s.own = own
	s.sex = rec.At(spec.SexCode).Text
	s.care = ""
	s.abnormal = false
	s.suspected = false
	s.words = s.words[:0]
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
		if s.care == "" {
			s.care = s.c.care[h.At(spec.CareTypeCode).Text]
		}
		s.suspected = s.suspected || h.At(spec.OccDiseaseCode).Text != ""
	}
	if !s.suspected {
		return
	}
	for i := range s.rec.Hazards {
		s.mayCause(s.rec.Hazards[i].At(spec.HazardCode).Text)
	}
	for _, code := range s.rec.At(spec.ContactHazardCode).Parts {
		s.mayCause(code)
	}
}

// mayCause notes the lines of 疾病 that a hazard fits.
func (s *scan) mayCause(code string) {
	fits := s.c.hazards[code]
	if fits == nil {
		return
	}
	for _, line := range s.c.diseases {
		s.fits[line] = s.fits[line] || fits[line]
	}
}

// The codes of resultFlag and radiographResult that matter here.
const (
	flagNormal      = "0"
	flagAbnormal    = "1"
	flagNotExamined = "3"
	filmClear       = "0"
	filmDust        = "1"
	filmOther       = "2"
	symbolLess      = "1"
)

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
			s.flagged[line] = i + 1
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

// limits holds a value against the possible range of its unit. One that falls out
// of it, but into that of another unit, is told so. It
// reports whether the value is out of the range of its unit.
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

// longest is how many digits a result that is quoted may have.
const longest = 10

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
