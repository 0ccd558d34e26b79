package reconcile

import (
	"cmp"
	"slices"

	"hbupload/internal/ledger"
)

// edge is a row and a record of ours that have to do with each other.
type edge struct {
	row, ours int
	related
}

// Comparison is the outcome of Compare.
type Comparison struct {
	Rows    []Row
	Ours    []Ours
	Matches []Match
	near    []bool // of ours: some row may be the record's, so that it is not absent
}

// exports reports whether any of ours is of an export: without them only records in
// doubt are known.
func (c *Comparison) exports() bool {
	return slices.ContainsFunc(c.Ours, func(o Ours) bool { return !o.Bare && !o.Proved })
}

// Compare holds the rows of a list against records of ours. One row stands for at
// most one record, and where two fit nobody is settled.
func Compare(rows []Row, ours []Ours) *Comparison {
	c := &Comparison{Rows: rows, Ours: ours, near: make([]bool, len(ours))}
	edges := relateAll(rows, ours)
	taken := c.exact(edges)
	taken.mark(c.Matches)
	fitting := c.others(edges, taken, possible, probable)
	taken.mark(fitting)
	c.Matches = append(c.Matches, fitting...)
	differ := c.others(edges, taken, differing, conflict)
	c.note(edges)
	taken.mark(differ)
	c.Matches = append(c.Matches, differ...)
	c.rest(taken)
	c.explain(nil)
	return c
}

// taken are the rows and records of ours that a stronger kind has spoken for.
type taken struct{ rows, ours []bool }

func (t *taken) mark(ms []Match) {
	for _, m := range ms {
		t.rows[m.Row] = true
		t.ours[m.Ours] = true
	}
}

// exact takes the pairs that agree in everything and of which neither fits anybody
// else.
func (c *Comparison) exact(edges []edge) *taken {
	t := &taken{rows: make([]bool, len(c.Rows)), ours: make([]bool, len(c.Ours))}
	ofRow := make([]int, len(c.Rows))
	ofOurs := make([]int, len(c.Ours))
	for _, e := range edges {
		if e.relation >= possible {
			ofRow[e.row]++
			ofOurs[e.ours]++
		}
	}
	for _, e := range edges {
		if e.relation == identical && ofRow[e.row] == 1 && ofOurs[e.ours] == 1 {
			c.Matches = append(c.Matches, Match{Kind: exact, Row: e.row, Ours: e.ours})
		}
	}
	return t
}

// others are the pairs of a relation that nothing stronger has spoken for.
func (c *Comparison) others(edges []edge, t *taken, least relation, kind Kind) []Match {
	var out []Match
	told := map[int]int{}
	for _, e := range edges {
		if e.relation < least || t.rows[e.row] || t.ours[e.ours] {
			continue
		}
		if told[e.row]++; told[e.row] > maxTold {
			continue
		}
		why := e.why
		if e.relation == identical {
			why = "名单上有两行，或本机有两条记录，同样相符，分不清是哪一个"
		}
		out = append(out, Match{Kind: kind, Row: e.row, Ours: e.ours, Reason: why})
	}
	return out
}

// maxTold is how many records of ours are listed for one row that says little.
const maxTold = 5

// note remembers of which records of ours some row may be, unless it is certainly
// another record's.
func (c *Comparison) note(edges []edge) {
	certain := make([]bool, len(c.Rows))
	for _, m := range c.Matches {
		certain[m.Row] = certain[m.Row] || m.Kind == exact
	}
	for _, e := range edges {
		c.near[e.ours] = c.near[e.ours] || !certain[e.row]
	}
}

// rest adds what is only there and only here.
func (c *Comparison) rest(t *taken) {
	for i, done := range t.rows {
		if !done {
			c.Matches = append(c.Matches, Match{Kind: portalOnly, Row: i, Ours: -1})
		}
	}
	for i, done := range t.ours {
		if !done && listed(&c.Ours[i]) {
			c.Matches = append(c.Matches, Match{Kind: oursOnly, Row: -1, Ours: i, Reason: absent(&c.Ours[i])})
		}
	}
	slices.SortStableFunc(c.Matches, func(a, b Match) int { return cmp.Compare(order(a.Kind), order(b.Kind)) })
}

func order(k Kind) int { return slices.Index(Kinds(), k) }

// listed reports whether a record is missed in a list: what was never taken need not
// be there.
func listed(o *Ours) bool {
	return o.State == ledger.StateAccepted || o.State == ledger.StateInDoubt
}

func absent(o *Ours) string {
	switch {
	case o.Bare:
		return "结果不明；台账不保存姓名、证件号和日期，要用 --in 给出它的导出文件（" + "体检编号 " + o.Key + "）才能核对"
	case o.State == ledger.StateAccepted:
		return "台账记为已接收，名单里没有：名单可能不全，或者平台上删除了"
	}
	return "结果不明，名单里没有"
}

// relateAll finds the pairs that have to do with each other, by index: lists and
// exports may have a hundred thousand lines.
func relateAll(rows []Row, ours []Ours) []edge {
	x := newIndex(ours)
	one := oneInstitution(ours)
	var out []edge
	for i := range rows {
		for _, j := range x.candidates(&rows[i]) {
			if r := relate(&rows[i], &ours[j], one); r.relation > stranger {
				out = append(out, edge{i, j, r})
			}
		}
	}
	return out
}

func oneInstitution(ours []Ours) bool {
	code := ""
	for i := range ours {
		if o := &ours[i]; o.OrgCode != "" {
			if code != "" && code != o.OrgCode {
				return false
			}
			code = o.OrgCode
		}
	}
	return true
}

// Left is how many records are still in doubt, and how many pairs differ.
func (c *Comparison) Left() int {
	open := map[int]bool{}
	for i := range c.Ours {
		if o := &c.Ours[i]; o.State == ledger.StateInDoubt && !o.Resend {
			open[i] = true
		}
	}
	n := 0
	for _, m := range c.Matches {
		if m.Settled != "" {
			delete(open, m.Ours)
		}
	}
	for _, m := range c.Matches {
		if m.Kind == conflict && !open[m.Ours] {
			n++
		}
	}
	return n + len(open)
}
