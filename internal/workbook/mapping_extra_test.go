//go:build extra

package workbook_test

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hbupload/internal/workbook"
)

// LibreOffice opens a mapping workbook, saves it, and what it saved says the same:
// the text, and an answer that was filled in before.
func TestExtraMappingSavedByLibreOffice(t *testing.T) {
	t.Parallel()
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed")
	}
	d := someDraft()
	d.Text = strings.ReplaceAll(d.Text, strings.Repeat("#", 70_000), "# 一行 a  b")
	path := writeMapping(t, d)
	f := openBook(t, path)
	if err := f.SetCellStr("列", "E6", "备注"); err != nil {
		t.Fatal(err)
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
	want, err := workbook.ReadMapping(context.Background(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", filepath.Join(dir, "out"), path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	saved := filepath.Join(dir, "out", filepath.Base(path))
	got, err := workbook.ReadMapping(context.Background(), saved, nil)
	if err != nil || got != want {
		t.Errorf("saved by LibreOffice it says %q, %v; want %q", got, err, want)
	}
	g := openBook(t, saved)
	for sheet, n := range map[string]int{"问题": 2, "列": 1, "词": 2, "项目": 1} {
		lists, err := g.GetDataValidations(sheet)
		if err != nil || len(lists) != n {
			t.Errorf("%s: %d drop-downs, %v; want %d", sheet, len(lists), err, n)
		}
	}
}
