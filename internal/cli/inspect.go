package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"regexp"

	"github.com/spf13/cobra"

	"hbupload/internal/ident"
	"hbupload/internal/report"
	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
	"hbupload/internal/wire"
)

func newInspect(a *app) *cobra.Command {
	var reveal bool
	cmd := &cobra.Command{Use: "inspect FILE", Short: "显示一个 data.zip 或 data.json 解码后的内容并检查", Args: argCount(1, 1, "data.zip 或 data.json"),
		RunE: a.run("inspect", func(ctx context.Context, args []string) error { return a.inspect(args[0], reveal) })}
	cmd.Flags().BoolVar(&reveal, "reveal", false, "不遮盖个人信息")
	return cmd
}

type leafJSON struct {
	Path  string `json:"path"`
	Label string `json:"label"`
	Value string `json:"value"`
}

type problemLine struct {
	Field    string `json:"field"`
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	Message  string `json:"message"`
}

type inspectJSON struct {
	commandJSON
	File     string        `json:"file"`
	Zipped   bool          `json:"zipped"`
	Base64   string        `json:"base64"`
	SHA256   string        `json:"sha256"`
	Leaves   []leafJSON    `json:"leaves"`
	Problems []string      `json:"problems"`
	Findings []problemLine `json:"findings"`
	Unjudged string        `json:"unjudged,omitempty"`
}

// maxInspect bounds the file: one person's zip is a few kilobytes.
const maxInspect = 16 << 20

func (a *app) inspect(path string, reveal bool) error {
	data, err := a.readFile(path)
	if err != nil {
		return err
	}
	doc, err := wire.Open(data)
	if err != nil {
		return err
	}
	out := inspectJSON{commandJSON: a.ok(), File: path, Zipped: doc.Zipped, Base64: doc.Base64, SHA256: wire.Sum(doc.JSON),
		Leaves: []leafJSON{}, Problems: append([]string{}, doc.Problems...), Findings: []problemLine{}}
	for _, l := range doc.Leaves() {
		out.Leaves = append(out.Leaves, leafJSON{l.Path, labelOf(l.Key), masked(l.Key, l.Text, reveal)})
	}
	out.Findings, out.Unjudged = a.judgeDocument(doc)
	if len(out.Problems) > 0 || hasError(out.Findings) {
		out.OK, out.ExitCode = false, 3
	}
	if a.opts.json {
		if err := report.Encode(a.out(), out); err != nil {
			return err
		}
		return exit(out.ExitCode)
	}
	a.showInspect(&out)
	return exit(out.ExitCode)
}

// readFile reads a small file whole.
func (a *app) readFile(path string) ([]byte, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() { // a pipe would never open
		return nil, &grid.ReadError{File: path, Message: "不是普通文件", Fix: "请给出 data.zip 或 data.json"}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, &grid.ReadError{File: path, Message: "文件不存在或无法打开", Fix: "请检查路径和权限", Err: err}
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, maxInspect+1))
	if err != nil || len(data) > maxInspect {
		return nil, &grid.ReadError{File: path, Message: "文件无法读取，或大得不可能是一个人的数据", Fix: "请给出 data.zip 或 data.json", Err: err}
	}
	return data, nil
}

// judgeDocument checks what was read back, when the dictionaries are there.
func (a *app) judgeDocument(doc *wire.Document) ([]problemLine, string) {
	cfg, err := a.load()
	if err != nil {
		return []problemLine{}, problem(err).Message
	}
	judge, err := a.judge(cfg, false)
	if err != nil {
		return []problemLine{}, problem(err).Message
	}
	out := []problemLine{}
	for _, f := range judge.checker.Check(doc.Record(), nil) {
		out = append(out, problemLine{f.Path, string(f.Rule), string(f.Severity), f.Message})
	}
	return out, ""
}

func hasError(lines []problemLine) bool {
	for _, l := range lines {
		if l.Severity == string(spec.Error) {
			return true
		}
	}
	return false
}

func (a *app) showInspect(out *inspectJSON) {
	var rows [][]string
	for _, l := range out.Leaves {
		rows = append(rows, []string{l.Path, l.Label, l.Value})
	}
	a.tell("%s：Base64 方式 %s，data.json 的 SHA-256 %s\n\n", out.File, out.Base64, out.SHA256)
	a.table([]string{"字段", "名称", "值"}, rows)
	fmt.Fprintln(a.out())
	for _, p := range out.Problems {
		a.tell("✗ %s\n", p)
	}
	for _, f := range out.Findings {
		mark := "✗"
		if f.Severity == string(spec.Warning) {
			mark = "!"
		}
		a.tell("%s %s：%s [%s]\n", mark, f.Field, f.Message, f.Rule)
	}
	switch {
	case out.Unjudged != "":
		a.say("没有按规则检查：%s", out.Unjudged)
	case len(out.Problems)+len(out.Findings) == 0:
		fmt.Fprintln(a.out(), "检查通过")
	}
}

// labelOf is the Chinese name of a JSON key.
func labelOf(key string) string {
	for _, f := range spec.Fields() {
		if f.Key == key {
			return f.Label
		}
	}
	return ""
}

// reYearFirst is a date whose first four characters are the year and no more.
var reYearFirst = regexp.MustCompile(`^(19|20)\d\d(\D|\d{4}$)`)

// masked hides personal data unless it was asked for.
func masked(key, text string, reveal bool) string {
	if reveal || text == "" {
		return text
	}
	switch key {
	case "idcard":
		return ident.MaskID(text)
	case "patientName", "emergencyContact", "preparerName":
		return ident.MaskName(text)
	case "empPhone", "emergencyContactNumber", "preparerPhone":
		return ident.MaskPhone(text)
	case "birthday":
		if reYearFirst.MatchString(text) {
			return text[:4] + "-**-**"
		}
		return "****" // the number of a day, or an identity number it comes from
	}
	return wire.Redact(text, nil)
}
