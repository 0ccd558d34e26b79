package table

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestStruck: text that somebody struck through is not sent in silence: every
// reader whose format can say so does.
func TestStruck(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := excelize.NewFile()
	for cell, strike := range map[string]bool{"A1": true, "A2": false} {
		runs := []excelize.RichTextRun{{Text: "张三", Font: &excelize.Font{Strike: strike, Bold: true}}, {Text: "测试"}}
		if err := f.SetCellRichText("Sheet1", cell, runs); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SaveAs(filepath.Join(dir, "a.xlsx")); err != nil {
		t.Fatal(err)
	}
	const xml = `<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="S"><Table>
<Row><Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><S>张三</S><Font>测试</Font></ss:Data></Cell></Row><Row><Cell><ss:Data ss:Type="String"><B>张三</B>测试</ss:Data></Cell></Row></Table></Worksheet></Workbook>`
	const html = `<html><table><tr><td><del>张三</del>测试<tr><td><b>张三</b>测试</table></html>`
	for name, text := range map[string]string{"b.xls": xml, "c.xls": html} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"a.xlsx", "b.xls", "c.xls"} {
		in, err := Open(context.Background(), filepath.Join(dir, name), Options{})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := in.Sheets()[0].Rows(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []bool{true, false} {
			row, err := rows.Next()
			if err != nil || row.Cells[0].Text != "张三测试" || row.Cells[0].Struck != want {
				t.Errorf("%s: %+v, %v", name, row, err)
			}
		}
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
		closeInput(t, in)
	}
}
