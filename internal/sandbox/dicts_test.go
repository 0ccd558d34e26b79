package sandbox

import (
	"encoding/json"
	"strings"
	"testing"

	"hbupload/internal/spec"
)

func TestSampleDictionaries(t *testing.T) {
	t.Parallel()
	rows := SampleDictionaries()
	set := SampleSet()
	if len(rows) != 8 || len(set.All()) != 8 || !set.Sample() {
		t.Fatalf("%d dictionaries, %d read", len(rows), len(set.All()))
	}
	nested := 0
	for _, d := range spec.Dictionaries() {
		if strings.HasPrefix(strings.Join(strings.Fields(string(rows[d.Code])), ""), "[[") {
			nested++
		}
		own := newDictionaries(rows).byCode[d.Code]
		if got := set.Dict(d.Code).Len(); got == 0 || got != len(own) {
			t.Errorf("%s: %d entries for dict, %d for the sandbox", d.Code, got, len(own))
		}
		for _, e := range own {
			if e.Code == "" || e.Name == "" || strings.TrimSpace(e.Name) != e.Name {
				t.Errorf("%s: %+v", d.Code, e)
			}
		}
	}
	if nested == 0 || nested == 8 {
		t.Errorf("%d of 8 are nested: both forms are wanted", nested)
	}
}

// TestTheSamplesAreRichEnough asks for what the rules need an entry of.
func TestTheSamplesAreRichEnough(t *testing.T) {
	t.Parallel()
	d := newDictionaries(SampleDictionaries())
	sure, doubtful := spec.SymbolCodes()
	codes := append(sure, doubtful...)
	if len(codes) != 29 {
		t.Errorf("%d symbol codes", len(codes))
	}
	for _, c := range append(codes, "20009") {
		if _, ok := d.entry("item", c); !ok {
			t.Errorf("item %s is missing", c)
		}
	}
	for _, c := range spec.OtherWorkTypes() {
		if _, ok := d.entry("typeOfWork", c); !ok {
			t.Errorf("work type %s is missing", c)
		}
	}
	count := func(dict string, want func(code string, e entry) bool) (n int) {
		for code, e := range d.byCode[dict] {
			if want(code, e) {
				n++
			}
		}
		return n
	}
	names := map[string]int{}
	for _, e := range d.byCode["item"] {
		names[e.Name]++
	}
	for what, have := range map[string]int{
		"dusts":              count("hazard", func(c string, _ entry) bool { return d.dust(c) }),
		"other hazards":      count("hazard", func(c string, _ entry) bool { return d.other(c) }),
		"hazards, commas":    count("hazard", func(_ string, e entry) bool { return containsAny(e.Name, ",", "、") }),
		"films":              count("item", func(c string, _ entry) bool { return d.film(c) }),
		"urine":              count("item", func(_ string, e entry) bool { return e.ClassName == "尿常规" }),
		"welders":            count("typeOfWork", func(_ string, e entry) bool { return e.Name == "电焊工" }),
		"work with industry": count("typeOfWork", func(_ string, e entry) bool { return e.Industry != "" }),
		"work for any":       count("typeOfWork", func(_ string, e entry) bool { return e.MonitorType == "" }),
		"two classes":        names["葡萄糖"],
	} {
		if have < 2 {
			t.Errorf("%s: %d", what, have)
		}
	}
}

func TestFilesAreMarkedAsSamples(t *testing.T) {
	t.Parallel()
	for _, code := range dictCodes() {
		text, err := dictFiles.ReadFile("dictdata/" + code + ".json")
		must(t, err)
		var f dictFile
		must(t, json.Unmarshal(text, &f))
		if !f.Sample || !strings.Contains(f.Note, "示例") {
			t.Errorf("%s is not marked as a sample", code)
		}
	}
}
