package table

import (
	"sync"

	"hbupload/internal/crash"
	"hbupload/internal/table/grid"
)

// Ahead reads a scan in a goroutine of its own, a few batches ahead of the
// caller, so that taking a large sheet apart and using its rows share two
// cores. What the scan counts is complete once Next has returned its error.
type Ahead struct {
	full    chan *rowBatch
	free    chan *rowBatch
	quit    chan struct{}
	stop    sync.Once
	current *rowBatch
	at      int
	err     error
}

// The look-ahead: batches of rows, enough of them that neither side waits for
// the other long.
const (
	aheadRows    = 128
	aheadCells   = 4096 // however wide the rows are
	aheadBatches = 4
)

// rowBatch is some rows with their cells in one piece of memory that is used
// again and again.
type rowBatch struct {
	rows  []grid.Row
	cells []grid.Cell
	ends  []int
	err   error
}

// ReadAhead begins to read the scan ahead. Close it before the scan.
func (s *Scan) ReadAhead() *Ahead {
	a := &Ahead{full: make(chan *rowBatch, aheadBatches), free: make(chan *rowBatch, aheadBatches), quit: make(chan struct{})}
	for range aheadBatches {
		a.free <- &rowBatch{}
	}
	go a.read(s)
	return a
}

func (a *Ahead) read(s *Scan) {
	defer close(a.full)
	for {
		var b *rowBatch
		select {
		case b = <-a.free:
		case <-a.quit:
			return
		}
		if err := crash.Run(func() error { b.fill(s); return nil }); err != nil {
			b.rows = b.rows[:0]
			b.ends = b.ends[:0]
			b.err = err
		}
		select {
		case a.full <- b:
		case <-a.quit:
			return
		}
		if b.err != nil {
			return
		}
	}
}

// fill copies the next rows, until the batch is full or the sheet ends.
func (b *rowBatch) fill(s *Scan) {
	b.rows = b.rows[:0]
	b.cells = b.cells[:0]
	b.ends = b.ends[:0]
	b.err = nil
	for len(b.rows) < aheadRows && len(b.cells) < aheadCells {
		row, err := s.Next()
		if err != nil {
			b.err = err
			break
		}
		b.rows = append(b.rows, grid.Row{Num: row.Num, Hidden: row.Hidden})
		b.cells = append(b.cells, row.Cells...)
		b.ends = append(b.ends, len(b.cells))
	}
	from := 0
	for i, end := range b.ends {
		b.rows[i].Cells = b.cells[from:end:end]
		from = end
	}
}

// Next is the next data row, valid until the next call, or the scan's error,
// io.EOF after the last row.
func (a *Ahead) Next() (*grid.Row, error) {
	for {
		if a.err != nil {
			return nil, a.err
		}
		if b := a.current; b != nil {
			if a.at < len(b.rows) {
				a.at++
				return &b.rows[a.at-1], nil
			}
			if a.err = b.err; a.err != nil {
				continue
			}
			a.free <- b
		}
		a.current = <-a.full
		a.at = 0
	}
}

// Close ends the reading and waits for it.
func (a *Ahead) Close() {
	a.stop.Do(func() { close(a.quit) })
	for range a.full { // until the reader is gone
		continue
	}
}
