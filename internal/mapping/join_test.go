package mapping

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/fault"
	"hbupload/internal/meaning"
	"hbupload/internal/sandbox/sample"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/wire"
)

// shape is who has which rows: key, rows of hazards, rows of items.
func (c *collector) shape() string {
	var out []string
	for i := range c.records {
		r := &c.records[i]
		s := r.Key + ":"
		for k := range r.Hazards {
			s += fmt.Sprintf(" h%d", r.Hazards[k].Place.Row)
		}
		for k := range r.Items {
			s += fmt.Sprintf(" i%d", r.Items[k].Place.Row)
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func TestJoin(t *testing.T) {
	t.Parallel()
	person := "体检编号,姓名,身份证号,体检日期\n"
	hazard := "体检编号,危害因素,监护种类,体检结论\n"
	for _, c := range []struct {
		name     string
		in       sheets
		want     string
		restarts int
		orphans  string
	}{
		{"in order", small(), "A1: h2 i2 i3; A2: h3 i4 i5", 0, ""},
		{"hazards in another order", small().with("危害因素", hazard+"A2,噪声,2,1\nA1,噪声,2,1\n"), "A1: h3 i2 i3; A2: h2 i4 i5", 1, ""},
		{"items interleaved", small().with("体检项目", "体检编号,项目分类,项目,检查结果\nA1,一般检查,收缩压,1\nA2,一般检查,收缩压,2\nA1,一般检查,舒张压,3\n"), "A1: h2 i2 i4; A2: h3 i3", 1, ""},
		{"orphans between", small().with("危害因素", hazard+"X,噪声,2,1\nA1,噪声,2,1\nA11,高温,2,1\nA2,噪声,2,1\nx9,高温,2,1\n"), "A1: h3 i2 i3; A2: h5 i4 i5", 0, "X@2 A11@4 x9@6"},
		{"orphans and disorder", small().with("危害因素", hazard+"X,噪声,2,1\nA2,噪声,2,1\nA1,噪声,2,1\n"), "A1: h4 i2 i3; A2: h3 i4 i5", 1, "X@2"},
		{"a child row without a key", small().with("危害因素", hazard+"A1,噪声,2,1\n,高温,2,1\n"), "A1: h2 i2 i3; A2: i4 i5", 0, "@3"},
		{"a person without rows", small().with("体检信息", person+"A0,零,1,2024-01-01\nA1,一,1,2024-01-01\nA2,二,2,2024-01-01\n"), "A0:; A1: h2 i2 i3; A2: h3 i4 i5", 0, ""},
		{"a key on two rows", small().with("体检信息", person+"A1,一,1,2024-01-01\nA2,二,2,2024-01-01\nA1,一,1,2024-01-02\n"), "A1: h2 i2 i3; A2: h3 i4 i5; A1: h2 i2 i3", 0, ""},
		{"a key on three rows, shuffled children", small().with("体检信息", person+"A2,二,2,2024-01-01\nA1,一,1,2024-01-01\nA1,一,1,2024-01-02\nA1,一,1,2024-01-03\n"), "A2: h3 i4 i5; A1: h2 i2 i3; A1: h2 i2 i3; A1: h2 i2 i3", 2, ""},
		{"a person without a key", small().with("体检信息", person+"A1,一,1,2024-01-01\n,二,2,2024-01-01\nA2,二,2,2024-01-01\n"), "A1: h2 i2 i3; 体检信息!3:; A2: h3 i4 i5", 0, ""},
		{"lost zeros are a hint and no join", sheets{"体检信息": person + "0012,一,1,2024-01-01\n007,二,2,2024-01-01\n07,三,3,2024-01-01\n5,五,5,2024-01-01\n", "危害因素": hazard + "12,噪声,2,1\n7,噪声,2,1\n13,高温,2,1\n0,高温,2,1\n5,噪声,2,1\n"}, "0012:; 007:; 07:; 5: h6", 0, "12~0012@2 7@3 13@4 0@5"},
		{"widths and blanks in keys", small().with("危害因素", hazard+" Ａ1 ,噪声,2,1\n'A2,噪声,2,1\n"), "A1: h2 i2 i3; A2: h3 i4 i5", 0, ""},
		{"keys differ by case", small().with("危害因素", hazard+"a1,噪声,2,1\nA2,噪声,2,1\n"), "A1: i2 i3; A2: h3 i4 i5", 0, "a1~A1@2"},
		{"an empty child sheet", small().with("危害因素", hazard), "A1: i2 i3; A2: i4 i5", 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, acc := readSheets(t, c.in, Options{})
			if s := got.shape(); s != c.want {
				t.Errorf("got  %s\nwant %s", s, c.want)
			}
			if got.restarts != c.restarts {
				t.Errorf("%d restarts, want %d", got.restarts, c.restarts)
			}
			var orphans []string
			for _, o := range acc.Orphans {
				key := o.Key
				if o.Near != "" {
					key += "~" + o.Near
				}
				orphans = append(orphans, fmt.Sprintf("%s@%d", key, o.Place.Row))
			}
			if s := strings.Join(orphans, " "); s != c.orphans {
				t.Errorf("orphans %q, want %q", s, c.orphans)
			}
			n := 0
			for _, sk := range acc.Skipped {
				if sk.Reason == "orphan" {
					n++
				}
			}
			if n != len(acc.Orphans) {
				t.Errorf("%d rows skipped as orphans of %d", n, len(acc.Orphans))
			}
		})
	}
}

// TestOrphansWithhold tells whom a row that finds nobody withholds.
func TestOrphansWithhold(t *testing.T) {
	t.Parallel()
	hazard := "体检编号,危害因素,监护种类,体检结论\n"
	twice := "体检编号,危害因素,监护种类,体检结论,体检编号\n"
	for name, c := range map[string]struct{ hazards, want string }{
		"no key below one":         {hazard + "A1,噪声,2,1\n,高温,2,1\nA2,噪声,2,1\n", "3:A1"},
		"no key above the first":   {hazard + ",高温,2,1\n,粉尘,2,1\nA2,噪声,2,1\nA1,噪声,2,1\n", "2:A2 3:A2"},
		"a data base's word":       {hazard + "A1,噪声,2,1\nNULL,高温,2,1\nA2,噪声,2,1\n", "3:A1"},
		"another key":              {hazard + "X,高温,2,1\nA1,噪声,2,1\n", "2:"},
		"another key, then none":   {hazard + "X,高温,2,1\n,粉尘,2,1\nA1,噪声,2,1\n", "2: 3:"},
		"nobody's key below":       {hazard + ",高温,2,1\nX,粉尘,2,1\nA1,噪声,2,1\n", "2: 3:"},
		"another case":             {hazard + "a1,高温,2,1\nA2,噪声,2,1\n", "2:A1"},
		"a second column names it": {twice + "X,高温,2,1,A2\nA1,噪声,2,1,A1\n", "2:A2"},
		"the first column blank":   {twice + ",高温,2,1,A2\nA1,噪声,2,1,A1\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, acc := readSheets(t, small().with("危害因素", c.hazards), Options{})
			var got []string
			for _, o := range acc.Orphans {
				got = append(got, fmt.Sprintf("%d:%s", o.Place.Row, strings.Join(o.Withholds, ",")))
			}
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("withheld %q, want %q", s, c.want)
			}
		})
	}
}

