package sense

import (
	"fmt"
	"strings"
	"testing"

	"hbupload/internal/spec"
)

// crowd adds people to a batch and returns its findings by rule.
func crowd(t *testing.T, n int, change func(i int, s *subject)) map[spec.RuleID][]spec.Finding {
	t.Helper()
	b := testChecker(t, 0).Batch()
	for i := range n {
		s := newSubject()
		s.set(spec.IDCard, fmt.Sprintf("1301021990010%05d", i))
		s.set(spec.EmpPhone, fmt.Sprintf("139%08d", i))
		change(i, s)
		b.Check(i, &s.rec, nil, 0)
	}
	out := map[spec.RuleID][]spec.Finding{}
	for _, f := range b.Finish() {
		if f.Severity != spec.Warning || f.Place.Cell() == "" || f.Path == "" || f.Key != "" {
			t.Errorf("%+v", f)
		}
		out[f.Rule] = append(out[f.Rule], f)
	}
	return out
}

func expect(t *testing.T, name string, got map[spec.RuleID][]spec.Finding, rule spec.RuleID, n int, says string) {
	t.Helper()
	for r, found := range got {
		if r != rule {
			t.Errorf("%s: %s", name, list(found))
		}
	}
	if len(got[rule]) != n || (n > 0 && !strings.Contains(got[rule][0].Message, says)) {
		t.Errorf("%s: %d of %s, want %d that say %q: %s", name, len(got[rule]), rule, n, says, list(got[rule]))
	}
}

func TestOnePhoneForEverybody(t *testing.T) {
	t.Parallel()
	share := func(first int) func(int, *subject) {
		return func(i int, s *subject) {
			if i >= first {
				s.set(spec.EmpPhone, "13900009999")
			}
		}
	}
	expect(t, "four share a phone", crowd(t, 14, share(10)), spec.SensePhone, 0, "")
	expect(t, "five share a phone", crowd(t, 15, share(10)), spec.SensePhone, 5, "共 5 人")
	expect(t, "everybody shares a phone", crowd(t, 50, share(0)), spec.SensePhone, shown, "另有 30 人")
}

// TestRecentKeepsWhatIsShared holds that a value many people share outlasts the
// window, and that one seen once does not.
func TestRecentKeepsWhatIsShared(t *testing.T) {
	t.Parallel()
	r := newRecent(4)
	for owner := range uint64(3) {
		r.add(100, owner, func() spot { return spot{ordinal: int32(owner)} })
	}
	for value := range uint64(8) {
		r.add(value, value, func() spot { return spot{} })
	}
	all := r.all()
	if len(all) != 5 || all[0].people != 3 || all[0].places != 3 || len(r.seats) != 4 {
		t.Errorf("%d counters, %d in the window", len(all), len(r.seats))
	}
	for value := range uint64(8) {
		if found := r.find(value) != nil; found != (value >= 4) {
			t.Errorf("%d is known: %v", value, found)
		}
	}
}

func TestSameResults(t *testing.T) {
	t.Parallel()
	results := func(numbers, same int) func(int, *subject) {
		return func(i int, s *subject) {
			for k := range numbers - 1 { // one is there already
				value := 70 + k
				if i >= same && k == 0 {
					value += i
				}
				s.item(fmt.Sprint(107+k), fmt.Sprint(value), "%")
			}
		}
	}
	expect(t, "two are alike", crowd(t, 6, results(8, 2)), spec.SenseSame, 0, "")
	expect(t, "three are alike", crowd(t, 6, results(8, 3)), spec.SenseSame, 3, "共 3 人")
	expect(t, "seven results of one class", crowd(t, 6, results(7, 6)), spec.SenseSame, 6, "分类")
	expect(t, "four are too coarse", crowd(t, 6, results(4, 6)), spec.SenseSame, 0, "")
	expect(t, "three results are too few", crowd(t, 6, results(3, 6)), spec.SenseSame, 0, "")
	expect(t, "an audiogram in steps of five", crowd(t, 6, func(i int, s *subject) {
		for k := range 12 {
			s.item(fmt.Sprint(107+k), fmt.Sprint(10+5*(k%3)), "dB")
		}
		s.item("收缩压", fmt.Sprint(110+i), "mmHg")
	}), spec.SenseSame, 0, "")
}

