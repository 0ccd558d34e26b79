package mapping

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
)

// TestParseDate: the forms of help: 接口读法 3.2, and what can be read in two ways.
func TestParseDate(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2023-01-05":                "2023-01-05",
		"2023-1-5":                  "2023-01-05",
		"2023/1/5":                  "2023-01-05",
		"2023/01/05":                "2023-01-05",
		"2023.1.5":                  "2023-01-05",
		"20230105":                  "2023-01-05",
		"2023年1月5日":                 "2023-01-05",
		"2023年01月05日":               "2023-01-05",
		"2023年 1月 5日":               "2023-01-05",
		"2023-01-05 08:30":          "2023-01-05",
		"2023-01-05 08:30:59":       "2023-01-05",
		"2023-01-05 08:30:59.000":   "2023-01-05",
		"2023-01-05T08:30:59":       "2023-01-05",
		"2023-01-05T08:30:59+08:00": "2023-01-05",
		"2023-01-05T08:30:59Z":      "2023-01-05",
		"2023/1/5 0:00:00":          "2023-01-05",
		"2023/1/5 上午 8:30:00":       "2023-01-05",
		"2023/1/5 8:30:00 PM":       "2023-01-05",
		"2023年1月5日 8时30分":           "2023-01-05",
		"2023年1月5日8时30分15秒":         "2023-01-05",
		"20230105 0830":             "",
		"2024-02-29":                "2024-02-29",
		"2023-02-29":                "",
		"2023-13-01":                "",
		"2023-00-10":                "",
		"2023-01-00":                "",
		"2023-01-32":                "",
		"05/06/2024":                "",
		"5/6/2024":                  "",
		"05-06-2024":                "",
		"24-05-06":                  "",
		"24/5/6":                    "",
		"24.5.6":                    "",
		"240506":                    "",
		"24年5月6日":                   "",
		"2024-05":                   "",
		"2024年5月":                   "",
		"2024":                      "",
		"2023-01/05":                "",
		"2023--05":                  "",
		"2023-01-05 99:99":          "",
		"2023-01-05 8:61":           "",
		"2023-01-05 abc":            "",
		"2023-01-05至2023-01-06":     "",
		"2023-01-05、2023-01-06":     "",
		"Jan 5, 2023":               "",
		"昨天":                        "",
		"0000-01-05":                "",
		"":                          "",
		"日":                         "",
		"-":                         "",
	} {
		got, _, ok := parseDate(text)
		if got != want || ok != (want != "") {
			t.Errorf("parseDate(%q) = %q, %v; want %q", text, got, ok, want)
		}
	}
}

func TestSerialDate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		serial float64
		old    bool
		want   string
	}{
		{1, false, "1900-01-01"},
		{59, false, "1900-02-28"},
		{60, false, ""}, // the 29 February 1900 that never was
		{61, false, "1900-03-01"},
		{60, true, "1904-03-01"},
		{0, false, ""},
		{0.5, false, ""},
		{-1, false, ""},
		{44927, false, "2023-01-01"},
		{44927.999, false, "2023-01-01"},
		{43465, true, "2023-01-01"},
		{1, true, "1904-01-02"},
		{73050, false, "2099-12-31"},
		{73051, false, ""},
		{2958465, false, ""},
		{2958466, false, ""},
		{2958465, true, ""},
	} {
		got, ok := serialDate(c.serial, c.old)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("serialDate(%v, 1904 %v) = %q, %v; want %q", c.serial, c.old, got, ok, c.want)
		}
	}
}

