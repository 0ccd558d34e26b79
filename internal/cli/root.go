package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hbupload/internal/fault"
	"hbupload/internal/run"
)

// runs wraps a command's body: it notes the name for --json and ends at the
// first Ctrl-C.
func runs(env *run.Env, name string, body func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		env.Command = name
		ctx, cancel := env.UntilInterrupt(cmd.Context())
		defer cancel()
		return body(ctx, args)
	}
}

// newRoot is the visible list of all commands.
func newRoot(env *run.Env) *cobra.Command {
	root := &cobra.Command{
		Use:           "hbupload",
		Short:         "河北省重点职业病监测信息平台上传工具（接口规范 V3.8）",
		Long:          rootLong,
		Args:          cobra.ArbitraryArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		// How far a mistyped word may be from a command to be taken for it.
		SuggestionsMinimumDistance: 2,
		RunE:                       func(cmd *cobra.Command, args []string) error { return bare(env, cmd, args) },
	}
	g := root.PersistentFlags()
	g.StringVar(&env.Opts.Config, "config", "", "配置文件（默认：当前文件夹、用户配置文件夹或程序旁边的 hbupload.yaml）")
	g.StringVar(&env.Opts.Profile, "profile", "", "使用配置中的哪一组 profiles")
	g.StringVar(&env.Opts.DataDir, "data-dir", "", "数据文件夹（台账、字典、token）")
	g.StringVar(&env.Opts.LogFile, "log-file", "", "把运行日志追加到这个文件")
	g.StringVar(&env.Opts.LogFormat, "log-format", "text", "日志的形式：text 或 json")
	g.BoolVar(&env.Opts.JSON, "json", false, "标准输出只写一个 JSON 文档")
	g.BoolVar(&env.Opts.Quiet, "quiet", false, "不显示进度和提示")
	g.BoolVar(&env.Opts.Verbose, "verbose", false, "显示全部细节")
	g.BoolVar(&env.Opts.NoColor, "no-color", false, "不使用颜色")
	g.BoolP("help", "h", false, "显示帮助")
	root.Flags().Bool("version", false, "显示版本")
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetHelpCommand(newHelp(env, root))
	root.SetUsageFunc(func(cmd *cobra.Command) error { writeUsage(cmd, cmd.OutOrStderr()); return nil })
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { showHelp(env, cmd) })
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return flagError(cmd, err) })
	root.AddCommand(
		newPush(env), newValidate(env), newBuild(env), newSync(env), newSchedule(env),
		newSetup(env), newTemplate(env), newMap(env), newDict(env), newLogin(env), newLogout(env), newDoctor(env), newPurge(env),
		newStatus(env), newHistory(env), newResolve(env), newReconcile(env), newReport(env), newAdopt(env), newLedger(env),
		newInspect(env), newExplain(env), newRules(env),
		newConfig(env), newShell(env), newSandbox(env), newVersion(env), newCompletion(env, root),
	)
	plainUse(root)
	takeFiles(env, root)
	completions(env, root)
	return root
}

// plainUse keeps cobra's English "[flags]" out of every usage line.
func plainUse(cmd *cobra.Command) {
	cmd.DisableFlagsInUseLine = true
	for _, sub := range cmd.Commands() {
		plainUse(sub)
	}
}

const rootLong = `把职业健康检查的 Excel/CSV 导出转换成平台规定的数据，逐条校验后上传。

最常用：
  hbupload setup                第一次使用：回答几个问题就设置好
  hbupload dict pull            下载平台字典（平台字典有变化时）
  hbupload validate 导出.xlsx   只检查，不联网
  hbupload push 导出.xlsx       检查并上传；同一文件再次上传只补未成功的
  hbupload status               台账：最近成功的上传、未送达、结果不明

退出码：0 全部成功；2 用法、配置、字典或文件有问题，什么也没有发送；
  3 完成，但有记录无效、被拒或内容已变；4 有记录未送达或结果不明；
  5 另一个上传正在进行；130 被中断；1 程序内部错误。`

