package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hbupload/internal/config"
	"hbupload/internal/dict"
	"hbupload/internal/fault"
	"hbupload/internal/report"
	"hbupload/internal/run"
	"hbupload/internal/spec"
)

func newDict(env *run.Env) *cobra.Command {
	cmd := group(&cobra.Command{Use: "dict", Short: "平台字典：下载、查看、查找、比较"})
	cmd.AddCommand(
		&cobra.Command{Use: "pull", Short: "从平台下载全部八个字典", Args: argCount(0, 0, ""),
			RunE: runs(env, "dict pull", func(ctx context.Context, _ []string) error { return dictPull(ctx, env) })},
		&cobra.Command{Use: "list", Short: "列出已下载的字典", Args: argCount(0, 0, ""),
			RunE: runs(env, "dict list", func(context.Context, []string) error { return dictList(env) })},
		&cobra.Command{Use: "show CODE", Short: "显示一个字典的全部条目", Args: argCount(1, 1, "字典代码"), ValidArgsFunction: completeDicts,
			RunE: runs(env, "dict show", func(_ context.Context, args []string) error { return dictShow(env, args[0]) })},
		&cobra.Command{Use: "search WORD", Short: "在所有字典中查找（名称、代码、拼音）", Args: argCount(1, 1, "要查找的词"),
			RunE: runs(env, "dict search", func(_ context.Context, args []string) error { return dictSearch(env, args[0]) })},
		&cobra.Command{Use: "diff", Short: "上次下载改变了什么，影响哪些别名和配置", Args: argCount(0, 0, ""),
			RunE: runs(env, "dict diff", func(context.Context, []string) error { return dictDiff(env) })},
	)
	return cmd
}

