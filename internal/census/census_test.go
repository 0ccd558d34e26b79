package census

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"hbupload/internal/spec"
)

// person is an invented row. The numbers are not valid ones: the census does
// not ask.
type person struct {
	file, key, name, card, date, flag string
	content                           string // what would be sent; "" stands for all of the above
	phone                             string
}

func (p person) record(row int32) *spec.Record {
	ref := &spec.SheetRef{File: p.file, Name: "体检信息"}
	rec := &spec.Record{Key: p.key, Place: spec.Place{Sheet: ref, Row: row}}
	set := func(f spec.FieldID, text string, col int32) {
		*rec.At(f) = spec.Value{Text: text, Raw: text, Cell: spec.CellText, Place: spec.Place{Sheet: ref, Row: row, Col: col, Header: "列"}}
	}
	set(spec.ExamKey, p.key, 1)
	set(spec.PatientName, p.name, 2)
	set(spec.IDCard, p.card, 3)
	set(spec.PeDate, p.date, 4)
	set(spec.PeFlag, p.flag, 5)
	set(spec.EmpPhone, p.phone, 6)
	set(spec.IDType, "01", 0)
	set(spec.OhOrgCode, "1301", 0)
	return rec
}

func (p person) sum() [32]byte {
	if p.content == "" {
		return sha256.Sum256(fmt.Append(nil, p.name, p.card, p.date, p.flag, p.phone))
	}
	return sha256.Sum256([]byte(p.content))
}

const day = "2024-03-01"

func take(people []person) Result {
	c := New()
	for i, p := range people {
		c.Add(i, p.record(int32(i+2)), p.sum())
	}
	return c.Finish()
}

// brief is a finding as "ordinal rule cell".
func brief(fs []spec.Finding) []string {
	var out []string
	for _, f := range fs {
		out = append(out, fmt.Sprintf("%d %s %s", f.Record, f.Rule, f.Place.Cell()))
	}
	return out
}

func TestFinish(t *testing.T) {
	t.Parallel()
	a := person{file: "a.xlsx", key: "TJ1", name: "张三", card: "C1", date: day, flag: "0"}
	with := func(p person, change func(*person)) person { change(&p); return p }
	tests := []struct {
		name     string
		people   []person
		want     []string
		withheld []int
		skipped  map[int]string
	}{
		{"two people", []person{a, {"a.xlsx", "TJ2", "李四", "C2", day, "0", "", ""}}, nil, nil, nil},
		{"first and second examination", []person{a, with(a, func(p *person) { p.key, p.flag = "TJ2", "1" })}, nil, nil, nil},
		{"a key on rows that differ", []person{a, with(a, func(p *person) { p.phone = "1" }), with(a, func(p *person) { p.key, p.card = "TJ9", "C9" })},
			[]string{"0 key-duplicate A2", "1 key-duplicate A3"}, []int{0, 1}, nil},
		{"a key on different people", []person{a, with(a, func(p *person) { p.name, p.card = "李四", "C2" })},
			[]string{"0 key-duplicate A2", "1 key-duplicate A3"}, []int{0, 1}, nil},
		{"a key on equal rows", []person{a, a, a}, []string{"1 identity-repeated C3", "2 identity-repeated C4"}, nil, map[int]string{1: "TJ1", 2: "TJ1"}},
		{"equal rows without a number", []person{with(a, func(p *person) { p.card = "" }), with(a, func(p *person) { p.card = "" })},
			[]string{"1 identity-repeated C3"}, nil, map[int]string{1: "TJ1"}},
		{"keys are per file", []person{a, {"b.xlsx", "TJ1", "李四", "C2", day, "0", "", ""}}, nil, nil, nil},
		{"identities are across files", []person{a, with(a, func(p *person) { p.file, p.phone = "b.xlsx", "1" })},
			[]string{"0 identity-duplicate C2", "1 identity-duplicate C3"}, []int{0, 1}, nil},
		{"two keys, other content", []person{a, with(a, func(p *person) { p.key, p.phone = "TJ2", "1" })},
			[]string{"0 identity-duplicate C2", "1 identity-duplicate C3"}, []int{0, 1}, nil},
		{"two keys, same content", []person{a, with(a, func(p *person) { p.key = "TJ2" })},
			[]string{"1 identity-repeated C3"}, nil, map[int]string{1: "TJ1"}},
		{"twice the same and once another", []person{a, with(a, func(p *person) { p.key = "TJ2" }), with(a, func(p *person) { p.key, p.phone = "TJ3", "1" })},
			[]string{"0 identity-duplicate C2", "1 identity-repeated C3", "2 identity-duplicate C4"}, []int{0, 2}, map[int]string{1: "TJ1"}},
		{"one identity, two names", []person{a, with(a, func(p *person) { p.key, p.name = "TJ2", "李四" })},
			[]string{"0 identity-collision C2", "1 identity-collision C3"}, []int{0, 1}, nil},
		{"dots and blanks of a name", []person{with(a, func(p *person) { p.name, p.content = "买买提·艾力", "x" }), with(a, func(p *person) { p.key, p.name, p.content = "TJ2", "买买提 • 艾力", "x" })},
			[]string{"1 identity-repeated C3"}, nil, map[int]string{1: "TJ1"}},
		{"one number, two names, other dates", []person{a, with(a, func(p *person) { p.key, p.name, p.date = "TJ2", "李四", "2024-03-02" })},
			[]string{"0 idcard-two-names C2", "1 idcard-two-names C3"}, nil, nil},
		{"one number, a missing name", []person{a, with(a, func(p *person) { p.key, p.name, p.date = "TJ2", "", "2024-03-02" })}, nil, nil, nil},
		{"blank numbers are nobody's", []person{with(a, func(p *person) { p.card = "" }), {"a.xlsx", "TJ2", "李四", "", day, "0", "", ""}}, nil, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := take(tt.people)
			if b := brief(got.Findings); !slices.Equal(b, tt.want) {
				t.Errorf("findings\n got %q\nwant %q", b, tt.want)
			}
			if w := slices.Sorted(maps.Keys(got.Withheld)); !slices.Equal(w, tt.withheld) {
				t.Errorf("withheld %v, want %v", w, tt.withheld)
			}
			if !maps.Equal(got.Skipped, tt.skipped) {
				t.Errorf("skipped %v, want %v", got.Skipped, tt.skipped)
			}
		})
	}
}

