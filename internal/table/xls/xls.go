// Package xls reads what institutions call .xls: real workbooks of Excel 95 to
// 2003 (BIFF5 and BIFF8, in an OLE container or bare) and tables of HTML pages saved under that
// name. Every number keeps its format, so that dates differ from numbers;
// what is damaged is an error with sheet and row, never fewer rows.
package xls

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/richardlehane/mscfb"

	"hbupload/internal/table/grid"
	"hbupload/internal/table/numfmt"
)

// Limits bound what a file may ask of this machine. A zero field means its
// default.
type Limits struct {
	MaxBytes int64 // size of the file in bytes; default 200 MiB
	MaxCells int   // markup: cells, spans included; default 3 million
}

func (l Limits) withDefaults() Limits {
	if l.MaxBytes <= 0 {
		l.MaxBytes = 200 << 20
	}
	if l.MaxCells <= 0 {
		l.MaxCells = 3_000_000
	}
	return l
}

const (
	// inMemory is the size up to which a container is read at once: following
	// its chains of sectors costs a system call each otherwise.
	inMemory   = 64 << 20
	sectorSize = 512
	chunkSize  = 128 * sectorSize
)

// book is a workbook whose stream is held in memory.
type book struct {
	file     string
	data     []byte
	dataErr  error // why data ends early, if it does
	date1904 bool
	sheets   []sheet
	formats  []numfmt.Format // by the cells' XF index
	sst      strings8
	biff5    bool // texts are bytes in a code page, there are no shared strings
	notes    []string

	mu       sync.Mutex // guards the decoders of codepage
	codepage codepage
	struck   struckLooks
}

// sheet is an entry of the workbook's list of sheets.
type sheet struct {
	name   string
	hidden bool
	pos    int // of its BOF in the stream

	once  sync.Once
	index *index
	err   error
}

var _ grid.Book = (*book)(nil)

// OpenReaderAt opens a BIFF8 workbook of size bytes; r is not used after the
// return. name is for errors.
func OpenReaderAt(name string, r io.ReaderAt, size int64, lim Limits) (grid.Book, error) {
	if err := checkSize(name, size, lim.withDefaults()); err != nil {
		return nil, err
	}
	b := &book{file: name}
	if err := b.load(r, size); err != nil {
		return nil, err
	}
	if err := b.globals(); err != nil {
		return nil, err
	}
	return b, nil
}

func checkSize(name string, size int64, lim Limits) error {
	if size == 0 {
		return &grid.ReadError{File: name, Message: "文件是空的", Fix: "请重新导出该文件"}
	}
	if size > lim.MaxBytes {
		return &grid.ReadError{File: name, Message: fmt.Sprintf("文件有 %d MiB，超过 %d MiB 的上限", size>>20, lim.MaxBytes>>20),
			Fix: "请按月份或单位拆分，或另存为 .xlsx"}
	}
	return nil
}

// load takes the workbook's stream out of its container.
func (b *book) load(r io.ReaderAt, size int64) error {
	if size <= inMemory {
		// Some programs do not fill the last sector; the container's reader
		// wants it whole.
		mem := make([]byte, (size+sectorSize-1)/sectorSize*sectorSize)
		if n, err := r.ReadAt(mem[:size], 0); int64(n) < size {
			return b.damaged("文件读不完整", err)
		}
		countMiniFAT(mem)
		r = bytes.NewReader(mem)
	}
	var head [8]byte
	if n, err := r.ReadAt(head[:], 0); n < len(head) {
		return b.damaged("文件读不完整", err)
	}
	if IsBare(head[:]) && size <= inMemory {
		b.data = make([]byte, size)
		if n, err := r.ReadAt(b.data, 0); int64(n) < size {
			return b.damaged("文件读不完整", err)
		}
		return nil
	}
	if string(head[:]) != "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" {
		return b.notOLE(head[:])
	}
	doc, err := mscfb.New(r)
	if err != nil {
		return b.damaged("文件已损坏或不完整（OLE 容器读不出来）", err)
	}
	stream, err := b.choose(doc)
	if err != nil {
		return err
	}
	return b.readStream(stream, size)
}

// choose finds the stream of the workbook, or says what else the file is.
func (b *book) choose(doc *mscfb.Reader) (*mscfb.File, error) {
	names := make(map[string]*mscfb.File)
	for _, f := range doc.File {
		if len(f.Path) == 0 {
			names[strings.ToLower(f.Name)] = f
		}
	}
	switch {
	case names["workbook"] != nil:
		return names["workbook"], nil
	case names["book"] != nil:
		return names["book"], nil
	case names["encryptedpackage"] != nil || names["encryptioninfo"] != nil:
		e := b.password()
		e.Err = ErrPackage
		return nil, e
	}
	what := "里面没有工作簿"
	if names["worddocument"] != nil {
		what = "这是 Word 文档，不是工作簿"
	}
	return nil, &grid.ReadError{File: b.file, Message: what, Fix: "请选择体检数据的 Excel 文件，或另存为 .xlsx 后再试"}
}

