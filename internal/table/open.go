package table

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"unicode/utf8"

	"hbupload/internal/plainfile"
	"hbupload/internal/table/delim"
	"hbupload/internal/table/grid"
)

// Open opens one FILE of the command line: a workbook, a text file, a folder
// or zip of text files, or "-" for opts.Stdin. The content decides, never the
// name. Every error of the file itself is a *grid.ReadError.
func Open(ctx context.Context, path string, opts Options) (*Input, error) {
	if path == "-" {
		if opts.Stdin == nil {
			return nil, &grid.ReadError{File: path, Message: "没有标准输入可读", Fix: "请指定文件"}
		}
		return openReader(ctx, path, opts.Stdin, opts)
	}
	st, err := os.Stat(path)
	if err != nil {
		return nil, openError(path, err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if st.IsDir() {
		return openFolder(ctx, path, opts)
	}
	if strings.HasPrefix(filepath.Base(path), "~$") {
		return nil, &grid.ReadError{File: path, Message: "这是 Excel 或 WPS 打开工作簿时生成的临时文件，不是工作簿本身", Fix: "请指定名称不带 ~$ 的那个文件"}
	}
	in := &Input{Path: path, opts: opts, sum: func(ctx context.Context) (string, error) { return sumFile(ctx, path) }}
	if err := in.openFile(ctx, path, opts); err != nil {
		_ = in.Close()
		return nil, err
	}
	return in, nil
}

// openPlain opens a regular file, even if its path has become a pipe since it
// was looked at.
func openPlain(path string) (*os.File, int64, error) {
	f, info, err := plainfile.Open(path)
	switch {
	case errors.Is(err, plainfile.ErrIrregular):
		return nil, 0, &grid.ReadError{File: path, Message: "不是普通文件", Fix: "请指定文件或文件夹", Err: err}
	case err != nil:
		return nil, 0, openError(path, err)
	}
	return f, info.Size(), nil
}

// openReader opens delimited text that comes as a stream, such as standard
// input; name stands for the path.
func openReader(ctx context.Context, name string, r io.Reader, opts Options) (*Input, error) {
	r = newStream(ctx, r)
	head := make([]byte, sniffLen)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, readError(name, err)
	}
	head = head[:n]
	what, sig := sniff(head, int64(n))
	if n == len(head) && what == isEmpty {
		what = isText_
	}
	switch what {
	case isText_:
	case isZip, isOLE, isBIFF, isHTML, isXMLSheet:
		return nil, &grid.ReadError{File: name, Message: "标准输入不是 CSV 文本，而是工作簿或压缩包", Fix: "请先保存成文件，再指定文件名"}
	default:
		return nil, refusal(name, what, sig)
	}
	sum := sha256.New()
	b, err := delim.OpenReader(name, io.TeeReader(io.MultiReader(bytes.NewReader(head), r), sum), opts.Delim)
	if ctx.Err() != nil {
		return nil, errors.Join(ctx.Err(), closed(b))
	}
	if err != nil {
		return nil, err
	}
	digest := hex.EncodeToString(sum.Sum(nil))
	in := &Input{Path: name, Format: FormatText, sum: func(context.Context) (string, error) { return digest, nil }}
	in.add(b, name, "CSV")
	return in, nil
}

// closed closes a book that is not wanted; nil was never opened.
func closed(b grid.Book) error {
	if b == nil {
		return nil
	}
	return b.Close()
}

// openFile opens a file by its content. It is opened once: all that is read of
// it comes from one descriptor, whatever is put at its path meanwhile.
func (in *Input) openFile(ctx context.Context, path string, opts Options) error {
	f, size, err := openPlain(path)
	if err != nil {
		return err
	}
	in.files = []*os.File{f}
	in.size = size
	what, sig, err := sniffFile(path, f, size)
	if err != nil {
		return err
	}
	var b grid.Book
	name := ""
	switch what {
	case isZip:
		return in.openZip(ctx, path, f, size, opts)
	case isOLE, isBIFF:
		in.Format = FormatXls
		b, err = openXls(path, f, size)
	case isHTML, isXMLSheet:
		in.Format = FormatHTML
		if what == isXMLSheet {
			in.Format = FormatXls // its cells have types
		}
		b, err = openHTML(path, f, size)
	case isText_:
		in.Format = FormatText
		name = sheetName(path)
		b, err = delim.OpenReaderAt(path, f, size, opts.Delim)
	default:
		return refusal(path, what, sig)
	}
	if err != nil {
		return located(err, path)
	}
	in.add(b, path, name)
	return nil
}

// sniffFile looks at the first bytes of a file.
func sniffFile(path string, f io.ReaderAt, size int64) (content, signature, error) {
	head := make([]byte, sniffLen)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, signature{}, readError(path, err)
	}
	what, sig := sniff(head[:n], size)
	return what, sig, nil
}

