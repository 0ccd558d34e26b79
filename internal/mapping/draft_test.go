package mapping_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hbupload/internal/mapping"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/meaning"
	"hbupload/internal/sandbox"
	"hbupload/internal/spec"
	"hbupload/internal/table"
)

func propose(t testing.TB, path string) *mapping.Draft {
	t.Helper()
	ctx := context.Background()
	in, err := table.Open(ctx, path, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	dicts := sandbox.SampleSet()
	classes, err := meaning.NewClassifier(meaning.Config{Dicts: dicts})
	if err != nil {
		t.Fatal(err)
	}
	d, err := mapping.Propose(ctx, in, "试样", mapping.Options{Dicts: dicts, Meanings: classes,
		Constants: map[spec.FieldID]mapping.Constant{spec.OhOrgCode: {Text: "130000001"}, spec.ReportOrgName: {Text: "测试职业健康检查中心"}, spec.PreparerName: {Text: "填表人甲"}, spec.PreparerPhone: {Text: "13900000000"}}})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

var reChoice = regexp.MustCompile(`^(\s*)#\? (.*)$`)

// answered takes a candidate of every question: the first, or the one that
// the invented people are known to need.
func answered(yaml string) string {
	lines := strings.Split(yaml, "\n")
	taken := false
	for i, line := range lines {
		m := reChoice.FindStringSubmatch(line)
		switch {
		case m == nil:
			taken = false
		case strings.HasPrefix(m[2], "吸烟情况") && !strings.Contains(m[2], "从不吸"):
		case !taken:
			lines[i], taken = m[1]+m[2], true
		}
	}
	text := strings.Join(lines, "\n")
	return strings.ReplaceAll(text, "接害工龄年: {value: 请填写}", `接害工龄年: {value: "6"}`)
}

// TestDraftRunsAndLeadsThere drafts a mapping for every shape: it parses as it
// is, and with each question's first answer every person is right.
func TestDraftRunsAndLeadsThere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ dir, file string }{{"a", "export.xlsx"}, {"b", "export.xlsx"}, {"c", "export.xlsx"}, {"d", "export.csv"}} {
		t.Run(c.dir, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join("..", "..", "testdata", "layouts", c.dir, c.file)
			d := propose(t, path)
			if os.Getenv("SHOW_DRAFT") != "" {
				t.Log("\n" + string(d.YAML))
			}
			lay, err := layout.Parse("x.yaml", d.YAML)
			if err != nil {
				t.Fatalf("the draft does not parse: %v\n%s\n%s", err, err.(*layout.Error).Hint(), d.YAML)
			}
			if _, src, err := mapInput(t, path, lay); err != nil || src.Fingerprint() != lay.Fingerprint {
				t.Fatalf("the draft does not run, or its fingerprint is another: %v", err)
			}
			text := answered(string(d.YAML))
			if lay, err = layout.Parse("x.yaml", []byte(text)); err != nil {
				t.Fatalf("answered: %v\n%s\n%s", err, err.(*layout.Error).Hint(), text)
			}
			j, _, err := mapInput(t, path, lay)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range j.findings {
				if f.Severity == spec.Error && !(c.dir == "d" && strings.HasPrefix(f.Path, "ohItem")) {
					t.Errorf("%s %s %s %s: %s", f.Key, f.Place.Cell(), f.Path, f.Rule, f.Message)
				}
			}
			if len(j.records) != 3 {
				t.Errorf("%d records, want 3", len(j.records))
			}
			for _, p := range exporters("D" + strings.ToUpper(c.dir)) {
				for _, secret := range []string{p.id, p.name, p.phone} {
					if strings.Contains(string(d.YAML), secret) {
						t.Errorf("the draft quotes %q", secret)
					}
				}
			}
		})
	}
}

