package xls

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"hbupload/internal/table/grid"
)

// dump writes a sheet as lines "row: A=kind text…"; kinds are the first letter
// of their names, + a cached one, % a percentage, ~ a hidden row.
func dump(b grid.Book, i int) (string, error) {
	rows, err := b.Rows(context.Background(), i)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for {
		row, err := rows.Next()
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return strings.TrimSpace(out.String()), errors.Join(err, rows.Close())
		}
		fmt.Fprintf(&out, "%d", row.Num)
		if row.Hidden {
			out.WriteString("~")
		}
		for _, c := range row.Cells {
			kind := string("-TNDBEFU"[c.Kind])
			if c.Cached {
				kind += "+"
			}
			if c.Percent {
				kind += "%"
			}
			fmt.Fprintf(&out, "|%s=%s %s", address(row.Num, c.Col), kind, c.Text)
		}
		out.WriteString("\n")
	}
}

func open(t *testing.T, name string) grid.Book {
	t.Helper()
	b, err := Open(filepath.Join("..", "..", "..", "testdata", "xls", name), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func expect(t *testing.T, b grid.Book, sheet int, want string) {
	t.Helper()
	got, err := dump(b, sheet)
	if want = strings.TrimSpace(want); err != nil || got != want {
		t.Errorf("%v\ngot  %s\nwant %s", err, got, want)
	}
}

func TestXlwt(t *testing.T) {
	t.Parallel()
	b := open(t, "xlwt-types.xls")
	if got := fmt.Sprint(b.Sheets()); got != "[{体检信息 false} {Plain false} {隐藏 true}]" || b.Date1904() {
		t.Error(got)
	}
	expect(t, b, 0, `
1|A1=T 体检编号|B1=T plain ascii|C1=T Café ± 10⁹/L 𠮷
2|A2=N 1|B2=N -3.14|C2=N 12.34|D2=N 130102199001010000|E2=N 1E-07|F2=N -536870913
3|A3=D 45723|B3=D 45723|C3=D 45723|D3=N% 0.056|E3=N% 0.5|F3=D 45723.57326388889|G3=N 5.25|H3=N 45723
4|A4=B TRUE|B4=B FALSE|C4=F =|D4=T rich 文本 end
6~|A6=T hidden
7|IV7=T last column
8|A8=T merged`)
	expect(t, b, 1, "1|A1=T x")
	expect(t, b, 2, "1|A1=T h")
	merges, err := b.Merges(context.Background(), 0)
	if err != nil || fmt.Sprint(merges) != "[{8 1 9 3}]" {
		t.Error(merges, err)
	}
	rows, err := b.Rows(context.Background(), 0)
	if err != nil {
		t.Fatal(err)
	}
	formats := ""
	for range 3 {
		row, err := rows.Next()
		if err != nil {
			t.Fatal(err)
		}
		if row.Num == 3 {
			for _, c := range row.Cells {
				formats += c.Format + "|"
			}
		}
	}
	if want := `yyyy-mm-dd|yyyy"年"m"月"d"日"|yyyy/m/d|0.0%|0%|yyyy/m/d h:mm:ss|0.00"mmol"|@|`; formats != want {
		t.Error(formats)
	}
}

func TestXlwt1904(t *testing.T) {
	t.Parallel()
	b := open(t, "xlwt-1904.xls")
	if !b.Date1904() {
		t.Error("not 1904")
	}
	if got, err := dump(b, 0); err != nil || !strings.Contains(got, "A3=D 44261") {
		t.Error(got, err)
	}
}

// Strings that are split between records, within narrow and wide ones.
func TestLongStrings(t *testing.T) {
	t.Parallel()
	b := open(t, "xlwt-long.xls")
	var want strings.Builder
	for i := range 40 {
		fmt.Fprintf(&want, "%d|A%d=T %03d%s|B%d=T %03d%s\n", i+1, i+1, i, strings.Repeat("a", 997), i+1, i, strings.Repeat("汉", 997))
	}
	expect(t, b, 0, want.String())
}

func TestLibreOffice(t *testing.T) {
	t.Parallel()
	b := open(t, "lo-types.xls")
	if got := fmt.Sprint(b.Sheets()); got != "[{危害因素 false} {空 false}]" {
		t.Error(got)
	}
	expect(t, b, 0, `
1|A1=T 体检编号|B1=T 合并
2|A2=N 7|B2=N -2.5|C2=N 130102199001010000|D2=D 45723|E2=N% 0.056|F2=N 1
3~|A3=T line 1
行 2
4|A4=N+ 14|B4=T+ 尘肺|C4=B+ TRUE|D4=E+ #DIV/0!|F4=E+ #N/A
8|B8=T 末`)
	expect(t, b, 1, "")
	merges, err := b.Merges(context.Background(), 0)
	if err != nil || fmt.Sprint(merges) != "[{1 2 1 3}]" {
		t.Error(merges, err)
	}
}
