package workbook_test

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

	"hbupload/internal/report"
	"hbupload/internal/rules"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/table/grid"
	"hbupload/internal/workbook"
	"hbupload/internal/workbook/booktest"
)

const standard = booktest.Standard

// scene is an input that was read and checked.
type scene struct{ *booktest.Scene }

func check(t testing.TB, path string) *scene {
	t.Helper()
	return &scene{booktest.Check(t, path, nil)}
}

func noon() time.Time { return booktest.Noon() }

func broken(t testing.TB) string {
	t.Helper()
	return booktest.Broken(t)
}

func column(t testing.TB, sheet spec.SheetID, id spec.FieldID) string {
	t.Helper()
	return booktest.Column(t, sheet, id)
}

// annotation is what the copy of a scene is made of.
func (s *scene) annotation(dir string) *workbook.Annotation {
	return &workbook.Annotation{Input: s.In, Dir: dir, People: report.People(s.Batch.Records, func(spec.Place) string { return "测试某" }), Named: func(int) string { return "测试某" }, Totals: report.Totals(s.Batch.Records), Findings: s.Batch.Findings, When: noon(),
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
	path, err := workbook.Annotate(context.Background(), s.annotation(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	valid(t, path)
	return path
}

// errorsOf counts the errors.
func (s *scene) errors() int {
	n := 0
	for i := range s.Batch.Findings {
		if s.Batch.Findings[i].Severity == spec.Error {
			n++
		}
	}
	return n
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
