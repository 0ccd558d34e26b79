package notation

import (
	"strings"

	"hbupload/internal/pattern"
)

var (
	reWideColon = pattern.New(`^\s*(?:- )?[^\s#'"：{\[]+：`)
	reTightKey  = pattern.New(`^\s*(?:- )?[A-Za-z_][\w-]*:[^\s:/\\]`)
	reKeyLine   = pattern.New(`:(?:\s|$)`)
)

// slip looks for what people who never wrote YAML get wrong most: the colon of
// a Chinese keyboard, no blank behind a colon, a line moved by a blank. The
// library notices these lines later, or names the beginning of the block.
func slip(text []byte) *Error {
	lines := strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
	for i, line := range lines {
		if bare := strings.TrimSpace(line); bare == "" || bare[0] == '#' || reKeyLine.MatchString(line) {
			continue
		}
		switch {
		case reWideColon.MatchString(line):
			return &Error{Line: i + 1, Message: "冒号“：”是中文的，请改成英文的“:”，后面留一个空格"}
		case reTightKey.MatchString(line):
			return &Error{Line: i + 1, Message: "冒号后面要留一个空格"}
		}
	}
	return moved(lines)
}

// moved finds the first line that is indented as none of those above it, or
// deeper although the line above has its value already.
func moved(lines []string) *Error {
	var open []int // columns of the lines that this one may join
	above := ""
	for i, line := range lines {
		bare := strings.TrimLeft(line, " ")
		if bare == "" || bare[0] == '#' {
			continue
		}
		if bare[0] == '-' || strings.ContainsAny(line, "\t|>") || uneven(bare) {
			return nil // other rules hold in lists, in long texts and within brackets
		}
		at := len(line) - len(bare)
		if len(open) == 0 || at > open[len(open)-1] {
			if above != "" && !strings.HasSuffix(above, ":") {
				return &Error{Line: i + 1, Message: "这一行比上一行多缩进了，同级的内容要左边对齐"}
			}
			open = append(open, at)
		}
		for at < open[len(open)-1] {
			if open = open[:len(open)-1]; len(open) == 0 || at > open[len(open)-1] {
				return &Error{Line: i + 1, Message: "这一行没有与上面的内容对齐，同级的内容缩进要相同"}
			}
		}
		above, _, _ = strings.Cut(bare, " #")
		above = strings.TrimSpace(above)
	}
	return nil
}

// uneven tells that a line may begin or end something that spans lines.
func uneven(line string) bool {
	return strings.Count(line, `"`)%2 != 0 || strings.Count(line, "'")%2 != 0 ||
		strings.Count(line, "[") != strings.Count(line, "]") || strings.Count(line, "{") != strings.Count(line, "}")
}
