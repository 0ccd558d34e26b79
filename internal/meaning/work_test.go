package meaning

import (
	"testing"
)

func TestWorkFitsMonitor(t *testing.T) {
	t.Parallel()
	c := build(t, testConfig())
	for _, k := range []struct {
		work, monitor string
		want          bool
	}{
		{"a", "01", true}, {"a", "02", false}, {"a", "03", true},
		{"b", "01", false}, {"b", "02", true}, // "2" has lost its zero
		{"c", "01", true}, {"c", "02", true},
		{"d", "01", true}, {"d", "02", true}, // blank allows any
		{"e", "01", false}, {"e", "02", true}, {"e", "03", true}, // not 常规; not only 常规
		{"f", "01", true}, {"f", "02", true}, // not understood allows any
		{"nobody", "01", true}, {"a", "", true},
	} {
		if got := c.WorkFitsMonitor(k.work, k.monitor); got != k.want {
			t.Errorf("%s for %s: %v", k.work, k.monitor, got)
		}
	}
	if c.WorkMonitor("c") != "常规、主动" || c.WorkMonitor("b") != "主动监测" || c.WorkMonitor("e") != "专项监测" || c.WorkMonitor("f") != "看情况" || c.WorkIndustry("b") != "B0610" {
		t.Error("texts for messages")
	}
}

func TestWorkFitsIndustry(t *testing.T) {
	t.Parallel()
	c := build(t, testConfig())
	for _, k := range []struct {
		work, employer string
		want           Fit
	}{
		{"a", "B06", FitAny}, {"b", "B0610", FitYes}, {"b", "0610", FitYes}, {"b", "06", FitYes}, {"b", "b06101", FitYes}, {"b", "0620", FitNo}, {"b", "B", FitYes}, {"b", "C", FitNo},
		{"b", "煤炭开采", FitUncomparable}, {"b", "0610 烟煤开采", FitYes}, {"b", "", FitUncomparable},
		{"c", "7263", FitYes}, {"c", "C3610", FitYes}, {"c", "C37", FitNo}, {"c", "C37、L7263", FitYes},
		{"d", "煤炭 开采", FitYes}, {"d", "铁矿", FitUncomparable}, {"c", "C37、铁矿", FitUncomparable}, {"d", "B0610", FitUncomparable}, {"d", "B0610煤炭开采", FitYes},
		{"f", "B0610", FitYes}, {"f", "C36", FitNo}, {"f", "0610", FitUncomparable},
	} {
		if got := c.WorkFitsIndustry(k.work, k.employer); got != k.want {
			t.Errorf("%s against %q: %d, want %d", k.work, k.employer, got, k.want)
		}
	}
}

func TestWorkOther(t *testing.T) {
	t.Parallel()
	c := build(t, testConfig())
	for work, want := range map[string]Degree{"a": No, "00-33": Yes, "99-9999": Yes, "g": Suspected, "": No} {
		if got := c.WorkOther(work); got != want {
			t.Errorf("%s: %d", work, got)
		}
	}
}

func TestLabourDispatch(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"726": true, "7263": true, "L7263": true, "Ｌ７２６": true, "7263 劳务派遣服务": true, "人力资源服务": true, "劳务派遣服务": true,
		"72": false, "727": false, "0726": false, "C726": true, "煤炭开采": false, "": false,
	} {
		if got := IsLabourDispatch(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	if !SpeaksOfLabour("某某（人力 资源）公司") || SpeaksOfLabour("某某矿业") {
		t.Error("names")
	}
}

// FuzzIndustry: whatever stands in the two cells, comparing is symmetric, and a
// readable text fits itself.
func FuzzIndustry(f *testing.F) {
	for _, s := range []string{"L7263", "B06,C36", "煤炭开采", "7263 劳务派遣", "B", "，", "\xff"} {
		f.Add(s, "C3610")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, x := range parseIndustries(a) {
			if x.compare(x) != FitYes {
				t.Errorf("%q does not fit itself: %+v", a, x)
			}
			for _, y := range parseIndustries(b) {
				if x.compare(y) != y.compare(x) {
					t.Errorf("%q against %q depends on the order", a, b)
				}
			}
		}
	})
}

// FuzzNumber: a number's text is one without its sign of comparison, too.
func FuzzNumber(f *testing.F) {
	for _, s := range []string{"<0.01", "≤ 40", "1e5", "-0", "..", "９"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if _, ok := Number(s); ok {
			if sign, _ := signOf(s); sign != 0 || !IsLimit(s) {
				t.Errorf("%q", s)
			}
		}
		if _, _, ok := SignedNumber(s); ok && !IsLimit(s) {
			t.Errorf("%q is signed and no limit", s)
		}
	})
}

// FuzzClass: memory of class texts is bounded and changes no answer.
func FuzzClass(f *testing.F) {
	c, err := NewClassifier(testConfig())
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"尿 常规", "X 线摄片", "", "\xff胸片"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, class string) {
		first := c.classOf(class)
		if c.classOf(class) != first || (first.film && c.Film("", class) == No) {
			t.Errorf("%q", class)
		}
	})
}
