package draft_test

import (
	"strings"
	"testing"

	"hbupload/internal/mapping/draft"
	"hbupload/internal/spec"
)

// A dash among results may be a negative finding: it is asked, while in other
// columns it is nothing.
func TestDraftAsksAboutDashes(t *testing.T) {
	t.Parallel()
	path := oneCSV(t, "体检编号,姓名,身份证号,备注,吸烟情况,体检危害因素,其他疾病名称,职业禁忌证名称,尿蛋白结果,尿蛋白标记,尿潜血结果,尿潜血标记\n"+
		"1,试样甲,"+idA+",无,无,噪声,,,-,-,+,↑\n")
	d := propose(t, path)
	for _, want := range []string{"#?blank: [\"-\", 无]          # 是", "无: 从不吸", "其他疾病或异常: [其他疾病名称, 职业禁忌证名称]", "\n        blank: [\"-\", 无]\n"} {
		if !strings.Contains(d.Text, want) {
			t.Errorf("%q is missing in\n%s", want, d.Text)
		}
	}
	r := &run(t, path, d.Text).records[0]
	if len(r.Items) != 2 || r.Items[0].At(spec.Result).Text != "-" || r.At(spec.Propose).Text != "" || r.At(spec.SmokingStatus).Text != "4" {
		t.Errorf("%d items, %q %q %q", len(r.Items), r.Items[0].At(spec.Result).Text, r.At(spec.Propose).Text, r.At(spec.SmokingStatus).Text)
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
	got := run(t, dir, propose(t, dir).Text)
	for i, want := range []string{"某溶剂 某胶水", " "} {
		rec := &got.records[i]
		if s := rec.At(spec.ContactHazardOther).Text + " " + rec.At(spec.HazardOther).Text; s != want {
			t.Errorf("%s: contact and examined %q, want %q", rec.Key, s, want)
		}
	}
}

// TestDraftWideFilm: the chest film of a wide sheet becomes a group of its own; only a
// text that says "normal" and no more is taken for it, and the others are words to answer.
func TestDraftWideFilm(t *testing.T) {
	t.Parallel()
	path := oneCSV(t, "体检编号,姓名,身份证号,体检危害因素,收缩压结果,收缩压单位,收缩压标记,胸部正位片（DR）结果,胸部正位片（DR）单位,胸部正位片（DR）标记\n"+
		"1,试样甲,"+idA+",噪声,120,mmHg,,双肺未见异常,,\n2,试样乙,"+idB+",噪声,120,mmHg,,右肺结节，余未见异常,,\n")
	d := propose(t, path)
	open := ""
	for _, w := range d.Words {
		if w.Field == "胸片结果" && w.Choice == "" {
			open += w.Word
		}
	}
	if open != "右肺结节，余未见异常" {
		t.Errorf("open words %q", open)
	}
	for text, want := range map[string]string{
		d.Text: "双肺未见异常 0 |右肺结节，余未见异常 右肺结节,余未见异常 |",
		apply(t, d, draft.Answer{ID: draft.WordID("胸片结果", "右肺结节，余未见异常"), Text: "2 其他异常"}): "双肺未见异常 0 |右肺结节，余未见异常 2 |",
	} {
		got := ""
		for _, rec := range run(t, path, text).records {
			for k := range rec.Items {
				if it := &rec.Items[k]; it.At(spec.ItemCode).Text == "20010" {
					got += it.At(spec.Result).Text + " " + it.At(spec.RadiographResult).Text + " " + it.At(spec.ResultFlag).Text + "|"
				}
			}
		}
		if got != want {
			t.Errorf("films %q, want %q\n%s", got, want, text)
		}
	}
}

// TestDraftNumberedExposures: where the exposures are those of the numbered columns,
// the proposed join reads the columns that the group reads too.
func TestDraftNumberedExposures(t *testing.T) {
	t.Parallel()
	path := oneCSV(t, "体检编号,姓名,身份证号,危害因素1,检查结论1,工龄年1,工龄月1,危害因素2,检查结论2,工龄年2,工龄月2\n"+
		"1,试样甲,"+idA+",噪声,1,6,4,苯,1,2,0\n2,试样乙,"+idB+",噪声,1,,,,,,\n")
	d := propose(t, path)
	var answers []draft.Answer
	for _, q := range d.Questions {
		if q.Where == "接触危害因素" || q.Where == "接害工龄日" {
			answers = append(answers, draft.Answer{ID: q.ID, Text: q.Candidates[0]})
		}
	}
	if len(answers) != 2 {
		t.Fatalf("questions %+v", d.Questions)
	}
	j := run(t, path, apply(t, d, answers...))
	for i, want := range []string{"2008,1037: 2008 1 6 4 0; 1037 1 2 0 0; ", "2008: 2008 1   ; "} {
		rec := &j.records[i]
		got := rec.At(spec.ContactHazardCode).Text + ": "
		for k := range rec.Hazards {
			for n, id := range []spec.FieldID{spec.HazardCode, spec.ResultOptionCode, spec.HazardYear, spec.HazardMonth, spec.HazardDay} {
				got += rec.Hazards[k].At(id).Text + []string{" ", " ", " ", " ", "; "}[n]
			}
		}
		if got != want {
			t.Errorf("got %q, want %q\n%s", got, want, d.Text)
		}
	}
}

// Parts that are not written are 0 only beside one that is: a blank exposure stays blank.
func TestZerosBesideAValueOnly(t *testing.T) {
	t.Parallel()
	path := oneCSV(t, "体检编号,姓名,身份证号,在岗状态,危害因素,接害工龄\n1,试样甲,"+idA+",岗中,噪声,3年\n2,试样乙,"+idB+",岗中,噪声,\n3,试样丙,"+idC+",上岗前,噪声,\n")
	d := propose(t, path)
	var answers []draft.Answer
	for _, q := range d.Questions {
		if q.Where == "接害工龄" {
			answers = append(answers, draft.Answer{ID: q.ID, Text: q.Candidates[0]})
			if q.People != 1 {
				t.Errorf("the question concerns %d people, want 1", q.People)
			}
		}
	}
	j := run(t, path, apply(t, d, answers...))
	for i, want := range []string{"3 0 0", "  ", "  "} {
		h := &j.records[i].Hazards[0]
		if got := h.At(spec.HazardYear).Text + " " + h.At(spec.HazardMonth).Text + " " + h.At(spec.HazardDay).Text; got != want {
			t.Errorf("exposure of %d: %q, want %q", i+1, got, want)
		}
	}
}

// No candidate says what the export does not say of a person.
func TestNoCandidateInvents(t *testing.T) {
	t.Parallel()
	path := oneCSV(t, "体检编号,姓名,身份证号,危害因素,收缩压,内科\n1,试样甲,"+idA+",噪声,120,未见异常\n")
	for _, q := range propose(t, path).Questions {
		for _, c := range q.Candidates {
			if q.Where != "监测种类" && strings.Contains(c, "全部") || strings.Contains(c, "请填写") {
				t.Errorf("%s: %s", q.Where, c)
			}
		}
		if q.Where == "体检结论" && (len(q.Candidates) > 0 || q.People != 1) {
			t.Errorf("%+v", q)
		}
	}
}

// A person's own words are taken where they fit, and what does not fit is said.
func TestOwnAnswers(t *testing.T) {
	t.Parallel()
	path := oneCSV(t, "体检编号,姓名,身份证号,危害因素,部门,状态,收缩压,工龄\n1,试样甲,"+idA+",噪声,一车间,在岗,120,3年\n")
	d := propose(t, path)
	id := func(label string) string {
		for _, q := range d.Questions {
			if q.Where == label {
				return q.ID
			}
		}
		t.Fatalf("no question about %s\n%s", label, d.Text)
		return ""
	}
	for _, c := range []struct{ id, text, want string }{
		{id("用人单位名称"), "测试机械厂", "用人单位名称: {value: 测试机械厂}"},
		{id("用人单位名称"), "部门", "用人单位名称: 部门"},
		{id("用人单位名称"), "请填写", ""},
		{id("初复检标识"), "初检", "初复检标识: {value: 初检}"},
		{id("初复检标识"), "也许", ""},
		{id("体检结论"), "目前未见异常", ""},
		{id("体检结论"), "状态", "体检结论: 状态"},
		{id("监护种类"), "2 在岗期间", "监护种类: {value: \"2 在岗期间\"}"},
		{id("工种"), "不存在的工种", ""},
		{draft.ColumnID("", "one", "状态"), "监护种类", "监护种类: 状态"},
		{draft.ColumnID("", "one", "姓名"), draft.Unused, "person:\n      身份证号"},
		{draft.ColumnID("", "one", "姓名"), "姓名", "姓名: 姓名"},
		{draft.ColumnID("", "one", "状态"), "姓名", ""},
		{draft.ColumnID("", "one", "状态"), "胡写", ""},
		{draft.ItemID("收缩压"), "10002 舒张压", `项目: {value: "10002"}`},
		{draft.UnitID("收缩压"), "mmHg", "计量单位: {value: mmHg}"},
		{draft.RangeID("收缩压"), "90-139", `参考上限: {value: "139"}`},
		{draft.RangeID("收缩压"), "九十", ""},
		{draft.WordID("监护种类", "在岗"), "在岗期间", "在岗: "},
	} {
		text, faults, err := draft.Apply(d.Text, []draft.Answer{{ID: c.id, Text: c.text}}, options(t).Dicts)
		switch {
		case err != nil:
			t.Errorf("%s = %s: %v\n%s", c.id, c.text, err, text)
		case (len(faults) == 0) != (c.want != ""), !strings.Contains(text, c.want):
			t.Errorf("%s = %s: %v, want %q\n%s", c.id, c.text, faults, c.want, text)
		}
	}
}

// Two columns may change places.
func TestColumnsChangePlaces(t *testing.T) {
	t.Parallel()
	path := oneCSV(t, "体检编号,姓名,身份证号,工种,其他工种,体检日期\n1,试样甲,"+idA+",装配,99-001,2024-05-20\n")
	d := propose(t, path)
	text := apply(t, d, draft.Answer{ID: draft.ColumnID("", "one", "工种"), Text: "其他工种"}, draft.Answer{ID: draft.ColumnID("", "one", "其他工种"), Text: "工种"})
	rec := &run(t, path, text).records[0]
	if rec.At(spec.TypeOfWorkCode).Text != "99-001" || rec.At(spec.TypeOfWorkOther).Text != "装配" {
		t.Errorf("%q %q\n%s", rec.At(spec.TypeOfWorkCode).Text, rec.At(spec.TypeOfWorkOther).Text, text)
	}
}
