package numfmt

import (
	"math"
	"testing"
)

func TestFormats(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		id            int
		code          string
		date, percent bool
	}{
		{0, "", false, false}, {1, "", false, false}, {9, "", false, true}, {10, "", false, true},
		{13, "", false, false}, {14, "", true, false}, {22, "", true, false}, {23, "", false, false},
		{27, "", true, false}, {31, "", true, false}, {36, "", true, false}, {37, "", false, false}, {44, "", false, false},
		{45, "", true, false}, {47, "", true, false}, {48, "", false, false}, {49, "", false, false},
		{50, "", true, false}, {58, "", true, false}, {59, "", false, false}, {164, "", false, false},
		{14, "0.00", false, false}, // a redefined number: the code decides
		{164, "yyyy-mm-dd", true, false}, {164, "YYYY/M/D", true, false},
		{164, `yyyy"年"m"月"d"日"`, true, false}, {164, "yyyy年m月d日", true, false},
		{164, "[$-804]yyyy/m/d;@", true, false}, {164, `[DBNum1][$-804]yyyy"年"m"月";@`, true, false},
		{164, "[h]:mm", true, false}, {164, "[ss].00", true, false}, {164, "AM/PM", true, false},
		{164, "aaaa", true, false}, {164, `e"年"`, true, false}, {164, "mm:ss.0", true, false},
		{164, "General", false, false}, {164, "GENERAL", false, false}, {164, "G/通用格式", false, false},
		{164, `0.0"mmol/L"`, false, false}, {164, `0.0\d`, false, false}, {164, "0_d", false, false}, {164, "0*d", false, false},
		{164, "[Red]0.00", false, false}, {164, "[Magenta]0", false, false}, {164, "[s", true, false},
		{164, "0.00E+00", false, false}, {164, "##0.0e-0", false, false}, {164, "@", false, false},
		{164, "0%", false, true}, {164, "0.0%;[Red]-0.0%", false, true}, {164, `0"%"`, false, false}, {164, `0\%`, false, false},
		{164, "[Blue]G/通用格式", false, false}, {164, "0!d", false, false}, {164, "0年", false, false}, {164, "年月日", true, false},
		{164, "[$-F800]dddd\\,\\ mmmm", true, false}, {164, "ggge", true, false}, {164, "bbbb", true, false}, {164, "[$USD]0", false, false},
		{164, "0;yyyy", false, false}, {164, `"`, false, false}, {164, `\`, false, false}, {164, "[", false, false},
	} {
		f := New(c.id, c.code)
		if got := f.Look(1); got != (Look{c.date, c.percent}) {
			t.Errorf("New(%d, %q) shows 1 as %+v, want %v, %v", c.id, c.code, got, c.date, c.percent)
		}
	}
}

// TestSections: the number decides which part of a format shows it.
func TestSections(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{ // of -1, 0, 0.5, 1, 46084: n number, d date, % percentage
		"0;yyyy":                         "dnnnn",
		"yyyy-mm-dd;@":                   "ddddd",
		"yyyy-mm-dd;;":                   "nnddd",
		`[=0]"";yyyy-mm-dd`:              "dnddd",
		"[<1]0%;0":                       "%%%nn",
		"[>=1]0;0%":                      "%%%nn",
		"[<1]h:mm;yyyy-mm-dd":            "ddddd",
		"[<60]0;[>40000]yyyy-mm-dd;0":    "nnnnd",
		"[>40000]yyyy-mm-dd;[Red]0%;0":   "%nnnd",
		"[Red][<>46084]0;[$-804]yyyy年;@": "nnnnd",
		"[=1]0%":                         "%%%%%",
		"[<-0.5]0%;0":                    "%nnnn",
		"0%;0%;0%;@":                     "%%%%%",
		"General;[Red]-General":          "nnnnn",
		`0;"-";yyyy`:                     "ndnnn",
	} {
		got := ""
		f := New(164, code)
		for _, v := range []float64{-1, 0, 0.5, 1, 46084} {
			switch look := f.Look(v); {
			case look.Date:
				got += "d"
			case look.Percent:
				got += "%"
			default:
				got += "n"
			}
		}
		if got != want {
			t.Errorf("%q: %s, want %s", code, got, want)
		}
	}
}

func TestISO(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]ISO{
		"2026-03-03":                {46084, "yyyy-mm-dd", false},
		"2026-03-03T12:00:00":       {46084.5, "yyyy-mm-dd hh:mm:ss", false},
		"2026-03-03T12:00:00.000":   {46084.5, "yyyy-mm-dd hh:mm:ss", false},
		"2026-03-03T18:00:00Z":      {46084.75, "yyyy-mm-dd hh:mm:ss", true},
		"2026-03-03T12:00:00+08:00": {46084.5, "yyyy-mm-dd hh:mm:ss", true},
		"1900-01-01":                {1, "yyyy-mm-dd", false},
		"1899-12-31T06:00:00":       {0.25, "yyyy-mm-dd hh:mm:ss", false},
		"T06:00:00":                 {0.25, "h:mm:ss", false},
		"06:00":                     {0.25, "h:mm:ss", false},
		"T06:00:00Z":                {0.25, "h:mm:ss", false},
		"PT36H":                     {1.5, "[h]:mm:ss", false},
		"PT2H24M":                   {0.1, "[h]:mm:ss", false},
		"P1DT12H":                   {1.5, "[h]:mm:ss", false},
		"PT0.864S":                  {0.00001, "[h]:mm:ss", false},
	} {
		got, ok := ParseISO(in, false)
		if !ok || math.Abs(got.Serial-want.Serial) > 1e-12 || got.Format != want.Format || got.Zone != want.Zone {
			t.Errorf("%q: %+v, %v", in, got, ok)
		}
	}
	for _, bad := range []string{"", "P", "PT", "P1Y", "2026-02-30", "2026", "25:00", "12", "120000", "T", "x"} {
		if got, ok := ParseISO(bad, false); ok {
			t.Errorf("%q: %+v", bad, got)
		}
	}
}

func FuzzFormats(f *testing.F) {
	f.Add(14, "yyyy-mm-dd")
	f.Add(0, `[h]"x\`)
	f.Fuzz(func(t *testing.T, id int, code string) {
		f := New(id, code)
		for _, v := range []float64{-1, 0, 1, 1e300} {
			if got := f.Look(v); got.Date && got.Percent {
				t.Errorf("%d %q shows %v as a date and a percentage", id, code, v)
			}
		}
	})
}
