package numfmt

import "testing"

func TestClassify(t *testing.T) {
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
		{164, "0;yyyy", false, false}, {164, `"`, false, false}, {164, `\`, false, false}, {164, "[", false, false},
	} {
		date, percent := Classify(c.id, c.code)
		if date != c.date || percent != c.percent {
			t.Errorf("Classify(%d, %q) = %v, %v, want %v, %v", c.id, c.code, date, percent, c.date, c.percent)
		}
	}
}

func FuzzClassify(f *testing.F) {
	f.Add(14, "yyyy-mm-dd")
	f.Add(0, `[h]"x\`)
	f.Fuzz(func(t *testing.T, id int, code string) {
		if date, percent := Classify(id, code); date && percent {
			t.Errorf("%d %q is a date and a percentage", id, code)
		}
	})
}
