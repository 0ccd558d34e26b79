package mapping_test

import (
	"testing"

	"hbupload/internal/spec"
)

// Numbers that no column marks are compared with their limits only where the mapping says
// so; what is no plain number, or has one limit that does not decide, stays unmarked.
func TestUnmarkedByLimits(t *testing.T) {
	t.Parallel()
	yaml := "sheets:\n  - key: 编号\n    rows: repeated\n    person: {姓名: 姓名, 身份证号: 证}\n    items: [{项目: 项目, 检查结果: 结果, 参考下限: 低, 参考上限: 高}]\n"
	csv := "编号,姓名,证,项目,结果,低,高\n"
	want := ""
	for _, c := range [][4]string{{"120", "90", "139", "0"}, {"90", "90", "139", "0"}, {"139.1", "90", "139", "1"}, {"89", "90", "139", "1"}, {"150", "", "139", "1"}, {"120", "", "139", ""},
		{"<120", "90", "139", ""}, {"阴性", "90", "139", ""}, {"120", "", "", ""}} {
		csv += "1,试样甲," + idA + ",收缩压," + c[0] + "," + c[1] + "," + c[2] + "\n"
		want += c[3] + ","
	}
	for top, want := range map[string]string{"": ",,,,,,,,,", "unmarked: off\n": ",,,,,,,,,", "unmarked: by_limits\n": want} {
		j := mapText(t, csv, top+yaml)
		got := ""
		for i := range j.records[0].Items {
			got += j.records[0].Items[i].At(spec.ResultFlag).Text + ","
		}
		if got != want {
			t.Errorf("%q: %s, want %s", top, got, want)
		}
	}
}

// A range with one side decides as far as the side goes; the limit of < itself does not.
func TestUnmarkedByOneSide(t *testing.T) {
	t.Parallel()
	yaml := "unmarked: by_limits\nsheets:\n  - key: 编号\n    rows: repeated\n    person: {姓名: 姓名, 身份证号: 证}\n    items: [{项目: 项目, 检查结果: 结果, 参考范围: 范围}]\n"
	csv := "编号,姓名,证,项目,结果,范围\n"
	want := ""
	for _, c := range [][3]string{{"20", "<26", "0"}, {"26", "<26", ""}, {"27", "<26", "1"}, {"5", "≤5", "0"}, {"5.1", "≤5", "1"}, {"6", ">5", "0"}, {"5", ">5", ""}, {"4", ">5", "1"},
		{"5", "≥5 mmHg", "0"}, {"4", "<=5", "0"}, {"6", "＜26", "0"}, {"7", "小于26", "0"}, {"5", "阴性", ""}, {"5", "3-9", "0"}} {
		csv += "1,试样甲," + idA + ",收缩压," + c[0] + "," + c[1] + "\n"
		want += c[2] + ","
	}
	j := mapText(t, csv, yaml)
	got := ""
	for i := range j.records[0].Items {
		got += j.records[0].Items[i].At(spec.ResultFlag).Text + ","
	}
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
