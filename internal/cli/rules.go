package cli

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"hbupload/internal/fault"
	"hbupload/internal/meaning"
	"hbupload/internal/report"
	"hbupload/internal/rules"
	"hbupload/internal/run"
	"hbupload/internal/sense"
	"hbupload/internal/spec"
)

func newRules(env *run.Env) *cobra.Command {
	var catalogue string
	cmd := &cobra.Command{Use: "rules [ID]", Short: "全部检查规则：级别、依据的条款、处理办法", Args: argCount(0, 1, ""),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var out []string
			for _, r := range rules.Catalogue() {
				out = append(out, string(r.ID)+"\t"+r.Summary)
			}
			return out, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: runs(env, "rules", func(_ context.Context, args []string) error {
			if catalogue != "" {
				return writeCatalogue(env, catalogue)
			}
			return runRules(env, args)
		})}
	cmd.Flags().StringVar(&catalogue, "catalogue", "", "把内置的常理目录写到这个 CSV 文件，供医师修改（放在配置文件旁边，名称 "+sense.FileName+"）")
	return cmd
}

// writeCatalogue writes the program's catalogue of medical sense for somebody who
// wants to change it. A file that is there is not replaced.
func writeCatalogue(env *run.Env, path string) error {
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
	if env.Opts.JSON {
		return report.Encode(env.Out(), struct {
			run.Document
			File string `json:"file"`
		}{env.OK(), path})
	}
	env.Tell("已写出：%s\n修改后放在配置文件旁边（名称 %s）即代替内置的目录\n", path, sense.FileName)
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

func runRules(env *run.Env, args []string) error {
	policy, means := effective(env)
	doc := struct {
		run.Document
		Rules    []ruleJSON     `json:"rules"`
		Meanings []meaningJSON  `json:"meanings"`
		Lists    []run.CodeList `json:"lists"`
	}{env.OK(), []ruleJSON{}, []meaningJSON{}, []run.CodeList{}}
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
			doc.Meanings = append(doc.Meanings, meaningJSON{Pin: v.Pin, Word: v.Word, Pinned: v.Pinned, Entries: run.EntryTexts(v.Entries)})
		}
		for _, l := range means.Lists() {
			doc.Lists = append(doc.Lists, run.CodeList{Name: l.Name, Dict: l.Dict, Pin: l.Pin, Entries: run.EntryTexts(l.Entries), Suspected: run.EntryTexts(l.Suspected)})
		}
	}
	if env.Opts.JSON {
		return report.Encode(env.Out(), doc)
	}
	if len(args) == 1 {
		r := doc.Rules[0]
		level := severityLabel(r.Severity)
		if r.Severity != r.Default {
			level += "，默认 " + severityLabel(r.Default)
		}
		env.Tell("%s（%s）\n条款：%s\n含义：%s\n办法：%s\n", r.ID, level, r.Clause, r.Summary, r.Fix)
		if label := classLabel(r.Class); label != "" {
			env.Tell("类别：%s\n", label)
		}
		return nil
	}
	var rows [][]string
	for _, r := range doc.Rules {
		rows = append(rows, []string{r.ID, severityLabel(r.Severity), r.Class, r.Clause, r.Summary})
	}
	env.Table([]string{"规则", "级别", "类", "条款", "含义"}, rows)
	showMeanings(env, doc.Meanings)
	showLists(env, doc.Lists)
	return nil
}

// effective is the configured severities and meanings, as far as they can be
// had without failing: the catalogue is shown whatever the configuration.
func effective(env *run.Env) (*rules.Policy, *meaning.Classifier) {
	cfg, err := env.Load()
	if err != nil {
		return nil, nil
	}
	policy, err := rules.NewPolicy(cfg.Rules, false)
	if err != nil {
		env.Say("警告：%s", err.Error())
		return nil, nil
	}
	judge, err := env.Judge(cfg, false)
	if err != nil {
		return policy, nil
	}
	return policy, judge.Checker.Classifier
}

// showLists prints which entries of the downloaded dictionaries the rules take for
// dusts, chest films and so on, so that a person can check them once.
func showLists(env *run.Env, all []run.CodeList) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintln(env.Out(), "\n字典里的这些条目按下面的类别校验（请核对一次；认错的用括号里的配置项 add、remove 改定）：")
	for _, l := range all {
		env.Tell("  %s\n", run.ListText(l))
	}
}

func showMeanings(env *run.Env, all []meaningJSON) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintln(env.Out(), "\n按字典名称认定的含义（可用括号里的配置项改定）：")
	for _, m := range all {
		how := "按名称"
		if m.Pinned {
			how = "按配置"
		}
		env.Tell("  %s：%s（%s，%s）\n", m.Word, strings.Join(m.Entries, "、"), how, m.Pin)
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
