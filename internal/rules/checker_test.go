package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"hbupload/internal/dict"
	"hbupload/internal/fault"
	"hbupload/internal/spec"
)

// TestPlaces holds where findings point when there is no cell.
func TestPlaces(t *testing.T) {
	t.Parallel()
	c := testChecker(t)
	ref := func(r *spec.Record) *spec.SheetRef { return r.Place.Sheet }
	missing := func(r *spec.Record) {
		r.At(spec.EmpPhone).Place = spec.Place{Sheet: ref(r), Row: 2, Header: "联系电话"}
	}
	nowhere := func(v func(*spec.Record) *spec.Value) change {
		return func(r *spec.Record) { v(r).Place, v(r).Cell = spec.Place{}, spec.CellNone }
	}
	for _, k := range []struct {
		name                string
		changes             []change
		sheet, cell, header string
		row                 int32
	}{
		{"an empty cell", do(person(spec.EmpPhone, "")), "体检信息", "L2", "联系电话", 2},
		{"a missing column", do(person(spec.EmpPhone, ""), missing), "体检信息", "", "联系电话", 2},
		{"a missing column nobody placed", do(person(spec.EmpPhone, ""), nowhere(ofPerson(spec.EmpPhone))), "体检信息", "", "联系电话", 2},
		{"a missing column of a hazard", do(hazard(1, spec.HazardDay, ""), nowhere(ofHazard(1, spec.HazardDay))), "危害因素", "", "接害工龄日", 3},
		{"a missing column of an item", do(item(1, spec.ResultFlag, ""), nowhere(ofItem(1, spec.ResultFlag))), "体检项目", "", "是否异常", 3},
		{"no hazards", do(noHazards), "体检信息", "A2", "体检编号", 2},
		{"no hazards and no key", do(noHazards, nowhere(ofPerson(spec.ExamKey))), "体检信息", "", "", 2},
	} {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			found := c.Check(oneCase{changes: k.changes}.record(), nil)
			if len(found) != 1 {
				t.Fatalf("findings %q", faults(found))
			}
			if p := found[0].Place; p.Sheet.Name != k.sheet || p.Cell() != k.cell || p.Header != k.header || p.Row != k.row {
				t.Errorf("points at %s %s %q row %d", p.Sheet.Name, p.Cell(), p.Header, p.Row)
			}
		})
	}
}

// TestAllFaultsAtOnce: one pass names every fault of a record.
func TestAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	var changes []change
	for _, k := range []oneCase{chosen(t, "blank ohOrgCode"), chosen(t, "active type for routine"), chosen(t, "month 12"), chosen(t, "contraindication"), chosen(t, "no lower"), chosen(t, "no film result")} {
		changes = append(changes, k.changes...)
	}
	want := lines(`required ohOrgCode
		work-type-monitor typeOfWorkCode
		smoking-month-range personalHistory.personalHistoryMonth
		other-content-required ohEmpHazard[0].otherContent
		limits-required ohItemClassResult[0].ohItemResult[0].lowerLimit
		radiograph-required ohItemClassResult[2].ohItemResult[0].radiographResult`)
	r := oneCase{changes: changes}.record()
	if got := faults(testChecker(t).Check(r, nil)); !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func chosen(t *testing.T, name string) oneCase {
	t.Helper()
	for _, k := range allCases() {
		if k.name == name {
			return k
		}
	}
	t.Fatalf("no case %q", name)
	return oneCase{}
}

// TestPure: a check appends, and gives the same answer the second time.
func TestPure(t *testing.T) {
	t.Parallel()
	c := testChecker(t)
	r := oneCase{changes: do(person(spec.EmpPhone, ""), hazard(0, spec.ResultOptionCode, "3"))}.record()
	first := c.Check(r, make([]spec.Finding, 1))
	second := c.Check(r, nil)
	if len(first) != 3 || !slices.Equal(faults(first[1:]), faults(second)) {
		t.Errorf("first %q, second %q", faults(first), faults(second))
	}
}

