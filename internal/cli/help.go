package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hbupload/internal/fault"
	"hbupload/internal/help"
	"hbupload/internal/report"
	"hbupload/internal/run"
)

// pageWidth is the widest line of a page of the manual, and its width where
// there is no terminal to ask.
const pageWidth = 100

// newHelp is the command behind "hbupload help": the manual by topic, and the
// help of a command by its name.
func newHelp(env *run.Env, root *cobra.Command) *cobra.Command {
	return &cobra.Command{Use: "help [主题|命令]", Short: "说明书（离线）：不写主题时列出全部主题", Args: cobra.ArbitraryArgs,
		ValidArgsFunction: completeTopics,
		RunE: func(_ *cobra.Command, args []string) error {
			env.Command = "help"
			if len(args) == 0 {
				return listTopics(env)
			}
			if t, ok := help.Find(args[0]); ok {
				return showTopic(env, t, args[1:])
			}
			target, rest, err := root.Find(args)
			if err == nil && len(rest) == 0 {
				return target.Help()
			}
			return noTopic(root, args)
		}}
}

func completeTopics(_ *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	var words []string
	if len(args) == 0 {
		for _, t := range help.Topics() {
			words = append(words, t.Name+"\t"+t.Summary, t.Alias+"\t"+t.Summary)
		}
	}
	return withPrefix(words, prefix), cobra.ShellCompDirectiveNoFileComp
}

// noTopic names what the words may have meant.
func noTopic(root *cobra.Command, args []string) error {
	word := strings.Join(args, " ")
	hint := "用 hbupload help 查看全部主题"
	near := help.Near(word)
	if len(near) > 0 {
		hint = "是否想看：hbupload help " + strings.Join(near, "、hbupload help ")
	} else if found := root.SuggestionsFor(args[0]); len(found) > 0 {
		hint = nearestCommand(root, args[0])
	}
	return fault.New(fault.Usage, "没有“"+word+"”这个主题或命令").Next(hint)
}

type topicJSON struct {
	Name    string `json:"name"`
	Alias   string `json:"alias"`
	Readers string `json:"readers"`
	Summary string `json:"summary"`
}

func listTopics(env *run.Env) error {
	topics := []topicJSON{}
	var rows [][2]string
	for _, t := range help.Topics() {
		topics = append(topics, topicJSON{t.Name, t.Alias, t.Readers, t.Summary})
		rows = append(rows, [2]string{t.Name, t.Summary + "（" + t.Readers + "）"})
	}
	if env.Opts.JSON {
		return report.Encode(env.Out(), struct {
			run.Document
			Topics []topicJSON `json:"topics"`
		}{env.OK(), topics})
	}
	fmt.Fprintf(env.Out(), "说明书的主题：\n\n%s\n", twoColumns(rows))
	fmt.Fprint(env.Out(), "看一个主题：hbupload help 上手；只看其中一节：hbupload help 接口读法 4.1\n看一个命令的参数：hbupload help push；全部命令：hbupload --help\n")
	return nil
}

// showTopic prints a topic, or one section of it.
func showTopic(env *run.Env, t help.Topic, rest []string) error {
	text := t.Text
	if len(rest) > 0 {
		part, ok := t.Section(strings.Join(rest, " "))
		if !ok {
			return fault.New(fault.Usage, "“"+t.Name+"”里没有“"+strings.Join(rest, " ")+"”这一节").
				Next("有：" + strings.Join(slices.Compact(t.Sections()), "、"))
		}
		text = part
	}
	if env.Opts.JSON {
		return report.Encode(env.Out(), struct {
			run.Document
			Topic topicJSON `json:"topic"`
			Help  string    `json:"help"`
		}{env.OK(), topicJSON{t.Name, t.Alias, t.Readers, t.Summary}, text})
	}
	style := help.Style{Width: pageWidth, Bold: env.Style(env.StdoutTTY).Color}
	if env.StdoutTTY && env.Width > 0 {
		style.Width = min(env.Width, pageWidth)
	}
	fmt.Fprint(env.Out(), help.Render(text, style))
	return nil
}
