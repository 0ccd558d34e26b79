package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hbupload/internal/report"
	"hbupload/internal/run"
)

// showHelp answers --help, to a script that asked for JSON with a document as well.
func showHelp(env *run.Env, cmd *cobra.Command) {
	if !env.Opts.JSON && !slices.Contains(env.Args, "--json") {
		writeHelp(cmd, cmd.OutOrStdout())
		return
	}
	var text strings.Builder
	writeHelp(cmd, &text)
	env.Command = commandName(cmd)
	// Nothing can be said of a failure to write: stdout is where it would go.
	_ = report.Encode(cmd.OutOrStdout(), struct {
		run.Document
		Help string `json:"help"`
	}{env.OK(), text.String()})
}

// writeHelp is a command's --help: what it does, then how it is used.
func writeHelp(cmd *cobra.Command, w io.Writer) {
	text := cmd.Long
	if text == "" {
		text = cmd.Short
	}
	fmt.Fprintf(w, "%s\n\n", strings.TrimSpace(text))
	writeUsage(cmd, w)
}

// writeUsage lists commands, examples and flags, without a word of the
// libraries' English.
func writeUsage(cmd *cobra.Command, w io.Writer) {
	fmt.Fprintf(w, "用法：\n  %s", cmd.UseLine())
	if cmd.HasAvailableSubCommands() {
		fmt.Fprint(w, " 命令")
	}
	if cmd.HasAvailableFlags() {
		fmt.Fprint(w, " [参数]")
	}
	fmt.Fprintln(w)
	if cmd.HasAvailableSubCommands() {
		var rows [][2]string
		for _, sub := range cmd.Commands() {
			if sub.IsAvailableCommand() {
				rows = append(rows, [2]string{sub.Name(), sub.Short})
			}
		}
		fmt.Fprintf(w, "\n命令：\n%s", twoColumns(rows))
	}
	if cmd.HasExample() {
		fmt.Fprintf(w, "\n例子：\n%s\n", cmd.Example)
	}
	if rows := flagRows(cmd.LocalFlags()); len(rows) > 0 {
		fmt.Fprintf(w, "\n参数：\n%s", twoColumns(rows))
	}
	if rows := flagRows(cmd.InheritedFlags()); len(rows) > 0 {
		fmt.Fprintf(w, "\n通用参数：\n%s", twoColumns(rows))
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(w, "\n用“%s 命令 --help”查看某个命令的说明。\n", cmd.CommandPath())
	}
}

// twoColumns aligns words and their explanations, CJK characters counted as
// two.
func twoColumns(rows [][2]string) string {
	width := 0
	for _, r := range rows {
		width = max(width, lipgloss.Width(r[0]))
	}
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "  %s  %s\n", run.PadRight(r[0], width), r[1])
	}
	return b.String()
}

// flagRows are the visible flags of a set with their explanations.
func flagRows(set *pflag.FlagSet) [][2]string {
	var rows [][2]string
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		name := "    --" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", --" + f.Name
		}
		if word := valueWord(f); word != "" {
			name += " " + word
		}
		rows = append(rows, [2]string{name, flagHelp(f)})
	})
	return rows
}

// flagHelp is the explanation of a flag with its default.
func flagHelp(f *pflag.Flag) string {
	switch f.DefValue {
	case "", "0", "0s", "false", "[]":
		return f.Usage
	}
	return f.Usage + "（默认 " + f.DefValue + "）"
}

// valueWord says what kind of value a flag takes, "" for a switch.
func valueWord(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "bool":
		return ""
	case "int", "int64", "uint", "count":
		return "整数"
	case "float64", "float32":
		return "数字"
	case "duration":
		return "时长"
	}
	switch f.Name {
	case "config", "mapping", "log-file", "in", "worksheet":
		return "文件"
	case "output":
		return "路径"
	case "data-dir", "report":
		return "文件夹"
	}
	return "值"
}

// valueHint is what a flag's value must look like, for the error that says it
// does not.
func valueHint(f *pflag.Flag) string {
	switch valueWord(f) {
	case "":
		return "--" + f.Name + " 是开关，不需要值（也可写 --" + f.Name + "=true 或 =false）"
	case "整数":
		return "应是整数，例如 --" + f.Name + " 10"
	case "数字":
		return "应是数字，例如 --" + f.Name + " 2.5"
	case "时长":
		return "应是时长，例如 --" + f.Name + " 500ms、30s、5m"
	}
	return ""
}

// doubleClickText greets whoever has double-clicked the program: without a
// file there is nothing to do, and the window would close at once.
const doubleClickText = `这个程序没有窗口界面。用法有两种：
  一、把导出的 Excel/CSV 文件用鼠标拖到 hbupload.exe 的图标上：先显示检查结果，问过您再上传。
  二、在“命令提示符”里输入命令（在文件夹的地址栏输入 cmd 再回车即可打开），例如：
        hbupload setup            改一项设置（地址、账号、机构）
        hbupload doctor           检查配置、网络、账号
        hbupload push 导出.xlsx   检查并上传
`
