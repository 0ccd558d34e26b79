// Package booktest reads and checks an export as validate does, and makes one with
// faults: scenes for the tests of report and workbook. Nothing but tests imports it.
package booktest

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/mapping"
	"hbupload/internal/meaning"
	"hbupload/internal/push"
	"hbupload/internal/rules"
	"hbupload/internal/sandbox"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/wire"
)

// Standard is the standard workbook, seen from a room.
const Standard = "../../testdata/standard.xlsx"

// Scene is an input that was read and checked.
type Scene struct {
	In     *table.Input
	Source *mapping.Source
	Batch  *push.Batch
	Names  map[string]bool // every value of the records that is personal
}

// reader is a mapped input as the engine reads it.
type reader struct{ *mapping.Source }

// Orphans are the rows of nobody.
func (r reader) Orphans() []spec.Orphan { return r.Accounts().Orphans }

// Unchanged reports that the file is what it was.
func (r reader) Unchanged(context.Context) error { return nil }

// Noon is when tests take place.
func Noon() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

// Entry is the name of an entry of the sample dictionaries.
func Entry(code, entry string) string {
	e, _ := sandbox.SampleSet().Dict(code).ByCode(entry)
	return e.Name
}

// Check reads an input as validate does; each may be nil.
func Check(t testing.TB, path string, each func(int, *spec.Record)) *Scene {
	t.Helper()
	ctx := context.Background()
	in, err := table.Open(ctx, path, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close() })
	dicts := sandbox.SampleSet()
	means := meaning.Config{Dicts: dicts}
	classes, err := meaning.NewClassifier(means)
	if err != nil {
		t.Fatal(err)
	}
	s := &Scene{In: in, Names: map[string]bool{}}
	if s.Source, err = mapping.Open(ctx, in, mapping.Options{Dicts: dicts, Meanings: classes, TempDir: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
	checker, err := rules.New(rules.Config{Config: means, Now: Noon})
	if err != nil {
		t.Fatal(err)
	}
	s.Batch, err = push.Prepare(ctx, push.Preparation{Sources: []push.Source{reader{s.Source}}, Checker: checker, Encoder: wire.NewEncoder(wire.Options{}),
		Each: func(n int, rec *spec.Record) {
			if each != nil {
				each(n, rec)
			}
			for _, id := range []spec.FieldID{spec.PatientName, spec.IDCard, spec.EmpPhone, spec.PreparerName, spec.PreparerPhone, spec.EmergencyContact, spec.EmergencyContactNumber} {
				if text := rec.At(id).Text; text != "" {
					s.Names[text] = true
				}
			}
		}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Column is the letter of a field's column in the standard workbook.
func Column(t testing.TB, sheet spec.SheetID, id spec.FieldID) string {
	t.Helper()
	for i, f := range spec.SheetFields(sheet) {
		if f.ID == id {
			return spec.ColumnName(i + 1)
		}
	}
	t.Fatalf("no column for %s", id.Key())
	return ""
}

// Broken is a copy of the standard workbook with faults, a user's own fill, note
// and drop-down, a filtered name, and a sheet that is not read.
func Broken(t testing.TB) string {
	t.Helper()
	f, err := excelize.OpenFile(Standard)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	person := spec.SheetPerson.String()
	work := Column(t, spec.SheetPerson, spec.TypeOfWorkCode)
	phone := Column(t, spec.SheetPerson, spec.EmpPhone)
	card := Column(t, spec.SheetPerson, spec.IDCard)
	smoke := Column(t, spec.SheetPerson, spec.SmokingStatus)
	name := Column(t, spec.SheetPerson, spec.PatientName)
	blue, err := f.NewStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"00B0F0"}}, Font: &excelize.Font{Bold: true}, NumFmt: 49})
	if err != nil {
		t.Fatal(err)
	}
	dv := excelize.NewDataValidation(true)
	dv.SetSqref(smoke + "2:" + smoke + "5")
	if err := errors.Join(
		f.SetCellStr(person, work+"3", "电焊"), f.SetCellStr(person, work+"5", "电焊"), f.SetCellStyle(person, work+"5", work+"5", blue),
		f.SetCellStr(person, phone+"6", ""), f.SetCellStr(person, card+"4", "130102199001011234"), f.SetCellStr(person, smoke+"4", "偶尔"), f.SetCellStr(person, smoke+"7", "偶尔"),
		f.SetCellStr(person, name+"8", `=HYPERLINK("http://127.0.0.1/","x")`),
		f.SetCellStr(spec.SheetHazard.String(), "B6", "矽尘尘"), f.SetCellStr(spec.SheetItem.String(), "A15", "TJ9999"),
		f.AddComment(person, excelize.Comment{Cell: phone + "6", Author: "前台", Text: "电话问过了"}),
		f.AddComment(person, excelize.Comment{Cell: "A2", Author: "前台", Text: "首位"}),
		dv.SetDropList([]string{"从不吸", "现在每天吸"}), f.AddDataValidation(person, dv),
		f.SetColWidth(person, "B", "B", 33), f.SetDefinedName(&excelize.DefinedName{Name: "打印", RefersTo: "体检项目!$A$1:$C$9", Scope: spec.SheetItem.String()}),
	); err != nil {
		t.Fatal(err)
	}
	if _, err := f.NewSheet("说明"); err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellFormula("说明", "B2", "=1+1"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "导出.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}
