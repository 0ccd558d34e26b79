package sense

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"hbupload/internal/dict"
	"hbupload/internal/meaning"
	"hbupload/internal/sandbox"
	"hbupload/internal/spec"
)

// plantedText is the absurdities that somebody who had not seen the catalogue
// wrote down: kind, what, who (the first n of m people), given (what the people
// are like, of whom nothing may be said) and how (the absurdity).
//
//go:embed testdata/planted.csv
var plantedText string

// garden builds the people of planted.csv from the sandbox's dictionaries.
type garden struct {
	t    *testing.T
	dict *dict.Set
}

// plant is one line of planted.csv.
type plant struct {
	kind, what string
	first, all int
	given, how string
}

func plants(t *testing.T) []plant {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(plantedText)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []plant
	for _, row := range rows[1:] {
		p := plant{kind: row[0], what: row[1], given: row[3], how: row[4]}
		if _, err := fmt.Sscanf(row[2], "%d/%d", &p.first, &p.all); err != nil {
			t.Fatal(row, err)
		}
		out = append(out, p)
	}
	return out
}

// code is the code of a dictionary's name. A word that is none is meant as it is.
func (g *garden) code(dictionary, name string) string {
	for _, e := range g.dict.Dict(dictionary).Entries {
		if e.Name == name {
			return e.Code
		}
	}
	g.t.Fatalf("%s has no %s", dictionary, name)
	return ""
}

// field is the field of a section that the standard workbook calls label.
func (g *garden) field(label string, first, last spec.FieldID) spec.FieldID {
	for id := first; id <= last; id++ {
		if id.Label() == label {
			return id
		}
	}
	g.t.Fatalf("no column %s", label)
	return 0
}

// value is what a cell's text becomes.
func (g *garden) value(id spec.FieldID, text string) string {
	f := id.Field()
	if text == "" {
		return ""
	}
	if f.Dict != "" {
		return g.code(f.Dict, text)
	}
	for _, e := range f.Enum.Entries() {
		if e.Name == text {
			return e.Code
		}
	}
	return text
}

// healthy is the n-th man of forty who is exposed to noise. Nobody's results are
// another one's.
func (g *garden) healthy(n int) *subject {
	s := &subject{sheet: spec.SheetRef{File: "甲.xlsx", Name: "体检信息"}}
	s.rec.Key = fmt.Sprint("TJ", n)
	for field, text := range map[spec.FieldID]string{
		spec.SexCode: "1", spec.IDType: "01", spec.IDCard: fmt.Sprintf("13010219840510%03d1", n), spec.Birthday: "1984-05-10", spec.Age: "40", spec.PeDate: "2024-06-12", spec.PeFlag: "0",
		spec.PreparerDate: "2024-06-19", spec.EmpPhone: fmt.Sprintf("139%08d", 20000+n), spec.PreparerPhone: "13900000000",
		spec.SmokingStatus: "4", spec.PersonalHistoryYear: "0", spec.PersonalHistoryMonth: "0", spec.DailySmokingVolum: "0",
	} {
		s.set(field, text)
	}
	g.hazard(s, "噪声")
	for _, it := range []struct {
		name, result, unit, lower, upper string
	}{
		{"收缩压", strconv.Itoa(108 + n*7%29), "mmHg", "90", "139"},
		{"舒张压", strconv.Itoa(64 + n*5%23), "mmHg", "60", "89"},
		{"白细胞计数", fmt.Sprintf("%.1f", 4.5+float64(n*3%40)/10), "10⁹/L", "3.5", "9.5"},
		{"红细胞计数", fmt.Sprintf("%.2f", 4.4+float64(n*11%97)/100), "10¹²/L", "4.3", "5.8"},
		{"血红蛋白", strconv.Itoa(138 + n*3%31), "g/L", "130", "175"},
		{"血小板计数", strconv.Itoa(170 + n*13%131), "10⁹/L", "125", "350"},
		{"丙氨酸氨基转移酶", strconv.Itoa(12 + n*7%33), "U/L", "9", "50"},
		{"双耳高频平均听阈", strconv.Itoa(12 + n*5%19), "dB", "0", "40"},
		{"内科常规检查", "未见异常", "", "", ""},
		{"心电图", "窦性心律，正常心电图", "", "", ""},
		{"听力检查结论", "双耳听力正常", "", "", ""},
	} {
		row := g.item(s, it.name)
		for id, text := range map[spec.FieldID]string{spec.Result: it.result, spec.Unit: it.unit, spec.LowerLimit: it.lower, spec.UpperLimit: it.upper} {
			s.put(row.At(id), text)
		}
	}
	return s
}

// hazard is the subject's hazard of a name, added when it has none.
func (g *garden) hazard(s *subject, name string) *spec.Hazard {
	code := g.code(spec.DictHazard, name)
	for i := range s.rec.Hazards {
		if s.rec.Hazards[i].At(spec.HazardCode).Text == code {
			return &s.rec.Hazards[i]
		}
	}
	h := s.rec.AddHazard()
	for id, text := range map[spec.FieldID]string{spec.HazardCode: code, spec.CareTypeCode: "2", spec.ResultOptionCode: "1",
		spec.HazardStartDate: "2019-06-11", spec.HazardYear: "5", spec.HazardMonth: "0", spec.HazardDay: "0"} {
		s.put(h.At(id), text)
	}
	return h
}

