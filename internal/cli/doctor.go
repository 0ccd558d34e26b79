package cli

import (
	"context"

	"github.com/spf13/cobra"

	"hbupload/internal/doctor"
	"hbupload/internal/run"
)

func addBundleFlags(cmd *cobra.Command, o *doctor.BundleOptions) {
	f := cmd.Flags()
	f.StringVar(&o.File, "bundle", "", "把检查结果等（只有数目、规则编号等，没有个人信息和文字）写到这个 zip，供维护人员查看；先显示内容再写")
	f.StringArrayVar(&o.In, "in", nil, "连同这个导出的形状（各列对应的字段、各规则的数目）一起写，与 --bundle 同用（可重复）")
	f.BoolVar(&o.Yes, "yes", false, "不再询问，直接写 --bundle 的文件")
}

func newDoctor(env *run.Env) *cobra.Command {
	var offline bool
	var o doctor.BundleOptions
	cmd := &cobra.Command{Use: "doctor", Short: "逐项检查配置、网络、账号、时钟、字典、数据文件夹，并给出办法",
		Long: "逐项检查配置、网络、账号、时钟、字典、数据文件夹，并给出办法。\n最多向平台登录一次、下载一个字典，不上传任何数据。退出码：0 没有问题（可有提醒），2 配置或本机有问题，4 平台连不上或拒绝登录。",
		Args: argCount(0, 0, ""),
		RunE: runs(env, "doctor", func(ctx context.Context, _ []string) error { return doctor.Run(ctx, env, offline, o) })}
	cmd.Flags().BoolVar(&offline, "offline", false, "不联系平台，只检查本机")
	addBundleFlags(cmd, &o)
	return cmd
}
