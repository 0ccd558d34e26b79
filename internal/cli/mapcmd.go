package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"hbupload/internal/dict"
	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/mapping"
	"hbupload/internal/mapping/draft"
	"hbupload/internal/report"
	"hbupload/internal/run"
	"hbupload/internal/workbook"
)

func newMap(env *run.Env) *cobra.Command {
	cmd := group(&cobra.Command{Use: "map", Short: "映射：描述其他系统的导出（生成、检查、转成 YAML）"})
	var output string
	var force bool
	init := &cobra.Command{Use: "init FILE…", Short: "看一遍导出文件，写出映射工作簿：看不懂的列成问题，在 Excel 里回答",
		Example: "  hbupload map init 导出.xlsx\n  hbupload map init 导出.xlsx -o 本院.mapping.yaml",
		Args:    argCount(1, -1, "导出文件"),
		RunE:    runs(env, "map init", func(ctx context.Context, args []string) error { return mapInit(ctx, env, args, output, force) })}
	init.Flags().StringVarP(&output, "output", "o", "", "写到这个文件（默认：导出文件旁边的 名称"+workbook.MappingSuffix+"；名称"+run.MappingSuffix+" 则写成 YAML；- 为标准输出的 YAML）")
	init.Flags().BoolVar(&force, "force", false, "覆盖已有文件；映射工作簿里仍然适用的回答会带过来")
	cmd.AddCommand(init, &cobra.Command{Use: "check [MAPPING] FILE…", Short: "映射读出了什么：字段来源、没用到的列、仍缺的内容、三个人的全过程",
		Example: "  hbupload map check 导出.xlsx（用它旁边的 导出.映射.xlsx）\n  hbupload map check 导出.映射.xlsx 导出.xlsx",
		Args:    argCount(1, -1, "导出文件"),
		RunE:    runs(env, "map check", func(ctx context.Context, args []string) error { return mapCheck(ctx, env, args) })}, newMapExport(env))
	return cmd
}

func mapInit(ctx context.Context, env *run.Env, paths []string, output string, force bool) error {
	path := paths[0]
	cfg, err := env.Load()
	if err != nil {
		return err
	}
	judge, err := env.Judge(cfg, false)
	if err != nil {
		return err
	}
	in, err := run.OpenTables(ctx, env, paths)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	if path == "-" {
		name = "stdin"
	}
	if output == "" {
		output = filepath.Join(filepath.Dir(filepath.Clean(path)), name+workbook.MappingSuffix)
	}
	first, err := draft.Propose(ctx, in, name, judge.Mapping)
	if err != nil {
		return err
	}
	if standard, err := mapping.Open(ctx, in, judge.Mapping); err == nil && standard.Whole() {
		env.Say("%s 已经是标准工作簿，不需要映射，可直接 hbupload validate；留着映射文件就会按映射读取", filepath.Base(path))
	}
	if output == "-" && env.Opts.JSON {
		return showDraft(env, first, strings.Join(paths, " "), output)
	}
	if output == "-" {
		_, err := env.Out().Write(first.YAML())
		return err
	}
	text, err := drafted(ctx, env, first, output, force, judge.Dicts)
	if err != nil {
		return err
	}
	if err := writeNew(output, text, force); err != nil {
		return err
	}
	return showDraft(env, first, strings.Join(paths, " "), output)
}

// drafted is what map init writes: YAML, or a workbook with the answers of the one before.
func drafted(ctx context.Context, env *run.Env, d *draft.Draft, path string, force bool, dicts *dict.Set) ([]byte, error) {
	if !run.IsMappingBook(path) {
		return d.YAML(), nil
	}
	text, told, err := workbook.MappingOver(ctx, d, path, dicts)
	if told != "" && force {
		env.Say("%s", told)
	}
	return text, err
}

