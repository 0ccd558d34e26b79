package layout

import (
	"fmt"
	"sort"
	"strings"

	"hbupload/internal/fault"
)

// Problem is one thing wrong with a mapping file.
type Problem struct {
	Line, Column int
	Message      string // Chinese
}

func (p Problem) String() string {
	if p.Line == 0 {
		return p.Message
	}
	return fmt.Sprintf("第 %d 行第 %d 列：%s", p.Line, p.Column, p.Message)
}

// Error is a mapping file that cannot be used, with everything wrong with it.
type Error struct {
	File     string
	Problems []Problem
}

// Error implements error: the first problem, and how many there are.
func (e *Error) Error() string {
	s := "映射文件 " + e.File + " "
	if len(e.Problems) > 0 {
		s += e.Problems[0].String()
	}
	if n := len(e.Problems); n > 1 {
		s += fmt.Sprintf("（共 %d 处问题）", n)
	}
	return s
}

// Kind is fault.Config.
func (e *Error) Kind() fault.Kind { return fault.Config }

// Hint lists the other problems, one a line.
func (e *Error) Hint() string {
	var lines []string
	for _, p := range e.Problems[min(1, len(e.Problems)):] {
		lines = append(lines, p.String())
	}
	return strings.Join(append(lines, "改好后用 hbupload map check 映射文件 导出文件 检查"), "\n")
}

// order sorts the problems by their place.
func (e *Error) order() {
	sort.SliceStable(e.Problems, func(i, j int) bool {
		a := e.Problems[i]
		b := e.Problems[j]
		return a.Line < b.Line || a.Line == b.Line && a.Column < b.Column
	})
}
