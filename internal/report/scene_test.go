package report_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/mapping"
	"hbupload/internal/meaning"
	"hbupload/internal/push"
	"hbupload/internal/report"
	"hbupload/internal/rules"
	"hbupload/internal/sandbox"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/table/grid"
	"hbupload/internal/wire"
)

const standard = "../../testdata/standard.xlsx"

// scene is an input that was read and checked.
type scene struct {
	in     *table.Input
	source *mapping.Source
	batch  *push.Batch
	tally  *report.Tally
	names  map[string]bool // every value of the records that is personal
}

// reader is a mapped input as the engine reads it.
type reader struct{ *mapping.Source }

func (r reader) Orphans() []spec.Orphan          { return r.Accounts().Orphans }
func (r reader) Unchanged(context.Context) error { return nil }

func noon() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

// check reads an input as validate does.
func check(t testing.TB, path string) *scene {
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
	s := &scene{in: in, names: map[string]bool{}}
	if s.source, err = mapping.Open(ctx, in, mapping.Options{Dicts: dicts, Meanings: classes, TempDir: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
	checker, err := rules.New(rules.Config{Config: means, Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	s.tally = report.NewTally(func(code, entry string) string {
		e, _ := dicts.Dict(code).ByCode(entry)
		return e.Name
	})
	s.tally.KeepRows = true
	s.batch, err = push.Prepare(ctx, push.Preparation{Sources: []push.Source{reader{s.source}}, Checker: checker, Encoder: wire.NewEncoder(wire.Options{}),
		Each: func(n int, rec *spec.Record) {
			s.tally.Add(n, rec)
			for _, id := range []spec.FieldID{spec.PatientName, spec.IDCard, spec.EmpPhone, spec.PreparerName, spec.PreparerPhone, spec.EmergencyContact, spec.EmergencyContactNumber} {
				if text := rec.At(id).Text; text != "" {
					s.names[text] = true
				}
			}
		}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// annotation is what the copy of a scene is made of.
func (s *scene) annotation(dir string) *report.Annotation {
	return &report.Annotation{Input: s.in, Dir: dir, Records: s.batch.Records, Findings: s.batch.Findings, When: noon(),
		Fix: func(id spec.RuleID) string { r, _ := rules.Find(id); return r.Fix },
		Legal: func(id spec.FieldID) []string {
			var out []string
			for _, e := range id.Field().Enum.Entries() {
				out = append(out, e.Name)
			}
			return out
		}}
}

func (s *scene) annotate(t testing.TB) string {
	t.Helper()
	path, err := report.Annotate(context.Background(), s.annotation(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	valid(t, path)
	return path
}

// errorsOf counts the errors.
func (s *scene) errors() int {
	n := 0
	for i := range s.batch.Findings {
		if s.batch.Findings[i].Severity == spec.Error {
			n++
		}
	}
	return n
}

// column is the letter of a field's column in the standard workbook.
func column(t testing.TB, sheet spec.SheetID, id spec.FieldID) string {
	t.Helper()
	for i, f := range spec.SheetFields(sheet) {
		if f.ID == id {
			return spec.ColumnName(i + 1)
		}
	}
	t.Fatalf("no column for %s", id.Key())
	return ""
}

// broken is a copy of the standard workbook with faults, a user's own fill, note
// and drop-down, a filtered name, and a sheet that is not read.
func broken(t testing.TB) string {
	t.Helper()
	f, err := excelize.OpenFile(standard)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	person := spec.SheetPerson.String()
	work, phone, card := column(t, spec.SheetPerson, spec.TypeOfWorkCode), column(t, spec.SheetPerson, spec.EmpPhone), column(t, spec.SheetPerson, spec.IDCard)
	smoke, name := column(t, spec.SheetPerson, spec.SmokingStatus), column(t, spec.SheetPerson, spec.PatientName)
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

// cells lists every cell of the data sheets, by sheet and address.
func cells(t testing.TB, path string) map[string]grid.Cell {
	t.Helper()
	ctx := context.Background()
	in, err := table.Open(ctx, path, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	out := map[string]grid.Cell{}
	for _, s := range in.Sheets() {
		if ours, err := s.OurReport(ctx); err != nil || ours {
			continue
		}
		rows, err := s.Rows(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for {
			row, err := rows.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range row.Cells {
				if c.Kind != grid.Blank {
					out[s.Ref.Name+"!"+spec.Place{Row: row.Num, Col: c.Col}.Cell()] = c
				}
			}
		}
		_ = rows.Close()
	}
	return out
}

// parts are the parts of a package.
func parts(t testing.TB, path string) map[string][]byte {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = z.Close() }()
	out := map[string][]byte{}
	for _, f := range z.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(rc); err != nil {
			t.Fatal(err)
		}
		_ = rc.Close()
	}
	return out
}

// rezip writes parts back, after changing them.
func rezip(t testing.TB, path string, change func(name string, data []byte) []byte) string {
	t.Helper()
	var buf bytes.Buffer
	zw := zip.NewWriter(&buf)
	for name, data := range parts(t, path) {
		w, err := zw.Create(name)
		if err == nil {
			_, err = w.Write(change(name, data))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), filepath.Base(path))
	if err := os.WriteFile(out, buf.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}

func itoa(n int) string { return strconv.Itoa(n) }
