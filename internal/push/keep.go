package push

import (
	"strings"

	"hbupload/internal/ledger"
	"hbupload/internal/spec"
	"hbupload/internal/wire"
)

// held is a record's data.json between its check and the spool.
type held struct {
	ordinal int
	about   about
	json    []byte
	leaves  []byte // its digested leaves; empty where they are not known yet
}

// heldChunk is how many records wait to be asked about together.
const heldChunk = 200

// describe notes what the ledger will be asked about the record.
func (f *firstPass) describe(j *job, rec *spec.Record) {
	institution := f.about.institution
	f.about = about{}
	if f.Digester == nil {
		return
	}
	text := func(id spec.FieldID) string { return rec.At(id).Text }
	if code := text(spec.OhOrgCode); code != institution { // nearly always there is only one
		institution = strings.Clone(code) // a part of a row would keep the whole row in memory
	}
	f.about.institution = institution
	f.about.base, f.about.identity = identities(f.Digester, rec)
	copy(f.about.care[:], f.Digester.AppendLeaf(nil, spec.CareTypeCode.Path(0, 0), rec.CareType()))
	f.about.name = f.Digester.Name(text(spec.PatientName))
	f.about.rowKey = text(spec.ExamKey) == ""
	j.nameCol = rec.At(spec.PatientName).Place.Col
}

// identities are a record's identity without and with its kind of care.
func identities(d *ledger.Digester, rec *spec.Record) (base, identity ledger.Digest) {
	var parts []string
	for _, id := range []spec.FieldID{spec.OhOrgCode, spec.IDType, spec.IDCard, spec.PeDate, spec.PeFlag} {
		parts = append(parts, rec.At(id).Text)
	}
	return d.Identity(parts...), d.Identity(append(parts, rec.CareType())...)
}

// keep takes the record's data.json for the spool. Where the ledger can be
// asked, records wait for each other, so that those accepted before are
// neither zipped nor written.
func (f *firstPass) keep(ordinal int, rec *spec.Record) error {
	if f.Digester == nil {
		return f.write(ordinal, &f.about, f.json, nil)
	}
	f.digested = f.digested[:0]
	if !f.mostlyKnown { // else most of them would be digested for nothing
		f.leaves = f.Encoder.Leaves(f.leaves[:0], rec)
		f.digested = digestLeaves(f.digested, f.Digester, f.leaves)
	}
	if f.Known == nil {
		return f.write(ordinal, &f.about, f.json, f.digested)
	}
	n := len(f.waiting)
	if n < cap(f.waiting) {
		f.waiting = f.waiting[:n+1] // with the memory of an earlier record
	} else {
		f.waiting = append(f.waiting, held{})
	}
	h := &f.waiting[n]
	h.ordinal = ordinal
	h.about = f.about
	h.json = append(h.json[:0], f.json...)
	h.leaves = append(h.leaves[:0], f.digested...)
	if len(f.waiting) < heldChunk {
		return nil
	}
	return f.spool()
}

// spool asks the ledger about the waiting records and keeps those that may be
// sent.
func (f *firstPass) spool() error {
	if len(f.waiting) == 0 {
		return nil
	}
	b := Batch{Records: f.records, jobs: f.jobs, telling: f.telling}
	entries := make([]ledger.Entry, len(f.waiting))
	for i := range f.waiting {
		entries[i] = b.entry(f.waiting[i].ordinal, &f.waiting[i].about)
	}
	decisions, err := f.Known.Plan(f.ctx, entries, f.Policy)
	if err != nil {
		return err
	}
	skipped := 0
	for i := range f.waiting {
		h := &f.waiting[i]
		if d := &decisions[i]; d.Action == ledger.Skip {
			f.jobs[h.ordinal].known = f.words.number(d.Reason)
			f.jobs[h.ordinal].attempts = int32(d.Attempts)
			skipped++
			continue
		}
		if len(h.leaves) == 0 {
			leaves, err := wire.OpenLeaves(h.json)
			if err != nil {
				return unreadable(err)
			}
			h.leaves = digestLeaves(h.leaves, f.Digester, leaves)
		}
		if err := f.write(h.ordinal, &h.about, h.json, h.leaves); err != nil {
			return err
		}
	}
	f.mostlyKnown = skipped > len(f.waiting)/2
	f.waiting = f.waiting[:0]
	return nil
}

// write puts what the ledger gets, the digested leaves and the zip of a data.json
// into the spool.
func (f *firstPass) write(ordinal int, a *about, json, leaves []byte) (err error) {
	f.zip = a.pack(f.zip[:0], leaves)
	f.zip = f.Zipper.Zip(f.zip, json)
	f.jobs[ordinal].slot, err = f.Spool.Add(f.zip)
	return err
}

// digestLeaves appends what the ledger keeps of leaves.
func digestLeaves(dst []byte, digest *ledger.Digester, leaves []wire.Leaf) []byte {
	return digest.AppendLeaves(dst, len(leaves), func(i int) (path, text string) { return leaves[i].Path, leaves[i].Text })
}
