package layout

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hbupload/internal/fault"
	"hbupload/internal/spec"
)

func TestTake(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		take     Take
		in, want string
		ok       bool
	}{
		{TakeYear, "12年6月", "12", true}, {TakeMonth, "12年6月", "6", true}, {TakeDay, "12年6月", "", true},
		{TakeYear, "3年零2个月15天", "3", true}, {TakeMonth, "3年零2个月15天", "2", true}, {TakeDay, "3年零2个月15天", "15", true},
		{TakeYear, "１２ 年", "12", true}, {TakeMonth, "8个月", "8", true}, {TakeYear, "8个月", "", true},
		{TakeYears, "109", "9", true}, {TakeMonths, "109", "1", true}, {TakeYears, "11个月", "0", true}, {TakeMonths, "１２０月", "0", true},
		{TakeYears, "9年1月", "9", true}, {TakeMonths, "9年1月", "1", true}, {TakeYears, "9.5", "9.5", false}, {TakeMonths, "1 09", "1 09", false},
		{TakeYear, "12", "12", false}, {TakeYear, "很久", "很久", false}, {TakeYear, "零", "零", false},
		{TakeFrom, "2014-03-01至2024-05-01", "2014-03-01", true}, {TakeTo, "2014-03-01至2024-05-01", "2024-05-01", true},
		{TakeFrom, "2014-03-01 -- 2024-05-01", "2014-03-01", true}, {TakeFrom, "2014/03/01-2024/05/01", "2014/03/01", true}, {TakeTo, "2014.3.1～至今", "至今", true},
		{TakeFrom, "2014-03-01-2024-05-01", "2014-03-01", true}, {TakeFrom, "2014年3月1日到2024年5月1日", "2014年3月1日", true}, {TakeFrom, "2014-03-01", "2014-03-01", false},
		{TakeTo, "2014-03-01至今", "", true},
		{TakeLower, "3.5-9.5", "3.5", true}, {TakeUpper, "3.5-9.5", "9.5", true}, {TakeLower, "3.5～9.5", "3.5", true}, {TakeUpper, "3.5--9.5", "9.5", true},
		{TakeUpper, "3.5－9.5", "9.5", true}, {TakeUpper, "<5.2", "5.2", true}, {TakeLower, "<5.2", "", true}, {TakeUpper, "≤40", "40", true}, {TakeLower, "≥60", "60", true},
		{TakeUpper, "＜5.2", "5.2", true}, {TakeLower, "阴性", "", true}, {TakeUpper, "阴性", "", true}, {TakeLower, "(0.9-1.1)", "0.9", true},
		{TakeUpper, "3.5-9.5 10^9/L", "9.5", true}, {TakeUpper, "3.5-9.5 12", "", false}, {TakeYear, "1 2年", "", false}, {TakeUpper, "3.5-9.5×10⁹/L", "9.5", true}, {TakeUpper, "115-175 g/L", "175", true}, {TakeLower, "-2.0-3.0", "-2.0", true},
		{TakeLower, "-2--1", "-2--1", false}, {TakeLower, "9.5-3.5", "9.5-3.5", false}, {TakeLower, "1:40", "1:40", false}, {TakeUpper, "男 3-5 女 2-4", "男 3-5 女 2-4", false},
		{TakeNumber, "6.5×10^9/L", "6.5", true}, {TakeUnit, "6.5×10^9/L", "10^9/L", true}, {TakeUnit, "6.5*10^9/L", "10^9/L", true}, {TakeMark, "6.5*10^9/L", "", true},
		{TakeNumber, "98↓", "98", true}, {TakeMark, "98↓", "↓", true}, {TakeMark, "98 H", "H", true}, {TakeMark, "98", "", true}, {TakeNumber, "＜0.01", "<0.01", true},
		{TakeNumber, ">200", ">200", true}, {TakeNumber, "阴性", "阴性", true}, {TakeUnit, "阴性", "", true}, {TakeUnit, "3 L/min", "L/min", true}, {TakeMark, "3 L/min", "", true},
		{TakeNumber, "120/80", "120/80", true}, {TakeNumber, "1:40", "1:40", true}, {TakeNumber, "3-5", "3-5", true}, {TakeNumber, "2+", "2+", true}, {TakeNumber, "3x5cm", "3x5cm", true},
		{TakeNumber, "2年前手术", "2年前手术", true}, {TakeNumber, "1E5", "1E5", true}, {TakeNumber, "5mm结节", "5mm结节", true}, {TakeNumber, "72次/分", "72", true}, {TakeNumber, "92.5%", "92.5", true},
		{TakeNumber, "12 /μL", "12", true}, {TakeUpper, "3-5(男)2-4(女)", "", false}, {TakeUpper, "<5.2(男)", "", false}, {TakeUpper, "0-40U/L", "40", true}, {TakeUpper, "0～2 μmol/L", "2", true},
		{TakeNumber, "146 g/L ↑", "146", true}, {TakeUnit, "146 g/L ↑", "g/L", true}, {TakeMark, "146 g/L ↑", "↑", true},
	} {
		if got, ok := c.take.Apply(c.in); ok != c.ok || ok && got != c.want || !ok && got != c.in {
			t.Errorf("%s of %q = %q, %v; want %q, %v", c.take, c.in, got, ok, c.want, c.ok)
		}
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	text := strings.Join([]string{
		`nam: 某院`,            // 1: unknown key
		`recheck: maybe`,     // 2: not a word
		`sheets:`,            //
		`  - key: 体检号`,       //
		`    header: [2, 4]`, // 5: not neighbours
		`    person:`,        //
		`      姓名: 姓名`,       //
		`      性別: 性别`,       // 8: unknown field
		`      年龄: {column: 年龄, take: years}`,    // 9: unknown part
		`      工种: {column: 工种, values: 没有}`,     // 10: unknown table
		`      备注: {match: "("}`,                 // 11: no expression, no source
		`      联系电话: {copy: 手机}`,                 // 12: nothing before
		`    hazards:`,                           //
		`      - 监护种类: 类型`,                       //
		`    items: [{检查结果: {column: a, b: c}}]`, // 15: unknown key
	}, "\n")
	_, err := Parse("x.yaml", []byte(text))
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v", err)
	}
	lines := map[int]bool{}
	for _, p := range e.Problems {
		lines[p.Line] = true
		if p.Column == 0 {
			t.Errorf("no column: %v", p)
		}
	}
	for _, line := range []int{1, 2, 5, 8, 9, 10, 11, 12, 15} {
		if !lines[line] {
			t.Errorf("line %d is not complained of: %v", line, e.Problems)
		}
	}
	if e.Kind() != fault.Config || !strings.Contains(e.Error(), "第 1 行第 1 列") || strings.Count(e.Hint(), "\n") < 8 {
		t.Errorf("%s\n%s", e, e.Hint())
	}
}

