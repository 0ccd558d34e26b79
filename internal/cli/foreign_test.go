package cli

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hbupload/internal/mapping/draft"
	"hbupload/internal/sandbox"
)

// foreignShape is all that a person does to get an export of testdata/foreign accepted.
type foreignShape struct {
	lacks   string            // columns that the export does not have, with what they say of everybody
	rewrite [2]string         // a value that says too little, and what a person makes of it
	answers map[string]string // to questions, by their names
	words   [][3]string       // field, word, entry
	columns [][3]string       // sheet, header, field
	items   [][3]string       // name, unit, range; a blank unit: not sent
}

func foreignShapes() map[string]foreignShape {
	same := func(name, code string) map[string]string {
		return map[string]string{"用工单位名称": name, "用工单位统一社会信用代码": code, "监测种类": allRoutine, "初复检标识": "0"}
	}
	with := func(answers map[string]string, more ...string) map[string]string {
		for i := 0; i < len(more); i += 2 {
			answers[more[i]] = more[i+1]
		}
		return answers
	}
	blood := func(white, red, alt string) [][3]string {
		return [][3]string{{white, "10⁹/L", "3.5-9.5"}, {red, "g/L", "115-175"}, {alt, "U/L", "9-50"}}
	}
	pressure := func(high, low string) [][3]string {
		return [][3]string{{high, "mmHg", "90-139"}, {low, "mmHg", "60-89"}}
	}
	return map[string]foreignShape{
		"unusual": {lacks: "内科=未见异常,其他疾病或异常=血压偏高", answers: with(same("受检单位", "单位社会信用代码"), "接害工龄", partZero, "体检日期", "登记日期", "吸烟情况", "是否吸烟",
			"危害因素", "接触职业病危害因素名称", "吸烟史月", yearsZero), words: [][3]string{{"体检结论", "血压偏高", "5 其他疾病或异常"}, {"吸烟情况", "否", "4 从不吸"}, {"吸烟情况", "是", "1 现在每天吸"}}},
		"dispatch": {lacks: "内科=未见异常", answers: map[string]string{"初复检标识": "0", "接触危害因素": "危害因素", "工种": "车间岗位", "吸烟情况": "4 从不吸", "监测种类": allRoutine,
			"开始接害日期": "入职时间", "接害工龄日": yearsZero}, items: [][3]string{{"身高cm"}, {"体重kg"}}},
		"capitals": {rewrite: [2]string{"9.1", "9年1月0天"}, answers: with(same("UNIT_NAME", "UNIT_CODE"), "初复检标识", "", "接触危害因素", "HARM_ALL", "工种", "WORK", "监护种类", "TYPE", "危害因素", "HARM",
			"体检结论", "RESULT", "开始接害日期", "START_DATE", "接害工龄", "WORK_AGE", "没有标记的结果", byLimits),
			items: append(append(blood("WBC", "HGB", "ALT"), pressure("SBP", "DBP")...), [3]string{"RBC", "10¹²/L", "3.8-5.8"}, [3]string{"PLT", "10⁹/L", "125-350"})},
		"ticksheet": {answers: with(same("工作单位", "工作单位统一代码"), "初复检标识", "", "监测种类", "", "接触危害因素", "与体检的危害因素相同：打勾的列", "是否异常", blankNormal, "监护种类", "检查类型"),
			columns: [][3]string{{"危害", "起始", "开始接害日期"}}},
		"register": {lacks: "起始日期=2015-04-01", answers: with(same("单位", "91130100MA0AAAA36W"), "接害工龄", partZero, "接触危害因素", "接害名称", "吸烟情况", "4 从不吸",
			"开始接害日期", "起始日期", "没有标记的结果", byLimits), items: append(blood("白细胞", "血红蛋白", "谷丙转氨酶"), pressure("收缩压", "舒张压")...)},
		"tworows": {lacks: "信用代码=91130100MA0AAAA36W,工种=99-001,报告日期=2024-05-30,接害开始日期=2015-04-01,接害工龄=9年1月0天,吸烟情况=从不吸,体检结论=目前未见异常",
			answers: with(same("单位名称", "信用代码"), "接触危害因素", "危害因素", "没有标记的结果", byLimits),
			items:   blood("血常规白细胞(10^9/L)", "血常规血红蛋白(g/L)", "生化ALT(U/L)")},
	}
}

