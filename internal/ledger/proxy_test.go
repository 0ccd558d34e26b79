package ledger

import (
	"bytes"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// cable is the network between a machine and the database, which a test can cut.
type cable struct {
	listener net.Listener
	to       string

	mu    sync.Mutex
	down  bool
	eat   string // cut when a message to the server has this in it, once it has been delivered
	pairs []net.Conn
}

// newCable leads to a server's address; at is rewritten to go through it.
func newCable(t testing.TB, addr string, at site) (*cable, site) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{listener: l, to: addr}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { c.carry(in) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		c.cut()
		wg.Wait()
	})
	at.url = strings.Replace(at.url, addr, l.Addr().String(), 1)
	return c, at
}

// carry joins one connection with the server.
func (c *cable) carry(in net.Conn) {
	defer func() { _ = in.Close() }()
	out, err := net.Dial("tcp", c.to)
	if err != nil {
		return
	}
	defer func() { _ = out.Close() }()
	c.mu.Lock()
	if c.down {
		c.mu.Unlock()
		return
	}
	c.pairs = append(c.pairs, in, out)
	c.mu.Unlock()
	back := make(chan struct{})
	go func() {
		defer close(back)
		_, _ = io.Copy(in, out)
		_ = in.Close()
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := in.Read(buf)
		if n > 0 {
			fatal := c.fatal(buf[:n])
			if fatal {
				_ = in.Close() // before the server can answer
			}
			if _, werr := out.Write(buf[:n]); werr != nil || fatal {
				break
			}
		}
		if err != nil {
			break
		}
	}
	// What was delivered is worked off before the server sees the end.
	if t, ok := out.(*net.TCPConn); ok {
		_ = t.CloseWrite()
	}
	<-back
}

// fatal tells whether a message is the one after which the cable breaks.
func (c *cable) fatal(message []byte) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.eat == "" || !bytes.Contains(message, []byte(c.eat)) {
		return false
	}
	c.eat, c.down = "", true
	return true
}

// cut breaks every connection and lets none through.
func (c *cable) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.down = true
	for _, p := range c.pairs {
		_ = p.Close()
	}
	c.pairs = nil
}

// cutAfter breaks the cable as soon as a message with the text has gone through:
// its answer is lost.
func (c *cable) cutAfter(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.eat = text
}

// mend lets connections through again.
func (c *cable) mend() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.down = false
}
