package sense

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"time"

	"hbupload/internal/ident"
	"hbupload/internal/meaning"
	"hbupload/internal/spec"
)

// Batch finds what only many records show. It serves one pass over an input, in
// order, and is not safe for concurrent use. Its memory is bounded: people are
// compared with the last ones (window), statistics are kept per item.
type Batch struct {
	c       *Checker
	scan    scan
	seed    maphash.Seed
	phones  *recent
	results *recent
	classes *recent // results of one class
	all     vector
	class   vector
	people  ring[visit]
	medians [][]*median // by item
	found   []spec.Finding
	next    int // the ordinal that is expected; an earlier one was seen already
}

const (
	// window is how many people back a repeated phone or result is looked for.
	window = 4096
	// shown is at how many people a finding of the batch stands; the others are
	// a number in its text.
	shown = 20
	// alike is how many numeric results make two people's results comparable.
	alike = 8
)

// spot is a cell at which a finding of the batch may stand. Thousands are kept, and
// most are never reported.
type spot struct {
	place   spec.Place
	ordinal int32
	class   int32 // with index and field, its JSON path
	index   int32
	field   spec.FieldID
}

// Batch begins a pass.
func (c *Checker) Batch() *Batch {
	return &Batch{c: c, scan: c.scan(), seed: maphash.MakeSeed(), phones: newRecent(window), results: newRecent(window), classes: newRecent(window), people: newRing[visit](2 * window),
		medians: make([][]*median, c.sorts)}
}

// Rewind forgets the places of the records from an ordinal on: a file is read
// anew, or left out. The histograms keep what they counted; a median tolerates that.
func (b *Batch) Rewind(to int) {
	b.next = min(b.next, to)
	b.phones.rewind(to)
	b.results.rewind(to)
	b.classes.rewind(to)
	b.found = slices.DeleteFunc(b.found, func(f spec.Finding) bool { return f.Record >= to })
	for _, of := range b.medians {
		for _, m := range of {
			m.spots = slices.DeleteFunc(m.spots, func(s spot) bool { return int(s.ordinal) >= to })
		}
	}
}

// Check appends the warnings of the next record to dst, in which the record's
// findings so far begin at own: a cell that has one gets no other. Nothing of the
// record is kept but digests and places.
func (b *Batch) Check(ordinal int, rec *spec.Record, dst []spec.Finding, own int) []spec.Finding {
	out := b.scan.check(rec, dst, own)
	if ordinal >= b.next {
		b.next = ordinal + 1
		b.count(ordinal, rec)
	}
	return out
}

// count notes what is held against other records.
func (b *Batch) count(ordinal int, rec *spec.Record) {
	owner := b.hash(rec.At(spec.IDCard).Text)
	if phone := rec.At(spec.EmpPhone); phone.Text != "" && b.c.batch[batchPhone] != nil {
		b.phones.add(b.hash(phone.Text), owner, func() spot { return b.spot(ordinal, rec, spec.EmpPhone, -1) })
	}
	b.numbers(ordinal, rec, owner)
	b.samePerson(ordinal, rec, owner)
}

func (b *Batch) hash(text string) uint64 { return maphash.String(b.seed, text) }

func (b *Batch) spot(ordinal int, rec *spec.Record, field spec.FieldID, i int) spot {
	s := spot{ordinal: int32(ordinal), field: field}
	if i < 0 {
		s.place = cellOf(rec, rec.At(field), field, i)
		return s
	}
	item := &rec.Items[i]
	s.class = int32(item.Class)
	s.index = int32(item.Index)
	s.place = cellOf(rec, item.At(field), field, i)
	return s
}

// numbers looks at the numeric results of a record.
func (b *Batch) numbers(ordinal int, rec *spec.Record, owner uint64) {
	all := b.c.batch[batchSame] != nil
	classes := b.c.batch[batchClass] != nil
	medians := b.c.batch[batchMedian] != nil
	if !all && !classes && !medians {
		return
	}
	b.all.begin()
	b.class.begin()
	for i := range b.scan.readings {
		it := &rec.Items[i]
		if classes && i > 0 && it.Class != rec.Items[i-1].Class {
			b.endClass(ordinal, rec, owner)
			b.class.begin()
		}
		r := &b.scan.readings[i]
		if !r.isNumber {
			continue
		}
		text := it.At(spec.Result).Text
		digest := b.hash(it.At(spec.ItemCode).Text) ^ bits.RotateLeft64(b.hash(text), 1)
		b.all.add(i, digest)
		if classes {
			b.class.add(i, digest)
			b.class.look(text)
		}
		if medians && r.value > 0 && r.known != nil {
			b.measure(ordinal, rec, i, r)
		}
	}
	b.endClass(ordinal, rec, owner)
	if all && b.all.numbers >= alike {
		b.same(b.results, &b.all, ordinal, rec, owner)
	}
}