// TestWithheldIsNoTwin: a record is not skipped as the repeat of one
// that is not sent.
func TestWithheldIsNoTwin(t *testing.T) {
	t.Parallel()
	a := person{file: "a.xlsx", key: "TJ1", name: "张三", card: "C1", date: day, flag: "0"}
	b, c := a, a
	b.phone, c.key = "1", "TJ3"
	if got := take([]person{a, b, c}); len(got.Skipped) != 0 {
		t.Errorf("skipped %v", got.Skipped)
	}
}

// TestFaultsAreContent: data.json of two unusable records may be the same,
// their cells are not.
func TestFaultsAreContent(t *testing.T) {
	t.Parallel()
	c := New()
	for i, raw := range []string{"昨天", "前天"} {
		rec := person{"a.xlsx", fmt.Sprint("TJ", i), "张三", "C1", day, "0", "", ""}.record(int32(i + 2))
		*rec.At(spec.Birthday) = spec.Value{Raw: raw, Fault: &spec.Fault{Rule: spec.DateFormat}}
		c.Add(i, rec, [32]byte{1})
	}
	if got := c.Finish(); len(got.Skipped) != 0 || len(got.Withheld) != 2 {
		t.Errorf("skipped %v, withheld %v", got.Skipped, got.Withheld)
	}
}

func TestPrecision(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name          string
		all, mangled  int
		cell          spec.CellKind
		errs, warning int
	}{
		{"three of ten", 10, 3, spec.CellText, 3, 0},
		{"three of ten in a text file", 10, 3, spec.CellCSV, 3, 0},
		{"two of ten", 10, 2, spec.CellText, 0, 2},
		{"a lone one", 500, 1, spec.CellText, 0, 1},
		{"three of sixty are five per cent and not more", 60, 3, spec.CellText, 0, 3},
		{"four of sixty", 60, 4, spec.CellText, 4, 0},
		{"number cells are judged alone", 10, 5, spec.CellNumber, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := New()
			for i := range tt.all {
				p := person{"a.csv", fmt.Sprint("TJ", i), fmt.Sprint("人", i), fmt.Sprintf("1301021990010%04dX", i), day, "0", "", ""}
				if i < tt.mangled {
					p.card = fmt.Sprintf("13010219900%04d000", i)
				}
				rec := p.record(int32(i + 2))
				rec.At(spec.IDCard).Cell = tt.cell
				c.Add(i, rec, p.sum())
			}
			got := c.Finish()
			errs, warnings := 0, 0
			for _, f := range got.Findings {
				if f.Rule != spec.IDCardPrecisionLost {
					t.Errorf("unexpected %s", f.Rule)
				}
				if f.Severity == spec.Warning {
					warnings++
				} else {
					errs++
				}
			}
			if errs != tt.errs || warnings != tt.warning || len(got.Withheld) != tt.errs {
				t.Errorf("errors %d warnings %d withheld %d, want %d %d", errs, warnings, len(got.Withheld), tt.errs, tt.warning)
			}
		})
	}
}

