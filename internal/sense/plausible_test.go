package sense

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"hbupload/internal/spec"
)

// measure is how an item is distributed among working people: mean and standard
// deviation (of the logarithm where skewed), decimals, unit and reference range.
type measure struct {
	name         string
	mean, spread float64
	skewed       bool
	decimals     int
	unit         string
	lower, upper float64
}

// measures are rough distributions of an ordinary working population, invented
// after the reference intervals, with the tails that real people have.
func measures() []measure {
	return []measure{
		{"脉搏", 75, 11, false, 0, "次/分", 60, 100},
		{"白细胞计数", math.Log(6.3), 0.28, true, 1, "10⁹/L", 3.5, 9.5},
		{"红细胞计数", 4.9, 0.5, false, 2, "10¹²/L", 4.3, 5.8},
		{"血红蛋白", 148, 15, false, 0, "g/L", 130, 175},
		{"血小板计数", math.Log(225), 0.26, true, 0, "10⁹/L", 125, 350},
		{"丙氨酸氨基转移酶", math.Log(23), 0.6, true, 0, "U/L", 9, 50},
		{"总胆红素", math.Log(13), 0.4, true, 1, "µmol/L", 0, 26},
		{"总蛋白", 74, 4.5, false, 1, "g/L", 65, 85},
		{"白蛋白", 46, 3, false, 1, "g/L", 40, 55},
		{"肌酐", math.Log(73), 0.2, true, 0, "µmol/L", 57, 97},
		{"尿酸", math.Log(345), 0.25, true, 0, "µmol/L", 208, 428},
		{"葡萄糖", math.Log(5.3), 0.17, true, 2, "mmol/L", 3.9, 6.1},
		{"总胆固醇", 4.9, 0.95, false, 2, "mmol/L", 0, 5.2},
		{"甘油三酯", math.Log(1.35), 0.6, true, 2, "mmol/L", 0, 1.7},
		{"双耳高频平均听阈", math.Log(21), 0.4, true, 0, "dB", 0, 40},
	}
}

// plausible is the n-th of any number of ordinary people.
func plausible(n int) *subject {
	r := rand.New(rand.NewPCG(7, uint64(n)))
	s := newSubject()
	s.rec.Key = fmt.Sprint("TJ", n)
	s.rec.Hazards = s.rec.Hazards[:0]
	s.rec.Items = s.rec.Items[:0]
	examined := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC).AddDate(0, 0, r.IntN(200))
	age := 18 + r.IntN(43)
	born := examined.AddDate(-age, 0, -r.IntN(365))
	working := r.IntN(age - 16)
	s.set(spec.Birthday, born.Format(time.DateOnly))
	s.set(spec.PeDate, examined.Format(time.DateOnly))
	s.set(spec.PreparerDate, examined.AddDate(0, 0, 3+r.IntN(25)).Format(time.DateOnly))
	s.set(spec.Age, strconv.Itoa(age))
	s.set(spec.IDCard, fmt.Sprintf("130102%s%04d", born.Format("20060102"), n%10000))
	s.set(spec.EmpPhone, fmt.Sprintf("13%09d", r.IntN(1e9)))
	s.set(spec.SexCode, strconv.Itoa(1+r.IntN(5)/4))
	smokingHistory(r, s, age)
	abnormalHearing := s.examine(r)
	s.pressures(r, age)
	s.body(r)
	s.lungs(r)
	s.exposed(r, examined, working, abnormalHearing)
	s.odd(r, n)
	s.rec.Group()
	return s
}

func smokingHistory(r *rand.Rand, s *subject, age int) {
	status, smoked, daily := "4", 0, 0
	if age > 20 && r.IntN(100) < 45 {
		status = strconv.Itoa(1 + r.IntN(3))
		smoked = 1 + r.IntN(age-18)
		daily = 2 + r.IntN(25)
	}
	s.set(spec.SmokingStatus, status)
	s.set(spec.PersonalHistoryYear, strconv.Itoa(smoked))
	s.set(spec.DailySmokingVolum, strconv.Itoa(daily))
}

// examine adds the measures and reports whether the hearing was judged abnormal.
func (s *subject) examine(r *rand.Rand) bool {
	abnormal := false
	for _, m := range measures() {
		v := m.mean + m.spread*r.NormFloat64()
		if m.skewed {
			v = math.Exp(v)
		}
		it := s.item(m.name, strconv.FormatFloat(v, 'f', m.decimals, 64), m.unit)
		s.put(it.At(spec.LowerLimit), number(m.lower))
		s.put(it.At(spec.UpperLimit), number(m.upper))
		if v < m.lower || v > m.upper {
			s.put(it.At(spec.ResultFlag), "1")
			abnormal = abnormal || m.name == "双耳高频平均听阈"
		}
	}
	return abnormal
}

