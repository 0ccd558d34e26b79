package push

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"strings"

	"hbupload/internal/census"
	"hbupload/internal/fault"
	"hbupload/internal/ledger"
	"hbupload/internal/rules"
	"hbupload/internal/sense"
	"hbupload/internal/spec"
	"hbupload/internal/wire"
)

// Source is one input file as the engine sees it.
type Source interface {
	// Each reads the whole input and hands over every record.
	Each(ctx context.Context, visit spec.Visitor) error
	// Orphans lists the child rows that belong to no person; it is complete after Each.
	Orphans() []spec.Orphan
	// Unchanged fails when the file is no longer the one that Each read.
	Unchanged(ctx context.Context) error
}

// Preparation is what the first pass needs.
type Preparation struct {
	Sources  []Source
	Checker  *rules.Checker
	Sense    *sense.Checker // nil: medical sense is not asked
	Encoder  *wire.Encoder
	Zipper   *wire.Zipper
	Spool    *Spool           // nil: nothing will be sent or built
	Digester *ledger.Digester // nil: the ledger is not asked
	Only     []string         // keys; empty selects all
	Limit    int              // 0: no limit
	Known    Planner          // not nil: what was accepted before is not spooled
	Policy   ledger.Policy    // for Known
	Observer Observer
	Beside   []spec.Finding                      // faults of what the input is read with (the code book), which concern no record
	Verified *Verified                           // what people have said of warnings; nil: nothing
	Named    func(part, shown string)            // nil, or told a part of a file's path that tells who a person is
	Each     func(ordinal int, rec *spec.Record) // nil, or told every record while it is valid; again after a restart
	// Compared says that nobody asks for the SHA-256 of the records' data.json: they
	// are only compared with each other.
	Compared bool
	// TokenWords tells words of a dead token (wire.Policy.IsTokenError); nil: none.
	TokenWords func(string) bool

	// Aside is nil, or told of a source that cannot be read: true leaves it out
	// and goes on with the others, which are not read again.
	Aside func(src Source, err error) bool
}

// Batch is the first pass's result: every selected record with its findings,
// and where the zips of the sendable ones lie.
type Batch struct {
	Records  []Record
	Findings []spec.Finding
	Orphans  int

	telling  *telling
	verified *verifier

	jobs  []job // by record
	words sentences
	spool *Spool

	tokenWords func(string) bool // Preparation.TokenWords
}

// job is what sending a record takes, beside the record itself and what lies in the
// spool. It holds no pointers: nothing has to look through a hundred thousand of them.
type job struct {
	slot     Slot
	nameCol  int32
	basis    int32 // ledger.Entry.Basis
	known    int32 // in Batch.words: what the ledger said in the first pass of a record accepted before with this content; 0: nothing
	attempts int32 // and how often it was sent
	blocked  bool  // its last attempt met a page and no answer: others go first
	again    bool  // what the ledger keeps as a rejection was none
	busy     bool  // another machine was sending it when it was planned
}

// entry is the record as the ledger sees it.
func (b *Batch) entry(i int, a *about) ledger.Entry {
	r := &b.Records[i]
	j := &b.jobs[i]
	e := ledger.Entry{Institution: a.institution, Identity: a.identity, Base: a.base, Name: a.name, Key: r.Key, RowKey: a.rowKey, Content: r.Content, Again: j.again, Basis: int(j.basis)}
	if a.care != ([8]byte{}) {
		e.Care = a.care[:]
	}
	if r.Place.Sheet != nil {
		e.File = b.telling.shown(r.Place.Sheet.File)
	}
	return e
}

// place is the cell of one of the two fields that the ledger may object to.
func (b *Batch) place(i int, field spec.FieldID) spec.Place {
	p := b.Records[i].Place
	if field == spec.PatientName {
		p.Col = b.jobs[i].nameCol
		p.Header = field.Label()
	}
	return p
}

