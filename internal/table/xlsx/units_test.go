package xlsx

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"hbupload/internal/table/grid"
	"hbupload/internal/table/numfmt"
)

func TestFormatCodes(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"General": "num", "": "num", "general": "num", "G/通用格式": "num", "0": "num", "@": "num", "#,##0.00": "num",
		"0.00E+00": "num", `0"年"`: "num", "0年": "num", `0.0"days"`: "num", `0\d`: "num", "[Red]0": "num", "[DBNum1]0": "num",
		`_ ¥* #,##0.00_ ;_ ¥* \-#,##0.00_ ;_ ¥* "-"??_ ;_ @_ `: "num", `0!d`: "num", "_d0": "num", "*d0": "num", `"y`: "num",
		"0%": "percent", "0.00%;[Red]-0.00%": "percent", `0"%"`: "num", `0\%`: "num",
		"yyyy-mm-dd": "date", "YYYY/M/D": "date", "yyyy年m月d日": "date", `yyyy"年"m"月"`: "date", "年月日": "date", "h:mm": "date",
		"[h]:mm:ss": "date", "[mm]": "date", "[ss].0": "date", "[$-804]yyyy-m-d": "date", `[$-F800]dddd\,\ mmmm\ dd\,\ yyyy`: "date",
		"[$-804]aaaa;@": "date", "mm:ss.0": "date", "[$USD]0": "num", "[Blue]General": "num",
	} {
		st := styleOf(code)
		got := "num"
		if st.kind == grid.Date {
			got = "date"
		} else if st.percent {
			got = "percent"
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", code, got, want)
		}
	}
}

func TestBuiltinFormats(t *testing.T) {
	t.Parallel()
	dates := map[int]bool{}
	for _, r := range [][2]int{{14, 22}, {27, 36}, {45, 47}, {50, 58}} {
		for id := r[0]; id <= r[1]; id++ {
			dates[id] = true
		}
	}
	for id := range 164 {
		st := styleOf(numfmt.Builtin(id))
		if (st.kind == grid.Date) != dates[id] {
			t.Errorf("format %d (%s): date is %v", id, st.format, !dates[id])
		}
		if st.percent != (id == 9 || id == 10) {
			t.Errorf("format %d (%s): percent is %v", id, st.format, st.percent)
		}
	}
}

// TestCustomOverridesBuiltin: a file may give a built-in id a code of its own.
func TestCustomOverridesBuiltin(t *testing.T) {
	t.Parallel()
	sheet := styleSheet{custom: map[int]string{14: "0.0", 200: "yyyy"}, xfs: []xf{{format: 14}, {format: 31}, {format: 200}}}
	got := sheet.resolve()
	if got[0].kind != grid.Number || got[1].kind != grid.Date || got[2].format != "yyyy" {
		t.Errorf("got %v", got)
	}
}

func TestReferences(t *testing.T) {
	t.Parallel()
	for _, col := range []int32{1, 2, 26, 27, 52, 702, 703, 16384} {
		c, r, ok := parseRef([]byte(fmt.Sprintf("%s%d", colName(col), 1048576)))
		if !ok || c != col || r != 1048576 {
			t.Errorf("%s: %d %d %v", colName(col), c, r, ok)
		}
	}
	for _, bad := range []string{"", "A", "1", "A0", "$A$1", "A1B", "A-1", "ABCDE1", "A99999999999", "中1"} {
		if _, _, ok := parseRef([]byte(bad)); ok {
			t.Errorf("%q accepted", bad)
		}
	}
}

// TestStringsStayValid keeps the strings of all rows beyond the next call.
func TestStringsStayValid(t *testing.T) {
	t.Parallel()
	var rows, items strings.Builder
	const n = 3000
	for i := range n {
		fmt.Fprintf(&rows, `<row><c><v>%d</v></c><c t="s"><v>%d</v></c><c t="inlineStr"><is><t>i%d</t></is></c></row>`, i, i, i)
		fmt.Fprintf(&items, "<si><t>s%d%s</t></si>", i, strings.Repeat("x", 900))
	}
	book, err := openBytes(zipOf(t, fixture{sheet: cells(rows.String()), shared: sst(items.String())}.parts()), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	it, err := book.Rows(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	var kept [][3]string
	for {
		row, err := it.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, [3]string{row.Cells[0].Text, row.Cells[1].Text, row.Cells[2].Text})
	}
	if err := it.Close(); err != nil {
		t.Fatal(err)
	}
	if len(kept) != n {
		t.Fatalf("%d rows, want %d", len(kept), n)
	}
	for i, k := range kept {
		if k[0] != fmt.Sprint(i) || !strings.HasPrefix(k[1], fmt.Sprintf("s%dx", i)) || k[2] != fmt.Sprintf("i%d", i) {
			t.Fatalf("row %d: %.20q", i, k)
		}
	}
}

// TestOneAllocationPerRow counts what a row costs.
func TestOneAllocationPerRow(t *testing.T) {
	row := `<row><c><v>1.5</v></c><c t="inlineStr"><is><t>文</t></is></c><c t="s"><v>0</v></c><c s="1"><v>45000</v></c></row>`
	file := zipOf(t, fixture{sheet: cells(strings.Repeat(row, 5000)), shared: sst("<si><t>a</t></si>"), styles: edgeStyles}.parts())
	book, err := openBytes(file, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.Rows(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(4000, func() {
		if _, err := rows.Next(); err != nil {
			t.Fatal(err)
		}
	}); n > 1 {
		t.Errorf("%v allocations per row, want 1", n)
	}
}
