package dict

import (
	"slices"
	"testing"
)

// hazards is an invented dictionary with the difficult cases.
func hazards() *Dictionary {
	return New("hazard", []Entry{
		{Code: "0012", Name: "矽尘"},
		{Code: "0013", Name: "煤尘（煤矽尘）"},
		{Code: "013", Name: "石墨尘"},
		{Code: "1081", Name: "汽油"},
		{Code: "1082", Name: "1,2-二氯乙烷"},
		{Code: "1083", Name: "氯甲醚、双氯甲醚"},
		{Code: "2008", Name: "噪声"},
		{Code: "9A", Name: "其他粉尘"},
		{Code: "9B", Name: "苯 [a] 芘"},
		{Code: "9C", Name: "铅"},
		{Code: "9D", Name: "铅"},
		{Code: "9E", Name: "锰及其化合物(Mn)"},
	}, day(1))
}

func codes(entries []Entry) []string {
	var list []string
	for _, e := range entries {
		list = append(list, e.Code)
	}
	return list
}

func TestLookups(t *testing.T) {
	t.Parallel()
	d := hazards()
	one := func(e Entry, ok bool) []string {
		if !ok {
			return nil
		}
		return []string{e.Code}
	}
	tests := []struct {
		name string
		got  []string
		want []string
	}{
		{"code", one(d.ByCode("2008")), []string{"2008"}},
		{"code is exact", one(d.ByCode("9a")), nil},
		{"no code", one(d.ByCode("")), nil},
		{"code, width, blanks and case", one(d.ByLooseCode(" ９a\u00a0")), []string{"9A"}},
		{"code, zeros count", one(d.ByLooseCode("12")), nil},
		{"lost zeros", one(d.ByTrimmedZeros("12")), []string{"0012"}},
		{"some lost zeros", one(d.ByTrimmedZeros("012")), []string{"0012"}},
		{"zeros, several", one(d.ByTrimmedZeros("13")), nil},
		{"zeros only", one(d.ByTrimmedZeros("0")), nil},
		{"zeros of nothing", one(d.ByTrimmedZeros("")), nil},
		{"name", codes(d.ByName("噪声")), []string{"2008"}},
		{"name is exact", codes(d.ByName("噪声 ")), nil},
		{"name of several", codes(d.ByName("铅")), []string{"9C", "9D"}},
		{"no name", codes(d.ByName("")), nil},
		{"loose, width", codes(d.ByLoose("１，２-二氯乙烷")), []string{"1082"}},
		{"loose, brackets of other width", codes(d.ByLoose("煤尘(煤矽尘)")), []string{"0013"}},
		{"loose, no brackets", codes(d.ByLoose("煤尘煤矽尘")), []string{"0013"}},
		{"loose, blanks and case", codes(d.ByLoose("苯A芘")), []string{"9B"}},
		{"loose, line break", codes(d.ByLoose("锰及其\n化合物（mn）")), []string{"9E"}},
		{"loose, 其它", codes(d.ByLoose("其它粉尘")), []string{"9A"}},
		{"loose is no guess", codes(d.ByLoose("粉尘")), nil},
		{"loose of brackets only", codes(d.ByLoose("（）")), nil},
		{"contains", codes(d.Contains("尘")), []string{"0012", "0013", "013", "9A"}},
		{"contains 其它", codes(d.Contains("其它")), []string{"9A"}},
		{"contains nothing", codes(d.Contains(" ")), nil},
		{"contains no such word", codes(d.Contains("辐射")), nil},
	}
	for _, tt := range tests {
		if !slices.Equal(tt.got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, tt.got, tt.want)
		}
	}
}

func TestMeaningsWrittenTwoWays(t *testing.T) {
	t.Parallel()
	d := New("resultOption", []Entry{{Code: "3", Name: "职业禁忌症"}, {Code: "4", Name: "其它疾病或异常"}}, day(1))
	if got := codes(d.Contains("职业禁忌证")); !slices.Equal(got, []string{"3"}) {
		t.Errorf("禁忌证: %v", got)
	}
	if got := codes(d.Contains("其他疾病或异常")); !slices.Equal(got, []string{"4"}) {
		t.Errorf("其他: %v", got)
	}
}

// TestResultsAreApart: what a caller appends to a result does not reach the index.
func TestResultsAreApart(t *testing.T) {
	t.Parallel()
	d := hazards()
	_ = append(d.ByName("其他粉尘"), Entry{Code: "evil"})
	for _, e := range d.Entries {
		if !slices.Contains(codes(d.ByName(e.Name)), e.Code) {
			t.Errorf("%s is lost", e.Code)
		}
	}
}

// TestSameCodeTwice: Parse never yields it, a hand-made dictionary may; the first counts.
func TestSameCodeTwice(t *testing.T) {
	t.Parallel()
	d := New("hazard", []Entry{{Code: "1", Name: "甲"}, {Code: "1", Name: "乙"}}, day(1))
	if e, ok := d.ByCode("1"); !ok || e.Name != "甲" || e.String() != "1 甲" {
		t.Errorf("%v, %v", e, ok)
	}
}

func TestNilDictionary(t *testing.T) {
	t.Parallel()
	var s *Set
	d := s.Dict("hazard")
	if _, ok := d.ByCode("1"); ok || d.Len() != 0 || d.ByName("a") != nil || d.ByLoose("a") != nil || d.Contains("a") != nil || d.Search("a") != nil || d.Nearest("a", 3) != nil {
		t.Error("a nil dictionary finds something")
	}
	if s.Version() != "" || s.All() != nil || !s.PulledAt().IsZero() || s.Sample() {
		t.Error("a nil set holds something")
	}
	if err := s.Require("hazard", "item"); err == nil {
		t.Error("a nil set lacks nothing")
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	d := hazards()
	done := make(chan string)
	for range 8 {
		go func() {
			e, _ := d.ByCode("2008")
			done <- e.Name + d.ByLoose("噪 声")[0].Code + d.Nearest("噪音", 1)[0].Code
		}()
	}
	for range 8 {
		if got := <-done; got != "噪声20082008" {
			t.Errorf("got %s", got)
		}
	}
}
