package delim

import (
	"errors"
	"hbupload/internal/table/grid"
	"io/fs"
	"os"
)

// Open opens a file and decides on its encoding and delimiter, for which it
// reads the file once. Errors are *grid.ReadError.
func Open(path string, lim Limits) (grid.Book, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, openError(path, err)
	}
	st, err := f.Stat()
	if err == nil && st.IsDir() {
		err = errors.New("is a folder")
	}
	if err != nil {
		return nil, errors.Join(openError(path, err), f.Close())
	}
	return finish(path, f, st.Size(), lim, f.Close)
}

// openError says in Chinese why a file could not be opened.
func openError(path string, err error) error {
	e := &grid.ReadError{File: path, Message: "打不开文件", Fix: "请确认路径正确、文件未被其他程序独占", Err: err}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.Message = "文件不存在"
		e.Fix = "请检查路径和文件名"
	case errors.Is(err, fs.ErrPermission):
		e.Message = "没有读取该文件的权限"
		e.Fix = "请检查文件权限，或关闭正在使用它的程序"
	}
	return e
}
