package cli

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"hbupload/internal/sandbox"
)

// layoutBench is a place with a sandbox whose contents can be compared, the
// dictionaries pulled, and one of testdata/layouts.
type layoutBench struct {
	*bench
	stand  *sandbox.Server
	export string
}

const layoutInstitution = "institution: {ohOrgCode: \"130000001\", reportOrgName: 测试职业健康检查中心, preparerName: 填表人甲, preparerPhone: \"13900000000\"}\n"

func newLayoutBench(t *testing.T, shape string) *layoutBench {
	t.Helper()
	b := &layoutBench{bench: newBench(t), stand: sandbox.New(sandbox.Options{})}
	found, err := filepath.Glob(layoutFile(shape, "export.*"))
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	b.export = filepath.Base(found[0])
	b.process.UserDir = filepath.Join(b.process.WorkDir, "user")
	b.server = httptest.NewServer(b.stand)
	t.Cleanup(func() { b.stand.Close(); b.server.Close() })
	b.configure(layoutInstitution)
	text, err := os.ReadFile(layoutFile(shape, b.export))
	if err != nil {
		t.Fatal(err)
	}
	b.write(b.export, string(text))
	b.want(0, "dict", "pull")
	return b
}

func layoutFile(shape, name string) string {
	return filepath.Join("..", "..", "testdata", "layouts", shape, name)
}

// people reads what the sandbox holds.
func (b *layoutBench) people() string {
	b.t.Helper()
	var all []json.RawMessage
	for _, s := range b.stand.Stored() {
		all = append(all, s.Record)
	}
	text, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		b.t.Fatal(err)
	}
	return string(text) + "\n"
}

// TestLayoutsArePushed pushes a small file of every shape in testdata/layouts with the
// mapping beside it in testdata, and compares what was stored with a golden
// file.
func TestLayoutsArePushed(t *testing.T) {
	t.Parallel()
	for _, shape := range []string{"a", "b", "c", "d"} {
		t.Run(shape, func(t *testing.T) {
			t.Parallel()
			b := newLayoutBench(t, shape)
			mapping := layoutFile(shape, shape+".mapping.yaml")
			b.want(0, "push", b.path(b.export), "--mapping", mapping, "--no-report", "--concurrency", "1")
			sameStored(t, b, layoutFile(shape, "stored.golden.json"), true)
			b.want(0, "push", b.path(b.export), "--mapping", mapping, "--no-report", "--json")
			says(t, b.out.String(), `"skipped": 3`)
		})
	}
}

// answer answers a drafted mapping as a person would in the file: of each question the
// first candidate, by deleting its mark, and what the export does not say in own lines.
func answer(yaml string) string {
	own := strings.NewReplacer("吸烟情况", "吸烟情况: {value: 从不吸}", "初复检标识", "初复检标识: {value: 初检}",
		"接害工龄", `接害工龄年: {value: "6"}, 接害工龄月: {value: "0"}, 接害工龄日: {value: "0"}`)
	lines := strings.Split(yaml, "\n")
	for i, line := range lines {
		bare := strings.TrimLeft(line, " ")
		indent := line[:len(line)-len(bare)]
		asked := strings.HasPrefix(bare, "# 问题〔") || strings.HasPrefix(bare, "# 请选：")
		switch {
		case asked && strings.HasPrefix(strings.TrimLeft(lines[i+1], " "), "#?"):
			lines[i+1] = strings.Replace(lines[i+1], "#?", "", 1)
		case asked:
			name, _, _ := strings.Cut(strings.TrimPrefix(bare, "# 问题〔"), "〕")
			if text := own.Replace(name); text != name {
				lines[i] = indent + strings.ReplaceAll(text, ", ", "\n"+indent)
			}
		case strings.HasPrefix(bare, `项目: {value: "1000`):
			lines[i] += "\n" + indent + `计量单位: {value: mmHg}` + "\n" + indent + `参考下限: {value: "60"}` + "\n" + indent + `参考上限: {value: "139"}` + "\n" + indent + "是否异常: {value: 正常}"
		}
	}
	return strings.ReplaceAll(strings.Join(lines, "\n"), "blank: false}}]          # 按", "blank: false}}, {value: 目前未见异常}]          # 按")
}

