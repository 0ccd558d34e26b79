package mapping

import (
	"encoding/binary"
	"io"

	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

// rowMemory holds the rows of a sheet as the survey read them, encoded, so that a
// sheet of ordinary size is taken apart once.
type rowMemory struct {
	chunks [][]byte
	size   int
	row    []byte      // the current one
	scan   *table.Scan // what it counted, once it has ended
}

const (
	memoryBudget = 12 << 20 // bytes of all sheets together: some 25,000 people
	memoryChunk  = 256 << 10
)

// add keeps a row, and reports whether it fits into a budget.
func (m *rowMemory) add(row *grid.Row, budget int) bool {
	m.row = appendRow(m.row[:0], row)
	if m.size+len(m.row) > budget {
		return false
	}
	m.size += len(m.row)
	at := len(m.chunks) - 1
	if at < 0 || len(m.chunks[at]) >= memoryChunk {
		m.chunks = append(m.chunks, nil)
		at++
		if at > 0 {
			m.chunks[at] = make([]byte, 0, memoryChunk+memoryChunk/16)
		}
	}
	m.chunks[at] = append(binary.AppendUvarint(m.chunks[at], uint64(len(m.row))), m.row...)
	return true
}

// recollection reads the rows of a memory in their order.
type recollection struct {
	chunks [][]byte
	rest   []byte // of the current chunk
	row    grid.Row
}

func (m *rowMemory) read() *recollection { return &recollection{chunks: m.chunks} }

// next is the next row, valid until the next call; io.EOF after the last.
func (r *recollection) next() (*grid.Row, error) {
	for len(r.rest) == 0 {
		if len(r.chunks) == 0 {
			return nil, io.EOF
		}
		r.rest = r.chunks[0]
		r.chunks = r.chunks[1:]
	}
	size, n := binary.Uvarint(r.rest)
	if n <= 0 || size > uint64(len(r.rest)-n) {
		return nil, errSpill
	}
	end := n + int(size)
	err := readRow(r.rest[n:end], &r.row)
	r.rest = r.rest[end:]
	return &r.row, err
}

// remember keeps a row of the current sheet while all that is kept fits into the budget.
func (s *stream) remember(row *grid.Row) {
	if s.memory != nil && !s.memory.add(row, memoryBudget-s.held) {
		s.memory = nil // the sheet is read again
	}
}

// remembered makes what was kept of a sheet its memory, at the sheet's end.
func (s *stream) remembered(p *part) {
	if s.memory == nil {
		return
	}
	s.memory.scan = s.scan
	s.memory.row = nil
	s.held += s.memory.size
	p.memory = s.memory
	s.memory = nil
}
