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