// TestWordsOfNotation: a second document counts for something, and a pattern's
// mistake is told with key, line and place.
func TestWordsOfNotation(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"sheets:\n  - person: {姓名: 姓名}\n---\nname: 某院\n":                 "第 3 行第 1 列：YAML 写法有误：这里开始了第二个 YAML 文档",
		"sheets:\n  - person:\n      姓名: {column: 姓名, match: '(\\d+'}\n": "第 3 行第 31 列：match 不是合法的正则表达式：括号 ( 没有用 ) 收尾，在“(\\d+”处",
		"sheets:\n  - sheet: '/[汇总/'\n    person: {姓名: 姓名}\n":            "第 2 行第 12 列：sheet 不是合法的正则表达式：方括号 [ 没有用 ] 收尾，在“[汇总”处",
		"sheets:\n  - person:\n      姓名: {pattern: '*名'}\n":              "第 3 行第 21 列：pattern 不是合法的正则表达式：* + ? { 前面没有可以重复的内容，在“*”处",
		"sheets:\n  - person:\n\t\t姓名: a\n":                              "制表符",
	} {
		_, err := Parse("x", []byte(text))
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(e.Error()+e.Hint(), want) || strings.Contains(e.Error()+e.Hint(), "missing") {
			t.Errorf("%q: %v\n%s\nwant %q", text, err, e.Hint(), want)
		}
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	good := "sheets:\n  - person: {姓名: 姓名}\n"
	if _, err := Parse("x", []byte(good)); err != nil {
		t.Fatal(err)
	}
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for i := 'b'; i < 'k'; i++ {
		bomb += string(i) + ": &" + string(i) + " [" + strings.TrimSuffix(strings.Repeat("*"+string(i-1)+",", 9), ",") + "]\n"
	}
	for name, text := range map[string]string{
		"bomb": bomb + good, "alias": "blank: &x [/]\n" + good, "deep": "blank: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + "\n" + good,
		"deeper": "blank: " + strings.Repeat("[", 60) + strings.Repeat("]", 60) + "\n" + good, "large": good + "# " + strings.Repeat("x", MaxFile), "empty": "", "list": "- a\n",
		"latin": "name: \xff\n" + good, "tab": "sheets:\n\t- a", "twice": "name: a\nname: b\n" + good, "no person": "sheets:\n  - key: a\n    items: [{项目: b, 检查结果: c}]\n",
		"two persons": good + "  - person: {姓名: 姓名}\n", "holders": "sheets:\n  - person: {姓名: 姓名}\n    items: [{检查结果: '{item}a', 计量单位: '{n}b'}]\n",
		"constant anchor": "sheets:\n  - person: {姓名: 姓名}\n    items: [{检查结果: {value: a}, 计量单位: '{item}b'}]\n",
		"no hazard":       "sheets:\n  - person: {姓名: 姓名}\n    hazards: [{监护种类: 类型}]\n", "no item": "sheets:\n  - person: {姓名: 姓名}\n    items: [{检查结果: a}]\n",
		"same word": "sheets:\n  - person: {姓名: 姓名, 性别: {column: a, values: {M: 男, Ｍ: 女}}}\n", "repeated": "sheets:\n  - rows: repeated\n    person: {姓名: 姓名}\n",
	} {
		_, err := Parse("x", []byte(text))
		var e *Error
		if !errors.As(err, &e) || len(e.Problems) == 0 || len(e.Problems) > 200 {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestTextsStayAsWritten holds YAML's traps: octal numbers, dates, booleans.
func TestTextsStayAsWritten(t *testing.T) {
	t.Parallel()
	l, err := Parse("x", []byte("sheets:\n  - person:\n      姓名: {column: 姓名, values: {no: 0123, 1e3: 2025-03-07, ~: yes}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	words := l.Sheets[0].Person[0].Cases[0].Values.Words
	for word, want := range map[string]string{"no": "0123", "1e3": "2025-03-07", "~": "yes"} {
		if words[WordKey(word)].Text != want {
			t.Errorf("%s became %q, want %q", word, words[WordKey(word)].Text, want)
		}
	}
}

func TestColumnsAndRules(t *testing.T) {
	t.Parallel()
	text := `
name: 某院
recheck: inherit
sheets:
  - sheet: /^汇总\d+$/
    header: [3, 4]
    key: [证件号, 日期]
    person:
      姓名: {column: [姓名, 名字]}
      身份证号: {position: C}
      联系电话: {pattern: ^手机}
      用人单位名称: {join: [省, 市], with: "-"}
      用工单位名称: {copy: 用人单位名称}
      吸烟史: 烟龄
    items:
      - {检查结果: "{item}结果", 参考范围: "{item}范围"}
`
	l, err := Parse("x", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s := l.Sheets[0]
	if !l.Inherit || !s.Fits("汇总12") || s.Fits("汇总") || len(s.HeaderRows) != 2 || len(s.Key) != 2 {
		t.Errorf("sheet %+v", s)
	}
	byField := map[spec.FieldID]*Rule{}
	for _, r := range s.Person {
		byField[r.Field] = r
	}
	if byField[spec.IDCard].Cases[0].Columns[0].Number != 3 || byField[spec.EmployerEnterpriseName].Cases[0].With != "-" ||
		byField[spec.PersonalHistoryMonth].Cases[0].Take != TakeMonth || byField[spec.PatientName].Line != 9 {
		t.Errorf("rules %+v", s.Person)
	}
	known := s.Known()
	for key, want := range map[string]bool{"名字": true, "手机号": true, "白细胞结果": true, "结果": false, "白细胞范围": true, "工号": false, "": false} {
		if known(key) != want {
			t.Errorf("known(%q) = %v", key, !want)
		}
	}
}

func TestFingerprint(t *testing.T) {
	t.Parallel()
	a := Fingerprint([][]string{{"姓名", "性 别"}})
	if a != Fingerprint([][]string{{"性别", "姓名"}}) || a == Fingerprint([][]string{{"性别"}, {"姓名"}}) || len(a) != 16 {
		t.Error("order and blanks must not count, sheets must")
	}
	d := (&Sheet{Columns: []string{"姓名", "性别"}}).Compare("表", []string{"姓名", "年龄"})
	if len(d.Gone) != 1 || d.Gone[0] != "性别" || len(d.New) != 1 || d.New[0] != "年龄" {
		t.Errorf("difference %+v", d)
	}
}

// FuzzParse holds that any text is either refused with its problems or gives a
// layout with exactly one sheet of persons; FuzzTake's promises are in it too.
func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob(filepath.Join("..", "..", "..", "testdata", "layouts", "*", "*.yaml"))
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := Parse("x", text)
		var e *Error
		switch {
		case err == nil:
			for _, s := range l.Sheets {
				known := s.Known()
				known("姓名")
				for _, g := range append(append([]*Group{}, s.Hazards...), s.Items...) {
					for _, r := range g.Rules {
						if len(r.Cases) == 0 {
							t.Errorf("a rule without a case: %+v", r)
						}
					}
				}
			}
		case !errors.As(err, &e) || len(e.Problems) == 0 || e.Error() == "":
			t.Errorf("%v is no *Error with problems", err)
		}
	})
}

func FuzzTake(f *testing.F) {
	for _, s := range []string{"12年6月", "3.5--9.5", "6.5×10^9/L ↑", "2014-03-01至2024-05-01", "-2--1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, take := range takes() {
			if got, ok := take.Apply(s); !ok && got != s {
				t.Errorf("%s of %q is not readable and yet changed to %q", take, s, got)
			}
		}
	})
}
