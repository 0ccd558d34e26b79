package xls

import (
	"errors"
	"hbupload/internal/table/grid"
	"io"
	"io/fs"
	"os"
)

// Open opens a BIFF8 workbook. Errors are *grid.ReadError.
func Open(path string, lim Limits) (grid.Book, error) {
	var b grid.Book
	err := withFile(path, func(f io.ReaderAt, size int64) (err error) {
		b, err = OpenReaderAt(path, f, size, lim)
		return err
	})
	if err != nil {
		return nil, err
	}
	return b, nil
}

// withFile opens a file for a reader that needs it only once.
func withFile(path string, read func(io.ReaderAt, int64) error) error {
	f, err := os.Open(path)
	if err != nil {
		return openError(path, err)
	}
	st, err := f.Stat()
	if err == nil && st.IsDir() {
		err = errors.New("is a folder")
	}
	if err != nil {
		return errors.Join(openError(path, err), f.Close())
	}
	if err := read(f, st.Size()); err != nil {
		return errors.Join(err, f.Close())
	}
	return f.Close()
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

// OpenHTML opens markup that a program saved as .xls: an HTML page, each of
// whose tables is a sheet, or an XML workbook of Excel 2003. Errors are
// *grid.ReadError.
func OpenHTML(path string, lim Limits) (grid.Book, error) {
	var b grid.Book
	err := withFile(path, func(f io.ReaderAt, size int64) (err error) {
		b, err = OpenHTMLReaderAt(path, f, size, lim)
		return err
	})
	if err != nil {
		return nil, err
	}
	return b, nil
}

// OpenHTMLReader reads the whole page from a stream.
func OpenHTMLReader(name string, r io.Reader, lim Limits) (grid.Book, error) {
	lim = lim.withDefaults()
	mem, err := io.ReadAll(io.LimitReader(r, lim.MaxBytes+1))
	if err != nil {
		return nil, &grid.ReadError{File: name, Message: "读取数据中断", Fix: "请重新提供完整的数据", Err: err}
	}
	return OpenHTMLReaderAt(name, bytesAt(mem), int64(len(mem)), lim)
}

// bytesAt is memory as io.ReaderAt.
type bytesAt []byte

// ReadAt implements io.ReaderAt.
func (b bytesAt) ReadAt(p []byte, off int64) (int, error) {
	if off >= int64(len(b)) {
		return 0, io.EOF
	}
	n := copy(p, b[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
