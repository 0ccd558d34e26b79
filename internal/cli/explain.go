package cli

import (
	"context"

	"github.com/spf13/cobra"

	"hbupload/internal/fault"
	"hbupload/internal/report"
	"hbupload/internal/run"
)

func newExplain(env *run.Env) *cobra.Command {
	var o run.ExplainOptions
	cmd := &cobra.Command{Use: "explain KEY [FIELD] --in FILE", Short: "一条记录的每个值从哪个单元格来、怎样变成上传的值",
		Example: "  hbupload explain TJ0001 --in 导出.xlsx\n  hbupload explain TJ0001 typeOfWorkCode --in 导出.xlsx",
		Args:    argCount(1, 2, "体检编号"),
		RunE: runs(env, "explain", func(ctx context.Context, args []string) error {
			o.Key = args[0]
			if len(args) == 2 {
				o.Field = args[1]
			}
			return explainRecord(ctx, env, o)
		})}
	cmd.Flags().StringArrayVar(&o.In, "in", nil, "导出文件（必填，可重复）")
	cmd.Flags().StringVar(&o.Sheet, "sheet", "", "从这张表读取体检信息")
	cmd.Flags().StringVar(&o.Mapping, "mapping", "", run.MappingUsage)
	cmd.Flags().BoolVar(&o.Reveal, "reveal", false, "不遮盖个人信息")
	return cmd
}

func explainRecord(ctx context.Context, env *run.Env, o run.ExplainOptions) error {
	if len(o.In) == 0 {
		return fault.New(fault.Usage, "缺少 --in 导出文件").Next("例如 hbupload explain " + o.Key + " --in 导出.xlsx")
	}
	var err error
	if o.In, err = env.GivenFiles(o.In); err != nil {
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
	tmp, remove, err := env.Scratch()
	if err != nil {
		return err
	}
	defer remove()
	opts := judge.Mapping
	opts.Sheet, opts.Mapping, opts.TempDir = o.Sheet, o.Mapping, tmp
	all, err := run.OpenInputs(ctx, env, o.In, opts)
	if err != nil {
		return err
	}
	defer all.Close()
	x := &run.Explainer{Opts: o}
	for _, in := range all {
		if err := in.Each(ctx, x); err != nil {
			return err
		}
	}
	switch {
	case x.Found == 0:
		return fault.Newf(fault.Usage, "文件里没有体检编号为 %s 的记录", o.Key)
	case len(x.Chain) == 0:
		return fault.New(fault.Usage, "没有名为 "+o.Field+" 的字段").
			Next("可用 JSON 键、表头或完整路径，例如 typeOfWorkCode、工种、ohEmpHazard[0].hazardCode")
	}
	if env.Opts.JSON {
		return report.Encode(env.Out(), struct {
			run.Document
			Key    string      `json:"key"`
			Values []run.Chain `json:"values"`
		}{env.OK(), o.Key, x.Chain})
	}
	showChain(env, x.Chain)
	return nil
}

func showChain(env *run.Env, chain []run.Chain) {
	for _, c := range chain {
		where := "（没有单元格）"
		switch {
		case c.Cell != "":
			where = "「" + c.Sheet + "」" + c.Cell
		case c.Column != "":
			where = "（没有列“" + c.Column + "”）"
		}
		value := c.Value
		if value == "" {
			value = "（空）"
		}
		env.Tell("%s %s = %s\n", c.Path, c.Label, value)
		if c.Cell != "" || len(c.Steps) > 0 {
			raw := "原文“" + run.OneLine(c.Raw) + "”"
			if c.Day {
				raw = "表格里的日期"
			}
			env.Tell("    来自 %s，%s\n", where, raw)
		}
		for _, s := range c.Steps {
			env.Tell("    → %s（%s）\n", run.OneLine(s.To), s.Note)
		}
		if c.Fault != "" {
			env.Tell("    ✗ %s\n", c.Fault)
		}
	}
}
