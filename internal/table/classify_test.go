package table

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
)

// sheetOf is a sheet of text rows; cells are separated by "|".
func sheetOf(t testing.TB, rows ...string) *Sheet {
	t.Helper()
	in, err := openReader(context.Background(), "-", strings.NewReader("sep=|\n"+strings.Join(rows, "\n")+"\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := in.Close(); err != nil {
			t.Error(err)
		}
	})
	return in.Sheets()[0]
}

// TestReasons judges one row below a header each.
func TestReasons(t *testing.T) {
	t.Parallel()
	const head = "序号|体检编号|姓名|性别|备注"
	tests := []struct{ row, want string }{
		{"1|TJ1|甲|男|", ""},
		{"1|TJ1|||", ""},
		{"|TJ1|合计|男|", ""},
		{"|附1|甲|男|", ""},
		{"|共3|甲|男|", ""},
		{"|体检001|||", ""},
		{"||甲|男|", ""},
		{"||||粉尘", ""},
		{"|1||合计|", ""},
		{"合计||||", ReasonTotal},
		{"|合　计||35|", ReasonTotal},
		{"共计：35人||||", ReasonTotal},
		{"本页小计|||12|", ReasonTotal},
		{"|总计（人）|35||", ReasonTotal},
		{"7||||", ReasonNote},
		{"|注：本表一式两份|||", ReasonNote},
		{"注1：本表一式两份||||", ReasonNote},
		{"||||说明：本表由系统导出", ReasonNote},
		{"打印日期：2024-03-01||||", ReasonNote},
		{"打印日期|2024-03-01|||", ""},
		{"打印日期：||2024-03-01||", ReasonNote},
		{"制表人：||甲|审核人：|乙", ReasonNote},
		{"第 1 页||||", ReasonNote},
		{"|第 1 页|共 3 页||", ReasonNote},
		{"- 1/3 -||||", ReasonNote},
		{"本表共 3 人||||", ReasonNote},
		{"||以下空白||", ReasonNote},
		{"某某医院体检中心||||", ReasonNote},
		{"|某某医院体检中心|||", ReasonNote},
		{"|示例|甲|男|", ReasonExample},
		{"例：|TJ0|甲|男|", ReasonExample},
		{"|（样例）TJ0|甲|男|", ReasonExample},
		{"|例子|甲|男|", ""},
		{"|必填|必填|选填|文本", ReasonNote},
		{head, ReasonRepeated},
		{"序号|体检 编号|姓名|性别|", ReasonRepeated},
		{"|体检编号|姓名||", ReasonRepeated},
		{"1|TJ1|姓名|性别|", ""},
		{"体检名册||||", ReasonTitle},
	}
	for _, tt := range tests {
		t.Run(tt.row, func(t *testing.T) {
			t.Parallel()
			scan, err := sheetOf(t, "体检名册||||", head, "1|TJ0000|无名|男|", tt.row, "2|TJ9999|无名|女|").Scan(context.Background(), rule())
			if err != nil {
				t.Fatal(err)
			}
			yielded := 0
			for {
				if _, err = scan.Next(); err != nil {
					break
				}
				yielded++
			}
			if !errors.Is(err, io.EOF) {
				t.Fatal(err)
			}
			got := ""
			if s := scan.Skipped(); len(s) == 3 {
				got = s[2].Reason
			}
			if got != tt.want || yielded+len(scan.Skipped()) != 5 {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestHeaders finds the header: the rows it takes, and the names it makes.
func TestHeaders(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		rows []string
		want string
	}{
		{"the first row", []string{"体检编号|姓名|性别", "TJ1|甲|男"}, "[1] 体检编号 姓名 性别"},
		{"the richest row, not the first that would do", []string{"体检编号|姓名|性别|说明一", "体检编号|姓名|性别|年龄"}, "[2] 体检编号 姓名 性别 年龄"},
		{"titles of several cells", []string{"单位：|某厂|日期：|2024", "体检编号|姓名|性别|年龄"}, "[2] 体检编号 姓名 性别 年龄"},
		{"an unnamed column stays out", []string{"体检编号||姓名|性别", "TJ1|x|甲|男"}, "[1] 体检编号 姓名 性别"},
		{"groups under fixed columns", []string{"体检编号|姓名|体检日期|血红蛋白||白细胞|", "|||结果|单位|结果|单位", "TJ1|甲|2024|1|g|2|k"},
			"[1 2] 体检编号 姓名 体检日期 血红蛋白结果 血红蛋白单位 白细胞结果 白细胞单位"},
		{"a title over two parts is no group", []string{"某某医院|||2024年", "体检编号|姓名|性别|年龄"}, "[2] 体检编号 姓名 性别 年龄"},
		{"long words are no header", []string{strings.Repeat("体检编号", 40) + "|姓名|性别", "体检编号|姓名|性别"}, "[2] 体检编号 姓名 性别"},
		{"too few are none", []string{"体检编号|姓名|天气", "TJ1|甲|晴"}, "none"},
		{"no key, none", []string{"姓名|性别|年龄|工种", "甲|男|3|电工"}, "none"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := "none"
			scan, err := sheetOf(t, tt.rows...).Scan(context.Background(), rule())
			if err == nil {
				got = fmt.Sprint(scan.Header().Rows)
				for _, c := range scan.Header().Columns {
					got += " " + c.Name
				}
			} else if !errors.Is(err, ErrNoHeader) {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// endless is a sheet that repeats one row.
type endless struct {
	row  grid.Row
	left int
}

func (e *endless) Next() (*grid.Row, error) {
	if e.left == 0 {
		return nil, io.EOF
	}
	e.left--
	e.row.Num++
	return &e.row, nil
}

func (e *endless) Close() error { return nil }

// BenchmarkScan is what telling data from the rest costs, without any reading.
func BenchmarkScan(b *testing.B) {
	var h Header
	var cells []grid.Cell
	for i, f := range spec.SheetFields(spec.SheetItem) {
		h.Columns = appendColumn(h.Columns, Column{Col: int32(i + 1), Name: f.Label})
		cells = append(cells, grid.Cell{Col: int32(i + 1), Kind: grid.Text, Text: "白细胞计数"})
	}
	top := grid.Row{Num: 1}
	for _, c := range h.Columns {
		top.Cells = append(top.Cells, grid.Cell{Col: c.Col, Kind: grid.Text, Text: c.Name})
	}
	cells[0].Text = "TJ0001"
	s := &Scan{rows: &endless{row: grid.Row{Num: 1, Cells: cells}, left: -1}, class: newClassifier(h, rule(), nil, []grid.Row{top})}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Next(); err != nil {
			b.Fatal(err)
		}
	}
}

// TestErrorTexts holds a text file's #N/A to be what a workbook's is: not a value.
func TestErrorTexts(t *testing.T) {
	t.Parallel()
	scan, err := sheetOf(t, "体检编号|姓名|性别|备注", "TJ1|#N/A|#ref!|#DIV/0!", "TJ2|#1|#N/A 号楼|N/A").
		Scan(context.Background(), HeaderRule{Known: func(string) bool { return true }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = scan.Close() }()
	for _, want := range []string{"untyped error error error", "untyped untyped untyped untyped"} {
		row, err := scan.Next()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range row.Cells {
			got = append(got, map[grid.Kind]string{grid.Error: "error", grid.Untyped: "untyped"}[c.Kind])
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("row %d: %s, want %s", row.Num, s, want)
		}
	}
}
