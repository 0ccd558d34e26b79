package sense

import (
	"strings"

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

// Checker is what records are held against. It does not change once built and may be
// used by any number of goroutines; who judges is its Batch.
type Checker struct {
	classes  *meaning.Classifier
	severity func(spec.RuleID, spec.FieldID) spec.Severity
	deadline int
	lines    []Line

	items   map[string]*item  // by item code
	sorts   int               // how many items there are
	hazards map[string][]bool // by hazard code: which lines its name fits
	care    map[string][]bool // by code of the dictionary careType: which lines of 应检 are asked
	anyCare []bool            // the same where it is not known
	normal  map[string]bool   // conclusions that say 未见异常
	pairs   []int             // lines of the kind 成对
	words   []int             // lines of the kind 性别
	ages    []int
	results []int // lines of 结论, 无异常 and 应检
	// diseases are the lines of 疾病, in the file's order; diseased is, by code, which of
	// them speak of a disease.
	diseases []int
	diseased map[string][]bool
	batch    map[string]*Line
	cells    int // the number of terms of all relations
}

// item is what the catalogue says of one item of the dictionary.
type item struct {
	name    string
	nr      int // among all items
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
		items: map[string]*item{}, hazards: map[string][]bool{}, care: map[string][]bool{}, normal: map[string]bool{}, diseased: map[string][]bool{}, batch: map[string]*Line{}}
	if c.severity == nil {
		c.severity = func(spec.RuleID, spec.FieldID) spec.Severity { return spec.Warning }
	}
	for i := range c.lines {
		c.sort(i)
	}
	set := cfg.Classes.Dicts()
	for i, e := range entries(set.Dict(spec.DictItem)) {
		it := c.itemOf(e)
		it.nr = i
		c.items[e.Code] = it
		c.sorts = i + 1
	}
	for _, e := range entries(set.Dict(spec.DictHazard)) {
		c.hazards[e.Code] = c.hazardOf(e)
	}
	for _, e := range entries(set.Dict(spec.DictOccuDisease)) {
		c.diseased[e.Code] = c.matching(c.diseases, dict.Loose(e.Name))
	}
	for _, e := range entries(set.Dict(spec.DictCareType)) {
		c.care[e.Code] = c.careOf(dict.Loose(e.Name))
	}
	c.anyCare = c.careOf("")
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

// matching is which of some lines have a loose name among their items.
func (c *Checker) matching(lines []int, loose string) []bool {
	fits := make([]bool, len(c.lines))
	for _, i := range lines {
		fits[i] = c.lines[i].items.matches(loose)
	}
	return fits
}

// careOf is which lines ask for their items in examinations of a loose name.
func (c *Checker) careOf(name string) []bool {
	asked := make([]bool, len(c.lines))
	for i := range c.lines {
		care := &c.lines[i].care
		asked[i] = care.empty() || care.matches(name) || care.matches(strings.TrimSuffix(name, "期间"))
	}
	return asked
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

// longest is how many digits a result that is quoted may have.
const longest = 10