// Prepare is the first pass: it reads every source to its end, checks every
// record, and looks at the input as a whole. An error means that the input is
// not whole or could not be read; nothing has been sent then.
func Prepare(ctx context.Context, p Preparation) (*Batch, error) {
	f := &firstPass{Preparation: p, verified: newVerifier(p.Verified), ctx: ctx, census: census.New(), telling: newTelling(p.Digester, p.Named)}
	if p.Sense != nil {
		f.batch = p.Sense.Batch()
	}
	if p.Compared && p.Spool == nil && p.Digester == nil {
		f.comparer = p.Encoder.Comparer()
		f.seed = maphash.MakeSeed()
	}
	if err := f.run(ctx); err != nil {
		return nil, err
	}
	return f.finish()
}

// take checks a record and notes what the second pass and the census need.
func (f *firstPass) take(rec *spec.Record) error {
	ordinal := len(f.records)
	if f.Each != nil {
		f.Each(ordinal, rec)
	}
	f.telling.file(rec)
	key := strings.Clone(f.telling.key(rec)) // not a part of its row, which would keep the whole row in memory
	rec.Key = key
	r := Record{Key: key, Place: rec.Place, State: Valid}
	before := len(f.findings)
	f.findings = f.Checker.Check(rec, f.findings)
	if f.Sense != nil {
		f.findings = f.Sense.Check(rec, f.findings, before)
		f.batch.Add(ordinal, rec)
	}
	sum, same := f.content(rec)
	for i := before; i < len(f.findings); i++ {
		f.findings[i].Record = ordinal
		f.findings[i].Key = key
	}
	f.verify(before, ordinal, rec, sum)
	for i := before; i < len(f.findings); i++ {
		f.note(&r, f.findings[i].Severity)
	}
	f.census.Add(ordinal, rec, same)
	j := job{}
	if r.State == Valid {
		r.Content = sum
		f.describe(&j, rec)
	}
	f.records = append(f.records, r)
	if f.Spool != nil || f.Digester != nil {
		f.jobs = append(f.jobs, j)
	}
	if r.State == Valid && f.Spool != nil {
		if err := f.keep(ordinal, rec); err != nil {
			return err
		}
	}
	if f.Observer != nil {
		f.Observer.Observe(Event{Kind: EventReading, Index: ordinal, Done: ordinal + 1})
	}
	return nil
}

// content is the SHA-256 of the record's data.json, zeros where nobody asks, and what
// is the same for records whose data.json is.
func (f *firstPass) content(rec *spec.Record) (sum, same [32]byte) {
	if f.comparer != nil {
		f.json = f.comparer.Encode(f.json[:0], rec)
		binary.LittleEndian.PutUint64(same[:], maphash.Bytes(f.seed, f.json))
		if f.verified.idle() {
			return sum, same
		}
	}
	f.json = f.Encoder.Encode(f.json[:0], rec)
	sum = sha256.Sum256(f.json)
	if f.comparer == nil {
		same = sum
	}
	return sum, same
}

func (f *firstPass) note(r *Record, severity spec.Severity) {
	switch severity {
	case spec.Error:
		r.State = Invalid
	case spec.Warning:
		r.Warnings++
	}
}

// finish adds what only the whole input can tell and selects.
func (f *firstPass) finish() (*Batch, error) {
	whole := f.census.Finish()
	policy := f.Checker.Policy()
	f.mixedRows(whole.Findings)
	f.nameFirstExams(whole.FirstExams)
	for _, x := range append(f.oneCause(whole.Findings), f.Beside...) {
		if x.Severity = weigh(policy, x); x.Severity == spec.Off {
			continue
		}
		if x.Record >= 0 {
			x.Key = f.records[x.Record].Key
			if f.verifyWhole(&x) {
				continue
			}
			if _, skipped := whole.Skipped[x.Record]; !skipped {
				f.note(&f.records[x.Record], x.Severity)
			}
		}
		f.findings = append(f.findings, x)
	}
	f.repeated(whole.Skipped)
	f.unlikely()
	f.findings = append(f.findings, f.verified.misplaced()...)
	return f.selected()
}

