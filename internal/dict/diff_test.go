package dict

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestDiff(t *testing.T) {
	t.Parallel()
	old := NewSet(
		New("careType", []Entry{{Code: "1", Name: "上岗前"}}, day(1)),
		New("typeOfWork", []Entry{
			{Code: "1", Name: "电焊工", MonitorType: "01", Industry: "C33"},
			{Code: "2", Name: "采煤工", MonitorType: "01"},
			{Code: "3", Name: "司机"},
			{Code: "4", Name: "打磨工", Class: "甲"},
			{Code: "5", Name: "喷漆工"},
		}, day(1)),
	)
	current := NewSet(
		New("careType", []Entry{{Code: "1", Name: "上岗前"}}, day(2)),
		New("typeOfWork", []Entry{
			{Code: "6", Name: "新工种"},
			{Code: "4", Name: "打磨工", Class: "乙"},
			{Code: "1", Name: "电焊工", MonitorType: "01,02", Industry: "C34"},
			{Code: "2", Name: "采煤机司机", MonitorType: "02"},
			{Code: "5", Name: "喷漆工"},
		}, day(2)),
		New("hazard", []Entry{{Code: "9", Name: "噪声"}}, day(2)),
	)
	type short struct {
		dict string
		kind ChangeKind
		code string
	}
	var got []short
	var fields [][]string
	for _, c := range Diff(old, current) {
		code := c.New.Code
		if c.Kind == Removed {
			code = c.Old.Code
		}
		got = append(got, short{c.Dict, c.Kind, code})
		fields = append(fields, c.Fields)
	}
	want := []short{
		{"hazard", Added, "9"},
		{"typeOfWork", Removed, "3"},
		{"typeOfWork", Added, "6"},
		{"typeOfWork", Changed, "4"},
		{"typeOfWork", Changed, "1"},
		{"typeOfWork", Renamed, "2"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	wantFields := [][]string{nil, nil, nil, {"ClassName"}, {"MonitorType", "Industry"}, {"Name", "MonitorType"}}
	if !reflect.DeepEqual(fields, wantFields) {
		t.Errorf("fields %v, want %v", fields, wantFields)
	}
	if Diff(nil, current) != nil || Diff(old, nil) != nil || Diff(old, old) != nil {
		t.Error("something changed where there is nothing to compare")
	}
	if old.Version() == current.Version() || old.Version() != NewSet(old.All()...).Version() {
		t.Error("the version does not follow the contents")
	}
}

func TestShrunk(t *testing.T) {
	t.Parallel()
	at := time.Unix(0, 0)
	many := []Entry{{Code: "1", Name: "甲"}, {Code: "2", Name: "乙"}, {Code: "3", Name: "丙"}}
	before := NewSet(New("hazard", many, at), New("careType", many[:1], at))
	after := NewSet(New("hazard", append([]Entry{{Code: "4", Name: "丁"}}, many[:1]...), at), New("careType", many, at))
	if got := Shrunk(before, after); len(got) != 1 || !strings.Contains(got[0], "少了 2 条（3 → 2）") {
		t.Errorf("%q", got)
	}
	if Shrunk(nil, after) != nil || Shrunk(before, before) != nil {
		t.Error("nothing is lost there")
	}
}
