package push

import (
	"crypto/sha256"

	"hbupload/internal/ledger"
	"hbupload/internal/spec"
	"hbupload/internal/wire"
)

// Entries makes ledger entries of records that are not being sent, for those who ask
// what the ledger knows of an export's persons.
type Entries struct {
	digester *ledger.Digester
	encoder  *wire.Encoder
	telling  *telling
	json     []byte
}

// NewEntries asks under a ledger's key.
func NewEntries(d *ledger.Digester, enc *wire.Encoder) *Entries {
	return &Entries{digester: d, encoder: enc, telling: newTelling(d, nil)}
}

// Of is the record as the ledger sees it. Its Key may be shown.
func (e *Entries) Of(rec *spec.Record) ledger.Entry {
	base, identity := identities(e.digester, rec)
	e.json = e.encoder.Encode(e.json[:0], rec)
	return ledger.Entry{Institution: rec.At(spec.OhOrgCode).Text, Identity: identity, Base: base, Name: e.digester.Name(rec.At(spec.PatientName).Text),
		Care: e.digester.AppendLeaf(nil, spec.CareTypeCode.Path(0, 0), rec.CareType()), Key: e.telling.key(rec), RowKey: rec.At(spec.ExamKey).Text == "", Content: sha256.Sum256(e.json)}
}
