package draft

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"hbupload/internal/ident"
	"hbupload/internal/pattern"
)

// The bounds of what is shown of a column.
const (
	sampleCount = 3
	sampleRunes = 16
)

// about is the comment behind a column: how sure it is, and three samples.
func (c *column) about() string {
	s := fmt.Sprintf("      # %d%%", c.sure)
	if samples := c.samples(); len(samples) > 0 {
		s += "，例：" + strings.Join(samples, " | ")
	}
	return s
}

// samples are up to three values, masked where they may be personal.
func (c *column) samples() []string {
	out := []string{}
	for _, v := range c.values {
		if len(out) == sampleCount {
			break
		}
		out = append(out, c.mask(v))
	}
	return out
}

var reDigitRun = pattern.New(`[0-9０-９Xx]{6,}`)

// mask hides what may tell who somebody is.
func (c *column) mask(v string) string {
	v = oneLineText(v)
	head := c.Name + c.field
	switch {
	case strings.Contains(head, "出生"):
		return "****"
	case personalHeader(head) && !reDigitRun.MatchString(v):
		return ident.MaskName(v)
	case c.field == roleItem:
	case strings.Contains(head, "单位") || strings.Contains(head, "企业") || strings.Contains(head, "公司"):
		if !slices.ContainsFunc([]rune(v), unicode.IsDigit) && len([]rune(v)) > 4 {
			return ident.MaskName(v)
		}
	}
	if len(v) > 10 || !strings.ContainsAny(v, "-/.年") {
		v = reDigitRun.ReplaceAllStringFunc(v, maskDigits)
	}
	if r := []rune(v); len(r) > sampleRunes {
		v = string(r[:sampleRunes]) + "…"
	}
	return v
}

// maskDigits masks a run of digits that is no date.
func maskDigits(s string) string {
	if len(s) == 8 && (strings.HasPrefix(s, "19") || strings.HasPrefix(s, "20")) {
		return s
	}
	return ident.MaskID(s)
}

func personalHeader(head string) bool {
	for _, w := range []string{"姓名", "名字", "联系", "电话", "手机", "证件号", "身份证", "医生", "医师", "人名", "紧急", "住址", "地址", "籍贯", "录入", "审核", "签名", "填表人", "报告人", "备注", "建议"} {
		if strings.Contains(head, w) {
			return true
		}
	}
	return strings.HasSuffix(head, "人")
}
