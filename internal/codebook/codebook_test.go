package codebook

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/sandbox"
	"hbupload/internal/spec"
)

func welder(word string) Entry {
	return Entry{Word: word, Domain: spec.DictHazard, Code: "2008", Name: "噪声", Who: "测试员", When: "2026-11-28 10:00", From: "导出.xlsx"}
}

func learned(t *testing.T, path string, entries ...Entry) int {
	t.Helper()
	n, err := Learn(context.Background(), host.Files{}, path, entries...)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func read(t *testing.T, path string) *Book {
	t.Helper()
	b, err := Read(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// csvBook is a book written as text, which is read like any table.
func csvBook(t *testing.T, lines ...string) *Book {
	t.Helper()
	path := filepath.Join(t.TempDir(), FileName)
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return read(t, path)
}

func TestLearnAndFind(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "conf", FileName)
	if n := learned(t, path, welder("机器声"), Entry{Word: "丈夫", Domain: "sexCode", Code: "1", Name: "男"}); n != 2 {
		t.Errorf("%d learned", n)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	words := read(t, path).For(sandbox.SampleSet(), Institution{})
	if e, ok := words.Find(" 机器 声", spec.DictHazard, "hazardCode"); !ok || e.Code != "2008" || e.Row() != 2 || e.Who != "测试员" || e.From != "导出.xlsx" {
		t.Errorf("%+v, %v", e, ok)
	}
	if e, ok := words.Find("丈夫", "sexCode"); !ok || e.Code != "1" {
		t.Errorf("%+v, %v", e, ok)
	}
	if _, ok := words.Find("机器声", spec.DictTypeOfWork); ok || len(words.Findings()) > 0 {
		t.Errorf("found elsewhere, or %v", words.Said())
	}
	if n := learned(t, path, welder("机器声")); n != 0 {
		t.Error("the same word was written again")
	}
	changed := welder("机器声")
	changed.Code, changed.Name = "2006", "紫外辐射（紫外线）"
	if n := learned(t, path, changed, welder("很吵")); n != 2 {
		t.Errorf("%d changed", n)
	}
	words = read(t, path).For(sandbox.SampleSet(), Institution{})
	a, _ := words.Find("机器声", spec.DictHazard)
	b, _ := words.Find("很吵", spec.DictHazard)
	if a.Code != "2006" || a.Row() != 2 || b.Row() != 4 {
		t.Errorf("%+v, %+v, %v", a, b, words.Said())
	}
}

// TestNothingIsLearnedUnasked: reading, adding in memory and judging write nothing.
func TestNothingIsLearnedUnasked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, FileName)
	words := read(t, path).With(welder("机器声")).For(sandbox.SampleSet(), Institution{})
	if e, ok := words.Find("机器声", spec.DictHazard); !ok || e.Code != "2008" || e.Row() != 0 {
		t.Errorf("%+v, %v", e, ok)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%v was written", left)
	}
	var none *Words
	if _, ok := none.Find("机器声", spec.DictHazard); ok || none.Findings() != nil {
		t.Error("a nil Words knows a word")
	}
}

func TestFaultyRows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, line, cell, says string
	}{
		{"code that left", "机器声,危害因素,9999,噪声", "C2", "不在字典"},
		{"another's name", "机器声,危害因素,2008,粉尘", "D2", "不符"},
		{"no word", ",危害因素,2008,噪声", "A2", "本院写法"},
		{"no dictionary", "机器声,,2008,噪声", "B2", "没有填写字典"},
		{"unknown dictionary", "机器声,噪音表,2008,噪声", "B2", "没有名为"},
		{"no code", "机器声,危害因素,,", "C2", "没有填写代码"},
		{"unknown name", "机器声,危害因素,,噪音声", "D2", "不在字典"},
		{"an entry's own name", "噪声,危害因素,2006,", "A2", "按字典读取"},
		{"enumeration", "丈夫,性别,7,", "C2", "不在字典"},
	} {
		words := csvBook(t, "本院写法,字典,代码,名称", c.line).For(sandbox.SampleSet(), Institution{})
		got := words.Findings()
		if len(got) != 1 || got[0].Place.Cell() != c.cell || !strings.Contains(got[0].Message, c.says) || got[0].Rule != spec.CodeBook || got[0].Record != -1 {
			t.Errorf("%s: %+v", c.name, got)
		}
		if _, ok := words.Find("机器声", spec.DictHazard); ok {
			t.Errorf("%s: used", c.name)
		}
	}
}

func TestRowsAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for name, line := range map[string]string{
		"name alone":       "机器声,危害因素,,噪声",
		"code alone":       "机器声,hazard,2008,",
		"both in one cell": "机器声,危害因素,2008 噪声,",
		"width":            "机 器 声,危害因素,２００８,噪声",
		"said twice":       "机器声,危害因素,2008,噪声\n机器声,危害因素,2008,",
		"remarks below":    "机器声,危害因素,2008,噪声\n,,,,,,科室自己的备注",
	} {
		words := csvBook(t, "本院代码对照表", "本院写法,字典,代码,名称", line).For(sandbox.SampleSet(), Institution{})
		if e, ok := words.Find("机器声", spec.DictHazard); !ok || e.Code != "2008" || len(words.Findings()) > 0 {
			t.Errorf("%s: %+v, %v, %v", name, e, ok, words.Said())
		}
	}
}

