package mapping_test

import (
	"path/filepath"
	"strings"
	"testing"

	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
)

// said is a record in one line: who, exposed to, hazards with conclusions, items with
// units and ranges.
func said(rec *spec.Record) string {
	out := []string{rec.Key, rec.At(spec.PatientName).Text, rec.At(spec.ContactHazardCode).Text}
	for i := range rec.Hazards {
		h := &rec.Hazards[i]
		out = append(out, h.At(spec.HazardCode).Text+"="+h.At(spec.ResultOptionCode).Text)
	}
	for i := range rec.Items {
		it := &rec.Items[i]
		out = append(out, it.At(spec.ItemCode).Text+":"+it.At(spec.Result).Text+it.At(spec.Unit).Text+"["+it.At(spec.LowerLimit).Text+"-"+it.At(spec.UpperLimit).Text+"]")
	}
	return strings.Join(out, " ")
}

// TestMoreLayouts reads the small exports of testdata/layouts that need what the four
// shapes do not.
func TestMoreLayouts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		dir, file string
		skipped   int
		want      []string
	}{
		{"ticked", "export.csv", 1, []string{"ET001 试样甲 2008,1011 2008=1 1011=1 10101:未见异常[-]", "ET002 试样乙 2008 2008=1 10101:未见异常[-]", "ET003 试样丙 1037 1037=1 10101:未见异常[-]"}},
		{"conclusions", "export.csv", 1, []string{"EC001 试样甲 2008,1011 2008=2 1011=1 10101:未见异常[-]", "EC002 试样乙 2008,1037 2008=1 1037=1 10101:未见异常[-]", "EC003 试样丙 2008,1037 2008=1 1037=2 10101:未见异常[-]"}},
		{"barcodes", "export", 2, []string{"EB001 试样甲 2008 2008=1 10101:未见异常[-] 4020100:阴性[-]", "EB002 试样乙 2008 2008=1 10101:未见异常[-]", "EB003 试样丙 2008 2008=1 10101:未见异常[-]"}},
		{"ranges", "export", 1, []string{"ER001 试样甲 2008 2008=1 4010100:6.510⁹/L[3.5-9.5] 10001:120mmHg[90-139] 10101:未见异常[-]", "", "ER003 试样丙 2008 2008=1 10001:120mmHg[90-139]"}},
		{"recheck", "export.csv", 1, []string{"EI001 试样甲 2008 2008=2 10101:未见异常[-]", "", "EI003 试样甲 2008 2008=1 10101:未见异常[-]"}},
		{"shared-number", "export.csv", 1, []string{"EN001 试样甲 2008 2008=2 10101:未见异常[-]", "", "export!4 试样甲 2008 2008=1 10101:未见异常[-]"}},
		{"filtered", "export.csv", 2, []string{"EF001 试样甲 2008 2008=1 10101:未见异常[-]", ""}},
	} {
		t.Run(c.dir, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join("..", "..", "testdata", "layouts", c.dir)
			j, src := mapRead(t, filepath.Join(dir, c.file), filepath.Join(dir, c.dir+".mapping.yaml"))
			for _, f := range j.findings {
				if f.Severity == spec.Error {
					t.Errorf("%s %s %s %s: %s", f.Key, f.Place.Cell(), f.Path, f.Rule, f.Message)
				}
			}
			if len(j.records) != len(c.want) {
				t.Errorf("%d records, want %d", len(j.records), len(c.want))
			}
			for i := range j.records {
				if got := said(&j.records[i]); i < len(c.want) && c.want[i] != "" && got != c.want[i] {
					t.Errorf("got  %s\nwant %s", got, c.want[i])
				}
			}
			acc := src.Accounts()
			if acc.Read != acc.Used+len(acc.Skipped) || len(acc.Skipped) != c.skipped || len(acc.Orphans) > 0 {
				t.Errorf("rows: read %d, used %d, skipped %v, orphans %v", acc.Read, acc.Used, acc.Skipped, acc.Orphans)
			}
			if n := acc.Cells; n.Read != n.Used+n.SkippedRows+unusedValues(n.Unused) {
				t.Errorf("cells %+v", n)
			}
		})
	}
}

// What a constant cannot be combined with is said, and what else is wrong in the new words.
func TestConstantsStandAlone(t *testing.T) {
	t.Parallel()
	for rule, want := range map[string]string{
		`{value: 岗中, values: {岗中: 在岗期间}}`: "不能再用 values",
		`{value: 岗中, take: year}`:         "不能与 match、take",
		`{value: "{item}"}`:               "只用于 items",
		`{column: 岗, per_hazard: true}`:   "",
		`{ticked: [岗, 位]}`:                "",
	} {
		_, err := layout.Parse("x", []byte("sheets:\n  - person: {姓名: 姓名}\n    every_hazard:\n      监护种类: "+rule+"\n"))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", rule, err, want)
		}
	}
}

// A clause that cannot be told apart, and a mark that is no tick, are findings; a hazard
// of which the text says nothing has no conclusion.
func TestClausesAndTicksInDoubt(t *testing.T) {
	t.Parallel()
	yaml := "sheets:\n  - key: 编号\n    person: {姓名: 姓名, 身份证号: 证}\n    every_hazard: {体检结论: {column: 结论, per_hazard: true}}\n    hazards: [{危害因素: {column: 危害, split: true}}, {危害因素: {ticked: [苯], split: true}}]\n"
	csv := "编号,姓名,证,危害,结论,苯\n1,试样甲," + idA + ",噪声,噪声：1；另见附页,\n2,试样乙," + idB + ",噪声,矽尘：1,\n3,试样丙," + idA + ",,1,约\n4,试样丙," + idA + ",噪声,噪声、矽尘：1；苯：2,\n"
	j := mapText(t, csv, yaml)
	for i, want := range []string{"噪声：1；另见附页 fault", "", "1", "1"} {
		h := j.records[i].Hazards
		if i == 2 {
			if len(h) != 1 || h[0].At(spec.HazardCode).Fault == nil || h[0].Place.Col == 0 {
				t.Errorf("a mark that is no tick: %+v", h)
			}
			continue
		}
		v := h[0].At(spec.ResultOptionCode)
		got := v.Text
		if v.Fault != nil {
			got += " fault"
		}
		if got != want {
			t.Errorf("%d: %q, want %q", i+1, got, want)
		}
	}
}

func unusedValues(list []spec.UnusedColumn) int {
	n := 0
	for _, u := range list {
		n += u.Values
	}
	return n
}
