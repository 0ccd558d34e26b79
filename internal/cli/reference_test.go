package cli

import (
	"fmt"
	"hbupload/internal/run"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Reference returns every command and flag as Markdown, for the topic 命令.
func Reference() string {
	root := newRoot(&run.Env{Machine: &run.Machine{}})
	var b strings.Builder
	b.WriteString("通用参数（任何命令都可以用）：\n\n| 参数 | 作用 |\n|---|---|\n")
	flagLines(&b, root.PersistentFlags())
	var all []*cobra.Command
	walk(root, func(cmd *cobra.Command) {
		if !cmd.HasSubCommands() && !cmd.Hidden {
			all = append(all, cmd)
		}
	})
	slices.SortFunc(all, func(x, y *cobra.Command) int { return strings.Compare(x.CommandPath(), y.CommandPath()) })
	for _, cmd := range all {
		fmt.Fprintf(&b, "\n#### `%s`\n\n%s。\n", cmd.UseLine(), strings.TrimRight(cmd.Short, "。"))
		if len(flagRows(cmd.LocalNonPersistentFlags())) > 0 {
			b.WriteString("\n| 参数 | 作用 |\n|---|---|\n")
			flagLines(&b, cmd.LocalNonPersistentFlags())
		}
	}
	return b.String()
}

func flagLines(b *strings.Builder, set *pflag.FlagSet) {
	for _, r := range flagRows(set) {
		fmt.Fprintf(b, "| `%s` | %s |\n", strings.TrimSpace(r[0]), strings.ReplaceAll(r[1], "|", `\|`))
	}
}
