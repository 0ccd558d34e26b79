package rules_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hbupload/internal/mapping"
	"hbupload/internal/meaning"
	"hbupload/internal/rules"
	"hbupload/internal/sandbox"
	"hbupload/internal/sandbox/sample"
	"hbupload/internal/spec"
	"hbupload/internal/table"
)

// The people of these workbooks are examined for noise and a dust; their items are
// those of the samples.
const (
	noise, fume                   = 0, 1
	pressure, internal, ecg, film = 0, 2, 10, 11
)

// edit writes a text into a cell of a person's rows.
type edit struct {
	sheet spec.SheetID
	row   int
	field spec.FieldID
	cell  sample.Cell
}

func inPerson(f spec.FieldID, text string) edit { return edit{spec.SheetPerson, 0, f, sample.As(text)} }

func inHazard(row int, f spec.FieldID, text string) edit {
	return edit{spec.SheetHazard, row, f, sample.As(text)}
}

func inItem(row int, f spec.FieldID, text string) edit {
	return edit{spec.SheetItem, row, f, sample.As(text)}
}

func both(f spec.FieldID, text string) []edit {
	return []edit{inHazard(noise, f, text), inHazard(fume, f, text)}
}

// violation is a person's edits and the findings they must bring about, each at the
// cell of an edit or another: "rule sheet row field".
type violation struct {
	edits []edit
	at    []edit // the cells that findings point at, the texts being rule ids
}

func one(rule spec.RuleID, e edit) violation { return violation{[]edit{e}, []edit{at(rule, e)}} }

func at(rule spec.RuleID, e edit) edit {
	e.cell = sample.As(string(rule))
	return e
}

func violations() []violation {
	return slices.Concat(personViolations(), workViolations(), hazardViolations(), itemViolations())
}

func personViolations() []violation {
	twice := "130102196401010011"
	return []violation{
		one(spec.Required, inPerson(spec.EmpPhone, "")),
		one(spec.DateFormat, inPerson(spec.PreparerDate, "05/06/2024")),
		one(spec.DateOrder, inPerson(spec.PreparerDate, "2020-01-01")),
		one(spec.Enum, inPerson(spec.PeFlag, "三检")),
		one(spec.NumberFormat, inPerson(spec.DailySmokingVolum, "无")),
		one(spec.SmokingMonthRange, inPerson(spec.PersonalHistoryMonth, "未知")),
		one(spec.UnknownCode, inPerson(spec.ContactHazardCode, "噪声、电焊烟尘、电焊粉")),
		one(spec.ContactCoversExamined, inPerson(spec.ContactHazardCode, "噪声、苯")),
		one(spec.HazardNamesMatch, inPerson(spec.HazardNames, "噪声")),
		one(spec.PhoneFormat, inPerson(spec.EmpPhone, "12345")),
		one(spec.USCCChecksum, inPerson(spec.EmployerCreditCode, "91130827MA085BKGX9")),
		one(spec.IDCardPrecisionLost, inPerson(spec.IDCard, "1.30827E+17")),
		{[]edit{inPerson(spec.IDCard, twice), inPerson(spec.IDType, ""), inPerson(spec.SexCode, ""), inPerson(spec.Birthday, ""), inPerson(spec.Age, "")},
			[]edit{at(spec.IDCardChecksum, inPerson(spec.IDCard, ""))}},
		{[]edit{{spec.SheetPerson, 0, spec.IDCard, sample.Num(130102199001011200)}}, []edit{at(spec.IDCardPrecisionLost, inPerson(spec.IDCard, ""))}},
		{append(both(spec.MonitorTypeCode, "主动监测"), inPerson(spec.TypeOfWorkCode, "99-005")), []edit{at(spec.ProtectiveRequired, inPerson(spec.ProtectiveEquipmentCode, ""))}},
		{[]edit{inPerson(spec.SmokingStatus, "从不吸"), inPerson(spec.PersonalHistoryYear, "2")}, []edit{at(spec.SmokingConsistent, inPerson(spec.SmokingStatus, ""))}},
	}
}