// unlikely adds what medicine makes unlikely in the batch as a whole, unless the
// cell has a finding already.
func (f *firstPass) unlikely() {
	if f.batch == nil {
		return
	}
	type cell struct {
		record   int
		field    spec.FieldID
		row, col int32
	}
	cellOf := func(x *spec.Finding) cell { return cell{x.Record, x.Field, x.Place.Row, x.Place.Col} }
	found := f.batch.Finish()
	if len(found) == 0 {
		return
	}
	taken := make(map[cell]bool, len(f.findings))
	for i := range f.findings {
		taken[cellOf(&f.findings[i])] = true
	}
	for i := range found {
		x := found[i]
		if taken[cellOf(&x)] || f.verifyWhole(&x) {
			continue
		}
		f.note(&f.records[x.Record], x.Severity)
		f.findings = append(f.findings, x)
	}
}

// repeated skips what stands twice in the input, unless --only leaves out the
// one that stands for it: then the first of those it asks for does.
func (f *firstPass) repeated(twins map[int]string) {
	stands := map[string]string{}
	for _, ordinal := range slices.Sorted(maps.Keys(twins)) {
		r := &f.records[ordinal]
		other := twins[ordinal]
		if r.State != Valid || !f.asks(r.Key) {
			continue
		}
		if !f.asks(other) {
			instead, ok := stands[other]
			if !ok {
				stands[other] = r.Key
				continue
			}
			other = instead
		}
		r.State = Skipped
		r.Message = "与 " + other + " 完全相同，只上传一次"
	}
}

// asks reports whether --only asks for a key.
func (f *firstPass) asks(key string) bool {
	return len(f.Only) == 0 || slices.ContainsFunc(f.Only, func(asked string) bool { return asked == key || f.telling.digest.Mask(asked) == key })
}

// known are the keys as the records have them now: masked where they tell who a
// person is.
func (f *firstPass) known(keys []string) []string {
	out := slices.Clone(keys)
	for i, key := range keys {
		masked := f.telling.digest.Mask(key)
		if slices.ContainsFunc(f.records, func(r Record) bool { return r.Key == masked }) {
			out[i] = masked
		}
	}
	return out
}

// nameFirstExams says, at what a re-examination lacks, in which row the first
// examination of the same person says it (help: 接口读法 4.5).
func (f *firstPass) nameFirstExams(first map[int]spec.Place) {
	if len(first) == 0 {
		return
	}
	for i := range f.findings {
		x := &f.findings[i]
		place, ok := first[x.Record]
		if ok && x.Severity == spec.Error && repeatsSeldom(x) {
			x.Message += fmt.Sprintf("；此人的初检在「%s」第 %d 行，可参照补填", place.Sheet.Name, place.Row)
		}
	}
}

// repeatsSeldom selects the findings about smoking, exposure and protection that
// an export of re-examinations leaves out.
func repeatsSeldom(x *spec.Finding) bool {
	switch x.Rule {
	case spec.ExposureRequired, spec.ProtectiveRequired:
		return true
	case spec.Required:
		return x.Field >= spec.SmokingStatus && x.Field <= spec.DailySmokingVolum
	case spec.SmokingMonthRange:
		return x.Field == spec.PersonalHistoryMonth
	}
	return false
}

// oneCause keeps one finding of an identity number that its column shows to be
// mangled: that it fails its check digit too says nothing more. A lone number
// that only looks so stays with the check digit's finding.
func (f *firstPass) oneCause(whole []spec.Finding) []spec.Finding {
	mangled := map[int]bool{} // record → the column's verdict is an error
	for i := range whole {
		if whole[i].Rule == spec.IDCardPrecisionLost {
			mangled[whole[i].Record] = whole[i].Severity != spec.Warning
		}
	}
	if len(mangled) == 0 {
		return whole
	}
	checked := map[int]bool{}
	f.findings = slices.DeleteFunc(f.findings, func(x spec.Finding) bool {
		verdict, both := mangled[x.Record]
		checked[x.Record] = checked[x.Record] || x.Rule == spec.IDCardChecksum
		return both && verdict && x.Rule == spec.IDCardChecksum
	})
	return slices.DeleteFunc(slices.Clone(whole), func(x spec.Finding) bool {
		return x.Rule == spec.IDCardPrecisionLost && checked[x.Record] && !mangled[x.Record]
	})
}

