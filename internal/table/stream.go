package table

import (
	"context"
	"io"
)

// stream reads what may never come, such as a pipe that nobody writes to: Read
// ends with the context, though the read below it goes on waiting.
type stream struct {
	ctx    context.Context
	chunks chan chunk
	rest   chunk
}

type chunk struct {
	data []byte
	err  error
}

// newStream begins to read r.
func newStream(ctx context.Context, r io.Reader) *stream {
	s := &stream{ctx: ctx, chunks: make(chan chunk)}
	go s.pump(r)
	return s
}

// pump passes on what it reads until nobody asks any more.
func (s *stream) pump(r io.Reader) {
	for {
		buf := make([]byte, 64<<10)
		n, err := r.Read(buf)
		select {
		case s.chunks <- chunk{buf[:n], err}:
		case <-s.ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// Read implements io.Reader.
func (s *stream) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	for len(s.rest.data) == 0 {
		if s.rest.err != nil {
			return 0, s.rest.err
		}
		select {
		case s.rest = <-s.chunks:
		case <-s.ctx.Done():
			return 0, s.ctx.Err()
		}
	}
	n := copy(p, s.rest.data)
	s.rest.data = s.rest.data[n:]
	return n, nil
}
