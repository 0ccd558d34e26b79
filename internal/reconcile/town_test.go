package reconcile

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hbupload/internal/ledger"
	"hbupload/internal/table"
)

// town is 200 people in a ledger, the last 20 of them in doubt, and what the platform
// really holds: 14 of the 20, one of them under another date.
type town struct {
	led     *ledger.Ledger
	ours    []Ours
	entries []ledger.Entry
}

const (
	townSize   = 200
	townDoubts = 20
	townAbsent = 6 // the last ones: the platform has nothing of them
	movedOne   = townSize - townAbsent - 1
)

func newTown(t *testing.T) *town {
	t.Helper()
	ctx := context.Background()
	led, err := ledger.Open(ctx, ledger.Options{Path: filepath.Join(t.TempDir(), ledger.FileName), Now: time.Now, User: "测试", Host: "pc"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = led.Close() })
	w := &town{led: led}
	names := []rune("一二三四五六七八九甲乙丙丁戊己庚辛壬癸")
	for n := range townSize {
		o := Ours{Key: fmt.Sprintf("TJ%04d", n), Name: "测" + string(names[n%len(names)]) + string(names[n/len(names)]),
			Number: fmt.Sprintf("13010219%02d%02d%02d%04d", 60+n%40, 1+n%12, 1+n%28, 1000+n*7), Date: fmt.Sprintf("2026-01-%02d", 5+n%5),
			OrgCode: "130000001", OrgName: "某体检中心", Care: []string{"02", "在岗期间"}, Flag: flagWords("0")}
		g := guess{idType: "01", org: o.OrgCode, flag: "0", care: [2]string{"02", "在岗期间"}}
		e := g.entry(led.Digester(), o.Number, &Row{Name: o.Name, Date: o.Date})
		e.Key = o.Key
		e.RowKey = false
		e.Content[0] = byte(n)
		w.ours = append(w.ours, o)
		w.entries = append(w.entries, e)
	}
	run, _, err := led.BeginRun(ctx, ledger.RunInfo{User: "测试", Host: "pc", Command: "push"})
	if err != nil {
		t.Fatal(err)
	}
	claims, _, err := run.Claim(ctx, w.entries)
	if err != nil {
		t.Fatal(err)
	}
	for n, c := range claims {
		class := ledger.ClassAccepted
		if n >= townSize-townDoubts {
			class = ledger.ClassUnknown
		}
		if err := run.Settle(ctx, c, ledger.Settlement{Class: class, HTTPStatus: 200}); err != nil {
			t.Fatal(err)
		}
	}
	if err := run.Finish(ctx, ledger.Summary{}); err != nil {
		t.Fatal(err)
	}
	return w
}

// list is the platform's list in three files, masked, with other names of columns, one
// date a day off, and five strangers.
func (w *town) list(t *testing.T) *List {
	t.Helper()
	var lines []string
	for n := range townSize - townAbsent {
		o := w.ours[n]
		day := strings.ReplaceAll(o.Date, "-", "/")
		if n == movedOne {
			day = "2026/1/20"
		}
		lines = append(lines, fmt.Sprintf("%d,测**,%s**********%s,某体检中心,%s,已审核", n, o.Number[:4], o.Number[14:], day))
	}
	for n := range 5 {
		lines = append(lines, fmt.Sprintf("%d,外*,1304**********%04d,某体检中心,2026/1/%d,已审核", n, 9001+n, 5+n))
	}
	dir := t.TempDir()
	var pages []*table.Input
	for chunk := range slices.Chunk(lines, 70) {
		path := filepath.Join(dir, fmt.Sprintf("%d.csv", len(pages)))
		text := "序号,受检者姓名,证件号码,检查机构名称,健检日期,状态\n" + strings.Join(chunk, "\n") + "\n"
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		in, err := table.Open(context.Background(), path, table.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = in.Close() })
		pages = append(pages, in)
	}
	l, err := Read(context.Background(), pages)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// reconciled settles by a list and returns each record's state, and whether it is
// marked to be sent again, as the ledger has them afterwards.
func (w *town) reconciled(t *testing.T, l *List, o Options) (states map[string]ledger.State, resend map[string]bool) {
	t.Helper()
	ctx := context.Background()
	ours, err := Take(ctx, w.led, slices.Clone(w.ours), w.entries)
	if err != nil {
		t.Fatal(err)
	}
	c := Compare(l.Rows, ours)
	c.Judge(l, o)
	if err := c.Settle(ctx, l, w.led); err != nil {
		t.Fatal(err)
	}
	views, err := w.led.History(ctx, ledger.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	states = map[string]ledger.State{}
	resend = map[string]bool{}
	for i := range views {
		states[views[i].Key] = views[i].State
		resend[views[i].Key] = views[i].Resend
	}
	return states, resend
}

// TestTown: of 200 people with 20 in doubt every exact one is settled, nobody
// wrongly, and only a complete list makes the absent ones ready to be sent again.
func TestTown(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.proved(t)
	l := w.list(t)
	if len(l.Rows) != townSize-townAbsent+5 {
		t.Fatalf("%d rows read", len(l.Rows))
	}
	for _, complete := range []bool{false, true} {
		states, resend := w.reconciled(t, l, Options{Complete: complete})
		for n, o := range w.ours {
			want := ledger.StateAccepted
			if n >= movedOne {
				want = ledger.StateInDoubt
			}
			again := complete && n > movedOne
			if states[o.Key] != want || resend[o.Key] != again {
				t.Errorf("complete %v, %d: %s, again %v; want %s, %v", complete, n, states[o.Key], resend[o.Key], want, again)
			}
		}
	}
}

// proved: without exports a list that masks nothing proves the doubts by digest
// alone, and what it says of the others is true.
func (w *town) proved(t *testing.T) {
	t.Helper()
	ctx := context.Background()
	var rows []Row
	for n := range townSize - townAbsent {
		o := w.ours[n]
		if n == movedOne {
			o.Date = "2026-01-20"
		}
		rows = append(rows, shown(o))
	}
	ours, err := Take(ctx, w.led, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	p := Proof{Care: [][2]string{{"01", "上岗前"}, {"02", "在岗期间"}}, OrgCode: "130000001", OrgName: "某体检中心"}
	if err := Prove(ctx, w.led, rows, ours, p); err != nil {
		t.Fatal(err)
	}
	c := Compare(rows, ours)
	if err := c.LookUp(ctx, w.led, p); err != nil {
		t.Fatal(err)
	}
	n := map[Kind]int{}
	known := 0
	for _, m := range c.Matches {
		n[m.Kind]++
		if m.Kind == exact && c.Ours[m.Ours].Key != w.ours[m.Row].Key {
			t.Errorf("row %d proves %s", m.Row, c.Ours[m.Ours].Key)
		}
		if m.Kind == portalOnly && strings.Contains(m.Reason, "台账里有") {
			known++
		}
	}
	if n[exact] != townDoubts-townAbsent-1 || n[portalOnly] != townSize-townDoubts+1 || known != townSize-townDoubts {
		t.Errorf("%v, %d known", n, known)
	}
}
