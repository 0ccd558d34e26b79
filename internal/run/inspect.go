package run

import (
	"io"
	"os"

	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
	"hbupload/internal/wire"
)

// LeafJSON is one value of a data.json.
type LeafJSON struct {
	Path  string `json:"path"`
	Label string `json:"label"`
	Value string `json:"value"`
}

// ProblemLine is one thing that the rules find in a data.json.
type ProblemLine struct {
	Field    string `json:"field"`
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	Message  string `json:"message"`
}

// Inspection is what inspect finds in a file, as --json shows it.
type Inspection struct {
	Document
	File     string        `json:"file"`
	Zipped   bool          `json:"zipped"`
	Base64   string        `json:"base64"`
	SHA256   string        `json:"sha256"`
	Leaves   []LeafJSON    `json:"leaves"`
	Problems []string      `json:"problems"`
	Findings []ProblemLine `json:"findings"`
	Unjudged string        `json:"unjudged,omitempty"`
}

// maxInspect bounds the file: one person's zip is a few kilobytes.
const maxInspect = 16 << 20

// ReadDocument reads a small file whole.
func ReadDocument(env *Env, path string) ([]byte, error) {
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

// JudgeDocument checks what was read back, when the dictionaries are there.
func JudgeDocument(env *Env, doc *wire.Document) ([]ProblemLine, string) {
	cfg, err := env.Load()
	if err != nil {
		return []ProblemLine{}, Problem(err).Message
	}
	judge, err := env.Judge(cfg, false)
	if err != nil {
		return []ProblemLine{}, Problem(err).Message
	}
	out := []ProblemLine{}
	for _, f := range judge.Checker.Check(doc.Record(), nil) {
		out = append(out, ProblemLine{f.Path, string(f.Rule), string(f.Severity), f.Message})
	}
	return out, ""
}

// HasError reports whether one of the lines keeps the record back.
func HasError(lines []ProblemLine) bool {
	for _, l := range lines {
		if l.Severity == string(spec.Error) {
			return true
		}
	}
	return false
}

// LabelOf is the Chinese name of a JSON key.
func LabelOf(key string) string {
	for _, f := range spec.Fields() {
		if f.Key == key {
			return f.Label
		}
	}
	return ""
}
