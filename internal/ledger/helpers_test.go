package ledger

import (
	"context"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// clock is a test clock that moves one second per question.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(time.Second)
	return c.t
}

// site is where a ledger of the tests is: a data folder, and the database of
// several machines when there is one.
type site struct{ dir, url, key string }

// here is an embedded ledger.
func here(dir string) site { return site{dir: dir} }

// maker makes a site that nobody has used.
type maker func(t testing.TB) site

func options(at site) Options {
	return Options{Path: filepath.Join(at.dir, FileName), URL: at.url, KeyPath: at.key, Now: newClock().now, ToolVersion: "test", User: "tester", Host: "box"}
}

// open opens a ledger that the test closes.
func open(t testing.TB, at site) *Ledger {
	t.Helper()
	l, err := Open(context.Background(), options(at))
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return l
}

// person is an invented person of the tests.
type person struct {
	id, name, key, result, care string
}

// carePath is the path of careTypeCode in data.json.
const carePath = "ohEmpHazard[0].careTypeCode"

func invented(n int) person {
	return person{id: fmt.Sprintf("1301021990010%05d", n), name: fmt.Sprintf("测试%d", n), key: fmt.Sprintf("TJ%04d", n), result: "正常", care: "02"}
}

// entry is the person as the ledger sees it.
func (p person) entry(d *Digester) Entry {
	var leaves []byte
	leaves = d.AppendLeaf(leaves, "ohEmployees.patientName", p.name)
	leaves = d.AppendLeaf(leaves, "ohEmployees.idcard", p.id)
	leaves = d.AppendLeaf(leaves, "ohEmployees.ohEmpHazard[0].otherContent", p.result)
	leaves = d.AppendLeaf(leaves, carePath, p.care)
	return Entry{
		Institution: "130000001", Identity: d.Identity("130000001", "01", p.id, "2026-02-03", "0", p.care), Base: d.Identity("130000001", "01", p.id, "2026-02-03", "0"),
		Care: d.AppendLeaf(nil, carePath, p.care), Name: d.Name(p.name), Key: p.key,
		Content: sha256.Sum256([]byte(p.id + p.name + p.result)), Leaves: leaves, File: "体检.xlsx",
	}
}

// begin starts a run and fails the test when it cannot.
func begin(t testing.TB, l *Ledger, p Policy) (*Run, Recovered) {
	t.Helper()
	p.RetryRejected = true
	r, rec, err := l.BeginRun(context.Background(), RunInfo{User: "tester", Host: "box", PID: 1, Command: "push", Files: []string{"体检.xlsx"}, Policy: p})
	if err != nil {
		t.Fatalf("BeginRun: %v", err)
	}
	return r, rec
}

// send claims and settles one entry.
func send(t testing.TB, r *Run, e Entry, class Class) Claim {
	t.Helper()
	ctx := context.Background()
	c, d, err := r.ClaimOne(ctx, e)
	if err != nil || !c.OK() {
		t.Fatalf("Claim %s: %v %+v", e.Key, err, d)
	}
	if err := r.Settle(ctx, c, Settlement{Class: class, HTTPStatus: 200, Message: "msg " + string(class)}); err != nil {
		t.Fatalf("Settle: %v", err)
	}
	if err := r.Flush(ctx); err != nil {
		t.Fatalf("Flush: %v", err)
	}
	return c
}

// planOne plans one entry.
func planOne(t testing.TB, l *Ledger, e Entry, p Policy) Decision {
	t.Helper()
	p.RetryRejected = true
	ds, err := l.Plan(context.Background(), []Entry{e}, p)
	if err != nil {
		t.Fatalf("Plan: %v", err)
	}
	return ds[0]
}
