package reconcile

import (
	"context"
	"slices"

	"hbupload/internal/ident"
	"hbupload/internal/ledger"
)

// asking is how many entries are asked of the ledger at once.
const asking = 200

// LookUp asks the ledger about the rows that are in no export, and says of each what
// is true of it. The ledger keeps digests: only a row that shows the whole number,
// name, date and institution can be asked about.
func (c *Comparison) LookUp(ctx context.Context, led Ledger, p Proof) error {
	institutions := p.institutions(c.Ours)
	states := map[int]ledger.State{}
	d := led.Digester()
	var entries []ledger.Entry
	var of []int // the row of each entry
	ask := func() error {
		standings, err := led.Standings(ctx, entries)
		for i, s := range standings {
			if s.SubmissionID != 0 {
				states[of[i]] = s.State
			}
		}
		entries = entries[:0]
		of = of[:0]
		return err
	}
	for _, m := range c.Matches {
		if m.Kind != portalOnly {
			continue
		}
		r := &c.Rows[m.Row]
		number, _ := ident.Normalize(r.Number)
		for _, g := range p.guesses(r, institutions) {
			states[m.Row] = ledger.StateNone
			entries = append(entries, g.entry(d, number, r))
			of = append(of, m.Row)
		}
		if len(entries) >= asking {
			if err := ask(); err != nil {
				return err
			}
		}
	}
	if err := ask(); err != nil {
		return err
	}
	c.explain(states)
	return nil
}

// institutions are those whose records the ledger may have.
func (p Proof) institutions(ours []Ours) []string {
	var out []string
	add := func(code string) {
		if code != "" && !slices.Contains(out, code) {
			out = append(out, code)
		}
	}
	add(p.OrgCode)
	for i := range ours {
		add(ours[i].OrgCode)
	}
	return out
}

// explain says of the rows that are nobody's of ours what is known of them. states
// are those of the rows that the ledger was asked about.
func (c *Comparison) explain(states map[int]ledger.State) {
	exports := c.exports()
	for i := range c.Matches {
		m := &c.Matches[i]
		if m.Kind != portalOnly {
			continue
		}
		state, asked := states[m.Row]
		m.Reason = alone(&c.Rows[m.Row], exports, asked, state)
	}
}

func alone(r *Row, exports, asked bool, state ledger.State) string {
	switch {
	case r.blind():
		return "看不出是谁：姓名和证件号都没有"
	case asked && state != ledger.StateNone:
		return "台账里有这个证件号的这次体检（" + state.Label() + "），而它的导出文件没有用 --in 给出"
	case asked && exports:
		return "给出的导出文件和台账里都没有这个人的这次体检"
	case asked:
		return "台账里没有这个人的这次体检"
	case exports:
		return "给出的导出文件里没有这个人的这次体检；名单看不全（打了码，缺姓名、证件号、日期，或看不出是不是本机构的），台账里有没有查不出"
	}
	return "没有用 --in 给出导出文件，名单又看不全（打了码，缺姓名、证件号、日期，或看不出是不是本机构的）：本机有没有这个人查不出"
}