// TestCauses: the same fault of two people is one cause, with the nearest entries.
func TestCauses(t *testing.T) {
	t.Parallel()
	c := testChecker(t)
	fault := faulty(ofPerson(spec.TypeOfWorkCode), spec.UnknownCode, "工种“电焊”不在字典", "20-001 电焊工")
	a := c.Check(oneCase{changes: do(fault)}.record(), nil)
	b := c.Check(oneCase{changes: do(fault, person(spec.PatientName, "王五"))}.record(), nil)
	if len(a) != 1 || len(b) != 1 || a[0].Cause != b[0].Cause || a[0].Cause != "工种“电焊”不在字典" {
		t.Errorf("causes %+v %+v", a, b)
	}
	if !slices.Equal(a[0].Nearest, []string{"20-001 电焊工"}) || !strings.Contains(a[0].Message, "最接近：20-001 电焊工") {
		t.Errorf("finding %+v", a[0])
	}
	own := c.Check(oneCase{changes: do(person(spec.TypeOfWorkCode, "20-0011"))}.record(), nil)
	if len(own) != 1 || len(own[0].Nearest) == 0 || !strings.Contains(own[0].Nearest[0], "20-001") {
		t.Errorf("nearest of %+v", own)
	}
}

// TestIndustryLostItsZero: the finding says so, and is a finding all the same.
func TestIndustryLostItsZero(t *testing.T) {
	t.Parallel()
	c := testChecker(t)
	for industry, says := range map[string]bool{"610": true, "620": false, "0620": false, "B0620": false} {
		got := c.Check(oneCase{changes: active("10-001", industry)}.record(), nil)
		if len(got) != 1 || got[0].Rule != spec.WorkTypeIndustry || strings.Contains(got[0].Message, "是 0610 吗") != says {
			t.Errorf("%s: %+v", industry, got)
		}
	}
}

// TestAdvice: what of the nearest a record may use is said behind them.
func TestAdvice(t *testing.T) {
	t.Parallel()
	rec := oneCase{}.record()
	rec.At(spec.TypeOfWorkCode).Fault = &spec.Fault{Rule: spec.UnknownCode, Note: "工种“电焊”不在字典", Nearest: []string{"20-001 电焊工"}, Advice: "（适用于常规监测的：20-001 电焊工）"}
	got := testChecker(t).Check(rec, nil)
	if len(got) != 1 || got[0].Advice == "" || got[0].Cause != "工种“电焊”不在字典" || !strings.Contains(got[0].Message, "最接近：20-001 电焊工（适用于常规监测的：20-001 电焊工）；") {
		t.Errorf("%+v", got)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for _, code := range []string{spec.DictCareType, spec.DictHazard, spec.DictResultOption, spec.DictOccuDisease, spec.DictMonitorType, spec.DictTypeOfWork, spec.DictItem} {
		cfg := testConfig()
		var rest []*dict.Dictionary
		for _, d := range cfg.Dicts.All() {
			if d.Code != code {
				rest = append(rest, d)
			}
		}
		cfg.Dicts = dict.NewSet(rest...)
		_, err := New(cfg)
		if !fault.Is(err, fault.Dictionary) || !strings.Contains(err.Error(), code) {
			t.Errorf("without %s: %v", code, err)
		}
	}
}

// TestMeanings: rules and doctor learn what the checks go by.
func TestMeanings(t *testing.T) {
	t.Parallel()
	var got []string
	for _, v := range testChecker(t).Meanings() {
		got = append(got, fmt.Sprint(v.Pin, " ", v.Entries[0].Code, " ", v.Pinned))
	}
	want := []string{"spec.codes.prejob 1 false", "spec.codes.suspected 2 false", "spec.codes.contraindication 3 false", "spec.codes.other_abnormal 4 false", "spec.codes.active 02 false"}
	if !slices.Equal(got, want) {
		t.Errorf("meanings %q", got)
	}
}

func BenchmarkCheck(b *testing.B) {
	c := testChecker(b)
	r := goodRecord()
	for i := len(r.Items); i < 15; i++ {
		addItem(r, "一般检查", fmt.Sprint(60000+i), "60", "40", "90", "kg", "0")
	}
	setPlaces(r)
	if found := c.Check(r, nil); len(found) > 0 {
		b.Fatalf("the record is not clean: %q", faults(found))
	}
	var dst []spec.Finding
	b.ReportAllocs()
	for b.Loop() {
		dst = c.Check(r, dst[:0])
	}
}