// endClass compares the results of a class, which are complete, with other records'.
// Without results there is nothing to compare.
func (b *Batch) endClass(ordinal int, rec *spec.Record, owner uint64) {
	if b.class.telling() {
		b.same(b.classes, &b.class, ordinal, rec, owner)
	}
}

// visit is what is kept of a person's examination to hold another one against it:
// no text, which would keep its whole row in memory.
type visit struct {
	care   uint64 // digest
	day    int32  // since 1970
	first  bool
	never  bool // is said never to have smoked
	smoked bool
}

// samePerson compares an examination with an earlier one of the same person.
func (b *Batch) samePerson(ordinal int, rec *spec.Record, owner uint64) {
	card := rec.At(spec.IDCard).Text
	date, ok := ident.Day(rec.At(spec.PeDate).Text)
	if card == "" || !ok {
		return
	}
	now := visit{day: int32(date.Unix() / int64(24*time.Hour/time.Second)), first: rec.At(spec.PeFlag).Text == "0"}
	status := rec.At(spec.SmokingStatus).Text
	now.never = status == spec.SmokingNever
	now.smoked = status != "" && !now.never
	if len(rec.Hazards) > 0 {
		now.care = b.hash(rec.Hazards[0].At(spec.CareTypeCode).Text)
	}
	last := b.people.find(owner)
	if last == nil {
		b.people.put(owner, now)
		return
	}
	before := *last
	*last = now
	apart := now.day - before.day
	if l := b.c.batch[batchTwice]; l != nil && now.first && before.first && now.care == before.care && apart != 0 && !(math.Abs(float64(apart)) > l.Upper) {
		b.report(spec.SenseTwice, spec.PeFlag, b.spot(ordinal, rec, spec.PeFlag, -1), fmt.Sprintf("%s（相隔 %d 天）", l.Text, abs(apart)), l.Text)
	}
	if l := b.c.batch[batchSmoking]; l != nil && forgets(before, now) {
		b.report(spec.SenseSmoking, spec.SmokingStatus, b.spot(ordinal, rec, spec.SmokingStatus, -1), l.Text, l.Text)
	}
}

func abs(n int32) int32 { return max(n, -n) }

// forgets reports whether somebody who smoked is said later never to have smoked.
func forgets(a, b visit) bool {
	if b.day < a.day {
		a, b = b, a
	}
	return b.never && a.smoked
}

// median counts an item's results, with the first reference range that was seen.
type median struct {
	histogram
	lower, upper float64
	name, unit   string
	spots        []spot
}

// measure counts a result in the histogram of its item.
func (b *Batch) measure(ordinal int, rec *spec.Record, i int, r *reading) {
	it := &rec.Items[i]
	if it.At(spec.UpperLimit).Text == "" || it.At(spec.ResultFlag).Text == flagNotExamined || it.At(spec.DataVersion).Text == symbolLess {
		return
	}
	m := b.median(r.known, it)
	if m == nil {
		return
	}
	m.add(r.value)
	if len(m.spots) < shown {
		m.spots = append(m.spots, b.spot(ordinal, rec, spec.Result, i))
	}
}

// median is the histogram of an item in the unit of a result; nil where the result
// has no upper limit.
func (b *Batch) median(known *item, it *spec.Item) *median {
	unit := it.At(spec.Unit).Text
	for _, m := range b.medians[known.nr] {
		if m.unit == unit {
			return m
		}
	}
	upper, limited := meaning.Limit(it.At(spec.UpperLimit).Text)
	if !limited || upper <= 0 || len(b.medians[known.nr]) >= maxUnits {
		return nil
	}
	m := &median{upper: upper, name: known.name, unit: unit}
	m.lower, _ = meaning.Limit(it.At(spec.LowerLimit).Text)
	b.medians[known.nr] = append(b.medians[known.nr], m)
	return m
}

