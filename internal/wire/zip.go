package wire

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/flate"
)

// entryName is the only entry of data.zip (T9).
const entryName = "data.json"

// DefaultLevel is the deflate level that BenchmarkZipLevels recommends: one
// step from the smallest output at a third of its cost.
const DefaultLevel = 5

// Zipper packs data.json into data.zip and reuses its compressors, which weigh
// some hundred kilobytes each. It is safe for concurrent use.
type Zipper struct {
	level int
	// A list of our own instead of a sync.Pool, which every second garbage
	// collection empties: a compressor costs more than ten records.
	idle chan *compressor
}

// maxIdle compressors are kept; more workers than that make their own.
const maxIdle = 16

type compressor struct {
	out bytes.Buffer
	w   *flate.Writer
}

// NewZipper makes a Zipper of the deflate level 1 to 9; anything else means
// DefaultLevel.
func NewZipper(level int) *Zipper {
	if level < flate.BestSpeed || level > flate.BestCompression {
		level = DefaultLevel
	}
	return &Zipper{level: level, idle: make(chan *compressor, maxIdle)}
}

// Zip packs once with a Zipper of its own: for single files. To pack many, keep a
// Zipper.
func Zip(dst, json []byte) []byte { return NewZipper(DefaultLevel).Zip(dst, json) }

// Zip appends a zip archive with the one entry data.json to dst: deflated,
// sizes and CRC in the local header (no data descriptor), a fixed time, so
// that equal JSON gives equal bytes.
func (z *Zipper) Zip(dst, json []byte) []byte {
	c := z.get()
	defer z.put(c)
	c.out.Reset()
	c.w.Reset(&c.out)
	// A bytes.Buffer never fails, so neither does the compressor above it.
	_, _ = c.w.Write(json)
	_ = c.w.Close()
	return appendArchive(dst, c.out.Bytes(), crc32.ChecksumIEEE(json), uint32(len(json)))
}

func (z *Zipper) get() *compressor {
	select {
	case c := <-z.idle:
		return c
	default:
	}
	w, err := flate.NewWriter(io.Discard, z.level)
	if err != nil { // NewZipper admits legal levels only
		w, _ = flate.NewWriter(io.Discard, DefaultLevel)
	}
	return &compressor{w: w}
}

func (z *Zipper) put(c *compressor) {
	select {
	case z.idle <- c:
	default:
	}
}

const (
	sigLocal   = 0x04034b50
	sigCentral = 0x02014b50
	sigEnd     = 0x06054b50

	zipVersion  = 20     // 2.0: deflate
	zipDeflate  = 8      // the compression method
	zipDate1980 = 0x0021 // 1980-01-01, the first day a zip can name
)

// appendArchive writes local header, data, central directory and its end
// (APPNOTE 4.3.7, 4.3.12, 4.3.16). No flag is set: the name is ASCII.
func appendArchive(dst, deflated []byte, crc, size uint32) []byte {
	le := binary.LittleEndian
	start := len(dst)
	common := func(b []byte) []byte {
		b = le.AppendUint16(b, 0) // flags
		b = le.AppendUint16(b, zipDeflate)
		b = le.AppendUint16(b, 0) // time
		b = le.AppendUint16(b, zipDate1980)
		b = le.AppendUint32(b, crc)
		b = le.AppendUint32(b, uint32(len(deflated)))
		b = le.AppendUint32(b, size)
		b = le.AppendUint16(b, uint16(len(entryName)))
		return le.AppendUint16(b, 0) // extra field
	}
	dst = le.AppendUint32(dst, sigLocal)
	dst = le.AppendUint16(dst, zipVersion)
	dst = append(common(dst), entryName...)
	dst = append(dst, deflated...)

	central := len(dst)
	dst = le.AppendUint32(dst, sigCentral)
	dst = le.AppendUint16(dst, zipVersion) // made by
	dst = le.AppendUint16(dst, zipVersion) // needed
	dst = common(dst)
	dst = append(dst, 0, 0, 0, 0, 0, 0)       // comment, disk, internal attributes
	dst = append(dst, 0, 0, 0, 0, 0, 0, 0, 0) // external attributes, offset of the local header
	dst = append(dst, entryName...)

	end := len(dst)
	dst = le.AppendUint32(dst, sigEnd)
	dst = append(dst, 0, 0, 0, 0, 1, 0, 1, 0) // disks, entries here, entries in all
	dst = le.AppendUint32(dst, uint32(end-central))
	dst = le.AppendUint32(dst, uint32(central-start))
	return append(dst, 0, 0) // comment
}
