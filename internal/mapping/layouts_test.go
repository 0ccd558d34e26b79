package mapping_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"hbupload/internal/sandbox/sample"
)

// sheetData is one sheet of a made-up export.
type sheetData struct {
	name   string
	rows   [][]any
	merges []string // "A2:A4"
}

// exporter is an invented person as somebody else's system knows them.
type exporter struct {
	key, name, id, phone string
	born, day            string
}

func exporters(prefix string) []exporter {
	var out []exporter
	for i, name := range []string{"试样甲", "试样乙", "试样丙"} {
		born := sample.Day(1975+i*4, 3+i, 11+i)
		out = append(out, exporter{
			key: prefix + "00" + strconv.Itoa(i+1), name: name, id: sample.IDCard("130102", born, 121+i*2), phone: "1390000100" + strconv.Itoa(i),
			born: born.Format("2006-01-02"), day: "2024-05-2" + strconv.Itoa(i),
		})
	}
	return out
}

// TestLayoutsAreThere makes the files of testdata/layouts anew under -update;
// otherwise it makes sure that nobody forgot to.
func TestLayoutsAreThere(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(t *testing.T, path string){
		"a/export.xlsx": func(t *testing.T, path string) { writeBook(t, path, layoutA()) },
		"b/export.xlsx": func(t *testing.T, path string) { writeBook(t, path, layoutB()) },
		"c/export.xlsx": func(t *testing.T, path string) { writeBook(t, path, layoutC()) },
		"d/export.csv":  writeLayoutD,
	} {
		path := filepath.Join("..", "..", "testdata", "layouts", name)
		if os.Getenv("UPDATE_LAYOUTS") != "" {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			write(t, path)
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%v; UPDATE_LAYOUTS=1 go test -run TestLayoutsAreThere writes it", err)
		}
	}
}

func writeBook(t *testing.T, path string, sheets []sheetData) {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for _, s := range sheets {
		if _, err := f.NewSheet(s.name); err != nil {
			t.Fatal(err)
		}
		for i, row := range s.rows {
			if err := f.SetSheetRow(s.name, "A"+strconv.Itoa(i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
		for _, m := range s.merges {
			from, to, _ := bytes.Cut([]byte(m), []byte(":"))
			if err := f.MergeCell(s.name, string(from), string(to)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
}

func writeLayoutD(t *testing.T, path string) {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for _, row := range layoutD() {
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	text, err := simplifiedchinese.GB18030.NewEncoder().Bytes(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
}