// A dash among results may be a negative finding: it is asked, while in other
// columns it is nothing.
func TestDraftAsksAboutDashes(t *testing.T) {
	t.Parallel()
	dir := sheetsDir(t, map[string]string{"one.csv": "体检编号,姓名,身份证号,备注,吸烟情况,体检危害因素,其他疾病名称,职业禁忌证名称,尿蛋白结果,尿蛋白标记,尿潜血结果,尿潜血标记\n" +
		"1,试样甲," + idA + ",无,无,噪声,,,-,-,+,↑\n"})
	d := propose(t, filepath.Join(dir, "one.csv"))
	text := string(d.YAML)
	for _, want := range []string{"#? blank: [\"-\", 无]      # 问题", "无: 从不吸", "其他疾病或异常: [其他疾病名称, 职业禁忌证名称]", "\n        blank: [\"-\", 无]\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	lay, err := layout.Parse("x.yaml", d.YAML)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	j, _, err := mapInput(t, filepath.Join(dir, "one.csv"), lay)
	if err != nil {
		t.Fatal(err)
	}
	r := &j.records[0]
	if len(r.Items) != 2 || r.Items[0].At(spec.Result).Text != "-" || r.At(spec.Propose).Text != "" || r.At(spec.SmokingStatus).Text != "4" {
		t.Errorf("read %v", flatten(j.records))
	}
}

// TestDraftOtherHazards: the sheets of exposures and of examined hazards head what
// 其他 stands for alike, and each feeds its own field.
func TestDraftOtherHazards(t *testing.T) {
	t.Parallel()
	dir := sheetsDir(t, map[string]string{
		"档案.csv":     "体检编号,姓名,证件号码,体检时间\nA1,试样甲,130102196801011012,2026-03-01\nA2,试样乙,130102197011231074,2026-03-01\n",
		"接触危害因素.csv": "体检编号,危害因素编码,其他危害因素名称\nA1,\"2008,1099\",某溶剂\nA2,2008,\n",
		"体检危害因素.csv": "体检编号,危害因素编码,其他危害因素名称,开始接害日期\nA1,2008,,2020-01-01\nA1,1099,某胶水,2020-01-01\nA2,2008,,2020-01-01\n",
		"检查项目.csv":   "体检编号,其他项目名称,检查项目结果\nA1,收缩压,120\nA2,收缩压,120\n",
	})
	d := propose(t, dir)
	lay, err := layout.Parse("x.yaml", d.YAML)
	if err != nil {
		t.Fatalf("%v\n%s", err, d.YAML)
	}
	got, _, err := mapInput(t, dir, lay)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"某溶剂 某胶水", " "} {
		rec := &got.records[i]
		if s := rec.At(spec.ContactHazardOther).Text + " " + rec.At(spec.HazardOther).Text; s != want {
			t.Errorf("%s: contact and examined %q, want %q\n%s", rec.Key, s, want, d.YAML)
		}
	}
}

// TestDraftWideFilm: the chest film of a wide sheet becomes a group of its own whose
// result is asked for; only a text that says "normal" and no more is taken for it.
func TestDraftWideFilm(t *testing.T) {
	t.Parallel()
	dir := sheetsDir(t, map[string]string{"one.csv": "体检编号,姓名,身份证号,体检危害因素,收缩压结果,收缩压单位,收缩压标记,胸部正位片（DR）结果,胸部正位片（DR）单位,胸部正位片（DR）标记\n" +
		"1,试样甲," + idA + ",噪声,120,mmHg,,双肺未见异常,,\n2,试样乙," + idB + ",噪声,120,mmHg,,右肺结节，余未见异常,,\n"})
	d := propose(t, filepath.Join(dir, "one.csv"))
	line := regexp.MustCompile(`(?m)^      #\? (- \{项目: \{value: "20010"\}.*)$`)
	if !line.Match(d.YAML) {
		t.Fatalf("the film is not asked for:\n%s", d.YAML)
	}
	lay, err := layout.Parse("x.yaml", line.ReplaceAll(d.YAML, []byte("      $1")))
	if err != nil {
		t.Fatalf("%v\n%s", err, d.YAML)
	}
	j, _, err := mapInput(t, filepath.Join(dir, "one.csv"), lay)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"双肺未见异常 0 0", "右肺结节，余未见异常  "} {
		films := 0
		for k := range j.records[i].Items {
			it := &j.records[i].Items[k]
			if it.At(spec.ItemCode).Text != "20010" {
				continue
			}
			films++
			if got := it.At(spec.Result).Text + " " + it.At(spec.RadiographResult).Text + " " + it.At(spec.ResultFlag).Text; got != want {
				t.Errorf("film of %d: %q, want %q", i+1, got, want)
			}
		}
		if films != 1 {
			t.Errorf("%d films of %d", films, i+1)
		}
	}
}

// TestDraftNumberedExposures: where the exposures are those of the numbered columns,
// the proposed join reads the columns that the group reads too.
func TestDraftNumberedExposures(t *testing.T) {
	t.Parallel()
	dir := sheetsDir(t, map[string]string{"one.csv": "体检编号,姓名,身份证号,危害因素1,检查结论1,工龄年1,工龄月1,危害因素2,检查结论2,工龄年2,工龄月2\n" +
		"1,试样甲," + idA + ",噪声,1,6,4,苯,1,2,0\n2,试样乙," + idB + ",噪声,1,6,4,,,,\n"})
	d := propose(t, filepath.Join(dir, "one.csv"))
	line := regexp.MustCompile(`(?m)^(\s*)#\? (接触危害因素: \{join: .*)$`)
	if !line.Match(d.YAML) {
		t.Fatalf("no join is proposed:\n%s", d.YAML)
	}
	lay, err := layout.Parse("x.yaml", line.ReplaceAll(d.YAML, []byte("$1$2")))
	if err != nil {
		t.Fatalf("%v\n%s", err, d.YAML)
	}
	j, _, err := mapInput(t, filepath.Join(dir, "one.csv"), lay)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"2008,1037: 2008 1 6 4; 1037 1 2 0; ", "2008: 2008 1 6 4; "} {
		rec := &j.records[i]
		got := rec.At(spec.ContactHazardCode).Text + ": "
		for k := range rec.Hazards {
			for n, id := range []spec.FieldID{spec.HazardCode, spec.ResultOptionCode, spec.HazardYear, spec.HazardMonth} {
				got += rec.Hazards[k].At(id).Text + []string{" ", " ", " ", "; "}[n]
			}
		}
		if got != want {
			t.Errorf("got %q, want %q\n%s", got, want, d.YAML)
		}
	}
}
