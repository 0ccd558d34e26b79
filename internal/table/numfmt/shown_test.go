package numfmt

import (
	"strings"
	"testing"
)

func TestShown(t *testing.T) {
	t.Parallel()
	const posneg = `"阳性";;"阴性"`
	for _, c := range []struct {
		code string
		v    float64
		want Shown
	}{
		{"", 1, Shown{}}, {"0.00", 1, Shown{}}, {"General", 1, Shown{}}, {`0"mg"`, 1, Shown{}}, {`"TJ"0000`, 1, Shown{}}, {"yyyy-mm-dd", 1, Shown{}}, {"@", 1, Shown{}},
		{posneg, 1, Shown{Instead: true, Words: "阳性"}}, {posneg, 0, Shown{Instead: true, Words: "阴性"}}, {posneg, -1, Shown{Instead: true}},
		{`[=1]"男";[=2]"女";General`, 2, Shown{Instead: true, Words: "女"}}, {`[=1]"男";[=2]"女";General`, 3, Shown{}},
		{`[Red]\阳\性`, 1, Shown{Instead: true, Words: "阳性"}}, {"未检", 1, Shown{Instead: true, Words: "未检"}},
		{";;;", 5, Shown{Instead: true}}, {"0;-0;;@", 0, Shown{Instead: true}}, {"0;-0;;@", 5, Shown{}},
		{`_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ `, 0, Shown{Instead: true, Words: " - "}}, {`_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ `, 1234, Shown{}},
		{"0.0,", 12345, Shown{Scaled: true}}, {"#,##0,,", 1, Shown{Scaled: true}}, {"#,##0", 1234, Shown{}}, {`0,"千"`, 1, Shown{Scaled: true}},
	} {
		f := New(164, c.code)
		got := f.Shown(c.v)
		if got.Words = strings.TrimSpace(got.Words); got != (Shown{c.want.Instead, strings.TrimSpace(c.want.Words), c.want.Scaled}) {
			t.Errorf("%s shows %v as %+v, want %+v", c.code, c.v, got, c.want)
		}
		if f.Plain() && got != (Shown{}) {
			t.Errorf("%s is plain and shows %v as %+v", c.code, c.v, got)
		}
	}
}