func TestInstitutions(t *testing.T) {
	t.Parallel()
	b := csvBook(t, "本院写法,字典,代码,机构", "声,危害因素,2008,", "声,危害因素,2006,1301", "坏,危害因素,9,1302", "响,危害因素,2008,1301", "响,危害因素,2006,1301", "响,危害因素,2008,")
	for _, c := range []struct {
		own          Institution
		sound, loud  string
		faults, rows int
	}{
		{Institution{}, "2008", "2008", 0, 2},
		{Institution{Code: "1301"}, "2006", "", 1, 3}, // its own contradict each other
		{Institution{Profile: "1302"}, "2008", "2008", 1, 2},
	} {
		w := b.For(sandbox.SampleSet(), c.own)
		sound, _ := w.Find("声", spec.DictHazard)
		loud, _ := w.Find("响", spec.DictHazard)
		if sound.Code != c.sound || loud.Code != c.loud || len(w.Findings()) != c.faults {
			t.Errorf("%+v: %q %q %v", c.own, sound.Code, loud.Code, w.Said())
		}
	}
	if (Institution{Code: "1301"}).Label() != "" || (Institution{Profile: "b", Code: "1301"}).Label() != "1301" || (Institution{Profile: "b"}).Label() != "b" {
		t.Error("labels")
	}
}

// TestLearnKeepsWhatPeopleWrote: columns, remarks and other sheets of the book stay.
func TestLearnKeepsWhatPeopleWrote(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), FileName)
	f := excelize.NewFile()
	for cell, text := range map[string]string{"A1": "县医院对照", "A2": "备注", "B2": "代码", "C2": "字典", "D2": "写法", "A3": "王主任定", "B3": "2006", "C3": "危害因素", "D3": "机器声"} {
		if err := f.SetCellStr("Sheet1", cell, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	learned(t, path, welder("机器声"), welder("很吵"))
	back, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = back.Close() }()
	for cell, want := range map[string]string{"A1": "县医院对照", "A3": "王主任定", "B3": "2008", "D3": "机器声", "D4": "很吵", "B4": "2008", "C4": "危害因素"} {
		if got, _ := back.GetCellValue("Sheet1", cell); got != want {
			t.Errorf("%s: %q, want %q", cell, got, want)
		}
	}
}

func TestLearnRefuses(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, mark := range []string{"~$" + FileName, ".~lock." + FileName + "#"} {
		dir := t.TempDir()
		path := filepath.Join(dir, FileName)
		if err := os.WriteFile(filepath.Join(dir, mark), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Learn(ctx, host.Files{}, path, welder("机器声"))
		if fault.KindOf(err) != fault.Config || !strings.Contains(fault.Of(err).Hint(), mark) {
			t.Errorf("%s: %v", mark, err)
		}
	}
	path := filepath.Join(t.TempDir(), FileName)
	learned(t, path, welder("机器声"))
	before, _ := os.ReadFile(path)
	held := errors.New("sharing violation")
	files := host.Files{Rename: func(string, string) error { return held }, Held: func(error) bool { return false }}
	if _, err := Learn(ctx, files, path, welder("很吵")); fault.KindOf(err) != fault.Config || !errors.Is(err, held) {
		t.Errorf("a name that cannot be taken: %v", err)
	}
	if after, _ := os.ReadFile(path); !slices.Equal(before, after) {
		t.Error("the old book was touched")
	}
	if _, err := Learn(ctx, host.Files{}, path, Entry{Word: "x", Domain: "nosuch", Code: "1"}); fault.KindOf(err) != fault.Internal {
		t.Errorf("an incomplete entry: %v", err)
	}
}

func TestUnreadableBooks(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), FileName)
	if err := os.WriteFile(path, []byte("PK\x03\x04 cut off"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(context.Background(), path); fault.KindOf(err) != fault.Config {
		t.Errorf("%v", err)
	}
	b := csvBook(t, "甲,乙", "丙,丁")
	if got := b.For(sandbox.SampleSet(), Institution{}).Said(); len(got) != 1 || !strings.Contains(got[0], "没有认出表头") {
		t.Errorf("%v", got)
	}
}

func TestPath(t *testing.T) {
	t.Parallel()
	if got := Path(filepath.Join("a", "hbupload.yaml"), "u"); got != filepath.Join("a", FileName) {
		t.Error(got)
	}
	if got := Path("", "u"); got != filepath.Join("u", "hbupload", FileName) {
		t.Error(got)
	}
	if Path("", "") != "" {
		t.Error("a book nowhere")
	}
}
