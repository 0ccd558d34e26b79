package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/report"
)

// rePurgeable is what we name our own files: annotated workbooks and
// worksheets (含个人信息), pages and texts (汇总), why a file could not be read
// (无法读取), logs, and what a kill left of them half written. A file that
// somebody else made, or renamed, is not ours to delete.
var rePurgeable = regexp.MustCompile(`^(.+-(含个人信息|汇总|无法读取)-\d{8}-\d{6}( \(\d+\))?\.(xlsx|xlsm|csv|zip|html|txt|json)|hbupload[\w.-]*\.log(\.\d+)?(\.gz)?|sync-\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}\.\d{3}\.log(\.gz)?|\.hbupload-\d+\.tmp)$`)

// reMonth is the name of the folders that sync makes in done and failed.
var reMonth = regexp.MustCompile(`^\d{4}-\d{2}$`)

// reAge is an age in days or in Go's units.
var reAge = regexp.MustCompile(`^(\d{1,6})d$`)

type purgeOptions struct {
	olderThan string
	yes       bool
}

func newPurge(a *app) *cobra.Command {
	var o purgeOptions
	cmd := &cobra.Command{Use: "purge [DIR…] --older-than 90d", Short: "删除本程序以前生成的报告和日志（含个人信息的文件不宜久留）",
		Long:    "删除本程序以前生成的报告（文件名带“含个人信息”或“汇总”和时间）和日志（hbupload*.log），不碰别的文件。\n子文件夹里只看 sync 按月建立的（如 2026-03）。不给文件夹时，用 sync 的 done 和 failed（没有配置时在收件文件夹下面）。不加 --yes 只列出，不删除。",
		Example: "  hbupload purge 报告文件夹 --older-than 90d          只列出\n  hbupload purge 报告文件夹 --older-than 90d --yes    真正删除",
		RunE:    a.run("purge", func(ctx context.Context, args []string) error { return a.purge(ctx, args, o) })}
	cmd.Flags().StringVar(&o.olderThan, "older-than", "", "只处理早于这个时间的文件，例如 90d、48h（必填）")
	cmd.Flags().BoolVar(&o.yes, "yes", false, "真正删除，不只是列出")
	return cmd
}

// purgedJSON is a file that purge would delete or has deleted.
type purgedJSON struct {
	File     string    `json:"file"`
	Modified time.Time `json:"modified"`
	Bytes    int64     `json:"bytes"`
	Deleted  bool      `json:"deleted"`
}

// parseAge reads 90d or a Go duration.
func parseAge(text string) (time.Duration, error) {
	if m := reAge.FindStringSubmatch(text); m != nil {
		days, err := strconv.Atoi(m[1])
		return time.Duration(min(days, 100_000)) * 24 * time.Hour, err
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, fault.New(fault.Usage, "--older-than 的值“"+text+"”无效").Next("例如 --older-than 90d（天）或 48h（小时）")
	}
	return d, nil
}

func (a *app) purge(ctx context.Context, dirs []string, o purgeOptions) error {
	if o.olderThan == "" {
		return fault.New(fault.Usage, "缺少 --older-than").Next("例如 hbupload purge 报告文件夹 --older-than 90d")
	}
	age, err := parseAge(o.olderThan)
	if err != nil {
		return err
	}
	if len(dirs) == 0 {
		if dirs, err = a.syncFolders(); err != nil {
			return err
		}
	}
	found, err := purgeable(ctx, dirs, a.Now().Add(-age))
	if err != nil {
		return err
	}
	var failed error
	if o.yes {
		for i := range found {
			if err := os.Remove(found[i].File); err != nil {
				failed = fault.New(fault.Config, "无法删除").At(found[i].File).Next("文件可能正被别的程序打开，关闭后再试").By(err)
				continue
			}
			found[i].Deleted = true
		}
	}
	if a.opts.json && failed == nil {
		return report.Encode(a.out(), struct {
			commandJSON
			Files []purgedJSON `json:"files"`
		}{a.ok(), found})
	}
	if !a.opts.json {
		a.showPurge(found, o)
	}
	return failed
}

// syncFolders are where unattended runs leave their reports, those that exist.
func (a *app) syncFolders() ([]string, error) {
	cfg, err := a.load()
	if err != nil {
		return nil, err
	}
	done, failed := moveFolders(&cfg.Sync)
	if done == "" && failed == "" {
		return nil, fault.New(fault.Usage, "没有指定文件夹，配置里也没有 sync.inbox、sync.done 和 sync.failed").
			Next("例如 hbupload purge 报告文件夹 --older-than 90d")
	}
	var dirs []string
	for _, dir := range []string{done, failed} {
		if _, err := os.Stat(dir); dir != "" && !errors.Is(err, fs.ErrNotExist) {
			dirs = append(dirs, dir)
		}
	}
	return dirs, nil
}

// purgeable lists our own regular files in folders, and in the months that sync
// makes below them, that were last written before a time.
func purgeable(ctx context.Context, dirs []string, before time.Time) ([]purgedJSON, error) {
	out := []purgedJSON{}
	for _, dir := range dirs {
		months, err := purgeableIn(ctx, dir, before, &out)
		if err != nil {
			return nil, err
		}
		for _, month := range months {
			if _, err := purgeableIn(ctx, month, before, &out); err != nil {
				return nil, err
			}
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Modified.Before(out[j].Modified) })
	return out, nil
}

// purgeableIn adds what is ours in a folder and returns the months below it. No
// link is followed.
func purgeableIn(ctx context.Context, dir string, before time.Time, out *[]purgedJSON) (months []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fault.New(fault.Config, "文件夹无法读取").At(dir).Next("请检查路径和权限").By(err)
	}
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if e.IsDir() && reMonth.MatchString(e.Name()) {
			months = append(months, filepath.Join(dir, e.Name()))
		}
		info, err := e.Info()
		if err != nil || info.Mode()&fs.ModeType != 0 || !rePurgeable.MatchString(e.Name()) || !info.ModTime().Before(before) {
			continue
		}
		*out = append(*out, purgedJSON{File: filepath.Join(dir, e.Name()), Modified: info.ModTime(), Bytes: info.Size()})
	}
	return months, nil
}

func (a *app) showPurge(found []purgedJSON, o purgeOptions) {
	deleted := 0
	for _, f := range found {
		mark := "将删除"
		if f.Deleted {
			mark, deleted = "已删除", deleted+1
		}
		fmt.Fprintf(a.out(), "%s  %s  %s\n", mark, f.Modified.Local().Format(time.DateOnly), host.SafeText(f.File, maxMessage))
	}
	switch {
	case len(found) == 0:
		fmt.Fprintf(a.out(), "没有早于 %s 的报告或日志\n", o.olderThan)
	case o.yes:
		fmt.Fprintf(a.out(), "共删除 %d 个文件\n", deleted)
	default:
		fmt.Fprintf(a.out(), "共 %d 个文件，还没有删除；确认无误后加 --yes\n", len(found))
	}
}
