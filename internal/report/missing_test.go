package report

import (
	"bytes"
	"strings"
	"testing"

	"hbupload/internal/push"
	"hbupload/internal/spec"
)

// TestMissingColumnOnTheScreen: the remedy of a missing column is the column, not
// its cells; and rows of nobody are named by their numbers then.
func TestMissingColumnOnTheScreen(t *testing.T) {
	t.Parallel()
	sheet := &spec.SheetRef{File: "a.xlsx", Name: "危害因素"}
	found := []spec.Finding{
		{Key: "TJ1", Rule: spec.Required, Severity: spec.Error, Cause: "缺少“监护种类”列", Place: spec.Place{Sheet: sheet, Row: 2, Header: "监护种类"}},
		{Rule: spec.RowOrphan, Severity: spec.Error, Cause: "「危害因素」缺少“体检编号”列", Place: spec.Place{Sheet: sheet, Row: 7, Header: "体检编号"}},
		{Key: "TJ1", Rule: spec.Required, Severity: spec.Error, Cause: "“填表人姓名”为空", Message: "“填表人姓名”为空，请填写，或在配置 institution.preparerName 里写明", Place: spec.Place{Sheet: sheet, Row: 2, Header: "填表人姓名"}},
		{Key: "TJ1", Rule: spec.Required, Severity: spec.Error, Cause: "“姓名”为空", Place: spec.Place{Sheet: sheet, Row: 2, Col: 3, Header: "姓名"}},
	}
	var out bytes.Buffer
	Findings(&out, found, func(spec.RuleID) string { return "填写此单元格" }, Style{})
	for _, want := range []string{"补上“监护种类”列", "补上“体检编号”列", "危害因素!7", "办法：在映射文件里写明它的来源（列、value 或 copy），或在配置 institution.preparerName 里写明"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, out.String())
		}
	}
	if strings.Count(out.String(), "填写此单元格") != 1 {
		t.Errorf("the cell's remedy is for cells:\n%s", out.String())
	}
}

// TestChangedOnTheScreen: what to do about changed records is said once for all.
func TestChangedOnTheScreen(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	Refusals(&out, []push.Record{
		{Key: "TJ1", State: push.Changed, Message: "内容有变化；有变化的字段：性别" + push.HowToResend},
		{Key: "TJ2", State: push.Changed, Message: "内容有变化；有变化的字段：联系电话" + push.HowToResend},
	}, Style{})
	if got := out.String(); strings.Count(got, "--resend changed") != 1 || !strings.Contains(got, "字段：性别\n") || !strings.Contains(got, "办法：核对改动") {
		t.Errorf("%s", got)
	}
}
