package rules

import (
	"slices"
	"testing"

	"hbupload/internal/spec"
)

// change is one step of a mutation of the good record.
type change func(*spec.Record)

// oneCase mutates the good record; want are the findings, one a line, as faults
// writes them. An empty want is a case that must not fire.
type oneCase struct {
	name    string
	changes []change
	want    string
}

func allCases() []oneCase {
	return slices.Concat(requiredCases(), formCases(), identityCases(), personCases(), contactCases(), workCases(), labourCases(), smokingCases(),
		cellCases(), otherCases(), hazardCases(), dustCases(), conclusionCases(), exposureCases(), itemCases(), numericCases(), limitCases(), symbolCases(), flagCases(), filmCases())
}

func do(changes ...change) []change { return changes }

func person(f spec.FieldID, text string) change {
	return func(r *spec.Record) { put(r.At(f), text) }
}

func hazard(i int, f spec.FieldID, text string) change {
	return func(r *spec.Record) { put(r.Hazards[i].At(f), text) }
}

func item(i int, f spec.FieldID, text string) change {
	return func(r *spec.Record) { put(r.Items[i].At(f), text) }
}

// everyHazard sets a field of all hazards.
func everyHazard(f spec.FieldID, text string) change {
	return func(r *spec.Record) {
		for i := range r.Hazards {
			put(r.Hazards[i].At(f), text)
		}
	}
}

// contact sets the list of exposures.
func contact(codes ...string) change {
	return func(r *spec.Record) {
		v, text := r.At(spec.ContactHazardCode), ""
		for i, c := range codes {
			if i > 0 {
				text += ","
			}
			text += c
		}
		put(v, text)
		v.Parts = codes
	}
}

// moreHazard adds a hazard, and covers it by the exposures.
func moreHazard(code string) change {
	return func(r *spec.Record) {
		addHazard(r, code)
		setPlaces(r)
		list := r.At(spec.ContactHazardCode)
		if !slices.Contains(list.Parts, code) {
			contact(append(slices.Clone(list.Parts), code)...)(r)
		}
	}
}

func moreItem(class, code, result, lower, upper, unit, flag string) change {
	return func(r *spec.Record) {
		addItem(r, class, code, result, lower, upper, unit, flag)
		setPlaces(r)
	}
}

// faulty gives a value what mapping would have said of it.
func faulty(v func(*spec.Record) *spec.Value, rule spec.RuleID, note string, nearest ...string) change {
	return func(r *spec.Record) {
		v(r).Text, v(r).Fault = "?", &spec.Fault{Rule: rule, Note: note, Nearest: nearest}
	}
}

func beyondHeader(r *spec.Record) {
	place := r.Place
	place.Col = 9
	r.Faults = append(r.Faults, spec.RowFault{Place: place, Fault: spec.Fault{Rule: spec.BeyondHeader, Note: "超出了最后一个列名"}})
}

func ofPerson(f spec.FieldID) func(*spec.Record) *spec.Value {
	return func(r *spec.Record) *spec.Value { return r.At(f) }
}

func ofHazard(i int, f spec.FieldID) func(*spec.Record) *spec.Value {
	return func(r *spec.Record) *spec.Value { return r.Hazards[i].At(f) }
}

func ofItem(i int, f spec.FieldID) func(*spec.Record) *spec.Value {
	return func(r *spec.Record) *spec.Value { return r.Items[i].At(f) }
}

func (k oneCase) record() *spec.Record {
	r := goodRecord()
	for _, c := range k.changes {
		c(r)
	}
	r.Group()
	return r
}

func TestCases(t *testing.T) {
	t.Parallel()
	c := testChecker(t)
	for _, k := range allCases() {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			r := k.record()
			found := c.Check(r, nil)
			if got, want := faults(found), lines(k.want); !slices.Equal(got, want) {
				t.Errorf("findings\n got %q\nwant %q", got, want)
			}
			checkFindings(t, r, found)
		})
	}
}

// checkFindings holds what is true of every finding.
func checkFindings(t *testing.T, r *spec.Record, found []spec.Finding) {
	t.Helper()
	type cause struct {
		place spec.Place
		cause string
	}
	seen := map[cause]bool{}
	for _, f := range found {
		if f.Message == "" || f.Cause == "" || f.Key != r.Key || f.Place.Sheet == nil {
			t.Errorf("incomplete finding %+v", f)
		}
		if f.Field != spec.NoField && f.Place.Header != f.Field.Label() {
			t.Errorf("%s: points at %q, the field is %q", f.Rule, f.Place.Header, f.Field.Label())
		}
		if seen[cause{f.Place, f.Cause}] {
			t.Errorf("two findings of one cause at one cell: %+v", f)
		}
		seen[cause{f.Place, f.Cause}] = true
		quotesNobody(t, r, f)
	}
}

// TestMutations switches every rule off in turn: some case must notice.
func TestMutations(t *testing.T) {
	t.Parallel()
	for _, rule := range Catalogue() {
		if ofWholeInput(rule.ID) || rule.ID.Sense() { // package sense holds its own
			continue
		}
		t.Run(string(rule.ID), func(t *testing.T) {
			t.Parallel()
			c := testChecker(t)
			c.policy.rules[rule.ID] = spec.Off
			for _, k := range allCases() {
				if !slices.Equal(faults(c.Check(k.record(), nil)), lines(k.want)) {
					return
				}
			}
			t.Errorf("no case notices that %s is off", rule.ID)
		})
	}
}

// ofWholeInput are the rules of census and ledger.
func ofWholeInput(id spec.RuleID) bool {
	return slices.Contains([]spec.RuleID{spec.RowOrphan, spec.KeyDuplicate, spec.IdentityDuplicate, spec.IdentityRepeated,
		spec.IdentityCollision, spec.KeyIdentity, spec.IdentitySameDay, spec.IDCardTwoNames, spec.CodeBook, spec.AnswerUnclear}, id)
}