func workViolations() []violation {
	return []violation{
		one(spec.UnknownCode, inPerson(spec.TypeOfWorkCode, "电焊")),
		one(spec.WorkTypeMonitor, inPerson(spec.TypeOfWorkCode, "掘进工")),
		{[]edit{inPerson(spec.TypeOfWorkCode, "99-990")}, []edit{at(spec.WorkTypeOtherRequired, inPerson(spec.TypeOfWorkOther, ""))}},
		{[]edit{inPerson(spec.TypeOfWorkCode, "其它辅助生产工")}, []edit{at(spec.WorkTypeOtherSuspect, inPerson(spec.TypeOfWorkOther, ""))}},
		{[]edit{inPerson(spec.EmpOrgIndustry, "L7263")}, []edit{at(spec.LabourDispatchName, inPerson(spec.EmployerEnterpriseName, "")), at(spec.LabourDispatchCode, inPerson(spec.EmployerCreditCode, ""))}},
		{append(both(spec.MonitorTypeCode, "02"), inPerson(spec.TypeOfWorkCode, "掘进工"), inPerson(spec.ProtectiveEquipmentCode, "1"), inPerson(spec.EmployerIndustry, "C36")),
			[]edit{at(spec.WorkTypeIndustry, inPerson(spec.TypeOfWorkCode, ""))}},
		{append(both(spec.MonitorTypeCode, "02"), inPerson(spec.TypeOfWorkCode, "掘进工"), inPerson(spec.ProtectiveEquipmentCode, "1"), inPerson(spec.EmployerIndustry, "")),
			[]edit{at(spec.IndustryMissing, inPerson(spec.EmployerIndustry, ""))}},
	}
}

func hazardViolations() []violation {
	return []violation{
		one(spec.CareTypeConsistent, inHazard(fume, spec.CareTypeCode, "离岗时")),
		one(spec.UnknownCode, inHazard(fume, spec.ResultOptionCode, "正常")),
		one(spec.DiseaseNotAllowed, inHazard(noise, spec.OccDiseaseCode, "无")),
		one(spec.ExposureRequired, inHazard(noise, spec.HazardDay, "")),
		one(spec.ExposureRange, inHazard(noise, spec.HazardDay, "31")),
		one(spec.NumberFormat, inHazard(fume, spec.HazardYear, "两年")),
		one(spec.MainNotDust, inHazard(noise, spec.IsMain, "是")),
		one(spec.Required, inHazard(noise, spec.MonitorTypeCode, "")),
		{[]edit{inHazard(noise, spec.ResultOptionCode, "疑似职业病")}, []edit{at(spec.SuspectedDiseaseRequired, inHazard(noise, spec.OccDiseaseCode, ""))}},
		{[]edit{inHazard(noise, spec.ResultOptionCode, "职业禁忌症")}, []edit{at(spec.OtherContentRequired, inHazard(noise, spec.OtherContent, ""))}},
		{[]edit{inHazard(noise, spec.HazardCode, "矽尘"), inPerson(spec.ContactHazardCode, "矽尘、电焊烟尘")}, []edit{at(spec.MainDust, inHazard(noise, spec.IsMain, ""))}},
		{[]edit{inHazard(noise, spec.HazardCode, "其它物理因素"), inPerson(spec.ContactHazardCode, "2099、电焊烟尘")},
			[]edit{at(spec.HazardOtherRequired, inPerson(spec.HazardOther, "")), at(spec.ContactOtherRequired, inPerson(spec.ContactHazardOther, ""))}},
		{append(both(spec.CareTypeCode, "上岗前"), inHazard(noise, spec.ResultOptionCode, "疑似职业病"), inHazard(noise, spec.OccDiseaseCode, "职业性噪声聋")),
			[]edit{at(spec.PrejobSuspectedEmployer, inHazard(noise, spec.EnterpriseName, "")), at(spec.PrejobSuspectedEmployer, inHazard(noise, spec.EnterpriseBizCode, ""))}},
	}
}

