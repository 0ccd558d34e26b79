package workbook

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/pattern"
)

// notWritable is a report that could not be written. The run's outcome does not
// depend on it.
func notWritable(path string, err error) error {
	return fault.New(fault.Config, "报告无法写入").At(path).Next("请检查文件夹权限和磁盘空间，或用 --report 指定别的文件夹").By(err)
}

// The middle of a report's name: the workbook says what it holds.
const (
	Personal = "含个人信息"
	Summary  = "汇总"
)

// reOurName is what an earlier report added to the name of its input.
var reOurName = pattern.New(`-(` + Personal + `|` + Summary + `)-\d{8}-\d{6}( \(\d+\))?$`)

// baseName is an input's name without folder, extension and what earlier
// reports added to it.
func baseName(input string) string {
	if input == "-" || input == "" {
		return "标准输入"
	}
	base := filepath.Base(filepath.Clean(input))
	if ext := filepath.Ext(base); ext != "" && ext != base && len(ext) <= 6 {
		base = strings.TrimSuffix(base, ext)
	}
	for reOurName.MatchString(base) {
		base = reOurName.ReplaceAllString(base, "")
	}
	if base = cut(host.SafeText(base, 80), maxBase); base == "" || base == "." || base == ".." {
		return "报告"
	}
	return base
}

// maxBase is how many bytes of an input's name stand in a report's: with what is
// added it stays below the 255 of most file systems.
const maxBase = 180

// cut is the beginning of a text, at most limit bytes of it.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.TrimRight(strings.ToValidUTF8(s[:limit], ""), " ")
}

// FileName is the full path of a report beside its input, or in dir.
func FileName(dir, input, middle, ext string, now time.Time) string {
	if dir == "" {
		dir = "."
		if input != "-" {
			dir = filepath.Dir(filepath.Clean(input))
		}
	}
	return filepath.Join(dir, baseName(input)+"-"+middle+"-"+now.Format("20060102-150405")+ext)
}

// reserve creates an empty 0600 file of a name that nobody uses, a number
// appended where the name is taken: an existing file, open in Excel or not, is
// never touched.
func reserve(path string) (string, error) {
	ext := filepath.Ext(path)
	for n := 1; n < 1000; n++ {
		name := path
		if n > 1 {
			name = strings.TrimSuffix(path, ext) + fmt.Sprintf(" (%d)", n) + ext
		}
		f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		switch {
		case err == nil:
			return name, f.Close()
		case errors.Is(err, fs.ErrExist):
			continue
		default:
			return "", notWritable(path, err)
		}
	}
	return "", notWritable(path, fs.ErrExist)
}

// writeNew lets fill write a new private file beside others, and gives it its
// name only when it is whole. It returns the name it got.
func writeNew(path string, fill func(*os.File) error) (_ string, err error) {
	name, err := reserve(path)
	if err != nil {
		return "", err
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), host.Unfinished)
	if err != nil {
		return "", errors.Join(notWritable(name, err), os.Remove(name))
	}
	defer func() {
		// A workbook that nobody foresaw must not cost the run its summary.
		if p := recover(); p != nil {
			err = fault.Newf(fault.Internal, "生成报告时程序出错（%T）", p).At(name).Next("请把这一行告诉维护人员；上传的结果不受影响")
		}
		if err != nil {
			_ = tmp.Close()
			_ = os.Remove(tmp.Name())
			_ = os.Remove(name)
		}
	}()
	if err = fill(tmp); err != nil {
		return "", err
	}
	if err = tmp.Sync(); err == nil {
		err = tmp.Close()
	}
	if err == nil {
		err = host.Files{}.Replace(context.Background(), tmp.Name(), name)
	}
	if err != nil {
		return "", notWritable(name, err)
	}
	return name, nil
}
