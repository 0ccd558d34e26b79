package torture

import (
	"bytes"
	"context"
	"database/sql"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"

	"hbupload/internal/ledger"
	"hbupload/internal/sandbox"
)

// step is where the gate holds the chosen upload.
type step string

// The named steps of issue 5, and one more: a gateway that took a request and
// never handed it on.
const (
	afterClaim   step = "after the claim, before the body is read"
	midBody      step = "in the middle of the body"
	afterBody    step = "after the body, before it is stored"
	afterStore   step = "after it is stored, before the reply"
	beforeSettle step = "after the reply, before the settle"
	afterSettle  step = "after the settle"
)

func steps() []step {
	return []step{afterClaim, midBody, afterBody, afterStore, beforeSettle, afterSettle}
}

// gate stands before the sandbox and holds the nth upload at a step; later
// uploads wait at the door, so that the program cannot end.
type gate struct {
	next http.Handler

	mu      sync.Mutex
	at      step
	nth     int
	seen    int
	reached chan struct{} // closed when the chosen upload is where it should be
	release chan struct{}
	before  func() // runs before a reply that is to be the last
	arrived func(n int)

	dropping bool // what is held is answered by a gateway
}

// arm chooses the upload to be held.
func (g *gate) arm(at step, nth int, before func()) (reached <-chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.at, g.nth, g.seen, g.before = at, nth, 0, before
	g.reached, g.release = make(chan struct{}), make(chan struct{})
	return g.reached
}

// open lets everything pass.
func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.release != nil {
		close(g.release)
		g.release = nil
	}
	g.nth, g.arrived = 0, nil
}

// drop answers everything that is held with a 504; what comes later passes.
func (g *gate) drop() {
	g.mu.Lock()
	g.dropping = true
	g.mu.Unlock()
	g.open()
}

// watch calls f for every upload that arrives.
func (g *gate) watch(f func(n int)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.seen, g.arrived = 0, f
}

// ServeHTTP implements http.Handler.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != sandbox.PathUpload {
		g.next.ServeHTTP(w, r)
		return
	}
	g.mu.Lock()
	g.seen++
	n, nth, release, reached, arrived := g.seen, g.nth, g.release, g.reached, g.arrived
	g.mu.Unlock()
	if arrived != nil {
		arrived(n)
	}
	switch {
	case nth == 0 || n < nth:
		g.next.ServeHTTP(w, r)
	case n > nth:
		<-release
		g.end(w)
	default:
		g.hold(w, r, reached, release)
	}
}

// hold brings the chosen upload to its step and keeps it there.
func (g *gate) hold(w http.ResponseWriter, r *http.Request, reached, release chan struct{}) {
	switch g.at {
	case midBody:
		_, _ = io.CopyN(io.Discard, r.Body, 1024)
	case afterBody:
		_, _ = io.Copy(io.Discard, r.Body)
	case afterStore:
		g.next.ServeHTTP(httptest.NewRecorder(), r)
	case beforeSettle, afterSettle:
		answer := httptest.NewRecorder()
		g.next.ServeHTTP(answer, r)
		if g.before != nil {
			g.before()
		}
		w.Header().Set("Content-Type", answer.Header().Get("Content-Type"))
		body := answer.Body.Bytes()
		_, _ = io.Copy(w, bytes.NewReader(body))
		_ = http.NewResponseController(w).Flush()
		close(reached)
		return
	}
	close(reached)
	<-release
	g.end(w)
}

// end lets a held request go, with a 504 if somebody still waits for it.
func (g *gate) end(w http.ResponseWriter) {
	g.mu.Lock()
	dropping := g.dropping
	g.mu.Unlock()
	if !dropping {
		return // an empty reply: nobody is there any more to read it
	}
	w.WriteHeader(http.StatusGatewayTimeout)
}

// lockLedger keeps the program from writing its ledger: what is answered from
// now on cannot be settled.
func lockLedger(t *testing.T, data string) (unlock func()) {
	t.Helper()
	ctx := context.Background()
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(filepath.Join(data, ledger.FileName))+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Error(err)
		return func() {}
	}
	conn, err := db.Conn(ctx)
	if err == nil {
		_, err = conn.ExecContext(ctx, "BEGIN IMMEDIATE")
	}
	if err != nil {
		t.Error(err)
	}
	return func() {
		_, _ = conn.ExecContext(ctx, "ROLLBACK")
		_ = conn.Close()
		_ = db.Close()
	}
}