// maxUnits bounds the units that one item is counted in.
const maxUnits = 8

// off reports whether the middle of a batch is far from the item's reference
// range: ten times above it, or where the range has both ends five times from its
// centre and twice from its nearer end.
func (m *median) off(middle float64) bool {
	if m.lower <= 0 {
		return middle > 10*m.upper
	}
	centre := math.Sqrt(m.lower * m.upper)
	return middle > max(5*centre, 2*m.upper) || middle < min(centre/5, m.lower/2)
}

// Finish returns the findings of the batch, each with its record's ordinal and
// without its key.
func (b *Batch) Finish() []spec.Finding {
	kept := len(b.found)
	b.repeated(b.phones, batchPhone, spec.SensePhone, spec.EmpPhone)
	b.repeated(b.results, batchSame, spec.SenseSame, spec.Result)
	b.repeated(b.classes, batchClass, spec.SenseSame, spec.Result)
	if l := b.c.batch[batchMedian]; l != nil {
		for _, m := range b.histograms() {
			middle := m.middle()
			if float64(m.total) < l.Lower || !m.off(middle) {
				continue
			}
			text := fmt.Sprintf("“%s”的中位数约为 %s，而参考范围是 %s–%s：%s", m.name, strconv.FormatFloat(middle, 'g', 3, 64), number(m.lower), number(m.upper), l.Text)
			for _, s := range m.spots {
				b.report(spec.SenseMedian, spec.Result, s, text+others(int(m.total)), "“"+m.name+"”"+l.Text+beyond(int(m.total)))
			}
		}
	}
	out := onePerCell(b.found)
	b.found = b.found[:kept]
	slices.SortStableFunc(out, func(x, y spec.Finding) int { return cmp.Compare(x.Record, y.Record) })
	return out
}

// onePerCell is the findings without those at a cell that has one before.
func onePerCell(found []spec.Finding) []spec.Finding {
	type cell struct {
		record int
		field  spec.FieldID
		place  spec.Place
	}
	taken := make(map[cell]bool, len(found))
	out := make([]spec.Finding, 0, len(found))
	for _, f := range found {
		at := cell{f.Record, f.Field, f.Place}
		if !taken[at] {
			taken[at] = true
			out = append(out, f)
		}
	}
	return out
}

// histograms are the medians of all items, in the order of the items' names.
func (b *Batch) histograms() []*median {
	var out []*median
	for _, of := range b.medians {
		out = append(out, of...)
	}
	slices.SortFunc(out, func(x, y *median) int { return cmp.Or(cmp.Compare(x.name, y.name), cmp.Compare(x.unit, y.unit)) })
	return out
}

// repeated reports the values that too many people share.
func (b *Batch) repeated(r *recent, word string, rule spec.RuleID, field spec.FieldID) {
	l := b.c.batch[word]
	if l == nil {
		return
	}
	for _, c := range r.all() {
		if float64(c.people) < l.Lower {
			continue
		}
		total := int(c.people)
		text := fmt.Sprintf("%s（共 %d 人）", l.Text, total)
		for i := range c.places {
			b.report(rule, field, c.spot(i), text+others(total), l.Text+beyond(total))
		}
	}
}

// others says how many people have the same and no finding of their own.
func others(total int) string {
	if total <= shown {
		return ""
	}
	return fmt.Sprintf("；只在前 %d 人处标出，另有 %d 人相同", shown, total-shown)
}

// beyond is what others says, for a cause: the screen counts findings, and would
// speak of the people shown only.
func beyond(total int) string {
	if total <= shown {
		return ""
	}
	return fmt.Sprintf("（共 %d 人，只标出前 %d 人）", total, shown)
}

func (b *Batch) report(rule spec.RuleID, field spec.FieldID, s spot, message, cause string) {
	severity := b.c.severity(rule, field)
	if severity == spec.Off {
		return
	}
	b.found = append(b.found, spec.Finding{Record: int(s.ordinal), Place: headed(s.place, field), Field: field, Path: s.field.Path(int(s.class), int(s.index)),
		Rule: rule, Severity: severity, Message: message, Cause: cause})
}