// spaced puts a blank before a name in Latin letters, as print does.
func spaced(name string) string {
	if name != "" && name[0] < utf8.RuneSelf {
		return " " + name
	}
	return name
}

// refusal says why content is no table, and what helps.
func refusal(path string, what content, sig signature) error {
	e := &grid.ReadError{File: path}
	switch what {
	case isEmpty:
		e.Message = "文件是空的"
		e.Fix = "请重新导出该文件；如果是从网盘或聊天软件下载的，请确认已下载完整"
	case isMHTML:
		e.Message = "这是“单个文件网页”，不是工作簿"
		e.Fix = fixSaveAs
	default:
		e.Message = "这不是表格，而是" + spaced(sig.name)
		e.Fix = sig.fix
		if sig.name == unknownBinary && bookName(path) {
			e.Message = "内容认不出来，可能是被数据安全软件（透明加密）加密了，也可能已损坏"
			e.Fix = "如果本单位的电脑装有加密软件，" + fixDLP + "。没有装的，" + fixExport
		}
	}
	return e
}

// bookName reports whether a file has the extension of a table.
func bookName(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".xlsx", ".xlsm", ".xls", ".et", ".csv", ".tsv", ".txt":
		return true
	}
	return false
}

// sharing violations of Windows: another program keeps the file to itself.
const (
	errSharing = syscall.Errno(32)
	errLocking = syscall.Errno(33)
)

// openError says why a file cannot be opened.
func openError(path string, err error) error {
	e := &grid.ReadError{File: path, Err: err}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.Message = "文件不存在"
		e.Fix = "请检查路径和文件名"
	case errors.Is(err, errSharing), errors.Is(err, errLocking):
		e.Message = "文件被其他程序独占，无法读取"
		e.Fix = "请在 Excel 或 WPS 中保存并关闭该文件，再试一次"
	case errors.Is(err, fs.ErrPermission):
		e.Message = "没有读取该文件的权限"
		e.Fix = "请检查文件权限，或关闭正在使用它的程序"
	default:
		e.Message = "打不开文件"
		e.Fix = "请确认路径正确、磁盘或网络共享可用"
	}
	return e
}

func readError(path string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if errors.Is(err, errSharing) || errors.Is(err, errLocking) {
		return openError(path, err)
	}
	return &grid.ReadError{File: path, Message: "读取文件失败", Fix: "请检查磁盘或网络共享是否可用，再试一次", Err: err}
}

// sheetName is the base name without its extension.
func sheetName(path string) string {
	base := filepath.Base(path)
	if name := strings.TrimSuffix(base, filepath.Ext(base)); name != "" {
		return name
	}
	return base
}

// sumFile is the hex SHA-256 of a file's bytes.
func sumFile(ctx context.Context, path string) (string, error) {
	h := sha256.New()
	if err := hashFile(ctx, h, path); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func hashFile(ctx context.Context, h hash.Hash, path string) error {
	f, _, err := openPlain(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	return hashReader(ctx, h, path, f)
}

func hashReader(ctx context.Context, h hash.Hash, path string, r io.Reader) error {
	if _, err := io.CopyBuffer(h, ctxReader{ctx, r}, make([]byte, 256<<10)); err != nil {
		return readError(path, err)
	}
	return nil
}

// ctxReader stops reading when the context is done.
type ctxReader struct {
	ctx context.Context
	r   io.Reader
}

func (c ctxReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
