package mapping_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/mapping"
	"hbupload/internal/wire"
)

// madeBook is a made-up standard export: sheets of rows by name.
type madeBook map[string][][]string

// makeBook draws an export with further sheets and columns, blanks, titles and
// totals where a real one may have them.
func makeBook(r *rand.Rand) madeBook {
	b := madeBook{}
	columns := map[string][]string{
		"体检信息": {"体检编号", "姓名", "身份证号", "体检日期", "联系电话", "性别", "工种", "备注", "吸烟情况", "接触危害因素"},
		"危害因素": {"体检编号", "危害因素", "监护种类", "体检结论", "监测种类", "开始接害日期"},
		"体检项目": {"体检编号", "项目分类", "项目", "检查结果", "参考上限", "参考下限", "计量单位", "是否异常"},
	}
	words := []string{"噪声", "收缩压", "120", "2024-03-01", "男", "初检", "", "", "苯", "在岗期间", "目前未见异常", "一般检查", "130102196801011012", "甲 乙", "<0.5"}
	people := 1 + r.IntN(3)
	for name, cols := range columns {
		header := slices.Clone(cols)
		for range r.IntN(3) {
			header = slices.Insert(header, r.IntN(len(header)+1), []string{"所属部门", "", "打印次数"}[r.IntN(3)])
		}
		rows := [][]string{header}
		for p := range people {
			for range 1 + r.IntN(2)*boolInt(name != "体检信息") {
				row := make([]string, len(header))
				for i, h := range header {
					row[i] = words[r.IntN(len(words))]
					if h == "体检编号" {
						row[i] = "A" + strconv.Itoa(p+1)
					}
				}
				rows = append(rows, row)
			}
		}
		if r.IntN(3) == 0 {
			rows = append([][]string{{"某某医院体检导出"}}, rows...)
		}
		if r.IntN(3) == 0 {
			rows = append(rows, []string{"合计", "3"})
		}
		b[name] = rows
		if name != "体检信息" && r.IntN(4) == 0 {
			last := rows[len(rows)-1-boolInt(rows[len(rows)-1][0] == "合计")]
			b[name+"(2)"] = [][]string{header, slices.Clone(last)}
		}
	}
	if r.IntN(2) == 0 {
		b["说明"] = [][]string{{"本表由体检系统导出"}}
	}
	return b
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// write makes a folder of CSV files of it.
func (b madeBook) write(t *testing.T) string {
	t.Helper()
	files := map[string]string{}
	for name, rows := range b {
		var s strings.Builder
		for _, row := range rows {
			s.WriteString(`"` + strings.Join(row, `","`) + "\"\n")
		}
		files[name+".csv"] = s.String()
	}
	return sheetsDir(t, files)
}

// merge joins cells that stand below each other and are alike, as reports do with
// the key and the class, and returns the areas by sheet. The lower cells are blank
// then, as a spreadsheet program leaves them.
func (b madeBook) merge(r *rand.Rand) map[string][]string {
	areas := map[string][]string{}
	for name, rows := range b {
		at := slices.IndexFunc(rows, func(row []string) bool { return slices.Contains(row, "体检编号") })
		if at < 0 || name == "体检信息" {
			continue
		}
		for _, header := range []string{"体检编号", "项目分类"} {
			col := slices.Index(rows[at], header)
			if col < 0 || r.IntN(3) == 0 {
				continue
			}
			for from := at + 1; from < len(rows); {
				to := from + 1
				for to < len(rows) && len(rows[to]) == len(rows[at]) && len(rows[from]) == len(rows[at]) && rows[from][col] != "" && rows[to][col] == rows[from][col] {
					rows[to][col] = ""
					to++
				}
				if to > from+1 {
					areas[name] = append(areas[name], addressOf(col, from)+":"+addressOf(col, to-1))
				}
				from = to
			}
		}
	}
	return areas
}

// addressOf is the name of a cell counted from 0.
func addressOf(col, row int) string {
	name, _ := excelize.CoordinatesToCellName(col+1, row+1)
	return name
}

// writeBook makes a workbook of it, with merged areas.
func (b madeBook) writeBook(t *testing.T, areas map[string][]string) string {
	t.Helper()
	f := excelize.NewFile()
	for name, rows := range b {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for j, text := range row {
				if text == "" {
					continue
				}
				if err := f.SetCellStr(name, addressOf(j, i), text); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, area := range areas[name] {
			from, to, _ := strings.Cut(area, ":")
			if err := f.MergeCell(name, from, to); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "导出.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// values counts what the recognised sheets hold.
func (b madeBook) values() int {
	n := 0
	for name, rows := range b {
		if name == "说明" {
			continue
		}
		for _, row := range rows {
			for _, cell := range row {
				n += boolInt(strings.TrimSpace(cell) != "")
			}
		}
	}
	return n
}

// outcome is all that becomes of an export: what would be sent, and every finding.
func outcome(t *testing.T, path string) (string, mapping.Accounts) {
	t.Helper()
	j, acc := read(t, path)
	enc := wire.NewEncoder(wire.Options{})
	var s strings.Builder
	for i := range j.records {
		s.Write(enc.Encode(nil, &j.records[i]))
	}
	for _, f := range j.findings {
		fmt.Fprintln(&s, f.Key, f.Place.Cell(), f.Rule, f.Path, f.Message)
	}
	for _, o := range acc.Orphans {
		fmt.Fprintln(&s, o.Place.Cell(), o.Key)
	}
	return s.String(), acc
}

// TestEveryCellIsAccountedFor: in made-up exports each value is used, in a skipped
// row, or in a column that is named as unused; and a used one matters: without it,
// or with another in its place, what is sent or found is another.
// HBUPLOAD_WORKBOOKS=10000 makes that many.
func TestEveryCellIsAccountedFor(t *testing.T) {
	t.Parallel()
	books := 40
	if n, err := strconv.Atoi(os.Getenv("HBUPLOAD_WORKBOOKS")); err == nil {
		books = n
	}
	for seed := range books {
		r := rand.New(rand.NewPCG(uint64(seed), 15))
		b := makeBook(r)
		write := b.write
		if seed%2 == 1 {
			areas := b.merge(r)
			write = func(t *testing.T) string { return b.writeBook(t, areas) }
		}
		path := write(t)
		before, acc := outcome(t, path)
		left := 0
		for _, u := range acc.Cells.Unused {
			left += u.Values
		}
		if c := acc.Cells; c.Read != c.Used+c.SkippedRows+left || c.Read != b.values() {
			t.Fatalf("seed %d: read %d of %d = used %d + skipped %d + unused %d", seed, c.Read, b.values(), c.Used, c.SkippedRows, left)
		}
		name, row, col, ok := b.usedCell(r, acc)
		if !ok {
			_ = os.RemoveAll(path)
			continue
		}
		was := b[name][row][col]
		b[name][row][col] = ""
		without, _ := outcome(t, write(t))
		b[name][row][col] = was + "另值9"
		other, _ := outcome(t, write(t))
		if without == before && other == before {
			t.Fatalf("seed %d: %s row %d column %d (%s) is said to be used and changes nothing", seed, name, row+1, col+1, was)
		}
		_ = os.RemoveAll(path)
	}
}

// usedCell draws a value of a row that is used, under a header that is read, but
// not the key, which decides whose the row is.
func (b madeBook) usedCell(r *rand.Rand, acc mapping.Accounts) (name string, row, col int, ok bool) {
	skipped := map[string]bool{}
	for _, s := range acc.Skipped {
		skipped[fmt.Sprint(s.Sheet.Name, s.Row)] = true
	}
	for range 50 {
		name = []string{"体检信息", "危害因素", "体检项目"}[r.IntN(3)]
		row = r.IntN(len(b[name]))
		header := b[name][slices.IndexFunc(b[name], func(row []string) bool { return slices.Contains(row, "体检编号") })]
		col = r.IntN(len(header))
		used := !slices.Contains([]string{"", "体检编号", "所属部门", "打印次数"}, header[col])
		if used && !skipped[fmt.Sprint(name, row+1)] && len(b[name][row]) == len(header) && b[name][row][col] != "" {
			return name, row, col, true
		}
	}
	return "", 0, 0, false
}

// TestForms: a form is no table, and nothing of it is shown.
func TestForms(t *testing.T) {
	t.Parallel()
	form := "体检编号,T03600,姓名,测试甲七,性别,男\n身份证号,130104197003108212,用人单位名称,某厂,工种,焊工\n"
	for _, name := range []string{"报告.csv", "体检信息.csv"} {
		_, _, err := mapInput(t, sheetsDir(t, map[string]string{name: form}), nil)
		if err == nil || !strings.Contains(err.Error(), "表单式导出") || strings.Contains(err.Error(), "甲七") {
			t.Errorf("%s: %v", name, err)
		}
	}
	files := map[string]string{"测试甲七.csv": form}
	for _, sheet := range []string{"体检信息", "危害因素", "体检项目"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "testdata", "standard-gb18030", sheet+".csv"))
		if err != nil {
			t.Skip("the sample has other files")
		}
		files[sheet+".csv"] = string(text)
	}
	_, src, err := mapInput(t, sheetsDir(t, files), nil)
	if err != nil {
		t.Fatal(err)
	}
	if said := fmt.Sprint(src.Accounts().Unrecognised); !strings.Contains(said, "表单式导出") || strings.Contains(said, "甲七") {
		t.Errorf("unrecognised %s", said)
	}
}

// TestFurtherSheets: months and overflow sheets are one table; one that cannot be
// read with the first stops the run.
func TestFurtherSheets(t *testing.T) {
	t.Parallel()
	base := map[string]string{
		"体检信息.csv": "体检编号,姓名,身份证号\nA1,甲,1\n", "危害因素.csv": "体检编号,危害因素,体检结论\nA1,噪声,1\n", "体检项目.csv": "体检编号,项目,检查结果\nA1,收缩压,1\n",
	}
	for _, c := range []struct{ name, text, want string }{
		{"体检信息(2月)", "体检编号,姓名,身份证号\nA2,乙,2\n", "2 people 1 items"},
		{"体检项目(2)", "体检编号,项目,检查结果\nA1,舒张压,2\n", "1 people 2 items"},
		{"二月结果", "检查结果,项目,体检编号,计量单位\n2,舒张压,A1,mmHg\n", "1 people 2 items"},
		{"缴费名单", "体检编号,姓名,身份证号,金额\nA1,甲,1,100\n", "1 people 1 items"},
		{"体检项目(2)", "A1,舒张压,2\n", "没有表头"},
		{"Sheet4", "A1002,舒张压,2\n", "1 people 1 items"}, // no number of A1's form
		{"体检项目2", "体检编号,项目,结论\nA1,舒张压,2\n", "表头不同"},
		{"说明", "本表由体检系统导出\n", "1 people 1 items"},
		{"体检项目字典", "代码,名称\n1,收缩压\n", "1 people 1 items"},
	} {
		files := map[string]string{c.name + ".csv": c.text}
		for k, v := range base {
			files[k] = v
		}
		j, _, err := mapInput(t, sheetsDir(t, files), nil)
		got := fmt.Sprint(err)
		if err == nil {
			items := 0
			for i := range j.records {
				items += len(j.records[i].Items)
			}
			got = fmt.Sprintf("%d people %d items", len(j.records), items)
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestOrphansWithhold: a row that may be somebody's keeps that person back.
func TestOrphansWithhold(t *testing.T) {
	t.Parallel()
	_, src, err := mapInput(t, sheetsDir(t, map[string]string{
		"体检信息.csv": "体检编号,姓名,身份证号\nTJ0001,甲,1\nTJ0002,乙,2\n0012,丙,3\n",
		"体检项目.csv": "体检编号,项目,检查结果\nTJ0001,收缩压,1\n,舒张压,2\nTJ2,收缩压,3\n12,收缩压,4\nX9,收缩压,5\nTJ 0002,收缩压,6\n",
	}), nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range src.Accounts().Orphans {
		got = append(got, fmt.Sprintf("%d%v", o.Place.Row, o.Withholds))
	}
	if s := strings.Join(got, " "); s != "3[TJ0001] 4[TJ0002] 5[0012] 6[] 7[TJ0002]" {
		t.Error(s)
	}
}
