package draft_test

import (
	"strings"
	"testing"

	"hbupload/internal/spec"
)

// TestDraftSharedNumbers: where first examinations and re-examinations have one number,
// the draft joins it with the column that tells them apart, in every sheet or not at all.
func TestDraftSharedNumbers(t *testing.T) {
	t.Parallel()
	persons := "体检编号,检查性质,姓名,身份证号,体检时间\nA1,初检,试样甲," + idA + ",2026-03-01\nA2,初检,试样乙," + idB + ",2026-03-01\nA1,复查,,,2026-04-01\n"
	for name, c := range map[string]struct {
		persons, items string
		shared         bool
	}{
		"marked everywhere":     {persons, "体检编号,检查性质,项目,结果\nA1,初检,收缩压,150\nA1,复查,收缩压,120\nA2,初检,收缩压,118\n", true},
		"items without a mark":  {persons, "体检编号,项目,结果\nA1,收缩压,150\nA2,收缩压,118\n", false},
		"a person without mark": {persons + "A3,,试样丙," + idA + ",2026-03-01\n", "体检编号,检查性质,项目,结果\nA1,初检,收缩压,150\n", false},
		"numbers of their own":  {strings.Replace(persons, "A1,复查", "A9,复查", 1), "体检编号,检查性质,项目,结果\nA1,初检,收缩压,150\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := sheetsDir(t, map[string]string{"档案.csv": c.persons, "检查项目.csv": c.items})
			d := propose(t, dir)
			if got := strings.Count(d.Text, "key: [体检编号, 检查性质]") == 2 && strings.Contains(d.Text, "first: 体检编号"); got != c.shared {
				t.Fatalf("joined: %v, want %v in\n%s", got, c.shared, d.Text)
			}
			if !c.shared {
				return
			}
			got := run(t, dir, d.Text)
			again := &got.records[2]
			if again.At(spec.PatientName).Text != "试样甲" || len(again.Items) != 1 || again.Items[0].At(spec.Result).Text != "120" || got.records[0].Items[0].At(spec.Result).Text != "150" {
				t.Errorf("re-examination: %q, %d items", again.At(spec.PatientName).Text, len(again.Items))
			}
		})
	}
}
