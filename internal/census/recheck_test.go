package census

import "testing"

// help: 接口读法 4.5: what a re-examination lacks may stand in the row of the same
// person's first examination.
func TestFirstExamOfAReexamination(t *testing.T) {
	t.Parallel()
	first := person{key: "A", card: "110101199003078515", name: "测试甲", flag: "0", date: "2024-01-01"}
	again := first
	again.key, again.flag, again.date = "B", "1", "2024-03-01"
	other := person{key: "C", card: "110101199003078523", name: "测试乙", flag: "1", date: "2024-03-01"}
	got := take([]person{first, again, other}).FirstExams
	if len(got) != 1 || got[1].Row == 0 || got[1].Sheet == nil {
		t.Errorf("first examinations: %v, want only that of the second record", got)
	}
}
