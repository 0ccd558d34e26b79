package mapping

import (
	"bufio"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
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