// item is the subject's item of a name, added when it has none.
func (g *garden) item(s *subject, name string) *spec.Item {
	code := g.code(spec.DictItem, name)
	for i := range s.rec.Items {
		if s.rec.Items[i].At(spec.ItemCode).Text == code {
			return &s.rec.Items[i]
		}
	}
	it := s.rec.AddItem()
	class := ""
	for _, e := range g.dict.Dict(spec.DictItem).Entries {
		if e.Code == code {
			class = e.Class
		}
	}
	s.put(it.At(spec.ItemClassName), class)
	s.put(it.At(spec.ItemCode), code)
	s.put(it.At(spec.ResultFlag), "0")
	return it
}

// apply does the steps of a cell of planted.csv to a subject; first is the first
// of its people.
func (g *garden) apply(steps string, n int, s, first *subject) {
	for step := range strings.SplitSeq(steps, "; ") {
		head, assign, _ := strings.Cut(step, ": ")
		verb, name, _ := strings.Cut(head, " ")
		switch verb {
		case "":
		case "人":
			g.assign(s, assign, 0, spec.ExamKey-1, s.rec.At)
		case "同一人", "第二人":
			if n == 0 {
				break
			}
			if verb == "同一人" {
				s.set(spec.IDCard, first.rec.At(spec.IDCard).Text)
			}
			g.assign(s, assign, 0, spec.ExamKey-1, s.rec.At)
		case "只有危害":
			s.rec.Hazards = s.rec.Hazards[:0]
			g.hazard(s, name)
		case "危害":
			g.assign(s, assign, spec.CareTypeCode, spec.EnterpriseBizCode, g.hazard(s, name).At)
		case "项目":
			g.assign(s, assign, spec.ItemClassName, spec.RadiographResult, g.item(s, name).At)
		case "去项目":
			g.remove(s, name)
		case "照抄项目":
			g.copied(s, first, name)
		default:
			g.t.Fatalf("unknown step %q", step)
		}
	}
}

// assign sets fields between two ids by their columns' names.
func (g *garden) assign(s *subject, text string, from, to spec.FieldID, at func(spec.FieldID) *spec.Value) {
	for pair := range strings.SplitSeq(text, ", ") {
		label, value, _ := strings.Cut(pair, "=")
		id := g.field(label, from, to)
		if factor, scaled := strings.CutPrefix(value, "×"); scaled {
			f, _ := meaning.Number(factor)
			v, _ := meaning.Number(at(id).Text)
			value = strconv.FormatFloat(v*f, 'g', 4, 64)
		}
		s.put(at(id), g.value(id, value))
	}
}

func (g *garden) remove(s *subject, name string) {
	code := g.code(spec.DictItem, name)
	for i := range s.rec.Items {
		if s.rec.Items[i].At(spec.ItemCode).Text == code {
			s.rec.Items = append(s.rec.Items[:i], s.rec.Items[i+1:]...)
			return
		}
	}
	g.t.Fatalf("nobody has %s", name)
}

// copied gives the subject the results of the first, but of the items named.
func (g *garden) copied(s, first *subject, but string) {
	own := map[string]bool{}
	for name := range strings.FieldsSeq(but) {
		own[g.code(spec.DictItem, name)] = true
	}
	for i := range s.rec.Items {
		if !own[s.rec.Items[i].At(spec.ItemCode).Text] {
			s.put(s.rec.Items[i].At(spec.Result), first.rec.Items[i].At(spec.Result).Text)
		}
	}
}

// grow builds the people of a plant, with its absurdity or without.
func (g *garden) grow(p plant, absurd bool) []*subject {
	people := make([]*subject, p.all)
	for n := range people {
		people[n] = g.healthy(n)
		g.apply(p.given, n, people[n], people[0])
		if absurd && n < p.first {
			g.apply(p.how, n, people[n], people[0])
		}
		people[n].rec.Group()
	}
	return people
}

// judge is what the checks say of people, one by one and as a batch.
func judge(c *Checker, people []*subject) []spec.Finding {
	var found []spec.Finding
	b := c.Batch()
	for n, s := range people {
		found = b.Check(n, &s.rec, found, len(found))
	}
	return append(found, b.Finish()...)
}

// TestPlantedAbsurditiesAreFound holds that at least nine in ten of the planted
// absurdities are found. One counts only where the people without it are left
// alone.
func TestPlantedAbsurditiesAreFound(t *testing.T) {
	t.Parallel()
	catalogue, err := standard()
	if err != nil {
		t.Fatal(err)
	}
	classes, err := meaning.NewClassifier(meaning.Config{Dicts: sandbox.SampleSet()})
	if err != nil {
		t.Fatal(err)
	}
	c := New(Config{Catalogue: catalogue, Classes: classes, Deadline: 30})
	g := &garden{t: t, dict: sandbox.SampleSet()}
	found := 0
	all := plants(t)
	kinds := map[string]int{}
	for _, p := range all {
		kinds[p.kind]++
		if before := judge(c, g.grow(p, false)); len(before) > 0 {
			t.Errorf("%s: %s: warned of without the absurdity: %s", p.kind, p.what, list(before))
			continue
		}
		if after := judge(c, g.grow(p, true)); len(after) > 0 {
			found++
			continue
		}
		t.Logf("missed: %s: %s", p.kind, p.what)
	}
	t.Logf("%d of %d planted absurdities of %d kinds are found", found, len(all), len(kinds))
	if found*10 < len(all)*9 {
		t.Errorf("%d of %d planted absurdities are found, at least 90 %% should be", found, len(all))
	}
}
