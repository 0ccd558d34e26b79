// Package notation reads what people write by hand, YAML and patterns, and says
// in their language what is wrong with it.
package notation

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"hbupload/internal/pattern"
)

// Error is a text that cannot be read.
type Error struct {
	Line    int // 0 where it is not known
	Message string
}

// Error implements error.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("第 %d 行附近：%s", e.Line, e.Message)
}

// Document reads a text that holds one YAML document and returns its top, nil
// for a text without any. A second document is an error: what stands in it would
// count for nothing, without a word. Errors are *Error.
func Document(text []byte) (*yaml.Node, error) {
	d := yaml.NewDecoder(bytes.NewReader(text))
	var first, second yaml.Node
	if err := d.Decode(&first); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		return nil, worded(err, text)
	}
	switch err := d.Decode(&second); {
	case err == nil:
		return nil, &Error{Line: second.Line, Message: "这里开始了第二个 YAML 文档；只能有一个，请删去多余的“---”行，把内容合在一起"}
	case !errors.Is(err, io.EOF):
		return nil, worded(err, text)
	}
	if len(first.Content) != 1 {
		return nil, nil
	}
	if bad := marked(first.Content[0], 0); bad != nil {
		return nil, bad
	}
	return first.Content[0], nil
}

// marked finds a text that YAML takes for a mark of its own: a password !abc is a
// tag on nothing to it, and &abc an anchor. Nobody who writes these files by hand
// means either.
func marked(n *yaml.Node, depth int) *Error {
	switch {
	case n.Kind == yaml.AliasNode, depth > maxNesting: // each room says that for itself
		return nil
	case n.Style&yaml.TaggedStyle != 0:
		return &Error{Line: n.Line, Message: "以 ! 开头的文字请加引号，例如 \"!…\"（不加引号时 YAML 把它当作标记，值成了空的）"}
	case n.Anchor != "" && n.Kind == yaml.ScalarNode && n.Value == "":
		return &Error{Line: n.Line, Message: "以 & 开头的文字请加引号，例如 \"&…\"（不加引号时 YAML 把它当作标记，值成了空的）"}
	}
	for _, c := range n.Content {
		if bad := marked(c, depth+1); bad != nil {
			return bad
		}
	}
	return nil
}

// maxNesting is deeper than anybody writes.
const maxNesting = 100

var reLine = pattern.New(`^yaml: line (\d+): `)

// worded is the library's error in Chinese.
func worded(err error, source []byte) *Error {
	text := err.Error()
	line := 0
	if m := reLine.FindStringSubmatch(text); m != nil {
		line, _ = strconv.Atoi(m[1])
	}
	for _, w := range yamlWords() {
		if !strings.Contains(text, w.library) {
			continue
		}
		switch w.by {
		case scanner:
			line = max(line, 1) // the first line is never named
		case parser:
			line++ // counted from nought
		}
		if farOff(w.library) {
			if found := slip(source); found != nil {
				return found
			}
		}
		return &Error{Line: line, Message: w.ours}
	}
	return &Error{Line: line, Message: "不是 YAML 的写法"}
}

// The library's parts count lines each in its own way.
const (
	elsewhere = iota
	scanner
	parser
)

// wording is what a part of the library says and what we say; the first that
// fits counts.
type wording struct {
	by            int
	library, ours string
}

// farOff tells that the library may notice a mistake lines away from it.
func farOff(library string) bool {
	switch library {
	case "could not find expected ':'", "mapping values are not allowed", "did not find expected key", "did not find expected <document start>":
		return true
	}
	return false
}

func yamlWords() []wording {
	return []wording{
		{scanner, "could not find expected ':'", "缺少冒号，或上面的引号、括号没有收尾"},
		{scanner, "mapping values are not allowed", "这里不能再有“: ”；值里含有冒号时请加引号，下级内容请另起一行并缩进"},
		{parser, "did not find expected ',' or ']'", "方括号 [ 里缺少逗号，或没有用 ] 收尾"},
		{parser, "did not find expected ',' or '}'", "花括号 { 里缺少逗号，或没有用 } 收尾"},
		{parser, "did not find expected '-' indicator", "列表的缩进不一致，每一项都应以“- ”开头并对齐"},
		{parser, "did not find expected key", "缩进不一致，或上一行没有写完"},
		{parser, "did not find expected node content", "括号没有写完，或缺少值"},
		{parser, "did not find expected <document start>", "与上面的内容缩进不一致"},
		{scanner, "block sequence entries are not allowed", "“- ”不能写在这里，请另起一行"},
		{scanner, "that cannot start any token", "有不能用来开头的字符：缩进只能用空格（不能用制表符），以 @ ` % 等符号开头的文字请加引号"},
		{scanner, "tab character", "缩进用了制表符，请改为空格"},
		{scanner, "unexpected end of stream", "引号没有收尾"},
		{scanner, "unexpected document indicator", "引号没有收尾，里面出现了“---”或“...”"},
		{scanner, "unknown escape character", backslash},
		{scanner, "hexdecimal number", backslash},
		{scanner, "alphabetic or numeric character", anchors},
		{elsewhere, "unknown anchor", anchors},
		{elsewhere, "max depth", "嵌套太深"},
		{elsewhere, "control characters", "含有控制字符"},
		{elsewhere, "UTF-", "不是 UTF-8 编码，请在编辑器里另存为 UTF-8"},
	}
}

const (
	backslash = `双引号里 \ 后面的字符不认识；含 \ 的文字（路径、正则）请改用单引号`
	anchors   = "不支持 YAML 的引用（& 和 *）；以 & 或 * 开头的文字请加引号"
)
