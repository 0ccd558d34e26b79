package workbook_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"hbupload/internal/workbook"
)

// TestEarlierReports: a report stands for unchanged ones of rehearsals and of the same
// content, and for nothing that a person has saved.
func TestEarlierReports(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := check(t, broken(t))
	day := 0
	write := func(e *workbook.Earlier) string {
		t.Helper()
		a := s.annotation(dir)
		day++
		a.When = a.When.AddDate(0, 0, day)
		a.Earlier = e
		path, err := workbook.Annotate(context.Background(), a)
		if err != nil {
			t.Fatal(err)
		}
		valid(t, path)
		return path
	}
	there := func(path string) bool {
		_, err := os.Stat(path)
		return err == nil
	}
	first := write(&workbook.Earlier{Input: "导出.xlsx", Sum: "1"})
	other := write(&workbook.Earlier{Input: "导出.csv", Sum: "1"})
	edited := write(&workbook.Earlier{Input: "导出.xlsx", Sum: "2"})
	if there(first) || !there(other) {
		t.Errorf("rehearsal there %v, another's report there %v", there(first), there(other))
	}
	f := openBook(t, edited)
	if err := f.SetCellStr("待修改", "K5", "是"); err != nil {
		t.Fatal(err)
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
	sent := write(&workbook.Earlier{Input: "导出.xlsx", Sum: "3", Sent: true})
	again := write(&workbook.Earlier{Input: "导出.xlsx", Sum: "3", Sent: true})
	if there(sent) || !there(edited) {
		t.Errorf("the same content there %v, answers there %v", there(sent), there(edited))
	}
	write(&workbook.Earlier{Input: "导出.xlsx", Sum: "3"})
	write(&workbook.Earlier{Input: "导出.xlsx", Sum: "4", Sent: true})
	spared := write(&workbook.Earlier{Input: "导出.xlsx", Sum: "5"})
	write(&workbook.Earlier{Input: "导出.xlsx", Sum: "5", Spare: []string{spared}})
	if left, _ := filepath.Glob(filepath.Join(dir, "*.xlsx")); !there(again) || !there(spared) || len(left) != 6 {
		t.Errorf("%v are left", left)
	}
}