func TestPrecisionKnownAlready(t *testing.T) {
	t.Parallel()
	c := New()
	for i := range 4 {
		rec := person{"a.csv", fmt.Sprint("TJ", i), fmt.Sprint("人", i), "", day, "0", "", ""}.record(int32(i + 2))
		card := rec.At(spec.IDCard)
		card.Raw, card.Cell, card.Fault = fmt.Sprintf("13010219900%04d000", i), spec.CellText, &spec.Fault{Rule: spec.IDCardPrecisionLost}
		c.Add(i, rec, [32]byte{})
	}
	if got := c.Finish(); len(got.Findings) != 0 {
		t.Errorf("a second finding for one cell: %v", brief(got.Findings))
	}
}

func TestOrphan(t *testing.T) {
	t.Parallel()
	c := New()
	place := spec.Place{Sheet: &spec.SheetRef{File: "a.xlsx", Name: "危害因素"}, Row: 7, Col: 1, Header: "体检编号"}
	c.Orphan(spec.Orphan{Place: place, Key: "TJ7"})
	c.Orphan(spec.Orphan{Place: place})
	c.Orphan(spec.Orphan{Place: place, Key: "130102199001011234"})
	c.Orphan(spec.Orphan{Place: place, Rule: spec.CellErrorRule})
	place.Col = 0
	c.Orphan(spec.Orphan{Place: place})
	place.Col = 1
	c.Orphan(spec.Orphan{Place: place, Key: "12", Near: "0012"})
	got := c.Finish().Findings
	if last := got[len(got)-1]; !strings.Contains(last.Message, "“0012”") || strings.Contains(last.Cause, "0012") || last.Cause == got[0].Cause {
		t.Errorf("the hint of a near key: %q, grouped as %q", last.Message, last.Cause)
	}
	if len(got) != 6 || got[3].Rule != spec.CellErrorRule || got[3].Place.Cell() != "A7" || strings.Contains(got[1].Message, "缺少") || !strings.Contains(got[4].Message, "缺少“体检编号”列") || got[0].Rule != spec.RowOrphan || got[0].Record != -1 || got[0].Place.Cell() != "A7" || !strings.Contains(got[0].Message, "TJ7") {
		t.Fatalf("got %+v", got)
	}
	if strings.Contains(got[2].Message, "130102") {
		t.Error("a key that is an identity number is quoted")
	}
}

// TestNoPersonalData: no text holds a name or a number.
func TestNoPersonalData(t *testing.T) {
	t.Parallel()
	p := person{"a.xlsx", "110101199003070000", "张三丰", "110101199003070000", day, "0", "", ""}
	q, r, s := p, p, p
	q.key, q.name = "TJ2", "李莫愁"
	r.key, r.date, r.name = "TJ3", "2024-05-01", "王重阳"
	s.phone = "13900000000"
	for _, f := range take([]person{p, q, r, s}).Findings {
		for _, secret := range []string{"张三丰", "李莫愁", "王重阳", "1101011990", "13900000000"} {
			if strings.Contains(f.Message+f.Cause, secret) {
				t.Errorf("%s quotes %s: %s", f.Rule, secret, f.Message)
			}
		}
	}
}

// TestDeterministic: the seeds differ from census to census, the result does not.
func TestDeterministic(t *testing.T) {
	t.Parallel()
	var people []person
	for i := range 300 {
		people = append(people, person{"a.xlsx", fmt.Sprint("TJ", i%250), fmt.Sprint("人", i%7), fmt.Sprint("C", i%90), day, fmt.Sprint(i % 2), "", ""})
	}
	first := take(people)
	if len(first.Findings) < 100 {
		t.Fatalf("only %d findings", len(first.Findings))
	}
	for range 3 {
		again := take(people)
		if !slices.EqualFunc(first.Findings, again.Findings, func(a, b spec.Finding) bool {
			return a.Message == b.Message && a.Record == b.Record && a.Rule == b.Rule
		}) {
			t.Fatal("two runs differ")
		}
	}
}

// TestPlaceholder: thousands of people under one number do not stop the run.
func TestPlaceholder(t *testing.T) {
	t.Parallel()
	var people []person
	for i := range 5000 {
		people = append(people, person{"a.xlsx", fmt.Sprint("TJ", i), fmt.Sprint("人", i), "999999999999999999", day, "0", "", ""})
	}
	if got := take(people); len(got.Withheld) != len(people) {
		t.Errorf("withheld %d of %d", len(got.Withheld), len(people))
	}
}

func BenchmarkAdd(b *testing.B) {
	c := New()
	rec := person{"a.xlsx", "TJ1", "张三", "C1", day, "0", "", ""}.record(2)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		c.Add(i, rec, [32]byte{1})
	}
}