// writeNew writes a mapping; one that is there stays, unless forced.
func writeNew(path string, text []byte, force bool) error {
	if _, err := os.Stat(path); err == nil && !force {
		return fault.New(fault.Config, "文件已存在，没有覆盖").At(path).Next("要重新生成请加 --force（映射工作簿里仍然适用的回答会带过来），或用 -o 写到别处")
	}
	if err := host.WritePrivate(path, text); err != nil {
		return fault.New(fault.Config, "无法写入").At(path).Next("请检查文件夹是否存在、是否有权限；正在 Excel 里打开的请先关闭").By(err)
	}
	return nil
}

func showDraft(env *run.Env, d *draft.Draft, path, output string) error {
	if env.Opts.JSON {
		doc := struct {
			run.Document
			File string `json:"file"`
			*draft.Draft
			Mapping string `json:"mapping,omitempty"` // the file itself, where there is none
		}{env.OK(), output, d, ""}
		if output == "-" {
			doc.Mapping = string(d.YAML())
		}
		return report.Encode(env.Out(), doc)
	}
	for _, s := range d.Sheets {
		showDraftSheet(env, s)
	}
	for _, name := range d.Unread {
		env.Tell("%s：没有用到，没有认出表头\n", name)
	}
	if len(d.Unread) > 0 {
		fmt.Fprintln(env.Out())
	}
	showQuestions(env, d, run.IsMappingBook(output))
	if run.IsMappingBook(output) {
		env.Tell("已生成 %s。用 Excel 或 WPS 打开，在「问题」「列」「词」「项目」里回答，保存后执行：hbupload map check %s %s\n", output, output, path)
		return nil
	}
	env.Tell("已生成 %s。回答其中的问题后执行：hbupload map check %s %s\n", output, output, path)
	return nil
}

// showDraftSheet shows what was found of one sheet.
func showDraftSheet(env *run.Env, s draft.Sheet) {
	if s.File != "" {
		env.Tell("%s ", s.File)
	}
	env.Tell("「%s」%s，表头在第 %s 行", s.Name, orNone(s.Shape), rowList(s.HeaderRows))
	placed := 0
	var rows [][]string
	for _, c := range s.Columns {
		if c.Field == "" {
			continue
		}
		placed++
		sure := ""
		if c.Confidence > 0 {
			sure = fmt.Sprintf("%d%%", c.Confidence)
		}
		if len(rows) < maxDraftRows {
			rows = append(rows, []string{c.Header, c.Field, sure, strings.Join(c.Samples, " | ")})
		}
	}
	if len(s.Columns) == 0 {
		env.Tell("\n\n")
		return
	}
	env.Tell("；%d 列中认出 %d 列\n", len(s.Columns), placed)
	if placed > 0 {
		env.Table([]string{"列", "字段", "把握", "示例（已遮盖）"}, rows)
	}
	if placed > len(rows) {
		env.Tell("… 另有 %d 列，见映射文件\n", placed-len(rows))
	}
	fmt.Fprintln(env.Out())
}

// showQuestions lists what a person must answer.
func showQuestions(env *run.Env, d *draft.Draft, book bool) {
	_, words, items := d.Open()
	if len(d.Questions) == 0 && words+items == 0 {
		return
	}
	how := "候选答案在文件里，选中的一行删去行首的 #? 两个字符即生效"
	if book {
		how = "候选答案在下拉列表里"
	}
	env.Tell("%d 个问题，另有 %d 个词、%d 个检查项目要对应（%s）：\n", len(d.Questions), words, items, how)
	for i, q := range d.Questions {
		if i == maxShown {
			env.Tell("  … 另有 %d 个，见映射文件\n", len(d.Questions)-i)
			break
		}
		env.Tell("  %d. （%d 人）%s\n", i+1, q.People, q.Text)
	}
	fmt.Fprintln(env.Out())
}

// The bounds of what the screen shows: columns of a sheet, and questions or
// causes.
const (
	maxDraftRows = 60
	maxShown     = 30
)

func orNone(s string) string {
	if s == "" {
		return "没有用到"
	}
	return s
}

func rowList(rows []int32) string {
	var out []string
	for _, r := range rows {
		out = append(out, fmt.Sprint(r))
	}
	return strings.Join(out, "、")
}
