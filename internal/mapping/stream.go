package mapping

import (
	"context"
	"errors"
	"io"

	"hbupload/internal/mapping/layout"
	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

// stream reads the rows of a table, sheet after sheet.
type stream struct {
	ctx   context.Context //nolint:containedctx // of one reading
	parts []*part
	ahead bool // read each sheet in a goroutine of its own
	at    int
	scan  *table.Scan
	rows  *table.Ahead

	replay *recollection // not nil: the current sheet comes from memory
	keeps  bool          // remember the sheets that fit
	memory *rowMemory    // of the current sheet; nil: it is not kept
	held   int           // bytes of the sheets kept
}

func newStream(ctx context.Context, parts []*part, ahead bool) *stream {
	return &stream{ctx: ctx, parts: parts, ahead: ahead}
}

// next is the next row with the sheet that it stands on, valid until the next
// call; io.EOF after the last row of the last sheet.
func (s *stream) next() (*grid.Row, *part, error) {
	for s.at < len(s.parts) {
		p := s.parts[s.at]
		if s.scan == nil {
			if err := s.open(p); err != nil {
				return nil, nil, err
			}
		}
		row, err := s.row()
		if err == nil {
			s.remember(row)
		}
		if err == nil && p.filter != nil && !p.filter.admits(row) {
			p.tally.leaveOut(row)
			continue
		}
		if err == nil {
			return row, p, nil
		}
		if !errors.Is(err, io.EOF) {
			return nil, nil, err
		}
		p.tally.count(s.scan)
		s.remembered(p)
		s.close()
		s.at++
	}
	return nil, nil, io.EOF
}

func (s *stream) open(p *part) (err error) {
	p.tally = tally{}
	if p.memory != nil {
		s.replay = p.memory.read()
		s.scan = p.memory.scan
		return nil
	}
	if s.keeps {
		s.memory = &rowMemory{}
	}
	if s.scan, err = p.sheet.Scan(s.ctx, p.rule); err != nil {
		s.scan = nil
		return err
	}
	if s.ahead {
		s.rows = s.scan.ReadAhead()
	}
	return nil
}

func (s *stream) row() (*grid.Row, error) {
	if s.replay != nil {
		return s.replay.next()
	}
	if s.rows != nil {
		return s.rows.Next()
	}
	return s.scan.Next()
}

func (s *stream) close() {
	if s.rows != nil {
		s.rows.Close()
	}
	if s.scan != nil && s.replay == nil {
		_ = s.scan.Close()
	}
	s.rows = nil
	s.scan = nil
	s.replay = nil
}

// rowFilter selects the rows that a mapping reads.
type rowFilter struct {
	eval  *evaluator
	where []layout.Cond
	cols  []int32
}

func (f *rowFilter) admits(row *grid.Row) bool {
	f.eval.view.set(row)
	for i := range f.where {
		if !f.eval.holds(&f.where[i], f.cols[i]) {
			return false
		}
	}
	return true
}
