package mapping

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"hbupload/internal/meaning"
	"hbupload/internal/sandbox"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

// withMeanings completes options by the sample dictionaries.
func withMeanings(t testing.TB, o Options, m meaning.Config) Options {
	t.Helper()
	if o.Dicts == nil {
		o.Dicts = sandbox.SampleSet()
	}
	m.Dicts = o.Dicts
	var err error
	if o.Meanings, err = meaning.NewClassifier(m); err != nil {
		t.Fatal(err)
	}
	return o
}

func testCoder(t testing.TB, o Options, date1904 bool) *coder {
	t.Helper()
	c := newCoder(withMeanings(t, o, meaning.Config{}), date1904)
	return c
}

// code codes one cell of a field.
func code(t testing.TB, o Options, id spec.FieldID, cell grid.Cell, date1904 bool) *spec.Value {
	t.Helper()
	f := id.Field()
	v := &spec.Value{}
	testCoder(t, o, date1904).value(v, &f, &cell)
	return v
}

func text(s string) grid.Cell { return grid.Cell{Kind: grid.Text, Text: s} }

func wantFault(t testing.TB, v *spec.Value, rule spec.RuleID) {
	t.Helper()
	if v.Fault == nil || v.Fault.Rule != rule {
		t.Errorf("%q: fault %+v, want %s", v.Text, v.Fault, rule)
	}
}

// collector keeps copies of all records.
type collector struct {
	records  []spec.Record
	restarts int
}

func (c *collector) Restart() { c.records, c.restarts = nil, c.restarts+1 }

func (c *collector) Record(rec *spec.Record) error {
	kept := *rec
	kept.Hazards = append([]spec.Hazard(nil), rec.Hazards...)
	kept.Items = append([]spec.Item(nil), rec.Items...)
	c.records = append(c.records, kept)
	return nil
}

// sheets are CSV texts by name.
type sheets map[string]string

// small is two people with a hazard and two results each.
func small() sheets {
	return sheets{
		"体检信息": "体检编号,姓名,身份证号,体检日期,工种,用工单位行业代码,接触危害因素,吸烟情况\n" +
			"A1,测试一,130102196801011012,2024-03-01,喷漆工,,噪声,从不吸\nA2,测试二,130102197011231074,2024-03-02,喷漆工,,噪声,现在每天吸\n",
		"危害因素": "体检编号,危害因素,监护种类,体检结论,监测种类\nA1,噪声,在岗期间,目前未见异常,常规监测\nA2,噪声,在岗期间,目前未见异常,常规监测\n",
		"体检项目": "体检编号,项目分类,项目,检查结果\nA1,一般检查,收缩压,120\nA1,一般检查,舒张压,80\nA2,一般检查,收缩压,130\nA2,一般检查,舒张压,85\n",
	}
}

// with is a copy in which one sheet is another text.
func (s sheets) with(name, csv string) sheets {
	out := sheets{name: csv}
	for k, v := range s {
		if k != name {
			out[k] = v
		}
	}
	return out
}

// readSheets reads a folder of CSV files.
func readSheets(t testing.TB, s sheets, o Options) (*collector, Accounts) {
	t.Helper()
	dir := t.TempDir()
	for name, csv := range s {
		if err := os.WriteFile(filepath.Join(dir, name+".csv"), []byte(csv), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return readFile(t, dir, o)
}

func readFile(t testing.TB, path string, o Options) (*collector, Accounts) {
	t.Helper()
	ctx := context.Background()
	in, err := table.Open(ctx, path, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close() })
	o.TempDir = t.TempDir()
	if o.Meanings == nil {
		o = withMeanings(t, o, meaning.Config{})
	}
	src, err := Open(ctx, in, o)
	if err != nil {
		t.Fatal(err)
	}
	c := &collector{}
	if err := src.Each(ctx, c); err != nil {
		t.Fatal(err)
	}
	acc := src.Accounts()
	if acc.Read != acc.Used+len(acc.Skipped) {
		t.Errorf("rows: read %d, used %d, skipped %d", acc.Read, acc.Used, len(acc.Skipped))
	}
	alsoBySelfMapping(t, src, in, o, c, acc)
	if left, _ := os.ReadDir(o.TempDir); len(left) > 0 {
		t.Errorf("%d files left in the temporary folder", len(left))
	}
	return c, acc
}
