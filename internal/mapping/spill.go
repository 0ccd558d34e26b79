package mapping

import (
	"bufio"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"sort"

	"hbupload/internal/table/grid"
)

// sortBudget is how much encoded row data is kept in memory before a sorted
// run goes to a file.
const sortBudget = 12 << 20

// sorter puts child rows into the order of their persons when a sheet is not
// in that order: an external merge sort on the person's ordinal, stable, so
// that a person's rows keep their order. Memory does not grow with the export.
type sorter struct {
	dir    string
	budget int
	buf    []byte
	rows   []sortRow
	runs   []*os.File
}

type sortRow struct {
	ordinal  int32
	off, len int
}

func newSorter(dir string) *sorter { return &sorter{dir: dir, budget: sortBudget} }

// add takes a row of the person with the given ordinal; sheet is the number of
// the sheet that it stands on.
func (s *sorter) add(ordinal int32, sheet int, row *grid.Row) error {
	off := len(s.buf)
	s.buf = binary.AppendUvarint(s.buf, uint64(sheet))
	s.buf = appendRow(s.buf, row)
	s.rows = append(s.rows, sortRow{ordinal, off, len(s.buf) - off})
	if len(s.buf) < s.budget {
		return nil
	}
	return s.flush()
}

func (s *sorter) sortBuffer() {
	sort.SliceStable(s.rows, func(i, j int) bool { return s.rows[i].ordinal < s.rows[j].ordinal })
}

