package cli

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"hbupload/internal/dict"
	"hbupload/internal/fault"
	"hbupload/internal/meaning"
	"hbupload/internal/report"
	"hbupload/internal/rules"
	"hbupload/internal/sense"
	"hbupload/internal/spec"
)

func newRules(a *app) *cobra.Command {
	var catalogue string
	cmd := &cobra.Command{Use: "rules [ID]", Short: "全部检查规则：级别、依据的条款、处理办法", Args: argCount(0, 1, ""),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var out []string
			for _, r := range rules.Catalogue() {
				out = append(out, string(r.ID)+"\t"+r.Summary)
			}
			return out, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: a.run("rules", func(_ context.Context, args []string) error {
			if catalogue != "" {
				return a.writeCatalogue(catalogue)
			}
			return a.rules(args)
		})}
	cmd.Flags().StringVar(&catalogue, "catalogue", "", "把内置的常理目录写到这个 CSV 文件，供医师修改（放在配置文件旁边，名称 "+sense.FileName+"）")
	return cmd
}

// writeCatalogue writes the program's catalogue of medical sense for somebody who
// wants to change it. A file that is there is not replaced.
func (a *app) writeCatalogue(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fault.New(fault.Config, "常理目录写不出").At(path).Next("已有同名文件时请换一个名称；否则请检查文件夹和权限").By(err)
	}
	// The mark tells Excel that the file is UTF-8.
	_, err = f.Write(append([]byte("\ufeff"), sense.Embedded()...))
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fault.New(fault.Config, "常理目录没有写完").At(path).Next("请检查磁盘空间").By(err)
	}
	if a.opts.json {
		return report.Encode(a.out(), struct {
			commandJSON
			File string `json:"file"`
		}{a.ok(), path})
	}
	a.tell("已写出：%s\n修改后放在配置文件旁边（名称 %s）即代替内置的目录\n", path, sense.FileName)
	return nil
}

type ruleJSON struct {
	ID       string `json:"id"`
	Severity string `json:"severity"`
	Default  string `json:"default"`
	Class    string `json:"class,omitempty"`
	Clause   string `json:"clause"`
	Summary  string `json:"summary"`
	Fix      string `json:"fix"`
}

type meaningJSON struct {
	Pin     string   `json:"pin"`
	Word    string   `json:"word"`
	Pinned  bool     `json:"pinned"`
	Entries []string `json:"entries"`
}

// listJSON is a set of dictionary entries that rules go by.
type listJSON struct {
	Name      string   `json:"name"`
	Dict      string   `json:"dict"`
	Pin       string   `json:"pin,omitempty"`
	Entries   []string `json:"entries"`
	Suspected []string `json:"suspected"`
}

func (a *app) rules(args []string) error {
	policy, means := a.effective()
	doc := struct {
		commandJSON
		Rules    []ruleJSON    `json:"rules"`
		Meanings []meaningJSON `json:"meanings"`
		Lists    []listJSON    `json:"lists"`
	}{a.ok(), []ruleJSON{}, []meaningJSON{}, []listJSON{}}
	for _, r := range rules.Catalogue() {
		if len(args) == 1 && string(r.ID) != args[0] {
			continue
		}
		severity := r.Severity
		if policy != nil {
			severity = policy.Severity(r.ID, spec.NoField)
		}
		doc.Rules = append(doc.Rules, ruleJSON{string(r.ID), string(severity), string(r.Severity), r.Class, r.Clause, r.Summary, r.Fix})
	}
	if len(doc.Rules) == 0 {
		return fault.New(fault.Usage, "没有编号为 "+args[0]+" 的规则").Next("用 hbupload rules 查看全部")
	}
	if means != nil {
		for _, v := range means.Meanings() {
			doc.Meanings = append(doc.Meanings, meaningJSON{Pin: v.Pin, Word: v.Word, Pinned: v.Pinned, Entries: entryTexts(v.Entries)})
		}
		for _, l := range means.Lists() {
			doc.Lists = append(doc.Lists, listJSON{Name: l.Name, Dict: l.Dict, Pin: l.Pin, Entries: entryTexts(l.Entries), Suspected: entryTexts(l.Suspected)})
		}
	}
	if a.opts.json {
		return report.Encode(a.out(), doc)
	}
	if len(args) == 1 {
		r := doc.Rules[0]
		level := severityLabel(r.Severity)
		if r.Severity != r.Default {
			level += "，默认 " + severityLabel(r.Default)
		}
		a.tell("%s（%s）\n条款：%s\n含义：%s\n办法：%s\n", r.ID, level, r.Clause, r.Summary, r.Fix)
		if label := classLabel(r.Class); label != "" {
			a.tell("类别：%s\n", label)
		}
		return nil
	}
	var rows [][]string
	for _, r := range doc.Rules {
		rows = append(rows, []string{r.ID, severityLabel(r.Severity), r.Class, r.Clause, r.Summary})
	}
	a.table([]string{"规则", "级别", "类", "条款", "含义"}, rows)
	a.showMeanings(doc.Meanings)
	a.showLists(doc.Lists)
	return nil
}

// entryTexts are entries as "code name", never nil.
func entryTexts(entries []dict.Entry) []string {
	out := make([]string, 0, len(entries))
	for _, e := range entries {
		out = append(out, e.String())
	}
	return out
}

// effective is the configured severities and meanings, as far as they can be
// had without failing: the catalogue is shown whatever the configuration.
func (a *app) effective() (*rules.Policy, *meaning.Classifier) {
	cfg, err := a.load()
	if err != nil {
		return nil, nil
	}
	policy, err := rules.NewPolicy(cfg.Rules, false)
	if err != nil {
		a.say("警告：%s", err.Error())
		return nil, nil
	}
	judge, err := a.judge(cfg, false)
	if err != nil {
		return policy, nil
	}
	return policy, judge.checker.Classifier
}

// showLists prints which entries of the downloaded dictionaries the rules take for
// dusts, chest films and so on, so that a person can check them once.
func (a *app) showLists(all []listJSON) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintln(a.out(), "\n字典里的这些条目按下面的类别校验（请核对一次；认错的用括号里的配置项 add、remove 改定）：")
	for _, l := range all {
		a.tell("  %s\n", listText(l))
	}
}

func listText(l listJSON) string {
	text := l.Name
	if l.Pin != "" {
		text += "（" + l.Pin + "）"
	}
	text += "："
	if len(l.Entries) == 0 {
		text += "没有"
	}
	text += strings.Join(l.Entries, "、")
	if len(l.Suspected) > 0 {
		text += "；看不准、只提示的：" + strings.Join(l.Suspected, "、")
	}
	return text
}

func (a *app) showMeanings(all []meaningJSON) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintln(a.out(), "\n按字典名称认定的含义（可用括号里的配置项改定）：")
	for _, m := range all {
		how := "按名称"
		if m.Pinned {
			how = "按配置"
		}
		a.tell("  %s：%s（%s，%s）\n", m.Word, strings.Join(m.Entries, "、"), how, m.Pin)
	}
}

func severityLabel(s string) string {
	switch spec.Severity(s) {
	case spec.Error:
		return "错误"
	case spec.Warning:
		return "提示"
	}
	return "关闭"
}

func classLabel(c string) string {
	switch c {
	case rules.ClassStated:
		return "规范原文的要求"
	case rules.ClassForm:
		return "没有它 data.json 不成形"
	case rules.ClassIdentity:
		return "防止认错人或漏读数据，不能关闭"
	case rules.ClassSense:
		return "规范之外的常理，只提醒（help: 常理检查）"
	}
	return ""
}
