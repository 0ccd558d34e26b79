package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"hbupload/internal/report"
	"hbupload/internal/run"
	"hbupload/internal/spec"
	"hbupload/internal/wire"
)

func newInspect(env *run.Env) *cobra.Command {
	var reveal bool
	cmd := &cobra.Command{Use: "inspect FILE", Short: "显示一个 data.zip 或 data.json 解码后的内容并检查", Args: argCount(1, 1, "data.zip 或 data.json"),
		RunE: runs(env, "inspect", func(ctx context.Context, args []string) error { return runInspect(env, args[0], reveal) })}
	cmd.Flags().BoolVar(&reveal, "reveal", false, "不遮盖个人信息")
	return cmd
}

func runInspect(env *run.Env, path string, reveal bool) error {
	data, err := run.ReadDocument(env, path)
	if err != nil {
		return err
	}
	doc, err := wire.Open(data)
	if err != nil {
		return err
	}
	out := run.Inspection{Document: env.OK(), File: path, Zipped: doc.Zipped, Base64: doc.Base64, SHA256: wire.Sum(doc.JSON),
		Leaves: []run.LeafJSON{}, Problems: append([]string{}, doc.Problems...), Findings: []run.ProblemLine{}}
	for _, l := range doc.Leaves() {
		out.Leaves = append(out.Leaves, run.LeafJSON{Path: l.Path, Label: run.LabelOf(l.Key), Value: run.Masked(l.Key, l.Text, reveal)})
	}
	out.Findings, out.Unjudged = run.JudgeDocument(env, doc)
	if len(out.Problems) > 0 || run.HasError(out.Findings) {
		out.OK = false
		out.ExitCode = 3
	}
	if env.Opts.JSON {
		if err := report.Encode(env.Out(), out); err != nil {
			return err
		}
		return run.Exit(out.ExitCode)
	}
	showInspect(env, &out)
	return run.Exit(out.ExitCode)
}

func showInspect(env *run.Env, out *run.Inspection) {
	var rows [][]string
	for _, l := range out.Leaves {
		rows = append(rows, []string{l.Path, l.Label, l.Value})
	}
	env.Tell("%s：Base64 方式 %s，data.json 的 SHA-256 %s\n\n", out.File, out.Base64, out.SHA256)
	env.Table([]string{"字段", "名称", "值"}, rows)
	fmt.Fprintln(env.Out())
	for _, p := range out.Problems {
		env.Tell("✗ %s\n", p)
	}
	for _, f := range out.Findings {
		mark := "✗"
		if f.Severity == string(spec.Warning) {
			mark = "!"
		}
		env.Tell("%s %s：%s [%s]\n", mark, f.Field, f.Message, f.Rule)
	}
	switch {
	case out.Unjudged != "":
		env.Say("没有按规则检查：%s", out.Unjudged)
	case len(out.Problems)+len(out.Findings) == 0:
		fmt.Fprintln(env.Out(), "检查通过")
	}
}