// flush writes the buffer as one sorted run. The file has no name any more
// where the system allows that, so that nothing is left behind by a kill.
func (s *sorter) flush() error {
	f, err := os.CreateTemp(s.dir, "spill-*.tmp")
	if err != nil {
		return fmt.Errorf("临时文件无法建立：%w", err)
	}
	s.runs = append(s.runs, f)
	_ = os.Remove(f.Name()) // fails on Windows, where close removes it
	s.sortBuffer()
	w := bufio.NewWriterSize(f, 256<<10)
	var head [2 * binary.MaxVarintLen64]byte
	for _, r := range s.rows {
		n := binary.PutUvarint(head[:], uint64(r.ordinal))
		n += binary.PutUvarint(head[n:], uint64(r.len))
		if _, err = w.Write(head[:n]); err == nil {
			_, err = w.Write(s.buf[r.off : r.off+r.len])
		}
		if err != nil {
			return fmt.Errorf("临时文件写入失败（磁盘是否已满？）：%w", err)
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("临时文件写入失败（磁盘是否已满？）：%w", err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("临时文件无法读取：%w", err)
	}
	s.buf = s.buf[:0]
	s.rows = s.rows[:0]
	return nil
}

// merge ends the adding and yields all rows ordered by ordinal.
func (s *sorter) merge() *merged {
	m := &merged{files: s.runs}
	for i, f := range s.runs {
		m.runs = append(m.runs, &sortRun{index: i, file: bufio.NewReaderSize(f, 64<<10)})
	}
	s.sortBuffer()
	m.runs = append(m.runs, &sortRun{index: len(s.runs), buf: s.buf, rows: s.rows})
	return m
}

// sortRun is one sorted sequence: a file, or what is still in memory.
type sortRun struct {
	index   int
	file    *bufio.Reader
	buf     []byte
	rows    []sortRow
	ordinal int32
	data    []byte
}

func (r *sortRun) advance() error {
	if r.file == nil {
		if len(r.rows) == 0 {
			return io.EOF
		}
		next := r.rows[0]
		r.rows = r.rows[1:]
		r.ordinal = next.ordinal
		r.data = r.buf[next.off : next.off+next.len]
		return nil
	}
	ordinal, err := binary.ReadUvarint(r.file)
	if err != nil {
		return err
	}
	size, err := binary.ReadUvarint(r.file)
	if err != nil || size > sortBudget*2 {
		return errSpill
	}
	if uint64(cap(r.data)) < size {
		r.data = make([]byte, size)
	}
	r.data = r.data[:size]
	r.ordinal = int32(ordinal)
	if _, err := io.ReadFull(r.file, r.data); err != nil {
		return errSpill
	}
	return nil
}

var errSpill = errors.New("临时文件读取不完整")

// merged is the k-way merge of the runs.
type merged struct {
	files  []*os.File
	runs   []*sortRun
	heap   runHeap
	primed bool
	row    grid.Row
}

// next yields the rows in order with the numbers of their sheets, io.EOF at the
// end.
func (m *merged) next() (ordinal int32, sheet int, row *grid.Row, err error) {
	if !m.primed {
		m.primed = true
		for _, r := range m.runs {
			if err := m.push(r); err != nil {
				return 0, 0, nil, err
			}
		}
	}
	if len(m.heap) == 0 {
		return 0, 0, nil, io.EOF
	}
	r := heap.Pop(&m.heap).(*sortRun)
	ordinal = r.ordinal
	at, n := binary.Uvarint(r.data)
	if n <= 0 {
		return 0, 0, nil, errSpill
	}
	if err := readRow(r.data[n:], &m.row); err != nil {
		return 0, 0, nil, err
	}
	if err := m.push(r); err != nil {
		return 0, 0, nil, err
	}
	return ordinal, int(at), &m.row, nil
}

func (m *merged) push(r *sortRun) error {
	switch err := r.advance(); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return err
	}
	heap.Push(&m.heap, r)
	return nil
}

func (m *merged) close() {
	for _, f := range m.files {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}
	m.files = nil
	m.runs = nil
	m.heap = nil
}

// runHeap orders runs by their next ordinal, earlier runs first.
type runHeap []*sortRun

func (h runHeap) Len() int { return len(h) }
func (h runHeap) Less(i, j int) bool {
	if h[i].ordinal != h[j].ordinal {
		return h[i].ordinal < h[j].ordinal
	}
	return h[i].index < h[j].index
}
func (h runHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *runHeap) Push(x any)   { *h = append(*h, x.(*sortRun)) }
func (h *runHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

// appendRow encodes a row for the temporary store.
func appendRow(dst []byte, row *grid.Row) []byte {
	flags := byte(0)
	if row.Hidden {
		flags = 1
	}
	dst = append(dst, flags)
	dst = binary.AppendUvarint(dst, uint64(row.Num))
	dst = binary.AppendUvarint(dst, uint64(len(row.Cells)))
	for i := range row.Cells {
		c := &row.Cells[i]
		flags := byte(c.Kind) << 2
		if c.Percent {
			flags |= 1
		}
		if c.Cached {
			flags |= 2
		}
		if c.Struck {
			flags |= 1 << 5
		}
		dst = append(binary.AppendUvarint(dst, uint64(c.Col)), flags)
		dst = appendString(dst, c.Text)
		if c.Kind == grid.Number || c.Kind == grid.Date {
			dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(c.Num))
			dst = appendString(dst, c.Format)
		}
	}
	return dst
}

func appendString(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// readRow decodes what appendRow wrote. All strings of the row share one
// allocation.
func readRow(data []byte, row *grid.Row) error {
	d := rowReader{text: string(data)}
	row.Hidden = d.byte() == 1
	row.Num = int32(d.uvarint())
	n := d.uvarint()
	if n > uint64(len(data)) {
		return errSpill
	}
	row.Cells = row.Cells[:0]
	for range n {
		c := grid.Cell{Col: int32(d.uvarint())}
		flags := d.byte()
		c.Kind = grid.Kind(flags >> 2 & 7)
		c.Percent = flags&1 != 0
		c.Cached = flags&2 != 0
		c.Struck = flags&(1<<5) != 0
		c.Text = d.string()
		if c.Kind == grid.Number || c.Kind == grid.Date {
			c.Num = math.Float64frombits(d.uint64())
			c.Format = d.string()
		}
		row.Cells = append(row.Cells, c)
	}
	if d.bad {
		return errSpill
	}
	return nil
}

type rowReader struct {
	text string
	bad  bool
}

func (d *rowReader) take(n int) string {
	if d.bad || n < 0 || n > len(d.text) {
		d.bad = true
		return ""
	}
	s := d.text[:n]
	d.text = d.text[n:]
	return s
}

func (d *rowReader) byte() byte {
	if s := d.take(1); s != "" {
		return s[0]
	}
	return 0
}

func (d *rowReader) uvarint() uint64 {
	var x uint64
	for shift := 0; shift < 64; shift += 7 {
		b := d.byte()
		x |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return x
		}
	}
	d.bad = true
	return 0
}

func (d *rowReader) string() string {
	n := d.uvarint()
	if n > uint64(len(d.text)) {
		d.bad = true
		return ""
	}
	return d.take(int(n))
}

func (d *rowReader) uint64() uint64 {
	s := d.take(8)
	if len(s) < 8 {
		return 0
	}
	return binary.LittleEndian.Uint64([]byte(s))
}
