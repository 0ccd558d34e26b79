package sandbox

import (
	"errors"
	"strings"
	"testing"

	"hbupload/internal/fault"
)

func TestParseFaults(t *testing.T) {
	t.Parallel()
	fs, err := ParseFaults(" seed=7 ;504-after@rate=0.1@name=测试甲 x2\n drop-before ；reject:a=b:c @ id = 3611 ;token-uses=5;token-status=403; ")
	must(t, err)
	if fs.seed != 7 || fs.tokenUses != 5 || fs.tokenStatus != 403 || len(fs.rules) != 3 {
		t.Fatalf("%+v", fs)
	}
	f := fs.rules[0]
	if f.kind != "status" || f.code != 504 || !f.after || f.times != 2 || len(f.conds) != 2 || f.conds[0].rate != 0.1 {
		t.Errorf("%+v", f)
	}
	if f := fs.rules[2]; f.arg != "a=b:c" || f.conds[0].text != "3611" {
		t.Errorf("%+v", f)
	}
	if fs, err := ParseFaults(""); err != nil || len(fs.rules) != 0 {
		t.Errorf("%+v, %v", fs, err)
	}
}

func TestFaultsThatAreNone(t *testing.T) {
	t.Parallel()
	for spec, want := range map[string]string{
		"dorp":               "不认识的故障“dorp”",
		"200":                "不认识的故障",
		"600":                "不认识的故障",
		"drop;;nonsense":     "第 2 条“nonsense”",
		"reject-after:x":     "不分 -before 与 -after",
		"drop@name":          "条件=值",
		"drop@name=":         "条件=值",
		"drop@age=3":         "不认识的条件“age”",
		"drop@nth=0":         "正整数",
		"drop@every=x":       "正整数",
		"drop@rate=2":        "0 到 1",
		"drop@rate=nan":      "0 到 1",
		"drop@rate=-1%":      "0 到 1",
		"drop@call=upload2":  "login",
		"drop@times=0":       "正整数",
		"drop x0":            "次数",
		"drop xx":            "次数",
		"429:soon":           "秒数",
		"slow:fast":          "时长",
		"slow:0s":            "时长",
		"seed=x":             "整数",
		"token-uses=0":       "正整数",
		"dead-token:x":       "正整数",
		"token-status=500":   "200、401 或 403",
		"504-after-before-x": "不认识的故障",
	} {
		_, err := ParseFaults(spec)
		var mistake *specError
		if !errors.As(err, &mistake) || !strings.Contains(err.Error(), want) || mistake.Kind() != fault.Usage || mistake.Hint() == "" {
			t.Errorf("%q: %v, want %q", spec, err, want)
		}
	}
}

func FuzzParseFaults(f *testing.F) {
	for _, s := range []string{"drop", "504-after@rate=0.1 x2;reject:x@id=1", "seed=1；slow:2s", "x1 x2", "@", ":", "429:2@times=3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, spec string) {
		fs, err := ParseFaults(spec)
		if err != nil && (len(fs.rules) != 0 || err.Error() == "") {
			t.Fatalf("%+v and %v", fs, err)
		}
		for _, r := range fs.rules {
			if r.kind == "" || r.times < 0 {
				t.Fatalf("%+v", r)
			}
			for _, c := range r.conds {
				if !(c.rate >= 0 && c.rate <= 1) {
					t.Fatalf("%+v", c)
				}
			}
		}
	})
}