func itemViolations() []violation {
	lead := []edit{inItem(pressure, spec.ItemClassName, "生物监测"), inItem(pressure, spec.ItemCode, "血铅")}
	return []violation{
		one(spec.NumericResult, inItem(pressure, spec.Result, "<90")),
		one(spec.NumericSuspected, inItem(ecg, spec.Result, "≥5")),
		one(spec.NullWord, inItem(pressure, spec.Unit, "NULL")),
		{[]edit{inItem(ecg, spec.Result, "5-Jan")}, []edit{at(spec.AutoConverted, inItem(ecg, spec.Result, ""))}},
		one(spec.LimitsRequired, inItem(pressure, spec.LowerLimit, "")),
		one(spec.UnitRequired, inItem(pressure, spec.Unit, "")),
		one(spec.SymbolNotAllowed, inItem(internal, spec.DataVersion, "<")),
		one(spec.NotExaminedMismatch, inItem(pressure, spec.ResultFlag, "未检查")),
		one(spec.RadiographRequired, inItem(film, spec.RadiographResult, "")),
		one(spec.RadiographNotAllowed, inItem(internal, spec.RadiographResult, "未见异常")),
		one(spec.ItemClassMatches, inItem(internal, spec.ItemClassName, "外科")),
		{[]edit{inItem(ecg, spec.ItemCode, "尿蛋白"), inItem(ecg, spec.ItemClassName, "尿常规")}, []edit{at(spec.ItemDuplicate, inItem(ecg, spec.ItemCode, ""))}},
		one(spec.UnknownCode, inItem(ecg, spec.ItemCode, "心电")),
		one(spec.Enum, inItem(ecg, spec.ResultFlag, "2")),
		{[]edit{inItem(pressure, spec.LowerLimit, ""), inItem(pressure, spec.UpperLimit, "阴性")}, []edit{at(spec.NumericSuspected, inItem(pressure, spec.Unit, ""))}},
		{append(lead, inItem(pressure, spec.Result, "<0.01"), inItem(pressure, spec.DataVersion, "=")), []edit{at(spec.SymbolConflict, inItem(pressure, spec.DataVersion, ""))}},
		{append(lead, inItem(pressure, spec.Result, "阴性")), []edit{at(spec.SymbolRequired, inItem(pressure, spec.DataVersion, "")), at(spec.NumericResult, inItem(pressure, spec.Result, ""))}},
	}
}

// column is a field's column on a sheet, 1-based.
func column(s spec.SheetID, f spec.FieldID) int {
	for i, x := range spec.SheetFields(s) {
		if x.ID == f {
			return i + 1
		}
	}
	return 0
}

// workbook writes a person per violation, and the findings it must have: "key sheet
// cell rule".
func workbook(t *testing.T, list []violation) (path string, want []string) {
	t.Helper()
	source := sample.People(len(list)*20, 11)
	var people []sample.Person
	first := [spec.NumSheets]int{2, 2, 2} // the row of the person's first on each sheet
	for i, v := range list {
		p := source.At(i*20 + 4)
		rows := func(s spec.SheetID) [][]sample.Cell {
			return [][][]sample.Cell{{p.Row}, p.Hazards, p.Items}[s]
		}
		for _, e := range v.edits {
			rows(e.sheet)[e.row][column(e.sheet, e.field)-1] = e.cell
		}
		for _, e := range v.at {
			cell := fmt.Sprint(spec.ColumnName(column(e.sheet, e.field)), first[e.sheet]+e.row)
			want = append(want, strings.Join([]string{p.Key, e.sheet.String(), cell, e.cell.Text}, " "))
		}
		for s := range spec.NumSheets {
			first[s] += len(rows(s))
		}
		people = append(people, p)
	}
	path = filepath.Join(t.TempDir(), "violations.xlsx")
	if err := sample.WriteXLSX(context.Background(), path, sample.All(people)); err != nil {
		t.Fatal(err)
	}
	slices.Sort(want)
	return path, want
}

// collector is the visitor that checks every record.
type collector struct {
	checker *rules.Checker
	found   []string
}

func (c *collector) Restart() { c.found = nil }

func (c *collector) Record(r *spec.Record) error {
	for _, f := range c.checker.Check(r, nil) {
		c.found = append(c.found, strings.Join([]string{f.Key, f.Place.Sheet.Name, f.Place.Cell(), string(f.Rule)}, " "))
	}
	return nil
}

// TestViolationsInAWorkbook reads a workbook of one violation per person the way
// validate does: exactly those rules at exactly those cells.
func TestViolationsInAWorkbook(t *testing.T) {
	t.Parallel()
	path, want := workbook(t, violations())
	ctx := context.Background()
	in, err := table.Open(ctx, path, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	today := func() time.Time { return time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC) }
	checker, err := rules.New(rules.Config{Config: meaning.Config{Dicts: sandbox.SampleSet()}, Now: today})
	if err != nil {
		t.Fatal(err)
	}
	src, err := mapping.Open(ctx, in, mapping.Options{Dicts: checker.Dicts(), Meanings: checker.Classifier, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	c := &collector{checker: checker}
	if err := src.Each(ctx, c); err != nil {
		t.Fatal(err)
	}
	slices.Sort(c.found)
	for _, line := range c.found {
		if !slices.Contains(want, line) {
			t.Errorf("unexpected: %s", line)
		}
	}
	for _, line := range want {
		if !slices.Contains(c.found, line) {
			t.Errorf("missing: %s", line)
		}
	}
	if len(c.found) != len(want) {
		t.Errorf("%d findings, want %d", len(c.found), len(want))
	}
}