func TestSamePersonAgain(t *testing.T) {
	t.Parallel()
	again := func(date string, change func(*subject)) func(int, *subject) {
		return func(i int, s *subject) {
			s.set(spec.IDCard, "130102199001010011")
			if i == 1 {
				s.set(spec.PeDate, date)
				change(s)
			}
		}
	}
	none := func(*subject) {}
	expect(t, "after 15 days", crowd(t, 2, again("2026-03-16", none)), spec.SenseTwice, 1, "15 天")
	expect(t, "after 16 days", crowd(t, 2, again("2026-03-17", none)), spec.SenseTwice, 0, "")
	expect(t, "as a re-examination", crowd(t, 2, again("2026-03-10", func(s *subject) { s.set(spec.PeFlag, "1") })), spec.SenseTwice, 0, "")
	expect(t, "before another job", crowd(t, 2, again("2026-03-10", func(s *subject) { s.put(s.rec.Hazards[0].At(spec.CareTypeCode), "1") })), spec.SenseTwice, 0, "")
	never := func(s *subject) { s.set(spec.SmokingStatus, "4") }
	expect(t, "a smoker never smoked", crowd(t, 2, again("2027-03-10", never)), spec.SenseSmoking, 1, "矛盾")
	expect(t, "never smoked, then did", crowd(t, 2, again("2025-03-10", never)), spec.SenseSmoking, 0, "")
}

func TestMedianOfABatch(t *testing.T) {
	t.Parallel()
	white := func(value float64) func(int, *subject) {
		return func(i int, s *subject) {
			it := s.item("白细胞计数", fmt.Sprintf("%.1f", value*(0.9+float64(i%5)/20)), "10⁹/L")
			s.put(it.At(spec.LowerLimit), "3.5")
			s.put(it.At(spec.UpperLimit), "9.5")
		}
	}
	expect(t, "usual", crowd(t, 30, white(6)), spec.SenseMedian, 0, "")
	expect(t, "high", crowd(t, 30, white(27)), spec.SenseMedian, 0, "")
	expect(t, "five times the range's centre", crowd(t, 30, white(31)), spec.SenseMedian, shown, "")
	expect(t, "low", crowd(t, 30, white(1.3)), spec.SenseMedian, 0, "")
	expect(t, "a fifth of the range's centre", crowd(t, 30, white(1)), spec.SenseMedian, shown, "")
	expect(t, "ten times the range", crowd(t, 30, white(150)), spec.SenseMedian, shown, "另有 10 人")
	expect(t, "too few to tell", crowd(t, 19, white(150)), spec.SenseMedian, 0, "")
	expect(t, "a tenth of the range", crowd(t, 20, white(0.2)), spec.SenseMedian, shown, "中位数")
}

// TestRewindForgets holds that a file read anew counts once, and one left out not
// at all.
func TestRewindForgets(t *testing.T) {
	t.Parallel()
	b := testChecker(t, 0).Batch()
	add := func(from, to int) {
		for i := from; i < to; i++ {
			s := newSubject()
			s.set(spec.IDCard, fmt.Sprint(i))
			b.Check(i, &s.rec, nil, 0)
		}
	}
	add(0, 3)
	b.Rewind(1)
	add(1, 4)
	if found := b.Finish(); len(found) > 0 {
		t.Errorf("four people: %s", list(found))
	}
	add(4, 10)
	b.Rewind(5)
	if found := b.Finish(); len(found) != 5 || !strings.Contains(found[0].Message, "共 5 人") {
		t.Errorf("five people: %s", list(found))
	}
	add(3, 4)
	if found := b.Finish(); len(found) != 5 {
		t.Errorf("one was seen already: %s", list(found))
	}
}
