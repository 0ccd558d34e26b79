package workbook

import (
	"archive/zip"
	"io"

	"github.com/klauspost/compress/flate"
)

// Packer lends the parts of workbooks one compressor after another: its tables
// cost more than a small part does. The zero value is ready; it serves one
// goroutine.
type Packer struct{ free []*flate.Writer }

// packLevel makes workbooks hardly larger than those of Excel, in a third of the time.
const packLevel = 4

// zip is a new package written to w.
func (p *Packer) zip(w io.Writer) *zip.Writer {
	zw := zip.NewWriter(w)
	zw.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		if n := len(p.free); n > 0 {
			lent := p.free[n-1]
			p.free = p.free[:n-1]
			lent.Reset(w)
			return &packing{lent, p}, nil
		}
		fresh, err := flate.NewWriter(w, packLevel)
		return &packing{fresh, p}, err
	})
	return zw
}

// packing is one part.
type packing struct {
	*flate.Writer
	owner *Packer
}

// Close implements io.Closer and gives the compressor back.
func (p *packing) Close() error {
	err := p.Writer.Close()
	p.owner.free = append(p.owner.free, p.Writer)
	return err
}