// bare is hbupload without a command: files dragged onto the program, or a
// word that is no command.
func bare(env *run.Env, cmd *cobra.Command, args []string) error {
	env.Command = "hbupload"
	if asked, err := cmd.Flags().GetBool("version"); err == nil && asked {
		return runVersion(env)
	}
	if len(args) == 0 {
		if env.DoubleClicked && greets(env) {
			return runs(env, "hbupload", func(ctx context.Context, _ []string) error { return setUp(ctx, env, nil) })(cmd, nil)
		}
		if env.DoubleClicked {
			fmt.Fprint(env.Out(), doubleClickText, "\n")
		}
		return helpOnly(cmd)
	}
	args, err := env.GivenFiles(args)
	if err != nil {
		return err
	}
	for _, arg := range args {
		if _, err := os.Stat(arg); err != nil {
			return fault.New(fault.Usage, "没有“"+arg+"”这个命令，也没有这个文件").Next(nearestCommand(cmd.Root(), arg))
		}
	}
	if greets(env) {
		env.Say("还没有配置，先设置一次，然后处理 %s", strings.Join(args, "、"))
		if err := runs(env, "hbupload", func(ctx context.Context, _ []string) error { return setUp(ctx, env, args) })(cmd, nil); err != nil {
			return err
		}
	}
	return dragged(env, cmd, args)
}

func nearestCommand(root *cobra.Command, word string) string {
	if found := root.SuggestionsFor(word); len(found) > 0 {
		return "是否想用：" + strings.Join(found, "、")
	}
	return "用 hbupload --help 查看全部命令"
}

// helpOnly answers a command line that names no command: with the help, or,
// for a script that asked for JSON, with what is missing.
func helpOnly(cmd *cobra.Command) error {
	if asked, err := cmd.Flags().GetBool("json"); err == nil && asked {
		return fault.New(fault.Usage, cmd.CommandPath()+" 后面缺少命令").Next("用 " + cmd.CommandPath() + " --help 查看全部命令")
	}
	return cmd.Help()
}

// group makes a command that only holds others refuse unknown words.
func group(cmd *cobra.Command) *cobra.Command {
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return helpOnly(cmd)
		}
		return fault.Newf(fault.Usage, "%s 没有“%s”这个命令", cmd.CommandPath(), args[0]).
			Next("用 " + cmd.CommandPath() + " --help 查看")
	}
	return cmd
}

// args checks the number of arguments and says so in Chinese.
func argCount(low, high int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < low:
			return fault.New(fault.Usage, cmd.CommandPath()+" 缺少参数："+what).Next("用法：" + cmd.UseLine())
		case high >= 0 && len(args) > high:
			return fault.New(fault.Usage, cmd.CommandPath()+" 的参数太多："+strings.Join(args[high:], " ")).Next("用法：" + cmd.UseLine())
		}
		return nil
	}
}

// flagError puts pflag's errors into Chinese.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	var syntax *pflag.InvalidSyntaxError
	message := "参数有误"
	hint := "用 " + cmd.CommandPath() + " --help 查看参数"
	switch {
	case errors.As(err, &unknown):
		message = "不认识的参数 --" + unknown.GetSpecifiedName()
		if len(unknown.GetSpecifiedName()) == 1 {
			message = "不认识的参数 -" + unknown.GetSpecifiedName()
		}
		if near := nearestFlag(cmd, unknown.GetSpecifiedName()); near != "" {
			hint = "是否想用 --" + near + "？" + hint
		}
	case errors.As(err, &missing):
		message = "参数 --" + missing.GetFlag().Name + " 后面缺少值"
	case errors.As(err, &invalid):
		message = fmt.Sprintf("参数 --%s 的值“%s”无效", invalid.GetFlag().Name, invalid.GetValue())
		if more := valueHint(invalid.GetFlag()); more != "" {
			hint = more + "\n" + hint
		}
	case errors.As(err, &syntax):
		message = "参数写法有误：" + syntax.GetSpecifiedFlag()
	}
	return fault.New(fault.Usage, message).Next(hint)
}

// nearestFlag is the flag that shares the longest beginning with a word.
func nearestFlag(cmd *cobra.Command, word string) string {
	best := ""
	most := 2
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		n := 0
		for n < len(f.Name) && n < len(word) && f.Name[n] == word[n] {
			n++
		}
		if n > most {
			best = f.Name
			most = n
		}
	})
	return best
}
