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
// or a member of a zip: it is kept in memory, or in a temporary file (0600,
// removed by Close) if it is large. name is for errors and the sheet.
func OpenReader(name string, r io.Reader, lim Limits) (grid.Book, error) {
	lim = lim.withDefaults()
	var mem bytes.Buffer
	n, err := io.Copy(&mem, io.LimitReader(r, min(lim.MaxMemory, lim.MaxBytes)+1))
	if err != nil {
		return nil, streamError(name, err)
	}
	if n > lim.MaxBytes {
		return nil, tooLong(name, lim)
	}
	if n <= lim.MaxMemory {
		return OpenReaderAt(name, bytes.NewReader(mem.Bytes()), n, lim)
	}
	f, err := os.CreateTemp(lim.TempDir, "hbupload-*.tmp")
	if err != nil {
		return nil, &grid.ReadError{File: name, Message: "无法建立临时文件", Fix: "请检查临时文件夹是否可写、磁盘是否已满", Err: err}
	}
	// Without a name a kill leaves nothing behind; where the system does not allow
	// that (Windows), done removes it.
	named := os.Remove(f.Name()) != nil
	done := func() error {
		err := f.Close()
		if named {
			err = errors.Join(err, os.Remove(f.Name()))
		}
		return err
	}
	size, err := io.Copy(f, io.MultiReader(&mem, io.LimitReader(r, lim.MaxBytes-n+1)))
	switch {
	case err != nil:
		return nil, errors.Join(streamError(name, err), done())
	case size > lim.MaxBytes:
		return nil, errors.Join(tooLong(name, lim), done())
	}
	return finish(name, f, size, lim, done)
}

func streamError(name string, err error) error {
	return &grid.ReadError{File: name, Message: "读取数据中断", Fix: "请重新提供完整的数据", Err: err}
}

func tooLong(name string, lim Limits) error {
	return &grid.ReadError{File: name, Message: fmt.Sprintf("数据超过 %d MiB 的上限", lim.MaxBytes>>20), Fix: "请按月份或单位拆分成几个文件"}
}
