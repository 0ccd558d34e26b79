package platform

import (
	"net/http"
	"sync"
)

// lines are the connections to the platform. Each belongs to one request at a
// time, its reply's last byte included: what a reply says of its connection is
// known before another request may take it.
type lines struct {
	dial func(single bool) *http.Transport

	mu     sync.Mutex
	free   []*http.Transport
	single bool // each request has a connection of its own
}

// take gives a line for one request.
func (l *lines) take() *http.Transport {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.free); n > 0 {
		t := l.free[n-1]
		l.free = l.free[:n-1]
		return t
	}
	return l.dial(l.single)
}

// put takes a line back; its connection lives on only where the reply was sound.
func (l *lines) put(t *http.Transport, sound bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !sound || t.DisableKeepAlives != l.single {
		t.CloseIdleConnections()
	}
	if t.DisableKeepAlives == l.single {
		l.free = append(l.free, t)
	}
}

// distrust gives each further request a connection of its own.
func (l *lines) distrust() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.single {
		return
	}
	l.single = true
	l.drop()
}

// close drops the idle connections.
func (l *lines) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.drop()
}

func (l *lines) drop() {
	for _, t := range l.free {
		t.CloseIdleConnections()
	}
	l.free = nil
}

// lineKey carries the line of a request to the guard.
type lineKey struct{}
