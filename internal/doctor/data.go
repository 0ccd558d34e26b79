package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/ledger"
	"hbupload/internal/rules"
	"hbupload/internal/run"
)

// oldDicts is the age at which dictionaries deserve a look when the
// configuration names none.
const oldDicts = 30 * 24 * time.Hour

// dictionaries examines what is on the disk and what the configuration makes
// of it.
func (d *doctor) dictionaries() {
	const name, label = "dictionaries", "字典"
	if d.cfg.Platform.BaseURL == "" {
		return
	}
	set, err := run.PulledDicts(d.Env, d.cfg)
	if err != nil {
		d.fail(name, label, err)
		return
	}
	d.set = set
	limit := d.cfg.DictMaxAge
	if limit <= 0 {
		limit = oldDicts
	}
	age := d.Now().Sub(set.PulledAt())
	text := fmt.Sprintf("八个字典，%s前下载（版本 %s）", run.Ago(age), set.Version())
	switch {
	case set.Sample():
		d.warn(name, label, text+"，是模拟平台的样例", "对真实平台使用前请运行 hbupload dict pull")
	case age > limit:
		d.warn(name, label, text, "超过 "+run.Ago(limit)+"，请运行 hbupload dict pull")
	default:
		d.ok(name, label, text)
	}
	d.pins()
	d.meaningsNow()
}

// pins names what the configuration points to and the dictionaries lack.
func (d *doctor) pins() {
	lost := append(run.BrokenWords(d.Env, d.cfg, d.set), run.LostWords(d.Env, d.cfg, d.set)...)
	for _, text := range lost {
		d.warn("pins", "别名与代码", text, "请按 hbupload dict search 的结果改正配置")
	}
	if len(lost) == 0 {
		d.ok("pins", "别名与代码", "配置里的别名和代码在字典中都有")
	}
}

// meaningsNow shows which codes carry the document's meanings (help: 接口读法 3) and
// which symbol codes the item dictionary lacks.
func (d *doctor) meaningsNow() {
	if _, err := rules.NewPolicy(d.cfg.Rules, false); err != nil {
		d.fail("rules", "检查规则", err)
		return
	}
	judge, err := d.Judge(d.cfg, false)
	if err != nil {
		d.fail("meanings", "代码含义", err)
		return
	}
	for _, v := range judge.Checker.Meanings() {
		var names []string
		for _, e := range v.Entries {
			names = append(names, strings.TrimSpace(e.Code+" "+e.Name))
		}
		how := "按名称认定"
		if v.Pinned {
			how = "由配置指定"
		}
		d.ok("meanings", "代码含义", "“"+v.Word+"”是 "+strings.Join(names, "、")+"（"+how+"，"+v.Pin+"）")
	}
	for _, l := range judge.Checker.Lists() {
		j := run.CodeList{Name: l.Name, Dict: l.Dict, Pin: l.Pin, Entries: run.EntryTexts(l.Entries), Suspected: run.EntryTexts(l.Suspected)}
		if !d.Opts.Verbose && !d.Opts.JSON {
			j.Entries = firstOf(j.Entries)
			j.Suspected = firstOf(j.Suspected)
		}
		d.ok("lists", "按类别校验", run.ListText(j))
	}
	missing := judge.Checker.MissingSymbolCodes()
	if len(missing) == 0 {
		d.ok("symbol-codes", "符号代码", "须填符号的项目在字典中都有")
		return
	}
	shown := missing
	if len(shown) > 10 && !d.Opts.Verbose {
		shown = shown[:10]
	}
	text := fmt.Sprintf("须填符号的项目有 %d 个不在项目字典里：%s", len(missing), strings.Join(shown, "、"))
	if len(shown) < len(missing) {
		text += " …"
	}
	d.warn("symbol-codes", "符号代码", text, "本机构没有这些项目则不必理会；代码已变的，用 spec.symbol_codes 的 add、remove 改定")
}

// firstOf bounds a list on the screen; `rules` and --verbose show all of it.
func firstOf(entries []string) []string {
	const shown = 12
	if len(entries) <= shown {
		return entries
	}
	return append(entries[:shown:shown], fmt.Sprintf("…共 %d 项（全部见 hbupload rules）", len(entries)))
}

// dataFolder examines who can read it, whether we can write it, and the disk.
func (d *doctor) dataFolder() {
	const name, label = "data-folder", "数据文件夹"
	dir := d.cfg.DataDir
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.warn(name, label, dir+" 还没有建立", "第一次运行 hbupload dict pull 时会自动建立")
		d.disk(existingParent(dir))
		return
	case err != nil || !info.IsDir():
		d.fail(name, label, fault.New(fault.Config, "不是可用的文件夹").At(dir).Next("检查权限，或用 --data-dir、data_dir 指定别处").By(err))
		return
	}
	if err := host.Writable(dir); err != nil {
		d.fail(name, label, fault.New(fault.Config, "不能写入").At(dir).Next("检查权限和磁盘，或用 --data-dir、data_dir 指定别处").By(err))
		return
	}
	if open := readable(dir, info); len(open) > 0 {
		d.warn(name, label, "其他用户可以读取："+strings.Join(open, "、"), "请执行 chmod -R go-rwx "+host.ShellQuote(dir))
	} else {
		d.ok(name, label, dir+" 可写，只有本人可读")
	}
	d.disk(dir)
}