func completeDicts(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var out []string
	for _, d := range spec.Dictionaries() {
		out = append(out, d.Code+"\t"+d.Name)
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// dictionaryJSON is an entry of `dict list --json`.
type dictionaryJSON struct {
	Code     string    `json:"code"`
	Name     string    `json:"name"`
	Entries  int       `json:"entries"`
	PulledAt time.Time `json:"pulled_at"`
}

func dictPull(ctx context.Context, env *run.Env) error {
	cfg, err := env.Load()
	if err != nil {
		return err
	}
	set, err := run.PullDicts(ctx, env, cfg)
	if err != nil {
		return err
	}
	for _, text := range append(run.BrokenWords(env, cfg, set), run.LostWords(env, cfg, set)...) {
		env.Say("受影响：%s", text)
	}
	if err := listDicts(env, set); err != nil {
		return err
	}
	env.Say("下一步：hbupload validate 导出.xlsx（只检查），或 hbupload push 导出.xlsx（检查并上传）")
	return nil
}

func loadDicts(env *run.Env) (*config.Config, *dict.Set, error) {
	cfg, err := env.Load()
	if err != nil {
		return nil, nil, err
	}
	set, err := run.PulledDicts(env, cfg)
	return cfg, set, err
}

func dictList(env *run.Env) error {
	_, set, err := loadDicts(env)
	if err != nil {
		return err
	}
	return listDicts(env, set)
}

func listDicts(env *run.Env, set *dict.Set) error {
	doc := struct {
		run.Document
		Dictionaries []dictionaryJSON `json:"dictionaries"`
	}{Document: env.OK()}
	rows := [][]string{}
	for _, d := range spec.Dictionaries() {
		got := set.Dict(d.Code)
		if got == nil {
			continue
		}
		doc.Dictionaries = append(doc.Dictionaries, dictionaryJSON{d.Code, d.Name, got.Len(), got.PulledAt})
		rows = append(rows, []string{d.Code, d.Name, fmt.Sprint(got.Len()), got.PulledAt.Local().Format(time.DateTime)})
	}
	if env.Opts.JSON {
		return report.Encode(env.Out(), doc)
	}
	env.Table([]string{"代码", "字典", "条目", "下载时间"}, rows)
	return nil
}

// entryJSON is an entry as --json shows it.
type entryJSON struct {
	Dictionary  string `json:"dictionary"`
	Code        string `json:"code"`
	Name        string `json:"name"`
	Class       string `json:"class,omitempty"`
	MonitorType string `json:"monitor_type,omitempty"`
	Industry    string `json:"industry,omitempty"`
}

func newEntryJSON(code string, e dict.Entry) entryJSON {
	return entryJSON{code, e.Code, e.Name, e.Class, e.MonitorType, e.Industry}
}

func dictShow(env *run.Env, code string) error {
	_, set, err := loadDicts(env)
	if err != nil {
		return err
	}
	for _, d := range spec.Dictionaries() {
		if strings.EqualFold(d.Code, code) || d.Name == code {
			return showEntries(env, d.Code, set.Dict(d.Code).Entries)
		}
	}
	var names []string
	for _, d := range spec.Dictionaries() {
		names = append(names, d.Code+"（"+d.Name+"）")
	}
	return fault.New(fault.Usage, "没有名为“"+code+"”的字典").Next("可用：" + strings.Join(names, "、"))
}

func showEntries(env *run.Env, code string, entries []dict.Entry) error {
	if env.Opts.JSON {
		doc := struct {
			run.Document
			Entries []entryJSON `json:"entries"`
		}{Document: env.OK(), Entries: []entryJSON{}}
		for _, e := range entries {
			doc.Entries = append(doc.Entries, newEntryJSON(code, e))
		}
		return report.Encode(env.Out(), doc)
	}
	var rows [][]string
	for _, e := range entries {
		rows = append(rows, []string{e.Code, e.Name, strings.Trim(e.Class+" "+e.MonitorType+" "+e.Industry, " ")})
	}
	env.Table([]string{"代码", "名称", "分类/监测种类/行业"}, rows)
	return nil
}

func dictSearch(env *run.Env, word string) error {
	_, set, err := loadDicts(env)
	if err != nil {
		return err
	}
	doc := struct {
		run.Document
		Entries []entryJSON `json:"entries"`
	}{Document: env.OK(), Entries: []entryJSON{}}
	var rows [][]string
	for _, d := range spec.Dictionaries() {
		for _, e := range set.Dict(d.Code).Search(word) {
			doc.Entries = append(doc.Entries, newEntryJSON(d.Code, e))
			rows = append(rows, []string{d.Name, e.Code, e.Name, strings.Trim(e.Class+" "+e.MonitorType+" "+e.Industry, " ")})
		}
	}
	if env.Opts.JSON {
		return report.Encode(env.Out(), doc)
	}
	if len(rows) == 0 {
		env.Say("没有找到“%s”", word)
		return nil
	}
	env.Table([]string{"字典", "代码", "名称", "分类/监测种类/行业"}, rows)
	return nil
}

// changeJSON is a line of `dict diff --json`.
type changeJSON struct {
	Dictionary string   `json:"dictionary"`
	Kind       string   `json:"kind"`
	Code       string   `json:"code"`
	Old        string   `json:"old"`
	New        string   `json:"new"`
	Fields     []string `json:"fields,omitempty"`
}

func dictDiff(env *run.Env) error {
	cfg, set, err := loadDicts(env)
	if err != nil {
		return err
	}
	old, err := run.Store(cfg).Previous()
	if err != nil && !errors.Is(err, dict.ErrMissing) {
		return err
	}
	doc := struct {
		run.Document
		Changes []changeJSON `json:"changes"`
		Broken  []string     `json:"broken"`
	}{Document: env.OK(), Changes: []changeJSON{}, Broken: append(append([]string{}, run.BrokenWords(env, cfg, set)...), append(run.BrokenMappings(env, cfg, set), run.LostWords(env, cfg, set)...)...)}
	var rows [][]string
	for _, c := range dict.Diff(old, set) {
		code := c.New.Code
		if c.Kind == dict.Removed {
			code = c.Old.Code
		}
		doc.Changes = append(doc.Changes, changeJSON{c.Dict, string(c.Kind), code, c.Old.Name, c.New.Name, c.Fields})
		rows = append(rows, []string{dict.LabelOf(c.Dict), changeLabel(c.Kind), code, c.Old.Name, c.New.Name})
	}
	if env.Opts.JSON {
		return report.Encode(env.Out(), doc)
	}
	if len(rows) == 0 {
		fmt.Fprintln(env.Out(), "与上一次下载相比没有变化")
	} else {
		env.Table([]string{"字典", "变化", "代码", "原名称", "新名称"}, rows)
	}
	for _, b := range doc.Broken {
		env.Tell("受影响：%s\n", b)
	}
	return nil
}

func changeLabel(k dict.ChangeKind) string {
	switch k {
	case dict.Added:
		return "新增"
	case dict.Removed:
		return "删除"
	case dict.Renamed:
		return "改名"
	}
	return "属性变化"
}
