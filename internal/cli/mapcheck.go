package cli

import (
	"context"
	"fmt"
	"strings"

	"hbupload/internal/mapping"
	"hbupload/internal/report"
	"hbupload/internal/run"
)

func mapCheck(ctx context.Context, env *run.Env, args []string) error {
	name, paths, err := run.MappingAndInputs(env, args)
	if err != nil {
		return err
	}
	file, err := run.FindMapping(env, name, paths[0])
	if err != nil {
		return err
	}
	cfg, err := env.Load()
	if err != nil {
		return err
	}
	judge, err := env.Judge(cfg, false)
	if err != nil {
		return err
	}
	lay, err := run.ReadMapping(ctx, file, judge.Dicts)
	if err != nil {
		return err
	}
	in, err := run.OpenTables(ctx, env, paths)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	tmp, remove, err := env.Scratch()
	if err != nil {
		return err
	}
	defer remove()
	opts := judge.Mapping
	opts.Layout = lay
	opts.TempDir = tmp
	out, err := run.CheckMapping(ctx, in, judge.Checker, opts)
	if err != nil {
		return err
	}
	if err := out.AtCells(ctx, file); err != nil {
		return err
	}
	out.Document = env.OK()
	if out.Withheld > 0 || out.Orphans > 0 {
		out.OK = false
		out.ExitCode = 3
	}
	if env.Opts.JSON {
		err = report.Encode(env.Out(), out)
	} else {
		showMapCheck(env, out, file, strings.Join(paths, " "))
	}
	if err != nil {
		return err
	}
	return run.Exit(out.ExitCode)
}

func showMapCheck(env *run.Env, out *run.MappingCheck, file, path string) {
	w := env.Out()
	env.Tell("映射“%s”读 %s：%d 人\n\n字段的来源（* 为必填）：\n", out.Mapping, path, out.Records)
	var rows [][]string
	for _, f := range out.Fields {
		mark := ""
		if f.Required {
			mark = "*"
		}
		source := strings.Join(f.Sources, "；")
		switch {
		case source == "" && f.Derived != "":
			source = "（" + f.Derived + "）"
		case source == "" && f.Required:
			source = "✗ 没有来源，需要此项的人不上传"
		case source == "":
			continue
		}
		line := f.Cell
		if f.Line > 0 {
			line = fmt.Sprint(f.Line)
		}
		rows = append(rows, []string{mark + f.Label, source, line})
	}
	env.Table([]string{"字段", "来源", placeHead(file)}, rows)
	showUnused(env, out)
	for i, p := range out.People {
		env.Tell("\n第 %d 人 %s（已遮盖）：\n", i+1, p.Key)
		var rows [][]string
		for _, c := range p.Values {
			rows = append(rows, []string{c.Path, c.Label, whence(c), c.Value})
		}
		env.Table([]string{"字段", "名称", "来自", "上传的值"}, rows)
	}
	fmt.Fprintln(w)
	if len(out.Gaps) == 0 {
		env.Tell("%d 人全部可以上传。下一步：hbupload push %s --mapping %s --dry-run\n", out.Records, path, file)
		return
	}
	env.Tell("%d 人中有 %d 人现在不能上传：\n", out.Records, out.Withheld)
	for i, g := range out.Gaps {
		if i == maxShown {
			env.Tell("  … 另有 %d 种，--json 可看全部\n", len(out.Gaps)-i)
			break
		}
		env.Tell("  ✗ %d 人：%s [%s]，例如 %s\n", g.Records, g.Message, g.Rule, g.Example)
	}
	if run.IsMappingBook(file) {
		env.Tell("请在 %s 的「问题」「列」「词」「项目」里回答，保存后再运行一次 map check\n", file)
		return
	}
	env.Tell("请修改 %s（值不认识的加到 values，缺列的用 value、copy 或 default 声明），再运行一次 map check\n", file)
}

// placeHead heads the column that says where a mapping can be changed.
func placeHead(file string) string {
	if run.IsMappingBook(file) {
		return "在哪里改"
	}
	return "映射行"
}

func showUnused(env *run.Env, out *run.MappingCheck) {
	w := env.Out()
	fmt.Fprintln(w)
	for _, d := range out.Differences {
		env.Tell("表头与制作映射时不同：%s\n", mapping.DifferenceText(d))
	}
	for _, line := range out.Notes {
		env.Tell("%s\n", line)
	}
	if len(out.Unused) > 0 {
		env.Tell("没有用到的列：%s\n", strings.Join(out.Unused, "、"))
	}
	if len(out.UnusedSheet) > 0 {
		env.Tell("没有用到的表：%s\n", strings.Join(out.UnusedSheet, "、"))
	}
	if out.NotDone > 0 {
		env.Tell("没有结果的检查项目：%d 项，视为未做，不上传\n", out.NotDone)
	}
}

// whence is the origin of a value in a few words.
func whence(c run.Chain) string {
	where := c.Cell
	if where == "" && len(c.Steps) > 0 {
		return c.Steps[len(c.Steps)-1].Note
	}
	if c.Fault != "" {
		return where + " ✗ " + c.Fault
	}
	if c.Raw != "" && run.OneLine(c.Raw) != c.Value {
		where += " “" + run.OneLine(c.Raw) + "”"
	}
	return where
}