func (s *subject) pressures(r *rand.Rand, age int) {
	systolic := 112 + 0.35*float64(age) + 14*r.NormFloat64()
	s.item("收缩压", strconv.Itoa(int(systolic)), "mmHg")
	s.item("舒张压", strconv.Itoa(int(systolic*0.63+5*r.NormFloat64())), "mmHg")
}

func (s *subject) body(r *rand.Rand) {
	height := 169 + 7*r.NormFloat64()
	bmi := math.Exp(math.Log(24.3) + 0.15*r.NormFloat64())
	weight := bmi * height * height / 10000
	s.item("身高", strconv.FormatFloat(height, 'f', 1, 64), "cm")
	s.item("体重", strconv.FormatFloat(weight, 'f', 1, 64), "kg")
	s.item("体重指数", strconv.FormatFloat(bmi, 'f', 1, 64), "kg/m²")
	// The five parts of the white cells, rounded one by one.
	parts := []float64{58 + 7*r.NormFloat64(), 30 + 6*r.NormFloat64(), 7, 3, 0.6}
	sum := 0.0
	for _, p := range parts {
		sum += p
	}
	for i, name := range []string{"中性粒细胞百分比", "淋巴细胞百分比", "单核细胞百分比", "嗜酸性粒细胞百分比", "嗜碱性粒细胞百分比"} {
		s.item(name, strconv.FormatFloat(parts[i]*100/sum, 'f', 1, 64), "%")
	}
}

func (s *subject) lungs(r *rand.Rand) {
	capacity := 4.1 + 0.7*r.NormFloat64()
	ratio := min(0.99, 0.83+0.06*r.NormFloat64())
	s.item("用力肺活量（FVC）", strconv.FormatFloat(capacity, 'f', 2, 64), "L")
	s.item("第一秒用力呼气容积（FEV1）", strconv.FormatFloat(capacity*ratio, 'f', 2, 64), "L")
	s.item("一秒率（FEV1/FVC）", strconv.FormatFloat(100*ratio, 'f', 1, 64), "%")
}

// exposed adds noise for everybody and dust for every third, with conclusions as
// a clinic draws them; one in a hundred clinics' conclusions contradicts the film.
func (s *subject) exposed(r *rand.Rand, examined time.Time, working int, hearing bool) {
	conclusion := "1"
	if hearing {
		conclusion = "2"
	}
	codes := []string{"14"}
	if r.IntN(3) == 0 {
		codes = append(codes, "11")
		s.put(s.item("后前位胸片（DR）", "双肺未见异常", "").At(spec.RadiographResult), "0")
	}
	for _, code := range codes {
		h := s.hazard(code, conclusion)
		s.put(h.At(spec.HazardStartDate), examined.AddDate(-working, 0, -r.IntN(300)).Format(time.DateOnly))
		s.put(h.At(spec.HazardYear), strconv.Itoa(working))
	}
}

// TestPlausiblePeopleAreLeftAlone holds the price of the checks: at most one in a
// hundred of 10,000 ordinary people is warned of.
func TestPlausiblePeopleAreLeftAlone(t *testing.T) {
	t.Parallel()
	const people = 10_000
	c := testChecker(t, 30)
	b := c.Batch()
	warned := map[int]bool{}
	rules := map[spec.RuleID]int{}
	sample := map[spec.RuleID]string{}
	for n := range people {
		s := plausible(n)
		for _, f := range b.Check(n, &s.rec, nil, 0) {
			warned[n] = true
			rules[f.Rule]++
			sample[f.Rule] = f.Message
		}
	}
	for _, f := range b.Finish() {
		warned[f.Record] = true
		rules[f.Rule]++
		sample[f.Rule] = f.Message
	}
	t.Logf("%d of %d ordinary people are warned of (%.2f %%): %v %v", len(warned), people, 100*float64(len(warned))/people, rules, sample)
	if len(warned)*100 > people {
		t.Errorf("%d of %d people are warned of, at most 1 in 100 may be", len(warned), people)
	}
}

func BenchmarkCheck(b *testing.B) {
	batch := testChecker(b, 30).Batch()
	people := make([]*subject, 500)
	for n := range people {
		people[n] = plausible(n)
	}
	var out []spec.Finding
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		s := people[n%len(people)]
		s.rec.At(spec.IDCard).Text = strconv.Itoa(n)
		s.rec.At(spec.EmpPhone).Text = strconv.Itoa(n)
		out = batch.Check(n, &s.rec, out[:0], 0)
	}
}
