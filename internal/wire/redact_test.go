package wire

import (
	"strings"
	"testing"
	"time"
)

func TestRedact(t *testing.T) {
	t.Parallel()
	leaves := []Leaf{{Text: "甲某某"}, {Text: "甲某某某"}, {Text: "1"}, {Text: "噪声"}, {Text: "13900000000"}, {Text: "双肺\n清晰"}, {Text: ""}, {Text: "声音"}}
	for msg, want := range map[string]string{
		"甲某某的年龄有误":                 "***的年龄有误",
		"甲某某某，甲某某":                 "***，***",
		"第1项 123456789012345 重复":   "第1项 *** 重复",
		"12345678901234 不动":        "12345678901234 不动",
		"13010119900307001X 已存在":   "*** 已存在",
		"１３０１０１１９９００３０７００１１":       "***",
		"12345678901234567890":     "***",
		"电话139000000001":           "电话***1",
		"噪声音":                      "***",
		"值 " + b64("甲某某") + " 不合法": "值 *** 不合法",
		"结果 双肺 清晰 ":                "结果 *** ",
		"甲某某13900000000":           "******",
		"":                         "",
	} {
		if got := Redact(msg, leaves); got != want {
			t.Errorf("%q became %q, want %q", msg, got, want)
		}
	}
}

func TestRedactIsBounded(t *testing.T) {
	t.Parallel()
	var leaves []Leaf
	for i := range 20_000 {
		leaves = append(leaves, Leaf{Text: strings.Repeat("某", 2+i%900) + "x"})
	}
	start := time.Now()
	Redact(strings.Repeat("某", 5_000_000), leaves)
	if d := time.Since(start); d > 20*time.Second {
		t.Errorf("took %v", d)
	}
}
