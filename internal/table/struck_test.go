package table

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestStruckCells: so is a value whose cell is struck through as a whole, unless
// its text has fonts of its own.
func TestStruckCells(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := excelize.NewFile()
	struck, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Strike: true}})
	if err != nil {
		t.Fatal(err)
	}
	upright := []excelize.RichTextRun{{Text: "a", Font: &excelize.Font{Bold: true}}, {Text: "b", Font: &excelize.Font{}}}
	half := []excelize.RichTextRun{{Text: "a"}, {Text: "b", Font: &excelize.Font{Bold: true}}}
	for i, set := range []error{f.SetSheetRow("Sheet1", "A1", &[]any{"x", 1, true}), f.SetSheetRow("Sheet1", "A2", &[]any{"x", 1, true}),
		f.SetCellRichText("Sheet1", "D1", upright), f.SetCellRichText("Sheet1", "E1", half), f.SetCellStyle("Sheet1", "A1", "E1", struck)} {
		if set != nil {
			t.Fatal(i, set)
		}
	}
	if err := f.SaveAs(filepath.Join(dir, "a.xlsx")); err != nil {
		t.Fatal(err)
	}
	const xml = `<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles>
<Style ss:ID="Default"><Font ss:FontName="x"/></Style><Style ss:ID="s1"><Font ss:StrikeThrough="1"/></Style><Style ss:ID="s2" ss:Parent="s1"><Font ss:Bold="1"/></Style><Style ss:ID="s3" ss:Parent="s1"><Font ss:StrikeThrough="0"/></Style></Styles>
<Worksheet ss:Name="S"><Table><Row><Cell ss:StyleID="s1"><Data ss:Type="String">a</Data></Cell><Cell ss:StyleID="s2"><Data ss:Type="Number">1</Data></Cell><Cell ss:StyleID="s3"><ss:Data ss:Type="String"><Font>a</Font></ss:Data></Cell><Cell><Data ss:Type="Number">1</Data></Cell></Row>
<Row ss:StyleID="s1"><Cell><Data ss:Type="Number">1</Data></Cell></Row></Table></Worksheet></Workbook>`
	const html = `<style>.xl1{color:red;text-decoration:underline line-through}</style><table><tr><td class=XL1>a<td style="text-decoration: line-through">b<td><font class=xl1>c</font><td>d
<tr class=xl1><td>a<tr><td>b</table>`
	for name, text := range map[string]string{"b.xls": xml, "c.xls": html} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{"a.xlsx": "xxx-x---", "b.xls": "xx--x", "c.xls": "xxx-x-"} {
		in, err := Open(t.Context(), filepath.Join(dir, name), Options{})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := in.Sheets()[0].Rows(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for row, err := rows.Next(); err == nil; row, err = rows.Next() {
			for i := range row.Cells {
				got += map[bool]string{true: "x", false: "-"}[row.Cells[i].Struck]
			}
		}
		if got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
		closeInput(t, in)
	}
}

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
