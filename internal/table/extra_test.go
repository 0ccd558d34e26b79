//go:build extra

package table

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestExtraLibreOffice lets another program open the standard workbook and save
// it in each format it knows: what we read from those must be what we read from
// ours, cell for cell.
func TestExtraLibreOffice(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("skipped: LibreOffice (soffice) is not installed")
	}
	source, err := filepath.Abs(filepath.Join("..", "..", "testdata", "standard.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	want := dumpFile(t, source)
	for _, c := range []struct{ as, ext string }{{"xlsx:Calc MS Excel 2007 XML", "xlsx"}, {"xls:MS Excel 97", "xls"}} {
		t.Run(c.ext, func(t *testing.T) {
			dir := t.TempDir()
			cmd := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+filepath.ToSlash(dir)+"/profile",
				"--headless", "--convert-to", c.as, "--outdir", dir, source)
			cmd.Env = append(os.Environ(), "HOME="+dir)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if got := dumpFile(t, filepath.Join(dir, "standard."+c.ext)); got != want {
				t.Errorf("saved as %s it reads otherwise\n got:\n%s\nwant:\n%s", c.ext, got, want)
			}
		})
	}
}

func dumpFile(t *testing.T, path string) string {
	t.Helper()
	in, err := Open(context.Background(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closeInput(t, in)
	return dump(t, in)
}
