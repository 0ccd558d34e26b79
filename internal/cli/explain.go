package cli

import (
	"context"

	"github.com/spf13/cobra"

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
	chain, err := run.ExplainRecord(ctx, env, o)
	if err != nil {
		return err
	}
	if env.Opts.JSON {
		return report.Encode(env.Out(), struct {
			run.Document
			Key    string      `json:"key"`
			Values []run.Chain `json:"values"`
		}{env.OK(), o.Key, chain})
	}
	showChain(env, chain)
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
