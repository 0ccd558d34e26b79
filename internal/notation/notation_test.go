package notation

import (
	"errors"
	"regexp"
	"strings"
	"testing"
)

var reEnglish = regexp.MustCompile(`[a-z]{4,}`)

// TestDocument: one document is read, every mistake gets its line and a Chinese
// sentence without a word of the library's.
func TestDocument(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		line int
		says string
	}{
		"":                               {0, ""},
		"# only a comment\n":             {0, ""},
		"a: 1\n...\n":                    {0, ""},
		"---\na: 1\n":                    {0, ""},
		"a: 1\n---\nb: 2\n":              {2, "第二个 YAML 文档"},
		"---\n---\na: 1\n":               {2, "第二个 YAML 文档"},
		"a: 1\n---\n":                    {2, "第二个 YAML 文档"},
		"a: 1\n---\nb: [\n":              {4, "括号没有写完"},
		"a: 1\nb: [1, 2\nc: 3\n":         {2, "]"},
		"a: 1\nb: {c: 2\nd: 3\n":         {2, "}"},
		"a: 1\nb: 2\nc 2\nd: 3\n":        {3, "缺少冒号"},
		"a: b: c\n":                      {1, "引号"},
		"a:\n  - 1\n b: 2\n":             {3, "缩进"},
		"a:\n\tb: 1\n":                   {2, "制表符"},
		"p:\n  # 址\n  a：x\n  b: 1\n":     {3, "中文"},
		"p:\n  a: 1\n  名称：x\n":           {3, "中文"},
		"p:\n  a:x\n  b: 1\n":            {2, "留一个空格"},
		"p:\n  c: 1\n   a: x\n  b: 1":    {3, "多缩进"},
		"p:\n   a: \"x\"\n\n  b:\n    c": {4, "没有与上面的内容对齐"},
		"a: 1\nb: \"没有收尾\nc: 2\n":        {2, "引号没有收尾"},
		"a: @x\n":                        {1, "加引号"},
		"a: \"C:\\路径\"\n":                {1, "单引号"},
		"a: *b\n":                        {0, "引用"},
		"a: *,\n":                        {1, "加引号"},
		"a: \x00\n":                      {0, "控制字符"},
		"a: \xff\n":                      {0, "UTF-8"},
		strings.Repeat("{a: ", 11_000):   {0, "嵌套太深"},
		"a: !abc123\n":                   {1, "以 ! 开头"},
		"a: 1\nb: {c: !!binary x}\n":     {2, "以 ! 开头"},
		"a: &abc\n":                      {1, "以 & 开头"},
		"a: - b\n":                       {1, "另起一行"},
	} {
		top, err := Document([]byte(text))
		shown := text[:min(len(text), 40)]
		if want.says == "" {
			if err != nil {
				t.Errorf("%q: %v", shown, err)
			}
			continue
		}
		var bad *Error
		if !errors.As(err, &bad) || top != nil || !strings.Contains(bad.Message, want.says) || reEnglish.MatchString(bad.Message) {
			t.Errorf("%q: %v, want %q", shown, err, want.says)
			continue
		}
		if bad.Line != want.line {
			t.Errorf("%q: line %d, want %d (%v)", shown, bad.Line, want.line, err)
		}
	}
	if top, err := Document([]byte("a: {b: [1]}\n")); err != nil || top == nil || len(top.Content) != 2 {
		t.Errorf("%+v %v", top, err)
	}
}

// TestPattern: each mistake in Chinese, with the place, bounded.
func TestPattern(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		"[ab": "方括号 [ 没有用 ] 收尾，在“[ab”处", "(ab": "括号 ( 没有用 ) 收尾，在“(ab”处", "ab)": "多了一个 )", "*a": "前面没有可以重复的内容，在“*”处",
		"a**": "两个重复符号，在“**”处", "a{2,1}": "次数", "a{1001}": "1000", "[z-a]": "在“z-a”处", `\8`: "不认识", `a\`: `末尾多了一个 \`, "(?=a)": "前后断言",
		"(?P<a": "命名", "[[:x:]]": "方括号", "\xff": "UTF-8", strings.Repeat("(", 2000) + strings.Repeat(")", 2000): "太深",
		"((a{1,100}){1,100}){1,100}": "1000", "[" + strings.Repeat("长", 5000): "长…”处",
	} {
		re, err := Pattern(text)
		if err == nil || re != nil || !strings.Contains(err.Error(), says) || reEnglish.MatchString(strings.ReplaceAll(err.Error(), text, "")) || len(err.Error()) > 400 {
			t.Errorf("%.40q: %v, want %q", text, err, says)
		}
	}
	if re, err := Pattern("已存在|重复(上传|提交)"); err != nil || !re.MatchString("重复提交") {
		t.Errorf("%v %v", re, err)
	}
}

// FuzzDocument: whatever a text holds, a node or an error of ours.
func FuzzDocument(f *testing.F) {
	for _, s := range []string{"", "a: 1\n---\nb: 2", "{a: [b, *c]}", "- |\n  x\n", "\ufeffa: !!binary x", "? [a]\n: b", "%YAML 1.2\n---\na", "a: &a [*a]"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		top, err := Document(text)
		var bad *Error
		if err != nil && (!errors.As(err, &bad) || bad.Message == "" || bad.Line < 0 || top != nil) {
			t.Errorf("%v", err)
		}
	})
}

// FuzzPattern: a pattern, or an error of ours that stays short.
func FuzzPattern(f *testing.F) {
	for _, s := range []string{"", "a|b", "(?i)x", `\pL+`, "[^a-z]{2,}", "(((", `\Q[\E`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		re, err := Pattern(text)
		var bad *Error
		if (re == nil) != (err != nil) || err != nil && (!errors.As(err, &bad) || len(err.Error()) > 400) {
			t.Errorf("%v %v", re, err)
		}
	})
}