// readStream reads as much of the stream as there is. The container's reader
// gets slower with the square of a read's length: it is read in chunks.
func (b *book) readStream(f *mscfb.File, size int64) error {
	n := min(f.Size, size)
	b.data = make([]byte, 0, n)
	for int64(len(b.data)) < n {
		end := min(len(b.data)+chunkSize, int(n))
		got, err := f.Read(b.data[len(b.data):end])
		b.data = b.data[:len(b.data)+max(got, 0)]
		if err != nil && !errors.Is(err, io.EOF) || got <= 0 {
			b.dataErr = err
			break
		}
	}
	if f.Size > n && b.dataErr == nil {
		b.dataErr = io.ErrUnexpectedEOF
	}
	if len(b.data) == 0 {
		return b.damaged("文件已损坏或不完整（工作簿读不出来）", b.dataErr)
	}
	return nil
}

func (b *book) damaged(message string, err error) error {
	return &grid.ReadError{File: b.file, Message: message, Fix: "请用 Excel 或 WPS 打开确认后另存为 .xlsx，或从原系统重新导出", Err: err}
}

func (b *book) tooOld() error {
	return &grid.ReadError{File: b.file, Message: "这是 Excel 4.0 或更早版本的 .xls，无法读取",
		Fix: "请用 Excel 或 WPS 打开，另存为 .xlsx 后再试；体检系统能选择导出格式的，请选 .xlsx 或 CSV，不能选的请联系其厂家改为导出 .xlsx 或 CSV"}
}

// ErrPackage is an encrypted .xlsx: it is an OLE container too.
var ErrPackage = errors.New("encrypted package")

func (b *book) password() *grid.ReadError {
	return &grid.ReadError{File: b.file, Message: "文件有密码，无法读取",
		Fix: "打开时不问密码的，用 Excel 或 WPS 另存一份 .xlsx 即可；问密码的请去掉密码后保存再试。Excel：文件→信息→保护工作簿→用密码进行加密，清空密码后确定；WPS：文件→文档加密→密码加密，清空打开权限密码后应用"}
}

// IsBare reports whether a file begins as the stream of a workbook without a
// container does, as old programs write it: of BIFF5 or BIFF8, for the versions
// before are not read.
func IsBare(head []byte) bool {
	if len(head) < 8 || u16(head) != recBOF || head[3] != 0 || head[2] < 4 || head[2] > 32 {
		return false
	}
	switch u16(head[4:]) {
	case 0, 0x0500, 0x0600:
		kind := u16(head[6:])
		return kind == streamGlobals || kind == streamSheet
	}
	return false
}

// notOLE says what a file without the container's signature is.
func (b *book) notOLE(head []byte) error {
	switch {
	case bytes.HasPrefix(head, []byte("PK")):
		return &grid.ReadError{File: b.file, Message: "内容其实是 .xlsx（或 zip），扩展名不对", Fix: "请把扩展名改为 .xlsx 后再试"}
	case head[0] == 0x09 && head[1]&^0x0E == 0 && head[3] == 0:
		return b.tooOld()
	}
	return &grid.ReadError{File: b.file, Message: "不是 Excel 工作簿", Fix: "请确认选对了文件；若能用 Excel 或 WPS 打开，请另存为 .xlsx 后再试"}
}

// Sheets implements grid.Book.
func (b *book) Sheets() []grid.Sheet {
	out := make([]grid.Sheet, len(b.sheets))
	for i := range b.sheets {
		out[i] = grid.Sheet{Name: b.sheets[i].name, Hidden: b.sheets[i].hidden}
	}
	return out
}

// Merges implements grid.Book.
func (b *book) Merges(_ context.Context, i int) ([]grid.Range, error) {
	x, err := b.indexOf(i)
	if err != nil {
		return nil, err
	}
	return x.merges, nil
}

// Rows implements grid.Book.
func (b *book) Rows(ctx context.Context, i int) (grid.Rows, error) {
	x, err := b.indexOf(i)
	if err != nil {
		return nil, err
	}
	return &rows{ctx: ctx, b: b, sheet: &b.sheets[i], x: x, pos: x.start}, nil
}

// Date1904 implements grid.Book.
func (b *book) Date1904() bool { return b.date1904 }

// Notes implements grid.Book.
func (b *book) Notes() []string { return b.notes }

// Close implements grid.Book.
func (b *book) Close() error { return nil }
