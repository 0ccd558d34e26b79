package census

import (
	"cmp"
	"slices"

	"hbupload/internal/spec"
)

// Result is what the whole input tells.
type Result struct {
	// Findings are in the order of the records, those of orphan rows last.
	// Severity is empty, the caller's policy decides, but where this very
	// finding is only a warning whatever the rule's usual severity is.
	Findings []spec.Finding
	// Withheld maps the ordinals of records that must not be sent to the first
	// reason.
	Withheld map[int]spec.RuleID
	// Skipped maps the ordinals of records that repeat an earlier one to the
	// key of that one.
	Skipped map[int]string
	// FirstExams maps the ordinals of re-examinations to the row of the same
	// person's first examination, where the input has one (help: 接口读法 4.5).
	FirstExams map[int]spec.Place
}

// result is a Result in the making.
type result struct {
	*Census
	Result
}

// Finish closes the census.
func (c *Census) Finish() Result {
	r := &result{Census: c, Result: Result{Withheld: map[int]spec.RuleID{}, Skipped: map[int]string{}, FirstExams: map[int]spec.Place{}}}
	r.groups(func(e *entry) uint64 { return e.keyHash }, r.sameKey)
	r.groups(func(e *entry) uint64 { return e.identity }, r.sameIdentity)
	r.groups(func(e *entry) uint64 { return e.day }, r.sameDay)
	r.groups(func(e *entry) uint64 { return e.card }, r.sameCard)
	r.precision()
	slices.SortStableFunc(r.Findings, func(a, b spec.Finding) int {
		return cmp.Or(cmp.Compare(a.Record, b.Record), cmp.Compare(a.Rule, b.Rule))
	})
	r.orphaned()
	return r.Result
}

// groups hands each the entries that share a digest, two or more, in the order
// of the input. Zero is no digest.
func (r *result) groups(by func(*entry) uint64, each func([]int32)) {
	index := make([]int32, 0, len(r.entries))
	for i := range r.entries {
		if by(&r.entries[i]) != 0 {
			index = append(index, int32(i))
		}
	}
	slices.SortFunc(index, func(a, b int32) int {
		return cmp.Or(cmp.Compare(by(&r.entries[a]), by(&r.entries[b])), cmp.Compare(a, b))
	})
	for len(index) > 0 {
		n := 1
		for n < len(index) && by(&r.entries[index[n]]) == by(&r.entries[index[0]]) {
			n++
		}
		if n > 1 {
			each(index[:n])
		}
		index = index[n:]
	}
}

// sameKey: person rows under one exam key. Rows that are equal in everything
// are one person; rows that differ make every record of the key unusable.
func (r *result) sameKey(group []int32) {
	first := group[0]
	differ := slices.ContainsFunc(group, func(i int32) bool { return r.entries[i].row != r.entries[first].row })
	for _, i := range group {
		switch {
		case differ:
			r.withhold(i, keyDuplicate(r.rows(group), r.shown(i)), spec.ExamKey)
		case i != first:
			r.repeat(i, first)
		}
	}
}

// sameIdentity: one examination of one person, so it seems, several times.
// Rows of one key among them are sameKey's business.
func (r *result) sameIdentity(group []int32) {
	var kept []int32
	type sum struct{ content, name uint64 }
	seen := map[sum]int32{}
	for _, i := range group {
		if _, skipped := r.Skipped[int(r.entries[i].ordinal)]; skipped {
			continue
		}
		e := &r.entries[i]
		first, again := seen[sum{e.content, e.name}]
		_, withheld := r.Withheld[int(e.ordinal)]
		switch {
		case again && !withheld:
			r.repeat(i, first)
			continue
		case !withheld:
			// A record that is not sent cannot stand for another.
			seen[sum{e.content, e.name}] = i
		}
		kept = append(kept, i)
	}
	for _, i := range kept {
		e := &r.entries[i]
		if other, ok := r.other(kept, func(o *entry) bool { return o.keyHash != e.keyHash && o.name != e.name }); ok {
			r.withhold(i, r.collision(i, other), spec.IDCard)
		} else if other, ok := r.other(kept, func(o *entry) bool { return o.keyHash != e.keyHash && o.content != e.content }); ok {
			r.withhold(i, r.duplicate(i, other), spec.IDCard)
		}
	}
}

// sameDay: a person who is examined for two posts on one day, leaving the one and
// entering the other, has two records. Each names the other, for people to check.
func (r *result) sameDay(group []int32) {
	for _, i := range group {
		e := &r.entries[i]
		if _, skipped := r.Skipped[int(e.ordinal)]; skipped {
			continue
		}
		if other, ok := r.other(group, func(o *entry) bool { return o.identity != e.identity }); ok {
			r.add(i, r.twoCares(i, other), spec.IDCard)
		}
	}
}

// maxLook bounds the search for the other record of a group: thousands of
// records under one identity are a placeholder number, and the first few tell
// as much as all.
const maxLook = 1000

