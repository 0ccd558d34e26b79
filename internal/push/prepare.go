package push

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"hash/maphash"
	"strings"

	"hbupload/internal/census"
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
	if f.batch != nil {
		f.findings = f.batch.Check(ordinal, rec, f.findings, before)
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
