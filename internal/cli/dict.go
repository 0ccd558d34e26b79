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
	"hbupload/internal/spec"
)

func newDict(a *app) *cobra.Command {
	cmd := group(&cobra.Command{Use: "dict", Short: "平台字典：下载、查看、查找、比较"})
	cmd.AddCommand(
		&cobra.Command{Use: "pull", Short: "从平台下载全部八个字典", Args: argCount(0, 0, ""),
			RunE: a.run("dict pull", func(ctx context.Context, _ []string) error { return a.dictPull(ctx) })},
		&cobra.Command{Use: "list", Short: "列出已下载的字典", Args: argCount(0, 0, ""),
			RunE: a.run("dict list", func(context.Context, []string) error { return a.dictList() })},
		&cobra.Command{Use: "show CODE", Short: "显示一个字典的全部条目", Args: argCount(1, 1, "字典代码"), ValidArgsFunction: completeDicts,
			RunE: a.run("dict show", func(_ context.Context, args []string) error { return a.dictShow(args[0]) })},
		&cobra.Command{Use: "search WORD", Short: "在所有字典中查找（名称、代码、拼音）", Args: argCount(1, 1, "要查找的词"),
			RunE: a.run("dict search", func(_ context.Context, args []string) error { return a.dictSearch(args[0]) })},
		&cobra.Command{Use: "diff", Short: "上次下载改变了什么，影响哪些别名和配置", Args: argCount(0, 0, ""),
			RunE: a.run("dict diff", func(context.Context, []string) error { return a.dictDiff() })},
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

// commandJSON begins the document of every command without records.
type commandJSON struct {
	Command  string `json:"command"`
	OK       bool   `json:"ok"`
	ExitCode int    `json:"exit_code"`
}

func (a *app) ok() commandJSON { return commandJSON{Command: a.command, OK: true} }

func (a *app) dictPull(ctx context.Context) error {
	cfg, err := a.load()
	if err != nil {
		return err
	}
	set, err := a.pull(ctx, cfg)
	if err != nil {
		return err
	}
	for _, text := range append(a.broken(cfg, set), a.lostWords(cfg, set)...) {
		a.say("受影响：%s", text)
	}
	if err := a.listDicts(set); err != nil {
		return err
	}
	a.say("下一步：hbupload validate 导出.xlsx（只检查），或 hbupload push 导出.xlsx（检查并上传）")
	return nil
}

// pull downloads all dictionaries and keeps them, all or none.
func (a *app) pull(ctx context.Context, cfg *config.Config) (*dict.Set, error) {
	client, err := a.client(cfg)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	a.warnPlain(client)
	if err := ownFolder(cfg); err != nil {
		return nil, err
	}
	var all []*dict.Dictionary
	for _, d := range spec.Dictionaries() {
		rows, err := client.Download(ctx, d.Code)
		if err != nil && d.Code == spec.DictPeType && ctx.Err() == nil {
			a.say("警告：%s：%v（没有字段使用这个字典，其余字典照常下载）", d.Name, err)
			all = append(all, dict.New(d.Code, nil, a.Now()))
			continue
		}
		if err != nil {
			return nil, err
		}
		parsed, err := dict.ParseNoted(d.Code, rows)
		if err != nil {
			return nil, err
		}
		for _, note := range parsed.Notes {
			a.say("%s：%s", d.Name, note)
		}
		all = append(all, dict.New(d.Code, parsed.Entries, a.Now()))
		if a.opts.verbose {
			a.say("%s %s：%d 条", d.Code, d.Name, len(parsed.Entries))
		}
	}
	before, _ := store(cfg).Load() // those of an earlier pull, if there was one
	if err := store(cfg).Save(ctx, all...); err != nil {
		return nil, err
	}
	after := dict.NewSet(all...)
	for _, text := range dict.Shrunk(before, after) {
		a.say("警告：%s；用到这些代码的记录会被扣下。hbupload dict diff 列出它们，不该少的请联系平台", text)
	}
	return after, nil
}

func (a *app) loadDicts() (*config.Config, *dict.Set, error) {
	cfg, err := a.load()
	if err != nil {
		return nil, nil, err
	}
	set, err := a.pulledDicts(cfg)
	return cfg, set, err
}

// pulledDicts are those of the configured platform. Without a platform the error
// says where a configuration was looked for.
func (a *app) pulledDicts(cfg *config.Config) (*dict.Set, error) {
	set, err := store(cfg).Load()
	if err != nil && cfg.Platform.BaseURL == "" && errors.Is(err, dict.ErrMissing) {
		none := config.NoAddress(a.request())
		return nil, fault.New(fault.Dictionary, none.Error()+"；也就没有它的字典").Next(none.Hint() + "\n然后运行 hbupload dict pull").By(err)
	}
	return set, err
}

func (a *app) dictList() error {
	_, set, err := a.loadDicts()
	if err != nil {
		return err
	}
	return a.listDicts(set)
}

func (a *app) listDicts(set *dict.Set) error {
	doc := struct {
		commandJSON
		Dictionaries []dictionaryJSON `json:"dictionaries"`
	}{commandJSON: a.ok()}
	rows := [][]string{}
	for _, d := range spec.Dictionaries() {
		got := set.Dict(d.Code)
		if got == nil {
			continue
		}
		doc.Dictionaries = append(doc.Dictionaries, dictionaryJSON{d.Code, d.Name, got.Len(), got.PulledAt})
		rows = append(rows, []string{d.Code, d.Name, fmt.Sprint(got.Len()), got.PulledAt.Local().Format(time.DateTime)})
	}
	if a.opts.json {
		return report.Encode(a.out(), doc)
	}
	a.table([]string{"代码", "字典", "条目", "下载时间"}, rows)
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

func (a *app) dictShow(code string) error {
	_, set, err := a.loadDicts()
	if err != nil {
		return err
	}
	for _, d := range spec.Dictionaries() {
		if strings.EqualFold(d.Code, code) || d.Name == code {
			return a.showEntries(d.Code, set.Dict(d.Code).Entries)
		}
	}
	var names []string
	for _, d := range spec.Dictionaries() {
		names = append(names, d.Code+"（"+d.Name+"）")
	}
	return fault.New(fault.Usage, "没有名为“"+code+"”的字典").Next("可用：" + strings.Join(names, "、"))
}

func (a *app) showEntries(code string, entries []dict.Entry) error {
	if a.opts.json {
		doc := struct {
			commandJSON
			Entries []entryJSON `json:"entries"`
		}{commandJSON: a.ok(), Entries: []entryJSON{}}
		for _, e := range entries {
			doc.Entries = append(doc.Entries, newEntryJSON(code, e))
		}
		return report.Encode(a.out(), doc)
	}
	var rows [][]string
	for _, e := range entries {
		rows = append(rows, []string{e.Code, e.Name, strings.Trim(e.Class+" "+e.MonitorType+" "+e.Industry, " ")})
	}
	a.table([]string{"代码", "名称", "分类/监测种类/行业"}, rows)
	return nil
}

func (a *app) dictSearch(word string) error {
	_, set, err := a.loadDicts()
	if err != nil {
		return err
	}
	doc := struct {
		commandJSON
		Entries []entryJSON `json:"entries"`
	}{commandJSON: a.ok(), Entries: []entryJSON{}}
	var rows [][]string
	for _, d := range spec.Dictionaries() {
		for _, e := range set.Dict(d.Code).Search(word) {
			doc.Entries = append(doc.Entries, newEntryJSON(d.Code, e))
			rows = append(rows, []string{d.Name, e.Code, e.Name, strings.Trim(e.Class+" "+e.MonitorType+" "+e.Industry, " ")})
		}
	}
	if a.opts.json {
		return report.Encode(a.out(), doc)
	}
	if len(rows) == 0 {
		a.say("没有找到“%s”", word)
		return nil
	}
	a.table([]string{"字典", "代码", "名称", "分类/监测种类/行业"}, rows)
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

func (a *app) dictDiff() error {
	cfg, set, err := a.loadDicts()
	if err != nil {
		return err
	}
	old, err := store(cfg).Previous()
	if err != nil && !errors.Is(err, dict.ErrMissing) {
		return err
	}
	doc := struct {
		commandJSON
		Changes []changeJSON `json:"changes"`
		Broken  []string     `json:"broken"`
	}{commandJSON: a.ok(), Changes: []changeJSON{}, Broken: append(append([]string{}, a.broken(cfg, set)...), append(a.brokenMappings(cfg, set), a.lostWords(cfg, set)...)...)}
	var rows [][]string
	for _, c := range dict.Diff(old, set) {
		code := c.New.Code
		if c.Kind == dict.Removed {
			code = c.Old.Code
		}
		doc.Changes = append(doc.Changes, changeJSON{c.Dict, string(c.Kind), code, c.Old.Name, c.New.Name, c.Fields})
		rows = append(rows, []string{dict.LabelOf(c.Dict), changeLabel(c.Kind), code, c.Old.Name, c.New.Name})
	}
	if a.opts.json {
		return report.Encode(a.out(), doc)
	}
	if len(rows) == 0 {
		fmt.Fprintln(a.out(), "与上一次下载相比没有变化")
	} else {
		a.table([]string{"字典", "变化", "代码", "原名称", "新名称"}, rows)
	}
	for _, b := range doc.Broken {
		a.tell("受影响：%s\n", b)
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

// broken lists the aliases and pins of the configuration that point to nothing
// in the current dictionaries.
func (a *app) broken(cfg *config.Config, set *dict.Set) []string {
	var out []string
	for domain, words := range cfg.Aliases {
		d := set.Dict(dictOf(domain))
		if d == nil {
			continue
		}
		for word, target := range words {
			if _, ok := d.ByCode(target); !ok && len(d.ByLoose(target)) == 0 {
				out = append(out, fmt.Sprintf("配置 aliases.%s 的“%s: %s”：字典里没有“%s”", domain, word, target, target))
			}
		}
	}
	for _, pin := range pins(cfg) {
		d := set.Dict(pin.dict)
		for _, code := range pin.codes {
			if _, ok := d.ByCode(code); !ok {
				out = append(out, fmt.Sprintf("配置 %s 的代码 %s：字典“%s”里没有", pin.key, code, dict.LabelOf(pin.dict)))
			}
		}
	}
	return out
}

// dictOf is the dictionary of an alias domain: its own code, or that of the
// field that takes it.
func dictOf(domain string) string {
	known, _ := spec.AliasDomain(domain)
	for _, d := range spec.Dictionaries() {
		if d.Code == known {
			return d.Code
		}
	}
	for _, f := range spec.Fields() {
		if f.Key == known {
			return f.Dict
		}
	}
	return ""
}

type pin struct {
	key, dict string
	codes     []string
}

func pins(cfg *config.Config) []pin {
	s := cfg.Spec
	return []pin{
		{"spec.codes.prejob", spec.DictCareType, s.Codes["prejob"]},
		{"spec.codes.suspected", spec.DictResultOption, s.Codes["suspected"]},
		{"spec.codes.contraindication", spec.DictResultOption, s.Codes["contraindication"]},
		{"spec.codes.other_abnormal", spec.DictResultOption, s.Codes["other_abnormal"]},
		{"spec.codes.active", spec.DictMonitorType, s.Codes["active"]},
		{"spec.dust_codes", spec.DictHazard, append(append([]string{}, s.Dust.Add...), s.Dust.Remove...)},
		{"spec.other_codes", spec.DictHazard, append(append([]string{}, s.Other.Add...), s.Other.Remove...)},
		{"spec.symbol_codes", spec.DictItem, append(append([]string{}, s.Symbol.Add...), s.Symbol.Remove...)},
		{"spec.radiograph_items", spec.DictItem, append(append([]string{}, s.Radiograph.Add...), s.Radiograph.Remove...)},
		{"spec.numeric_items", spec.DictItem, append(append([]string{}, s.Numeric.Add...), s.Numeric.Remove...)},
	}
}
