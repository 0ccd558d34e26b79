package delim

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"hbupload/internal/table/grid"
)

// OpenReader opens a stream that can be read only once, such as standard input
// or a member of a zip. name is for errors and the sheet.
func OpenReader(name string, r io.Reader, lim Limits) (grid.Book, error) {
	src, size, done, err := Spool(name, r, lim)
	if err != nil {
		return nil, err
	}
	return finish(name, src, size, lim, done)
}

// Spool keeps a stream for reading at any place: in memory, or in a temporary file
// (0600, removed by done) if it is large.
func Spool(name string, r io.Reader, lim Limits) (src io.ReaderAt, size int64, done func() error, err error) {
	lim = lim.withDefaults()
	var mem bytes.Buffer
	n, err := io.Copy(&mem, io.LimitReader(r, min(lim.MaxMemory, lim.MaxBytes)+1))
	if err != nil {
		return nil, 0, nil, streamError(name, err)
	}
	if n > lim.MaxBytes {
		return nil, 0, nil, tooLong(name, lim)
	}
	if n <= lim.MaxMemory {
		return bytes.NewReader(mem.Bytes()), n, func() error { return nil }, nil
	}
	f, done, err := unnamed(name, lim)
	if err != nil {
		return nil, 0, nil, err
	}
	size, err = io.Copy(f, io.MultiReader(&mem, io.LimitReader(r, lim.MaxBytes-n+1)))
	switch {
	case err != nil:
		return nil, 0, nil, errors.Join(streamError(name, err), done())
	case size > lim.MaxBytes:
		return nil, 0, nil, errors.Join(tooLong(name, lim), done())
	}
	return f, size, done, nil
}

// unnamed makes a temporary file. Without a name a kill leaves nothing behind;
// where the system does not allow that (Windows), done removes it.
func unnamed(name string, lim Limits) (f *os.File, done func() error, err error) {
	f, err = os.CreateTemp(lim.TempDir, "hbupload-*.tmp")
	if err != nil {
		return nil, nil, &grid.ReadError{File: name, Message: "无法建立临时文件", Fix: "请检查临时文件夹是否可写、磁盘是否已满", Err: err}
	}
	named := os.Remove(f.Name()) != nil
	return f, func() error {
		err := f.Close()
		if named {
			err = errors.Join(err, os.Remove(f.Name()))
		}
		return err
	}, nil
}

func streamError(name string, err error) error {
	return &grid.ReadError{File: name, Message: "读取数据中断", Fix: "请重新提供完整的数据", Err: err}
}

func tooLong(name string, lim Limits) error {
	return &grid.ReadError{File: name, Message: fmt.Sprintf("数据超过 %d MiB 的上限", lim.MaxBytes>>20), Fix: "请按月份或单位拆分成几个文件"}
}