// TestFromInitToPush is the way of somebody who has never seen the program:
// map init, answers, map check, push --dry-run, push.
func TestFromInitToPush(t *testing.T) {
	t.Parallel()
	for _, shape := range []string{"a", "b", "c", "d"} {
		t.Run(shape, func(t *testing.T) {
			t.Parallel()
			b := newLayoutBench(t, shape)
			b.want(0, "map", "init", b.path(b.export), "-o", b.path("export.mapping.yaml"))
			says(t, b.out.String(), "问题", "已生成", "map check")
			file := b.path("export.mapping.yaml")
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			b.want(2, "map", "init", b.path(b.export), "-o", file) // never over an answered one
			b.want(3, "map", "check", file, b.path(b.export))
			says(t, b.out.String(), "没有来源", "现在不能上传")
			b.write("export.mapping.yaml", answer(string(text)))
			b.want(0, "map", "check", file, b.path(b.export))
			says(t, b.out.String(), "全部可以上传", "第 3 人")
			b.want(0, "push", b.path(b.export), "--dry-run", "--no-report")
			says(t, b.err.String(), "表头与映射“export”吻合")
			b.want(0, "push", b.path(b.export), "--no-report")
			if n := len(b.stand.Stored()); n != 3 {
				t.Errorf("%d people stored, want 3", n)
			}
			b.want(0, "explain", "D"+strings.ToUpper(shape)+"001", "careTypeCode", "--in", b.path(b.export))
			if shape != "a" {
				says(t, b.out.String(), "映射“export”第")
			}
		})
	}
}

