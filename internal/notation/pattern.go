package notation

import (
	"errors"
	"regexp"
	"regexp/syntax"
)

// maxQuoted bounds what is quoted of a pattern, in characters.
const maxQuoted = 40

// Pattern compiles a regular expression; its error is an *Error that says what
// is wrong and where.
func Pattern(text string) (*regexp.Regexp, error) {
	re, err := regexp.Compile(text)
	if err == nil {
		return re, nil
	}
	message := "写法有误"
	var bad *syntax.Error
	if errors.As(err, &bad) {
		if ours := patternWords(bad.Code); ours != "" {
			message = ours
		}
		if at := []rune(bad.Expr); len(at) > maxQuoted {
			message += "，在“" + string(at[:maxQuoted]) + "…”处"
		} else if len(at) > 0 {
			message += "，在“" + bad.Expr + "”处"
		}
	}
	return nil, &Error{Message: message}
}

// PatternHint helps with every wrong pattern.
const PatternHint = `要匹配括号、方括号、* + ? . 这些符号本身时，在前面加 \，并把整个表达式放在单引号里，例如 '已存在\(重复\)'`

func patternWords(code syntax.ErrorCode) string {
	return map[syntax.ErrorCode]string{
		syntax.ErrMissingBracket:        "方括号 [ 没有用 ] 收尾",
		syntax.ErrMissingParen:          "括号 ( 没有用 ) 收尾",
		syntax.ErrUnexpectedParen:       "多了一个 )，前面没有与它成对的 (",
		syntax.ErrMissingRepeatArgument: "* + ? { 前面没有可以重复的内容",
		syntax.ErrInvalidRepeatOp:       "连写了两个重复符号",
		syntax.ErrInvalidRepeatSize:     "花括号里的次数不对：先小后大，最大 1000，嵌套时相乘也不能超过 1000",
		syntax.ErrInvalidCharRange:      "方括号里的范围首尾颠倒或写法不对",
		syntax.ErrInvalidCharClass:      "方括号里的写法不对",
		syntax.ErrInvalidEscape:         `\ 后面的字符不认识`,
		syntax.ErrTrailingBackslash:     `末尾多了一个 \`,
		syntax.ErrInvalidNamedCapture:   "命名的括号写法不对，应是 (?P<名称>…)，名称用字母且不重复",
		syntax.ErrInvalidPerlOp:         "不支持 (? 开头的这种写法（例如前后断言 (?=…)、(?!…)）",
		syntax.ErrInvalidUTF8:           "含有不是 UTF-8 的字节",
		syntax.ErrNestingDepth:          "括号嵌套太深",
		syntax.ErrLarge:                 "展开以后太大",
	}[code]
}
