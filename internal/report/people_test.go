package report

import (
	"testing"

	"hbupload/internal/push"
	"hbupload/internal/spec"
)

// TestPeople: 平台的答复 is what the platform said, of accepted people too; the reason of a
// refusal stands once, what is to be told of an accepted one beside it.
func TestPeople(t *testing.T) {
	t.Parallel()
	records := []push.Record{
		{Key: "1", State: push.Accepted, Reply: &push.Reply{Verbatim: "上传成功"}, Message: "平台回传的数据与上传的不一致"},
		{Key: "2", State: push.Rejected, Reply: &push.Reply{Verbatim: "身份证号 123 重复", Hint: "先 resolve"}, Message: "身份证号 *** 重复"},
		{Key: "3", State: push.Undelivered, Message: "连不上"},
	}
	want := [][2]string{{"上传成功", "平台回传的数据与上传的不一致"}, {"身份证号 123 重复", "先 resolve"}, {"", "连不上"}}
	for i, p := range People(records, func(spec.Place) string { return "" }) {
		if p.Words != want[i][0] || p.Note != want[i][1] {
			t.Errorf("%s: %q, %q", p.Key, p.Words, p.Note)
		}
	}
}
