package xlsx

import (
	"archive/zip"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/klauspost/compress/flate"
)

// zipParts are the parts of the package by lower-case name. A name that occurs
// twice maps to nil: which of them counts would be a guess.
type zipParts struct {
	files map[string]*zip.File
	lim   *Limits
}

// openParts reads the directory of the zip.
func openParts(r io.ReaderAt, size int64, lim *Limits) (*zipParts, error) {
	zr, err := zip.NewReader(r, size)
	if err != nil {
		return nil, &syntaxError{msg: "不是完整的 .xlsx 文件（压缩包结构有误，可能没有下载或复制完）", err: err}
	}
	if len(zr.File) > lim.Entries {
		return nil, &limitError{msg: "压缩包中的文件过多"}
	}
	zr.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(r) })
	p := &zipParts{files: make(map[string]*zip.File, len(zr.File)), lim: lim}
	for _, f := range zr.File {
		key := partKey(f.Name)
		if _, twice := p.files[key]; twice {
			p.files[key] = nil
			continue
		}
		p.files[key] = f
	}
	return p, nil
}

// partKey makes part names comparable: case, slashes and a leading slash do
// not matter.
func partKey(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

// has reports whether the part exists, even ambiguously.
func (p *zipParts) has(name string) bool {
	_, ok := p.files[partKey(name)]
	return ok
}

// open begins to inflate a part, at most limit bytes of it.
func (p *zipParts) open(name string, limit int64) (io.ReadCloser, error) {
	f, ok := p.files[partKey(name)]
	switch {
	case !ok:
		return nil, &syntaxError{msg: fmt.Sprintf("压缩包里缺少 %s", path.Base(name))}
	case f == nil:
		return nil, &syntaxError{msg: fmt.Sprintf("压缩包里有两个 %s", path.Base(name))}
	case f.Flags&1 != 0:
		return nil, &syntaxError{msg: "压缩包被加密，无法读取"}
	case f.UncompressedSize64 > uint64(limit):
		return nil, &limitError{msg: "解压后的内容过大，超出了读取上限"}
	}
	rc, err := f.Open()
	if err != nil {
		return nil, err
	}
	return &meter{rc: rc, limit: limit, stored: int64(f.CompressedSize64), lim: p.lim}, nil
}

// text opens a part, hands it over as UTF-8 and closes it.
func (p *zipParts) text(name string, limit int64, read func(io.Reader) error) error {
	rc, err := p.open(name, limit)
	if err != nil {
		return err
	}
	defer rc.Close()
	src, _, err := utf8Source(rc)
	if err != nil {
		return err
	}
	return read(src)
}

// meter counts what a part inflates to and stops bombs.
type meter struct {
	rc     io.ReadCloser
	n      int64
	limit  int64
	stored int64
	lim    *Limits
}

// Read implements io.Reader.
func (m *meter) Read(b []byte) (int, error) {
	n, err := m.rc.Read(b)
	m.n += int64(n)
	if m.n > m.limit {
		return 0, &limitError{msg: "解压后的内容过大，超出了读取上限"}
	}
	if m.n > m.lim.RatioFloor && m.n/m.lim.Ratio > m.stored {
		return 0, &limitError{msg: "压缩比异常，疑似恶意压缩文件（解压炸弹）"}
	}
	return n, err
}

// Close implements io.Closer.
func (m *meter) Close() error { return m.rc.Close() }
