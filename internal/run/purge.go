package run

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"time"

	"hbupload/internal/fault"
	"hbupload/internal/pattern"
)

// rePurgeable is what we name our own files: annotated workbooks and
// worksheets (含个人信息), pages and texts (汇总), why a file could not be read
// (无法读取), logs, and what a kill left of them half written. A file that
// somebody else made, or renamed, is not ours to delete.
var rePurgeable = pattern.New(`^(.+-(含个人信息|汇总|无法读取)-\d{8}-\d{6}( \(\d+\))?\.(xlsx|xlsm|csv|zip|html|txt|json)|hbupload[\w.-]*\.log(\.\d+)?(\.gz)?|sync-\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}\.\d{3}\.log(\.gz)?|\.hbupload-\d+\.tmp)$`)

// reMonth is the name of the folders that sync makes in done and failed.
var reMonth = pattern.New(`^\d{4}-\d{2}$`)

// reAge is an age in days or in Go's units.
var reAge = pattern.New(`^(\d{1,6})d$`)

// Purged is a file that purge would delete or has deleted.
type Purged struct {
	File     string    `json:"file"`
	Modified time.Time `json:"modified"`
	Bytes    int64     `json:"bytes"`
	Deleted  bool      `json:"deleted"`
}

// ParseAge reads 90d or a Go duration.
func ParseAge(text string) (time.Duration, error) {
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

// Purgeable lists our own regular files in folders, and in the months that sync
// makes below them, that were last written before a time.
func Purgeable(ctx context.Context, dirs []string, before time.Time) ([]Purged, error) {
	out := []Purged{}
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
func purgeableIn(ctx context.Context, dir string, before time.Time, out *[]Purged) (months []string, err error) {
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
		*out = append(*out, Purged{File: filepath.Join(dir, e.Name()), Modified: info.ModTime(), Bytes: info.Size()})
	}
	return months, nil
}