// recode edits the GB18030 text of layout D.
func recode(t *testing.T, old, fresh string) string {
	t.Helper()
	raw, err := os.ReadFile(layoutFile("d", "export.csv"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(raw)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte(old)) {
		t.Fatalf("no %q in the export", old)
	}
	out, err := simplifiedchinese.GB18030.NewEncoder().Bytes(bytes.Replace(text, []byte(old), []byte(fresh), 1))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestChangedHeader shows a difference, not a hundred missing cells.
func TestChangedHeader(t *testing.T) {
	t.Parallel()
	b := newLayoutBench(t, "d")
	b.want(0, "map", "init", b.path(b.export), "-o", b.path("export.mapping.yaml"))
	text, err := os.ReadFile(b.path("export.mapping.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	b.write("export.mapping.yaml", answer(string(text)))
	b.write("next.csv", recode(t, "身份证号码", "公民号码"))
	b.want(2, "validate", b.path("next.csv"))
	says(t, b.err.String(), "表头与映射“export”不符", "少了 身份证号码", "多了 公民号码")
	b.want(2, "push", b.path("next.csv"), "--mapping", b.path("export.mapping.yaml"), "--json")
	says(t, b.out.String(), `"kind": "input"`)
	b.write("named.csv", recode(t, ",心电图\n", ",心电图,新列\n"))
	b.want(0, "validate", b.path("named.csv"), "--no-report")
	says(t, b.err.String(), "按最接近的映射“export”读取", "多了 新列")
}

// TestMappingByName finds mappings in the configuration folder, and reads
// standard input by one.
func TestMappingByName(t *testing.T) {
	t.Parallel()
	b := newLayoutBench(t, "d")
	text, err := os.ReadFile(layoutFile("d", "d.mapping.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	home := filepath.Join(b.process.UserDir, "hbupload", "mappings")
	if err := os.MkdirAll(home, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, "县医院.yaml"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	b.want(0, "validate", b.path(b.export), "--mapping", "县医院", "--no-report")
	b.want(2, "validate", b.path(b.export), "--mapping", "市医院")
	says(t, b.err.String(), "没有这个映射", "map init")
	b.process.Stdin = strings.NewReader(recode(t, "体检号", "体检号"))
	b.want(0, "push", "-", "--mapping", "县医院", "--no-report")
	if n := len(b.stand.Stored()); n != 3 {
		t.Errorf("%d people stored, want 3", n)
	}
	b.write("bad.yaml", "name: x\nsheets:\n  - key: [\n")
	b.want(2, "validate", b.path(b.export), "--mapping", b.path("bad.yaml"))
	b.write("bad.yaml", "nane: x\nsheets:\n  - person: {姓名: 姓名, 性別: 性别}\n    kei: 体检号\n")
	b.want(2, "validate", b.path(b.export), "--mapping", b.path("bad.yaml"))
	says(t, b.err.String(), "第 1 行第 1 列", "第 3 行第 22 列", "第 4 行第 5 列", "共 3 处问题")
}

// TestMapJSON holds one document a command.
func TestMapJSON(t *testing.T) {
	t.Parallel()
	b := newLayoutBench(t, "b")
	b.want(0, "map", "init", b.path(b.export), "--json")
	var draft struct {
		OK        bool
		File      string
		Sheets    []struct{ Columns []struct{ Samples []string } }
		Questions []struct{ Candidates []string }
	}
	if err := json.Unmarshal(b.out.Bytes(), &draft); err != nil || !draft.OK || len(draft.Questions) == 0 || len(draft.Sheets) != 1 {
		t.Fatalf("map init --json: %v\n%s", err, b.out.String())
	}
	b.want(0, "map", "init", b.path(b.export), "--json", "-o", "-")
	var file struct{ Mapping string }
	if err := json.Unmarshal(b.out.Bytes(), &file); err != nil || !strings.HasPrefix(file.Mapping, "# ") {
		t.Errorf("map init --json -o -: %v\n%s", err, b.out.String())
	}
	b.want(0, "config", "init", "-o", "-", "--json")
	var example struct{ Text string }
	if err := json.Unmarshal(b.out.Bytes(), &example); err != nil || !strings.Contains(example.Text, "base_url") {
		t.Errorf("config init --json -o -: %v\n%s", err, b.out.String())
	}
	b.want(0, "map", "init", "../../testdata/standard.xlsx", "-o", "-")
	says(t, b.err.String(), "已经是标准工作簿")
	b.want(3, "map", "check", b.path("export.映射.xlsx"), b.path(b.export), "--json")
	var check struct {
		ExitCode int `json:"exit_code"`
		Records  int
		Withheld int
		Gaps     []struct{ Rule string }
		People   []struct{ Values []struct{ Value string } }
	}
	if err := json.Unmarshal(b.out.Bytes(), &check); err != nil || check.ExitCode != 3 || check.Records != 3 || check.Withheld != 3 || len(check.Gaps) == 0 || len(check.People) != 3 {
		t.Fatalf("map check --json: %v\n%s", err, b.out.String())
	}
	for _, secret := range []string{"130102197503111212", "13900001000", "试样甲"} {
		if contains(b.out.String(), secret) {
			t.Errorf("map check shows %s", secret)
		}
	}
}

// TestStandardStaysStandard: mappings lying about do not change how a standard
// workbook is read.
func TestStandardStaysStandard(t *testing.T) {
	t.Parallel()
	b := newLayoutBench(t, "d")
	b.want(0, "map", "init", b.path(b.export), "-o", b.path("export.mapping.yaml"))
	text, err := os.ReadFile("../../testdata/standard.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	b.write("standard.xlsx", string(text))
	b.want(0, "validate", b.path("standard.xlsx"), "--no-report", "--quiet", "--json")
	says(t, b.out.String(), `"sheet": "体检信息"`)
	b.want(0, "validate", b.path("standard.xlsx"), "--no-report")
	if contains(b.err.String(), "映射") {
		t.Errorf("a mapping was taken: %s", b.err.String())
	}
}

// TestReportsOfMappedInput: the annotated workbook and the page come out of
// other people's layouts too.
func TestReportsOfMappedInput(t *testing.T) {
	t.Parallel()
	for _, shape := range []string{"a", "d"} {
		b := newLayoutBench(t, shape)
		b.want(0, "validate", b.path(b.export), "--mapping", layoutFile(shape, shape+".mapping.yaml"), "--report", b.path("reports"), "--json")
		found, err := filepath.Glob(filepath.Join(b.path("reports"), "*"))
		if err != nil || len(found) < 2 {
			t.Errorf("%s: reports %v, %v", shape, found, err)
		}
	}
}

// sameStored holds what the platform has stored against a file, which
// UPDATE_LAYOUTS=1 writes anew where that is allowed.
func sameStored(t *testing.T, b *layoutBench, golden string, writable bool) {
	t.Helper()
	got := b.people()
	if writable && os.Getenv("UPDATE_LAYOUTS") != "" {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("what was stored differs from %s (UPDATE_LAYOUTS=1 rewrites it):\n%s", golden, got)
	}
}
