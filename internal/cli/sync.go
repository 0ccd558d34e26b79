package cli

import (
	"github.com/spf13/cobra"

	"hbupload/internal/night"
	"hbupload/internal/run"
)

func newSync(env *run.Env) *cobra.Command {
	var o night.Options
	cmd := &cobra.Command{
		Use: "sync", Short: "无人值守：上传收件文件夹里的文件，再移到 done 或 failed",
		Long: "把 sync.inbox 里已经稳定的文件逐个检查、上传：全部成功的移到 sync.done，有问题的连同报告移到 sync.failed；\n" +
			"还有记录未送达或结果不明的留在原处，下次继续。适合由 cron、systemd 或 Windows 任务计划执行（见 hbupload schedule）。",
		Example: "  hbupload sync\n  hbupload sync --all-profiles\n  hbupload sync --watch",
		Args:    argCount(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			env.Command = "sync"
			return night.Sync(cmd.Context(), env, o)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&o.Watch, "watch", false, "一直运行，不断查看收件文件夹；按 Ctrl-C 结束")
	f.BoolVar(&o.AllProfiles, "all-profiles", false, "配置里的每个 profile 依次各做一遍")
	f.BoolVar(&o.RetryRejected, "retry-rejected", false, "内容未变、上次被平台拒绝的记录也再传一次")
	f.DurationVar(&o.RandomDelay, "random-delay", 0, "开始前随机等待，最多这么久，例如 15m（避免各家同时上传）")
	return cmd
}