// readable lists what others may open. Windows keeps the profile's folders to
// their owner by inheritance; its permission bits say nothing.
func readable(dir string, info fs.FileInfo) []string {
	if runtime.GOOS == "windows" {
		return nil
	}
	var out []string
	if info.Mode().Perm()&0o077 != 0 {
		out = append(out, dir)
	}
	for _, name := range []string{ledger.FileName, ledger.KeyName, "token.json"} {
		path := filepath.Join(dir, name)
		if f, err := os.Stat(path); err == nil && f.Mode().Perm()&0o077 != 0 {
			out = append(out, path)
		}
	}
	return out
}

func existingParent(dir string) string {
	for {
		if _, err := os.Stat(dir); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return dir
		}
		dir = up
	}
}

// littleSpace is where a push of some ten thousand records begins to be at
// risk.
const littleSpace = 500 << 20

// disk examines what the folder lies on.
func (d *doctor) disk(dir string) {
	v, err := host.VolumeOf(dir)
	if err != nil {
		d.warn("disk", "磁盘", "无法得知磁盘的种类和空间", "")
		return
	}
	if v.Network != "" {
		d.warn("disk-kind", "磁盘种类", "数据文件夹在网络盘上（"+v.Network+"）：台账的锁在网络盘上不可靠", "请用 --data-dir 或 data_dir 指定本机硬盘上的文件夹")
	} else {
		d.ok("disk-kind", "磁盘种类", "本机硬盘")
	}
	text := fmt.Sprintf("剩余 %.1f GB", float64(v.Free)/(1<<30))
	if v.Free < littleSpace {
		d.warn("disk-space", "磁盘空间", text, "请清理磁盘：台账写不进去时上传会停下")
		return
	}
	d.ok("disk-space", "磁盘空间", text)
}

// standing says first what stands in the way of every push. A ledger that cannot
// be read is told by its own check.
func (d *doctor) standing(ctx context.Context) {
	led, err := d.ReadLedger(ctx, d.cfg)
	if err != nil {
		return
	}
	defer func() { _ = led.Close() }()
	_, _, lines, err := run.Standing(ctx, led)
	if err != nil {
		return
	}
	first := &doctor{Env: d.Env}
	for _, line := range lines {
		first.fail("ledger-standing", "台账", fault.New(fault.Config, strings.TrimPrefix(line, "注意：")))
	}
	d.checks = append(first.checks, d.checks...)
}

// ledger examines the ledger's file and what waits in it.
func (d *doctor) ledger(ctx context.Context) {
	const name, label = "ledger", "台账"
	led, err := d.ReadLedger(ctx, d.cfg)
	if err != nil {
		d.fail(name, label, err)
		return
	}
	defer func() { _ = led.Close() }()
	status, err := led.Status(ctx)
	if err != nil {
		d.fail(name, label, err)
		return
	}
	if !status.Exists {
		d.ok(name, label, "还没有台账（第一次上传时建立）")
		return
	}
	faults, err := led.Check(ctx)
	switch {
	case err != nil:
		d.fail(name, label, err)
	case len(faults) > 0:
		d.fail(name, label, fault.New(fault.Config, strings.Join(faults, " ")).
			Next("请先停止上传，复制整个数据文件夹留底，再用 hbupload ledger restore 恢复最近的备份"))
	default:
		d.ok(name, label, fmt.Sprintf("完好，%d 条记录（%s）", status.Total, run.LedgerPlace(d.cfg)))
	}
	if status.Unsettled > 0 {
		d.warn("journal", "暂存的答复", fmt.Sprintf("%d 条答复还没有记入共用的台账", status.Unsettled), "再执行一次 hbupload push 或 sync 即会补记")
	}
	switch {
	case status.InDoubt > 0:
		d.warn("in-doubt", "结果不明", fmt.Sprintf("%d 条记录不知平台是否收到", status.InDoubt), "用 hbupload history 查看，在平台上核实后用 hbupload resolve 体检编号 --sent 或 --resend")
	default:
		d.ok("in-doubt", "结果不明", "没有")
	}
	if status.Undelivered > 0 {
		d.warn("undelivered", "未送达", fmt.Sprintf("%d 条记录没有送到平台", status.Undelivered), "再次 hbupload push 同一文件即可补传")
	}
}
