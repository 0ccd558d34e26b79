package cli

import (
	"context"

	"github.com/spf13/cobra"

	"hbupload/internal/run"
)

func newValidate(env *run.Env) *cobra.Command {
	var o run.ReadOptions
	cmd := &cobra.Command{
		Use: "validate FILE…", Short: "检查导出文件，不联网，不上传",
		Args: argCount(1, -1, "要检查的文件"),
		RunE: runs(env, "validate", func(ctx context.Context, args []string) error { return run.Validate(ctx, env, args, o) }),
	}
	addReadFlags(cmd, &o)
	return cmd
}

func newBuild(env *run.Env) *cobra.Command {
	var o run.ReadOptions
	var dir string
	cmd := &cobra.Command{
		Use: "build FILE… -o DIR", Short: "把每条记录的 data.zip 写到文件夹，不上传",
		Args: argCount(1, -1, "要处理的文件"),
		RunE: runs(env, "build", func(ctx context.Context, args []string) error { return run.Build(ctx, env, args, dir, o) }),
	}
	addReadFlags(cmd, &o)
	cmd.Flags().StringVarP(&dir, "output", "o", "", "输出文件夹（必填）")
	return cmd
}