// mixedRows drops what follows from several persons under one exam key and says
// nothing more than key-duplicate does: their rows are everybody's then, and look
// doubled and contradictory. What is wrong with a row itself is said once.
func (f *firstPass) mixedRows(whole []spec.Finding) {
	mixed := map[int]bool{}
	for i := range whole {
		if whole[i].Rule == spec.KeyDuplicate {
			mixed[whole[i].Record] = true
		}
	}
	type cell struct {
		rule  spec.RuleID
		sheet *spec.SheetRef
		at    [2]int32
	}
	said := map[cell]bool{}
	f.findings = slices.DeleteFunc(f.findings, func(x spec.Finding) bool {
		if !mixed[x.Record] {
			return false
		}
		at := cell{x.Rule, x.Place.Sheet, [2]int32{x.Place.Row, x.Place.Col}}
		drop := comparesRows(x.Rule) || (said[at] && at.at[1] != 0)
		said[at] = true
		if drop && x.Severity == spec.Warning {
			f.records[x.Record].Warnings--
		}
		return drop
	})
}

// comparesRows reports whether a rule compares the rows of one person with each other.
func comparesRows(rule spec.RuleID) bool {
	switch rule {
	case spec.HazardDuplicate, spec.HazardTwoConclusions, spec.ItemDuplicate, spec.MainDust, spec.CareTypeConsistent, spec.MonitorTypeMixed,
		spec.ContactCoversExamined, spec.HazardNamesMatch:
		return true
	}
	return false
}

// weigh settles a finding's severity: a finding that is a warning by its own
// circumstances stays one, unless warnings withhold.
func weigh(policy *rules.Policy, x spec.Finding) spec.Severity {
	severity := policy.Severity(x.Rule, x.Field)
	if x.Severity == spec.Warning && severity == spec.Error && !policy.Strict() {
		return spec.Warning
	}
	return severity
}

// selected keeps the records that --only and --limit ask for, with their
// findings. Findings of the input as a whole always stay.
func (f *firstPass) selected() (*Batch, error) {
	b := &Batch{verified: f.verified, Orphans: f.orphans, spool: f.Spool, words: f.words, telling: f.telling, tokenWords: f.TokenWords}
	if len(f.Only) == 0 && f.Limit == 0 {
		b.Records = f.records
		b.jobs = f.jobs
		b.Findings = f.findings
		return b.tidy(), nil
	}
	at, err := f.choose(b)
	if err != nil {
		return nil, err
	}
	for _, x := range f.findings {
		if x.Record >= 0 {
			x.Record = at[x.Record]
			if x.Record < 0 {
				continue
			}
		}
		b.Findings = append(b.Findings, x)
	}
	return b.tidy(), nil
}

// choose gives a batch the records that --only and --limit leave, and returns the
// place of each record in it, -1 for those left out.
func (f *firstPass) choose(b *Batch) ([]int, error) {
	f.Only = f.known(f.Only)
	found := map[string]bool{}
	for _, key := range f.Only {
		found[key] = false
	}
	at := make([]int, len(f.records))
	for i := range f.records {
		at[i] = -1
		key := f.records[i].Key
		_, asked := found[key]
		if len(f.Only) > 0 && !asked {
			continue
		}
		if asked {
			found[key] = true
		}
		if f.Limit > 0 && len(b.Records) == f.Limit {
			continue
		}
		at[i] = len(b.Records)
		b.Records = append(b.Records, f.records[i])
		if f.jobs != nil {
			b.jobs = append(b.jobs, f.jobs[i])
		}
	}
	for _, key := range f.Only {
		if !found[key] {
			return nil, fault.New(fault.Usage, fmt.Sprintf("没有体检编号为 %s 的记录", key)).Next("请核对 --only 后的编号（表中没有编号时为“表名!行号”）")
		}
	}
	return at, nil
}

// tidy puts the findings in the order of the records, those that concern none
// last, and gives withheld records a word.
func (b *Batch) tidy() *Batch {
	slices.SortStableFunc(b.Findings, func(x, y spec.Finding) int { return cmp.Compare(uint(x.Record), uint(y.Record)) })
	for i := range b.Records {
		if r := &b.Records[i]; r.State == Invalid && r.Message == "" {
			r.Message = "有错误，没有上传"
		}
	}
	return b
}