// TestKeysOfTwoKinds: a key that one sheet holds as text and another as a
// number is one key.
func TestKeysOfTwoKinds(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.xlsx")
	book := excelize.NewFile()
	defer book.Close()
	for name, rows := range map[string][][]any{
		"体检信息": {{"体检编号", "姓名", "身份证号", "体检日期"}, {20240001, "一", "1", "2024-01-01"}, {"20240002", "二", "2", "2024-01-01"}, {7.5, "三", "3", "2024-01-01"}},
		"危害因素": {{"体检编号", "危害因素", "监护种类", "体检结论"}, {"20240001", "噪声"}, {20240002, "噪声"}, {"7.5", "噪声"}},
	} {
		if _, err := book.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			if err := book.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	got, _ := readFile(t, path, Options{})
	if s := got.shape(); s != "20240001: h2; 20240002: h3; 7.5: h4" {
		t.Error(s)
	}
}

// TestShuffledGivesTheSame: the order of the child sheets' people, and of
// their rows among those of others, changes nothing that is sent.
func TestShuffledGivesTheSame(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	plain, mixed := filepath.Join(dir, "plain"), filepath.Join(dir, "mixed")
	ctx := context.Background()
	for _, path := range []string{plain, mixed} {
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	source := sample.People(300, 5)
	if err := sample.WriteXLSX(ctx, filepath.Join(dir, "plain.xlsx"), source); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenFile(filepath.Join(dir, "plain.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	r := rand.New(rand.NewPCG(1, 2))
	for _, name := range []string{"体检信息", "危害因素", "体检项目"} {
		rows, err := book.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		writeCSV(t, filepath.Join(plain, name+".csv"), rows)
		if name != "体检信息" {
			interleave(r, rows[1:])
		}
		writeCSV(t, filepath.Join(mixed, name+".csv"), rows)
	}
	a, _ := readFile(t, plain, Options{})
	b, _ := readFile(t, mixed, Options{})
	enc := wire.NewEncoder(wire.Options{})
	if len(a.records) != 300 || len(b.records) != 300 || b.restarts == 0 {
		t.Fatalf("%d and %d records, %d restarts", len(a.records), len(b.records), b.restarts)
	}
	for i := range a.records {
		if !reflect.DeepEqual(enc.Encode(nil, &a.records[i]), enc.Encode(nil, &b.records[i])) {
			t.Fatalf("record %d differs", i)
		}
	}
}

// interleave shuffles rows but keeps the order of those of one person.
func interleave(r *rand.Rand, rows [][]string) {
	byKey := map[string][][]string{}
	var order []string
	for _, row := range rows {
		byKey[row[0]] = append(byKey[row[0]], row)
		order = append(order, row[0])
	}
	r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	for i, key := range order {
		rows[i], byKey[key] = byKey[key][0], byKey[key][1:]
	}
}

func writeCSV(t *testing.T, path string, rows [][]string) {
	t.Helper()
	var b strings.Builder
	for _, row := range rows {
		for i, cell := range row {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`"` + strings.ReplaceAll(cell, `"`, `""`) + `"`)
		}
		b.WriteByte('\n')
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestUnusable: inputs that no record can be read from, with a sentence each.
func TestUnusable(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]sheets{
		"no person sheet":        {"危害因素": small()["危害因素"], "体检项目": small()["体检项目"]},
		"a sheet without header": small().with("体检信息", "甲,乙\n丙,丁\n"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for sheet, csv := range in {
				if err := os.WriteFile(filepath.Join(dir, sheet+".csv"), []byte(csv), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			ctx := context.Background()
			tab, err := table.Open(ctx, dir, table.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer tab.Close()
			_, err = Open(ctx, tab, withMeanings(t, Options{}, meaning.Config{}))
			e, ok := err.(*Error)
			if !ok || e.Kind() != fault.Input || e.Hint() == "" || !strings.Contains(e.Error(), "体检信息") {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestCancelled: reading ends with the context.
func TestCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	in, err := table.Open(ctx, "../../testdata/standard-gb18030", table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	src, err := Open(ctx, in, withMeanings(t, Options{TempDir: t.TempDir()}, meaning.Config{}))
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	c := &collector{}
	if err := src.Each(ctx, c); err == nil {
		t.Errorf("%d records and no error", len(c.records))
	}
}

// TestPlaces: every value knows the cell that a person must change, a column
// that is missing by its expected header.
func TestPlaces(t *testing.T) {
	t.Parallel()
	got, acc := readSheets(t, small().with("体检项目", "结果,项目,体检编号,随便\n120,收缩压,A1,x\n"), Options{})
	rec := &got.records[0]
	for _, c := range []struct {
		v            *spec.Value
		cell, header string
	}{
		{rec.At(spec.PatientName), "B2", "姓名"},
		{rec.At(spec.EmpPhone), "", "联系电话"},
		{rec.At(spec.HazardNames), "", "体检危害因素"},
		{rec.Hazards[0].At(spec.ResultOptionCode), "D2", "体检结论"},
		{rec.Items[0].At(spec.Result), "A2", "结果"},
		{rec.Items[0].At(spec.Unit), "", "计量单位"},
	} {
		if c.v.Place.Cell() != c.cell || c.v.Place.Header != c.header || c.v.Place.Row != 2 {
			t.Errorf("%+v, want %s %s", c.v.Place, c.cell, c.header)
		}
	}
	if len(acc.Ignored) != 1 || !strings.Contains(acc.Ignored[0], "随便") {
		t.Errorf("ignored %q", acc.Ignored)
	}
}

// TestTwoColumnsOfOneName: under the very same header a word that is no entry differs
// too; under another name (a code beside a name) it may be somebody's own number.
func TestTwoColumnsOfOneName(t *testing.T) {
	t.Parallel()
	for header, differs := range map[string]bool{
		"体检编号,姓名,性别,性别":      true,
		"体检编号,姓名,性别,性别代码":    false,
		"体检编号,姓名,性别,sexCode": false,
	} {
		got, _ := readSheets(t, small().with("体检信息", header+"\nA1,测试一,男,ZZ9\n"), Options{})
		v := got.records[0].At(spec.SexCode)
		if found := v.Fault != nil && v.Fault.Rule == spec.ColumnConflict; found != differs {
			t.Errorf("%s: %+v", header, v.Fault)
		}
	}
}

// TestLabelBeforeAlias: of two columns for one field the one that bears its label
// counts, wherever it stands; that they differ in a row is a fault of that row. One
// blank is no difference.
func TestLabelBeforeAlias(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		header, row, id, phone string
		differ                 bool
	}{
		{"证件号码,体检编号,身份证号,手机,联系电话", "X1,A1,130102196801011012,1,2", "130102196801011012", "2", true},
		{"体检编号,身份证号,证件号码,empPhone,电话,姓名,性别", "A1,130102196801011012,X1,3,4,测试一,男", "130102196801011012", "3", true},
		{"体检编号,证件号,证件号码,姓名,性别", "A1,130102196801011012,X1,测试一,男", "130102196801011012", "", true},
		{"体检编号,证件号,身份证号,手机,联系电话", "A1,,130102196801011012,2,", "130102196801011012", "2", false},
		{"体检编号,证件号,身份证号,手机,联系电话", "A1,130102196801011012,130102196801011012,２,2", "130102196801011012", "2", false},
	} {
		got, acc := readSheets(t, small().with("体检信息", c.header+"\n"+c.row+"\n"), Options{})
		if len(got.records) != 1 {
			t.Fatalf("%s: %d records", c.header, len(got.records))
		}
		rec := &got.records[0]
		if id, phone := rec.At(spec.IDCard).Text, rec.At(spec.EmpPhone).Text; id != c.id || phone != c.phone {
			t.Errorf("%s: id %q, phone %q", c.header, id, phone)
		}
		if v := rec.At(spec.IDCard); (v.Fault != nil && v.Fault.Rule == spec.ColumnConflict) != c.differ || len(acc.Ignored) > 0 {
			t.Errorf("%s: fault %+v, ignored %q", c.header, v.Fault, acc.Ignored)
		}
	}
}

// TestNumbersInNames: a column or sheet that is not used and bears somebody's number
// is told by its place.
func TestNumbersInNames(t *testing.T) {
	t.Parallel()
	in := small().with("体检信息", "体检编号,姓名,身份证号,体检日期,13900003737,所属部门\nA1,一,1,2024-01-01,x,y\nA2,二,2,2024-01-01,x,y\n")
	in["张三130102196801011012"] = "甲,乙\n1,2\n"
	_, acc := readSheets(t, in, Options{})
	said := fmt.Sprint(acc.Ignored, acc.Unrecognised, acc.Cells.Unused)
	if strings.Contains(said, "139000") || strings.Contains(said, "130102") || !strings.Contains(said, "E 列") {
		t.Error(said)
	}
}