// yearsZero is how the parts beside a column of years are answered.
const yearsZero = "是：有年数的，没有写的部分算 0"

// given are the answers as a workbook would hand them over.
func (s *foreignShape) given() []draft.Answer {
	var out []draft.Answer
	for name, text := range s.answers {
		if text != "" {
			out = append(out, draft.Answer{ID: "问题\u241f" + name, Text: text})
		}
	}
	for _, w := range s.words {
		out = append(out, draft.Answer{ID: draft.WordID(w[0], w[1]), Text: w[2]})
	}
	for _, c := range s.columns {
		out = append(out, draft.Answer{ID: draft.ColumnID("", c[0], c[1]), Text: c[2]})
	}
	for _, i := range s.items {
		if i[1] == "" {
			out = append(out, draft.Answer{ID: draft.ItemID(i[0]), Text: "不上传"})
			continue
		}
		out = append(out, draft.Answer{ID: draft.UnitID(i[0]), Text: i[1]}, draft.Answer{ID: draft.RangeID(i[0]), Text: i[2]})
	}
	return out
}

// filledIn is the text of an export with the columns that it lacks.
func (s *foreignShape) filledIn(text string) string {
	if s.rewrite[0] != "" {
		text = strings.ReplaceAll(text, ","+s.rewrite[0]+",", ","+s.rewrite[1]+",")
	}
	if s.lacks == "" {
		return text
	}
	lines := strings.SplitAfter(text, "\n")
	header := true
	for i, line := range lines {
		number, _, _ := strings.Cut(line, ",")
		person := strings.ContainsAny(number, "0123456789") && strings.Count(line, ",") > 5
		if !person && !(header && strings.Contains(line, "姓名") || header && strings.Contains(line, "受检者")) {
			continue
		}
		for _, more := range strings.Split(s.lacks, ",") {
			head, value, _ := strings.Cut(more, "=")
			if person {
				head = value
			}
			line = strings.TrimSuffix(line, "\n") + "," + head + "\n"
		}
		lines[i] = line
	}
	return strings.Join(lines, "")
}

// TestForeignExportsAreAccepted: six exports that nobody has described go from file to
// accepted by answers and what they lack, and what is stored is right.
func TestForeignExportsAreAccepted(t *testing.T) {
	t.Parallel()
	for name, shape := range foreignShapes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &layoutBench{bench: newBench(t), stand: sandbox.New(sandbox.Options{})}
			b.server = httptest.NewServer(b.stand)
			t.Cleanup(func() { b.stand.Close(); b.server.Close() })
			b.configure(layoutInstitution)
			dir := filepath.Join("..", "..", "testdata", "foreign", name)
			if err := os.CopyFS(b.process.WorkDir, os.DirFS(dir)); err != nil {
				t.Fatal(err)
			}
			export := b.path("export")
			if text, err := os.ReadFile(filepath.Join(dir, "export.csv")); err == nil {
				export = b.path("export.csv")
				b.write("export.csv", shape.filledIn(string(text)))
			}
			b.want(0, "dict", "pull")
			b.want(0, "map", "init", export, "-o", b.path("m.yaml"))
			text, err := os.ReadFile(b.path("m.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			answers := shape.given()
			mapped, faults, err := draft.Apply(string(text), answers, sandbox.SampleSet())
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range faults {
				t.Errorf("%s: %s（%s）", answers[f.Answer].ID, f.Message, f.Fix)
			}
			b.write("m.yaml", mapped)
			b.want(0, "push", export, "--mapping", b.path("m.yaml"), "--no-report", "--concurrency", "1")
			sameStored(t, b, filepath.Join(dir, "stored.golden.json"), true)
		})
	}
}
