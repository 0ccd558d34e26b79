package dict

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"hbupload/internal/fault"
)

func TestParse(t *testing.T) {
	t.Parallel()
	noise := []Entry{{Code: "2008", Name: "噪声"}}
	tests := []struct {
		name, rows string
		want       []Entry
	}{
		{"flat", `[{"Code":"2008","Name":"噪声"}]`, noise},
		{"nested, as the document shows", `[[{"Code":"2008","Name":"噪声"}]]`, noise},
		{"several inner lists", `[[{"Code":"2008","Name":"噪声"}],[{"Code":"1","Name":"苯"}]]`, []Entry{noise[0], {Code: "1", Name: "苯"}}},
		{"mixed", `[{"Code":"1","Name":"苯"},[{"Code":"2008","Name":"噪声"}]]`, []Entry{{Code: "1", Name: "苯"}, noise[0]}},
		{"key case", `[{"CODE":"2008","name":"噪声"}]`, noise},
		{"number as code", `[{"code":2008,"name":"噪声"}]`, noise},
		{"a long number keeps its digits", `[{"code":12345678901234567890,"name":"噪声"}]`, []Entry{{Code: "12345678901234567890", Name: "噪声"}}},
		{"zeros of text are kept", `[{"Code":"0012","Name":"a"}]`, []Entry{{Code: "0012", Name: "a"}}},
		{"all keys", `[{"ClassName":"血常规","Code":"1","Name":"白细胞","MonitorType":"01,02","Industry":"B06"}]`, []Entry{{"1", "白细胞", "血常规", "01,02", "B06"}}},
		{"null", `[{"Code":"1","Name":null,"Industry":null}]`, []Entry{{Code: "1"}}},
		{"unknown keys of any kind", `[{"Id":7,"Sub":{"Code":"9"},"List":[[1]],"Code":"2008","Ok":true,"Name":"噪声"}]`, noise},
		{"outer blanks and control characters", `[{"Code":" 2008\t","Name":"\u0000噪\u202e声\n"}]`, noise},
		{"no entry", `[]`, nil},
		{"no entry, nested", ` [[]] `, nil},
		{"the same twice", `[{"Code":"2008","Name":"噪声"},{"Code":"2008","Name":"噪声"}]`, noise},
		{"a code twice, the first counts", `[{"Code":"2008","Name":"噪声"},{"Code":"2008","Name":"噪音"}]`, noise},
		{"no code", `[{"Name":"噪声"},{"Code":"","Name":"x"},null,{},{"Code":"2008","Name":"噪声"}]`, noise},
		{"a null does not overwrite", `[{"Code":"2008","code":null,"Name":"噪声"}]`, noise},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := Parse("hazard", json.RawMessage(tt.rows))
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("Parse = %v, %v, want %v", got, err, tt.want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, rows, says string }{
		{"nothing", ``, "不是列表"},
		{"null", `null`, "不是列表"},
		{"an object", `{"Code":"1"}`, "不是列表"},
		{"text", `"[]"`, "不是列表"},
		{"cut off", `[{"Code":"1"`, "不完整"},
		{"cut off between", `[{"Code":"1"},`, ""},
		{"cut off list", `[[{"Code":"1"}]`, ""},
		{"too deep", `[[[{"Code":"1"}]]]`, "过深"},
		{"very deep", strings.Repeat("[", 100_000), "过深"},
		{"deep in a key that means nothing", `[{"x":` + strings.Repeat("[", 100_000), "JSON"},
		{"rows of text", `["1"]`, "第 1 行"},
		{"a list as value", `[{"Code":["1"]}]`, "第 1 行"},
		{"an object as value", `[{"Code":"1","Name":"x"},{"Code":"2","Name":{"a":1}}]`, "第 2 行"},
		{"a boolean as value", `[{"Code":true}]`, "第 1 行"},
		{"long text", `[{"Code":"1","Name":"` + strings.Repeat("长", maxTextSize) + `"}]`, "过长"},
		{"more after it", `[] []`, "多余"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := Parse("hazard", json.RawMessage(tt.rows))
			if got != nil || err == nil {
				t.Fatalf("Parse = %v, %v", got, err)
			}
			if !strings.Contains(err.Error(), "hazard（危害因素）") || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("says %q", err)
			}
			mustBeDictionaryError(t, err)
		})
	}
}

func mustBeDictionaryError(t *testing.T, err error) {
	t.Helper()
	if e := fault.Of(err); e == nil || e.Kind() != fault.Dictionary || e.Hint() == "" {
		t.Errorf("%v is no error of kind dictionary with a hint", err)
	}
}

// TestParseTooMany: a dictionary larger than the bound is refused.
func TestParseTooMany(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteByte('[')
	for i := range maxEntries + 1 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"Code":%d}`, i)
	}
	b.WriteByte(']')
	_, err := Parse("item", json.RawMessage(b.String()))
	if err == nil || !strings.Contains(err.Error(), "100000") {
		t.Errorf("err = %v", err)
	}
}

func TestParseNotes(t *testing.T) {
	t.Parallel()
	p, err := ParseNoted("hazard", json.RawMessage(`[{"Code":"1","Name":"a"},{"Code":"1","Name":"a"},{"Code":"1","Name":"b"},{"Name":"c"}]`))
	if err != nil || len(p.Entries) != 1 || len(p.Notes) != 3 {
		t.Fatalf("%+v, %v", p, err)
	}
	for i, says := range []string{"只保留一条", "内容不同", "没有代码"} {
		if !strings.Contains(p.Notes[i], says) {
			t.Errorf("note %q does not say %s", p.Notes[i], says)
		}
	}
	many := `[` + strings.Repeat(`{"Name":"x"},`, 500) + `{"Code":"1"}]`
	p, err = ParseNoted("hazard", json.RawMessage(many))
	if err != nil || len(p.Notes) != maxNotes+1 || !strings.Contains(p.Notes[maxNotes], "480") {
		t.Errorf("%d notes, %v, %v", len(p.Notes), p.Notes, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`[{"Code":"1","Name":"a"}]`, `[[{"code":1,"NAME":null}]]`, `[]`, `null`, `[[[`, `[{"Code":{}}]`, `[{"x":[{}],"Code":"\u0000"}]`, "[{\"Code\":\"\xff\"}]", `[{"ClassName":"c","MonitorType":"m","Industry":"i"}]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, rows []byte) {
		entries, err := Parse("typeOfWork", rows)
		if err != nil {
			mustBeDictionaryError(t, err)
			return
		}
		seen := map[string]bool{}
		for _, e := range entries {
			if e.Code == "" || seen[e.Code] || !utf8.ValidString(e.Name) || e.Name != strings.TrimSpace(e.Name) {
				t.Fatalf("entry %+v", e)
			}
			seen[e.Code] = true
		}
		roundTrip(t, New("typeOfWork", entries, day(1)))
	})
}

// roundTrip requires that the file on disk gives back every text.
func roundTrip(t *testing.T, d *Dictionary) {
	t.Helper()
	var b strings.Builder
	if err := encode(&b, []*Dictionary{d}); err != nil {
		t.Fatal(err)
	}
	back, err := decode(b.String())
	if err != nil || len(back) != 1 || !slices.Equal(back[0].Entries, d.Entries) {
		t.Fatalf("came back as %+v, %v", back, err)
	}
}
