package workbook_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/sandbox/sample"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/workbook"
)

// BenchmarkAnnotate marks one cell in ten rows of a workbook of 2,000 people,
// beside what excelize takes to read the same file raw.
func BenchmarkAnnotate(b *testing.B) {
	ctx := context.Background()
	path := filepath.Join(b.TempDir(), "a.xlsx")
	if err := sample.WriteXLSX(ctx, path, sample.People(2000, 7)); err != nil {
		b.Fatal(err)
	}
	in, err := table.Open(ctx, path, table.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	var findings []spec.Finding
	for _, s := range in.Sheets() {
		for row := int32(2); row < 2000; row += 10 {
			findings = append(findings, spec.Finding{Record: int(row), Place: spec.Place{Sheet: s.Ref, Row: row, Col: 3}, Field: spec.NoField, Severity: spec.Error, Message: "为空"})
		}
	}
	b.Run("annotate", func(b *testing.B) {
		dir := b.TempDir()
		b.ReportAllocs()
		for b.Loop() {
			out, err := workbook.Annotate(ctx, &workbook.Annotation{Input: in, Dir: dir, Findings: findings, When: noon()})
			if err != nil {
				b.Fatal(err)
			}
			_ = os.Remove(out)
		}
	})
	b.Run("excelize-raw-read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
			if err != nil {
				b.Fatal(err)
			}
			for _, sheet := range f.GetSheetList() {
				rows, err := f.Rows(sheet)
				if err != nil {
					b.Fatal(err)
				}
				for rows.Next() {
					if _, err := rows.Columns(); err != nil {
						b.Fatal(err)
					}
				}
			}
			_ = f.Close()
		}
	})
}
