package report

import (
	"fmt"
	"strings"
	"testing"

	"hbupload/internal/push"
)

// TestOneReasonIsOneGroup: what a platform writes anew into each reply does not
// make a reason of its own; codes and figures do.
func TestOneReasonIsOneGroup(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		says   func(i int) string
		groups int
	}{
		"the clock": {func(i int) string { return fmt.Sprintf("校验失败，错误码 E1012，2024-03-01 08:06:%02d", i) }, 1},
		"a UUID": {func(i int) string {
			return fmt.Sprintf("系统异常 traceId=5f3c%04d-aa11-4b2c-9f1e-0242ac11%04d", i, i)
		}, 1},
		"an id":       {func(i int) string { return fmt.Sprintf("系统异常[0af3c%016d]", i) }, 1},
		"a counter":   {func(i int) string { return fmt.Sprintf("第%d条数据：年龄必填", i) }, 1},
		"a duration":  {func(i int) string { return fmt.Sprintf("操作失败（耗时%dms）", i) }, 1},
		"codes":       {func(i int) string { return fmt.Sprintf("校验失败，错误码 E101%d", i) }, 3},
		"item codes":  {func(i int) string { return fmt.Sprintf("项目 407010%d 缺少符号", i) }, 3},
		"dates alone": {func(i int) string { return fmt.Sprintf("体检日期 2024-03-0%d 不在范围内", i) }, 3},
	} {
		var records []push.Record
		for i := 1; i <= 3; i++ {
			records = append(records, push.Record{Key: fmt.Sprint("TJ", i), State: push.Rejected, Message: c.says(i)})
		}
		var out strings.Builder
		Refusals(&out, records, Style{})
		if n := strings.Count(out.String(), " 人："); n != c.groups || !strings.Contains(out.String(), c.says(1)) {
			t.Errorf("%s: %d groups\n%s", name, n, out.String())
		}
		if n := len((&Page{Records: records}).refusals().Bars); n != c.groups {
			t.Errorf("%s: %d bars on the page", name, n)
		}
	}
}