// TestDateCell: what a cell of each kind becomes in a date field.
func TestDateCell(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		cell grid.Cell
		old  bool
		want string // "" is a date-format fault
	}{
		{"date", grid.Cell{Kind: grid.Date, Num: 44927, Text: "44927", Format: "yyyy-mm-dd"}, false, "2023-01-01"},
		{"date 1904", grid.Cell{Kind: grid.Date, Num: 43465, Text: "43465"}, true, "2023-01-01"},
		{"date with time", grid.Cell{Kind: grid.Date, Num: 44927.75, Text: "44927.75"}, false, "2023-01-01"},
		{"serial that lost its format", grid.Cell{Kind: grid.Number, Num: 44927, Text: "44927"}, false, "2023-01-01"},
		{"serial 1904", grid.Cell{Kind: grid.Number, Num: 43465, Text: "43465"}, true, "2023-01-01"},
		{"packed number", grid.Cell{Kind: grid.Number, Num: 20230105, Text: "20230105"}, false, "2023-01-05"},
		{"a year", grid.Cell{Kind: grid.Number, Num: 2023, Text: "2023"}, false, ""},
		{"packed, two-digit year", grid.Cell{Kind: grid.Number, Num: 230105, Text: "230105"}, false, ""},
		{"negative", grid.Cell{Kind: grid.Number, Num: -44927, Text: "-44927"}, false, ""},
		{"not a day", grid.Cell{Kind: grid.Number, Num: 20231301, Text: "20231301"}, false, ""},
		{"time only", grid.Cell{Kind: grid.Date, Num: 0.5, Text: "0.5"}, false, ""},
		{"serial as text", grid.Cell{Kind: grid.Text, Text: "44927"}, false, "2023-01-01"},
		{"serial in CSV", grid.Cell{Kind: grid.Untyped, Text: "44927"}, false, "2023-01-01"},
		{"full-width", grid.Cell{Kind: grid.Text, Text: "２０２３－０１－０５"}, false, "2023-01-05"},
		{"blanks around", grid.Cell{Kind: grid.Text, Text: "\u00a02023-01-05\u200b "}, false, "2023-01-05"},
		{"apostrophe", grid.Cell{Kind: grid.Text, Text: "'2023-01-05"}, false, "2023-01-05"},
		{"text", grid.Cell{Kind: grid.Text, Text: "不详"}, false, ""},
		{"truth", grid.Cell{Kind: grid.Bool, Text: "TRUE"}, false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v := code(t, Options{}, spec.PeDate, c.cell, c.old)
			switch {
			case c.want == "":
				wantFault(t, v, spec.DateFormat)
			case v.Fault != nil || v.Text != c.want:
				t.Errorf("%q, fault %v; want %q", v.Text, v.Fault, c.want)
			case v.Text != c.cell.Text && len(v.Steps) == 0:
				t.Error("the way from cell to date has no step")
			}
		})
	}
}

// FuzzParseDate: whatever is accepted is a real day, written strictly, and
// reads back as itself.
func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2023-01-05", "2023/1/5", "2023.1.5", "20230105", "2023年1月5日", "2023-01-05 08:30:00", "05/06/2024", "２０２３", "2023年1月5日8时", "日", "T"} {
		f.Add(s)
	}
	strict := regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	f.Fuzz(func(t *testing.T, s string) {
		day, _, ok := parseDate(s)
		if !ok {
			if day != "" {
				t.Fatalf("%q: refused with %q", s, day)
			}
			return
		}
		if !strict.MatchString(day) {
			t.Fatalf("%q became %q", s, day)
		}
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			t.Fatalf("%q became %q: %v", s, day, err)
		}
		if again, _, ok := parseDate(day); !ok || again != day {
			t.Fatalf("%q became %q became %q", s, day, again)
		}
		if !strings.HasPrefix(strings.Join(strings.Fields(s), ""), day[:4]) {
			t.Fatalf("%q became the year of %q", s, day)
		}
	})
}

// TestDateFaults: a date of another century is written as asked, and its year is wrong.
func TestDateFaults(t *testing.T) {
	t.Parallel()
	examined := spec.PeDate.Field()
	born := spec.Birthday.Field()
	for text, want := range map[string]string{
		"2204-05-20":          "的年份“2204”不在 1900—2099 之间",
		"0001/01/01 00:00:00": "的年份“0001”不在 1900—2099 之间",
		"2024-02-30":          "是无法识别的日期“2024-02-30”",
		"五月二十日":               "是无法识别的日期“五月二十日”",
	} {
		if got := noDate(&examined, text); got.Note != want || got.Rule != spec.DateFormat {
			t.Errorf("%s: %q, want %q", text, got.Note, want)
		}
	}
	if got := noDate(&born, "2204-05-20"); got.Note != "的年份不在 1900—2099 之间" {
		t.Errorf("birthday: %q", got.Note)
	}
}
