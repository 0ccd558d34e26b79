package xlsx

import (
	"hbupload/internal/table/grid"
	"os"
)

// Open opens a workbook for reading only; it may be open in Excel at the same
// time. Errors are *grid.ReadError.
func Open(path string, lim Limits) (grid.Book, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &grid.ReadError{File: path, Message: "打不开文件", Fix: "请检查文件是否存在、是否有读取权限", Err: err}
	}
	st, err := f.Stat()
	if err == nil {
		var b *book
		if b, err = openBook(path, f, st.Size(), lim); err == nil {
			b.closer = f
			return b, nil
		}
	}
	_ = f.Close()
	return nil, readError(path, "", 0, err)
}