// other is the first entry of the group that differs.
func (r *result) other(group []int32, differs func(*entry) bool) (int32, bool) {
	for _, j := range group[:min(len(group), maxLook)] {
		if differs(&r.entries[j]) {
			return j, true
		}
	}
	return 0, false
}

// firstExams tells the re-examinations of a person where the first one stands.
func (r *result) firstExams(group []int32) {
	at := slices.IndexFunc(group, func(i int32) bool { return r.entries[i].flag == spec.PeFlagFirst[0] })
	if at < 0 {
		return
	}
	first := &r.entries[group[at]]
	for _, i := range group {
		if e := &r.entries[i]; e.flag == spec.PeFlagRecheck[0] {
			r.FirstExams[int(e.ordinal)] = spec.Place{Sheet: r.sheets[first.sheet].ref, Row: first.line}
		}
	}
}

// sameCard: one number on several examinations; its bearers should have one
// name. A missing name is a fault of its own, and no other name.
func (r *result) sameCard(group []int32) {
	r.firstExams(group)
	group = slices.DeleteFunc(slices.Clone(group), func(i int32) bool { return r.entries[i].name == 0 })
	type pair struct{ name, identity uint64 }
	names := map[uint64]int{}
	identities := map[uint64]int{}
	pairs := map[pair]int{}
	var first []int32 // of each pair, the first few
	for _, i := range group {
		e := &r.entries[i]
		p := pair{e.name, e.identity}
		if pairs[p] == 0 && len(first) < 32 {
			first = append(first, i)
		}
		names[p.name]++
		identities[p.identity]++
		pairs[p]++
	}
	if len(names) < 2 {
		return
	}
	for _, i := range group {
		e := &r.entries[i]
		if len(group)-names[e.name]-identities[e.identity]+pairs[pair{e.name, e.identity}] == 0 {
			continue
		}
		j := slices.IndexFunc(first, func(j int32) bool {
			o := &r.entries[j]
			return o.name != e.name && o.identity != e.identity
		})
		if j >= 0 {
			r.add(i, r.twoNames(i, first[j]), spec.IDCard)
		}
	}
}

// precision convicts the columns that a spreadsheet's number has passed over.
func (r *result) precision() {
	for i := range r.entries {
		e := &r.entries[i]
		if !e.suspect {
			continue
		}
		t := r.columns[column{e.sheet, e.cardCol}]
		if t.suspect >= 3 && t.suspect*20 > t.all {
			r.withhold(int32(i), precisionLost(t), spec.IDCard)
			continue
		}
		r.add(int32(i), precisionDoubt(), spec.IDCard)
	}
}

func (r *result) repeat(i, first int32) {
	r.add(i, r.repeated(i, first), spec.IDCard)
	r.Skipped[int(r.entries[i].ordinal)] = r.key(int(first))
}

func (r *result) withhold(i int32, t text, field spec.FieldID) {
	r.add(i, t, field)
	ord := int(r.entries[i].ordinal)
	if _, ok := r.Withheld[ord]; !ok {
		r.Withheld[ord] = t.rule
	}
}

// add makes the finding at the record's key cell or at its number.
func (r *result) add(i int32, t text, field spec.FieldID) {
	e := &r.entries[i]
	s := &r.sheets[e.sheet]
	f := spec.Finding{Key: r.key(int(i)), Record: int(e.ordinal), Field: field, Rule: t.rule, Severity: t.severity, Message: t.message, Cause: t.cause,
		Place: spec.Place{Sheet: s.ref, Row: e.line, Col: int32(e.keyCol), Header: s.header[0]}}
	if field != spec.ExamKey {
		f.Path = r.cardPath
		f.Place.Col = int32(e.cardCol)
		f.Place.Header = s.header[1]
		if f.Place.Header == "" {
			f.Place.Header = r.cardLabel
		}
	}
	r.Findings = append(r.Findings, f)
}

// orphaned adds the rows that belong to nobody; each withholds the persons whose it
// may be.
func (r *result) orphaned() {
	byKey := map[uint64][]int32{}
	if slices.ContainsFunc(r.orphans, func(o spec.Orphan) bool { return len(o.Withholds) > 0 }) {
		for i := range r.entries {
			byKey[r.entries[i].keyHash] = append(byKey[r.entries[i].keyHash], int32(i))
		}
	}
	for i := range r.orphans {
		o := &r.orphans[i]
		t := orphanText(*o)
		f := spec.Finding{Key: o.Key, Record: -1, Place: o.Place, Field: spec.ExamKey, Rule: t.rule, Message: t.message, Cause: t.cause}
		before := len(r.Findings)
		for _, key := range o.Withholds {
			for _, e := range byKey[r.hash.key(r.input(o.Place.Sheet), key)] {
				f.Record = int(r.entries[e].ordinal)
				r.Findings = append(r.Findings, f)
				if _, ok := r.Withheld[f.Record]; !ok {
					r.Withheld[f.Record] = t.rule
				}
			}
		}
		if len(r.Findings) == before {
			r.Findings = append(r.Findings, f)
		}
	}
}
