package xlsx

import (
	"context"
	"strings"
	"testing"
)

// TestLongTokens: whatever is as long as the limit allows is passed over in one
// go. Anything that looks at the whole again for each of its characters would
// not come back for hours.
func TestLongTokens(t *testing.T) {
	t.Parallel()
	lim := DefaultLimits()
	han := strings.Repeat("长", (lim.TokenBytes-100)/3)
	some := lim.TokenBytes - 100
	for name, part := range map[string]string{
		"value":             `<a b="` + han + `"/>`,
		"value of entities": `<a b="` + strings.Repeat("&amp;", some/5) + `"/>`,
		"value of returns":  `<a b="` + strings.Repeat("\r", some) + `"/>`,
		"attribute's name":  `<a ` + han + `="1"/>`,
		"element's name":    `<` + han + `/>`,
		"blanks":            `<a` + strings.Repeat(" ", some) + `/>`,
		"text":              `<a>` + han + `</a>`,
		"text of entities":  `<a>` + strings.Repeat("&#65;", some/5) + `</a>`,
		"CDATA":             `<a><![CDATA[` + strings.Repeat("\r", some) + `]]></a>`,
		"CDATA sections":    `<a>` + strings.Repeat("<![CDATA[x]]>", 200_000) + `</a>`,
		"comment":           `<a><!--` + han + `--></a>`,
		"comments":          `<a>` + strings.Repeat("<!---->", 300_000) + `</a>`,
		"instruction":       `<a><?x ` + han + `?></a>`,
		"instructions":      `<a>` + strings.Repeat("<?x?>", 400_000) + `</a>`,
		"elements":          `<a>` + strings.Repeat("<b/>", 500_000) + `</a>`,
	} {
		l := newLexer(context.Background(), strings.NewReader(part), &lim)
		var err error
		for tok := tokStart; tok != tokEOF && err == nil; {
			if tok, err = l.next(); err == nil && tok == tokText {
				err = checkText(l.text)
			}
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
