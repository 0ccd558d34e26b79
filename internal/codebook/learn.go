package codebook

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
	"github.com/xuri/excelize/v2"

	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/spec"
)

// Learn writes entries into the book and returns how many were new or different.
// A word that the book has for the same institution gets the new code in its row;
// others are appended. What people wrote otherwise stays as it is. The book is
// replaced as a whole or not at all.
//
// A book that somebody has open is not touched: they would save their own over
// ours. The error says so; the words can be learned at the next push.
func Learn(ctx context.Context, files host.Files, path string, entries ...Entry) (int, error) {
	if len(entries) == 0 {
		return 0, nil
	}
	if path == "" {
		return 0, fault.Newf(fault.Config, "没有地方保存 %s：不知道配置文件夹在哪里", FileName).Next("用 --config 指明配置文件")
	}
	for _, e := range entries {
		if _, ok := spec.AliasDomain(e.Domain); !ok || e.Word == "" || e.Code == "" {
			return 0, fault.Newf(fault.Internal, "登记到 %s 的写法不完整", FileName)
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return 0, unwritable(path, err)
	}
	unlock, err := locked(filepath.Join(filepath.Dir(path), lockName))
	if err != nil {
		return 0, unwritable(path, err)
	}
	defer unlock()
	if by := openedBy(path); by != "" {
		return 0, fault.Newf(fault.Config, "%s 正在别的程序里打开，新的写法没有登记", FileName).At(path).
			Next("关闭它后再推送一次，勾选还在；没有人打开它时，删去同一文件夹里的 " + by)
	}
	return learn(ctx, files, path, entries)
}

// lockName keeps two runs from writing the book at one time.
const lockName = ".hbupload-codebook.lock"

// locked waits for the lock file and takes it. Who lets go of it removes it, so a lock
// counts only while the file that has the name is the one that was locked.
func locked(path string) (unlock func(), err error) {
	for {
		lock := flock.New(path, flock.SetPermissions(0o600))
		if err := lock.Lock(); err != nil {
			return nil, err
		}
		mine, err := lock.Stat()
		there, gone := os.Lstat(path)
		if err == nil && gone == nil && os.SameFile(mine, there) {
			return func() {
				removed := os.Remove(path)
				_ = lock.Unlock()
				if removed != nil {
					_ = os.Remove(path) // Windows removes no open file
				}
			}, nil
		}
		if err := errors.Join(err, lock.Unlock()); err != nil {
			return nil, err
		}
	}
}

// openedBy is the file by which a spreadsheet program marks that it has the book
// open, "" for none.
func openedBy(path string) string {
	dir, name := filepath.Split(path)
	for _, mark := range []string{"~$" + name, ".~" + name, ".~lock." + name + "#"} {
		if _, err := os.Lstat(filepath.Join(dir, mark)); err == nil {
			return mark
		}
	}
	return ""
}

func unwritable(path string, err error) error {
	return fault.Newf(fault.Config, "%s 无法写入，新的写法没有登记", FileName).At(path).By(err).
		Next("请关闭打开它的程序，检查文件夹的权限和磁盘空间，然后再推送一次，勾选还在")
}

func learn(ctx context.Context, files host.Files, path string, entries []Entry) (int, error) {
	book, err := Read(ctx, path)
	if err != nil {
		return 0, err
	}
	f, h, err := opened(path, book)
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close() }()
	p := pen{f: f, h: h}
	n := 0
	for _, e := range entries {
		changed, err := p.put(book, e)
		if err != nil {
			return 0, unwritable(path, err)
		}
		if changed {
			n++
			book = book.With(e) // the next of the same word replaces it, not the row that was read
		}
	}
	if n == 0 {
		return 0, nil
	}
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		return 0, unwritable(path, err)
	}
	if err := files.Write(ctx, path, func(w io.Writer) error { _, err := w.Write(buf.Bytes()); return err }); err != nil {
		return 0, unwritable(path, err)
	}
	return n, nil
}

// opened is the workbook to write into: the one that is there, or a new one.
func opened(path string, book *Book) (*excelize.File, *header, error) {
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return blank()
	}
	f, err := excelize.OpenFile(path)
	if err != nil {
		return nil, nil, unreadable(path, err)
	}
	if book.header == nil {
		_ = f.Close()
		return nil, nil, fault.Newf(fault.Config, "%s 里没有认出表头，新的写法没有登记", FileName).At(path).Next("把表头改回 本院写法、字典、代码、名称，或改名移走这个文件，程序会新建一个")
	}
	return f, book.header, nil
}
