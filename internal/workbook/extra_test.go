//go:build extra

package workbook_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hbupload/internal/spec"
)

// LibreOffice opens a copy, saves it, and what it saved is read and annotated
// again: as many errors, no note twice, no sheet twice.
func TestExtraCopySavedByLibreOffice(t *testing.T) {
	t.Parallel()
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed")
	}
	s := check(t, broken(t))
	first := s.annotate(t)
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", "xlsx", "--outdir", dir, first).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	again := check(t, filepath.Join(dir, filepath.Base(first)))
	if acc := again.Source.Accounts(); !slices.Equal(acc.Unrecognised, []string{"说明"}) {
		t.Errorf("unrecognised %v", acc.Unrecognised)
	}
	if a, b := s.errors(), again.errors(); a != b {
		t.Errorf("%d errors, then %d", a, b)
	}
	f, g := openBook(t, first), openBook(t, again.annotate(t))
	person := spec.SheetPerson.String()
	if a, b := notesOf(t, f, person), notesOf(t, g, person); len(a) != len(b) {
		t.Errorf("%d notes, then %d", len(a), len(b))
	}
	if a, b := f.GetSheetList(), g.GetSheetList(); !slices.Equal(a, b) {
		t.Errorf("sheets %v, then %v", a, b)
	}
	again.Batch.Findings = nil
	h := openBook(t, again.annotate(t))
	if got := fillOf(t, h, person, column(t, spec.SheetPerson, spec.TypeOfWorkCode)+"3"); got != "" {
		t.Errorf("our colour stayed: %s", got)
	}
}

// readBySheetJS prints the number of cells of each sheet as SheetJS sees it.
const readBySheetJS = `const X = require('xlsx'); const b = X.readFile(process.argv[1]);
for (const n of b.SheetNames) console.log(n + '=' + Object.keys(b.Sheets[n]).filter(k => k[0] !== '!' && b.Sheets[n][k].t !== 'z' && b.Sheets[n][k].v !== '').length)`

// The copies of all kinds of inputs are opened by two programs that share no
// code with us or with each other.
func TestExtraCopiesOpenElsewhere(t *testing.T) {
	t.Parallel()
	copies := map[string]string{}
	for name, change := range map[string]func(string, []byte) []byte{
		"usual":    func(_ string, data []byte) []byte { return data },
		"prefixed": prefixed,
		"strict": func(_ string, data []byte) []byte {
			s := strings.ReplaceAll(string(data), "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
			return []byte(strings.ReplaceAll(s, "http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships"))
		},
	} {
		copies[name] = check(t, rezip(t, broken(t), change)).annotate(t)
	}
	csv := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(csv, []byte("甲,乙\n1,x\n2,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	copies["csv"], _ = annotateAny(t, csv)
	t.Run("SheetJS", func(t *testing.T) { // npm install xlsx in the folder that NODE_PATH names
		if err := exec.CommandContext(t.Context(), "node", "-e", "require('xlsx')").Run(); err != nil {
			t.Skip("skipped: node cannot load the module xlsx (npm install xlsx, NODE_PATH)")
		}
		for name, path := range copies {
			out, err := exec.CommandContext(t.Context(), "node", "-e", readBySheetJS, path).CombinedOutput()
			if err != nil {
				t.Fatalf("%s: %v\n%s", name, err, out)
			}
			f := openBook(t, path)
			want := ""
			for _, sheet := range f.GetSheetList() {
				rows, err := f.GetRows(sheet)
				if err != nil {
					t.Fatal(err)
				}
				n := 0
				for _, row := range rows {
					for _, cell := range row {
						if cell != "" {
							n++
						}
					}
				}
				want += sheet + "=" + itoa(n) + "\n"
			}
			if string(out) != want {
				t.Errorf("%s: SheetJS sees\n%sexcelize sees\n%s", name, out, want)
			}
		}
	})
	t.Run("LibreOffice", func(t *testing.T) {
		office, err := exec.LookPath("soffice")
		if err != nil {
			t.Skip("skipped: LibreOffice is not installed")
		}
		dir := t.TempDir()
		for name, path := range copies {
			if out, err := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", "xlsx", "--outdir", filepath.Join(dir, name), path).CombinedOutput(); err != nil {
				t.Fatalf("%s: %v: %s", name, err, out)
			}
			a, b := openBook(t, path), openBook(t, filepath.Join(dir, name, filepath.Base(path)))
			if x, y := a.GetSheetList(), b.GetSheetList(); !slices.Equal(x, y) {
				t.Errorf("%s: LibreOffice keeps the sheets %v of %v", name, y, x)
			}
		}
	})
}
