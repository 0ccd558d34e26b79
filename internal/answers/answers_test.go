package answers_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/answers"
	"hbupload/internal/sandbox"
	"hbupload/internal/spec"
	"hbupload/internal/table"
)

// line is what a person answered in one line of 「待修改」.
type line struct {
	key, rule, path, word, choice, learn, verify string
}

// copyOf is an annotated copy with these lines.
func copyOf(t *testing.T, lines ...line) *table.Input {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", table.TodoSheet); err != nil {
		t.Fatal(err)
	}
	rows := [][]any{{table.ReportMark + "待修改"}, {}, {"级别", "体检编号", "单元格", "工作表", "可能是（选或填）", "以后都这样", "已核实", "规则（勿改）", "路径（勿改）", "写法（勿改）"}}
	for _, l := range lines {
		rows = append(rows, []any{"错误", l.key, "C3", "体检信息", l.choice, l.learn, l.verify, l.rule, l.path, l.word})
	}
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow(table.TodoSheet, cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "a.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	in, err := table.Open(context.Background(), path, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close() })
	return in
}

// taken is what a set makes of the answers of copies.
func taken(t *testing.T, copies ...*table.Input) *answers.Set {
	t.Helper()
	s := &answers.Set{Dicts: sandbox.SampleSet(), Who: "测试员", When: "2026-11-28 10:00"}
	for _, in := range copies {
		if err := s.Take(context.Background(), in, strings.Repeat("ab", 32), "五月.xlsx"); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

const hazardPath = "ohEmpHazard[0].hazardCode"

func TestLearn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		line  line
		code  string // what is learned
		fault string // what is wrong instead
		at    string // the heading of its cell
	}{
		"a code with its name": {line: line{word: "机器声", path: hazardPath, choice: "2008 噪声", learn: "是"}, code: "2008"},
		"a name":               {line: line{word: "机器声", path: hazardPath, choice: "噪声", learn: "√"}, code: "2008"},
		"an enumeration":       {line: line{word: "大老爷们", path: "sexCode", choice: "男", learn: "y"}, code: "1"},
		"no tick":              {line: line{word: "机器声", path: hazardPath, choice: "2008 噪声"}},
		"a no":                 {line: line{word: "机器声", path: hazardPath, choice: "2008 噪声", learn: "否"}},
		"several suggestions":  {line: line{word: "机器声", path: hazardPath, choice: "2008 噪声；1037 苯", learn: "是"}, fault: "请先在“可能是”里选定一个", at: "可能是（选或填）"},
		"nothing chosen":       {line: line{word: "机器声", path: hazardPath, learn: "是"}, fault: "请先在“可能是”里选定一个", at: "可能是（选或填）"},
		"no entry":             {line: line{word: "机器声", path: hazardPath, choice: "嗓声", learn: "是"}, fault: "不是字典里的一个代码或名称", at: "可能是（选或填）"},
		"no word":              {line: line{path: hazardPath, choice: "噪声", learn: "是"}, fault: "没有可以登记的写法", at: "以后都这样"},
		"no field of codes":    {line: line{word: "王五", path: "patientName", choice: "噪声", learn: "是"}, fault: "没有可以登记的写法", at: "以后都这样"},
	} {
		s := taken(t, copyOf(t, c.line))
		switch {
		case c.fault != "":
			if len(s.Words) != 0 || len(s.Faults) != 1 || !strings.Contains(s.Faults[0].Message, c.fault) || s.Faults[0].Place.Header != c.at ||
				s.Faults[0].Rule != spec.AnswerUnclear || s.Faults[0].Severity != spec.Warning {
				t.Errorf("%s: learned %v, faults %v", name, s.Words, s.Faults)
			}
		case c.code == "":
			if len(s.Words)+len(s.Faults) != 0 {
				t.Errorf("%s: learned %v, faults %v", name, s.Words, s.Faults)
			}
		case len(s.Words) != 1 || len(s.Faults) != 0 || s.Words[0].Code != c.code || s.Words[0].Word != c.line.word || s.Words[0].Who != "测试员" || s.Words[0].From != "五月.xlsx":
			t.Errorf("%s: learned %v, faults %v", name, s.Words, s.Faults)
		}
	}
}

// TestLearnOnce: a word ticked twice is learned once; the second code for it is a fault,
// in the same file or another one of the run.
func TestLearnOnce(t *testing.T) {
	t.Parallel()
	first := copyOf(t, line{word: "机器声", path: hazardPath, choice: "噪声", learn: "是"}, line{word: "机器声", path: "ohEmpHazard[3].hazardCode", choice: "2008", learn: "是"})
	other := copyOf(t, line{word: " 机器声", path: hazardPath, choice: "苯", learn: "是"})
	s := taken(t, first, other)
	if len(s.Words) != 1 || s.Words[0].Code != "2008" || len(s.Faults) != 1 || !strings.Contains(s.Faults[0].Message, "采用了前面的“2008 噪声”") {
		t.Errorf("learned %v, faults %v", s.Words, s.Faults)
	}
	if s.Source[0] != 0xab || s.Source[31] != 0xab {
		t.Errorf("source %x", s.Source)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	s := taken(t, copyOf(t, line{key: "TJ1", rule: "phone-format", path: "empPhone", verify: "是"}, line{key: "TJ2", rule: "phone-format", path: "empPhone", verify: "不"}))
	if len(s.Ticks) != 1 || s.Ticks[0].Key != "TJ1" || s.Ticks[0].Rule != spec.PhoneFormat || s.Ticks[0].Path != "empPhone" || s.Ticks[0].Sheet != "体检信息" || s.Ticks[0].Cell != "C3" {
		t.Errorf("%+v", s.Ticks)
	}
	if s := taken(t); len(s.Ticks) != 0 || s.Source != [32]byte{} {
		t.Errorf("%+v", s)
	}
}
