package table

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/table/grid"
)

// TestDefaultPassword: a workbook that Excel opens without asking is read; one
// with another password is not, and the advice knows both cases.
func TestDefaultPassword(t *testing.T) {
	t.Parallel()
	for _, rows := range []int{2, 400} { // less and more than 4 KiB
		f := excelize.NewFile()
		for i := range rows {
			if err := f.SetSheetRow("Sheet1", "A"+strconv.Itoa(i+1), &[]any{"TJ" + strconv.Itoa(i), "测试", i * 7919}); err != nil {
				t.Fatal(err)
			}
		}
		path := filepath.Join(t.TempDir(), "x.xlsx")
		if err := f.SaveAs(path, excelize.Options{Password: "VelvetSweatshop"}); err != nil {
			t.Fatal(err)
		}
		in, err := Open(context.Background(), path, Options{})
		if err != nil {
			t.Fatal(rows, err)
		}
		n, err := readSheet(in.Sheets()[0])
		if err == nil && n != rows {
			t.Errorf("%d rows of %d", n, rows)
		}
		closeInput(t, in)
		if err := f.SaveAs(path, excelize.Options{Password: "secret"}); err != nil {
			t.Fatal(err)
		}
		_, err = Open(context.Background(), path, Options{})
		var re *grid.ReadError
		if !errors.As(err, &re) || !strings.Contains(re.Message, "密码") || !strings.Contains(re.Hint(), "另存") {
			t.Error(err)
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for at := 0; at < len(raw); at += 1 + len(raw)/3 { // damage is an error, never a panic
			bad := append([]byte(nil), raw...)
			bad[at] ^= 0xFF
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			if in, err := Open(context.Background(), path, Options{}); err == nil {
				closeInput(t, in)
			}
		}
	}
}

// TestAgileDefaultPassword: so Excel 2010 and later encrypt. The workbook was
// written by xlsx-populate; LibreOffice opens it without asking. A byte that
// is changed is an error or changes nothing.
func TestAgileDefaultPassword(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(filepath.Join("testdata", "agile-default-password.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.xlsx")
	for at := -1; at < len(raw); at += 1 + len(raw)/3 {
		bad := append([]byte(nil), raw...)
		if at >= 0 {
			bad[at] ^= 0x41
		}
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := firstSheet(path)
		const want = "体检编号|姓名|结果|TJ0001|测试甲|46084.5|TJ0002|测试乙|7|"
		if got != want && err == nil || at < 0 && err != nil {
			t.Errorf("byte %d: %q, %v", at, got, err)
		}
	}
}

// firstSheet is the text of all cells of the first sheet.
func firstSheet(path string) (string, error) {
	in, err := Open(context.Background(), path, Options{})
	if err != nil {
		return "", err
	}
	defer in.Close()
	rows, err := in.Sheets()[0].Rows(context.Background())
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var out strings.Builder
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return out.String(), nil
		}
		if err != nil {
			return out.String(), err
		}
		for i := range row.Cells {
			out.WriteString(row.Cells[i].Text + "|")
		}
	}
}
