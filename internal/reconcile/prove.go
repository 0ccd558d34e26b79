package reconcile

import (
	"context"
	"slices"

	"hbupload/internal/ident"
	"hbupload/internal/ledger"
	"hbupload/internal/spec"
)

// Proof is what is needed to recognise records that only the ledger knows. It keeps
// digests, so that a row proves a record where it shows the whole number, the whole
// name and the date.
type Proof struct {
	Care    [][2]string // code and name of each kind of care
	OrgCode string      // of the configured institution
	OrgName string
}

// Prove fills in the values of records that only the ledger knows, from the rows that
// are certainly theirs.
func Prove(ctx context.Context, led Ledger, rows []Row, ours []Ours, p Proof) error {
	bare := map[int64]int{}
	var institutions []string
	for i := range ours {
		if o := &ours[i]; o.Bare {
			bare[o.ID] = i
			if !slices.Contains(institutions, o.OrgCode) {
				institutions = append(institutions, o.OrgCode)
			}
		}
	}
	if len(bare) == 0 {
		return nil
	}
	for i := range rows {
		guesses := p.guesses(&rows[i], institutions)
		if len(guesses) == 0 {
			continue
		}
		if err := p.try(ctx, led, guesses, &rows[i], ours, bare); err != nil {
			return err
		}
	}
	return nil
}

// guess is an identity that a row may have.
type guess struct {
	idType, org, flag string
	care              [2]string
}

// guesses are the identities that a row may have: what it does not show is tried.
func (p Proof) guesses(r *Row, institutions []string) []guess {
	number, _ := ident.Normalize(r.Number)
	if number == "" || slices.Contains(numberPattern(number), hole) || !whole(r.Name) || r.Date == "" {
		return nil
	}
	var out []guess
	for _, org := range institutions {
		if compareInstitution(r, &Ours{OrgCode: org, OrgName: p.nameOf(org)}, len(institutions) == 1) != fully {
			continue
		}
		for _, idType := range idTypes(number) {
			for _, flag := range []string{"0", "1"} {
				for _, care := range p.Care {
					if compareWord(r.Flag, flagWords(flag)) != differs && compareWord(r.Care, care[:]) != differs {
						out = append(out, guess{idType, org, flag, care})
					}
				}
			}
		}
	}
	return out
}

func (p Proof) nameOf(org string) string {
	if org == p.OrgCode {
		return p.OrgName
	}
	return ""
}

// idTypes are the kinds of papers that may have a number.
func idTypes(number string) []string {
	entries := spec.EnumIDType.Entries()
	var out []string
	for _, e := range entries {
		out = append(out, e.Code)
	}
	if ident.CheckIDCard(number) == "" && !ident.OfForeigner(number) {
		return out[:1]
	}
	return out
}

// entry is what the ledger would have of a row that is what is guessed.
func (g *guess) entry(d *ledger.Digester, number string, r *Row) ledger.Entry {
	parts := []string{g.org, g.idType, number, r.Date, g.flag}
	return ledger.Entry{Institution: g.org, Identity: d.Identity(append(parts, g.care[0])...), Base: d.Identity(parts...), Name: d.Name(r.Name),
		Care: d.AppendLeaf(nil, spec.CareTypeCode.Path(0, 0), g.care[0]), RowKey: true}
}

// try asks the ledger for the identities that a row may have.
func (p Proof) try(ctx context.Context, led Ledger, guesses []guess, r *Row, ours []Ours, bare map[int64]int) error {
	number, _ := ident.Normalize(r.Number)
	d := led.Digester()
	var entries []ledger.Entry
	for _, g := range guesses {
		entries = append(entries, g.entry(d, number, r))
	}
	standings, err := led.Standings(ctx, entries)
	if err != nil {
		return err
	}
	for i, s := range standings {
		at, mine := bare[s.SubmissionID]
		if !mine {
			continue
		}
		plan, err := led.Plan(ctx, entries[i:i+1], ledger.Policy{})
		if err != nil {
			return err
		}
		o := &ours[at]
		o.Bare = false
		o.Proved = true
		o.Number = number
		o.Date = r.Date
		o.OrgName = p.nameOf(o.OrgCode)
		o.Care = guesses[i].care[:]
		o.Flag = flagWords(guesses[i].flag)
		if o.Name = r.Name; plan[0].Action == ledger.Collision {
			o.Name = nameless
		}
	}
	return nil
}

// nameless stands for a name of which only the digest is known, and which is not the
// one of the list.
const nameless = "（台账里是另一个姓名）"
