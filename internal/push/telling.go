package push

import (
	"crypto/rand"
	"path/filepath"
	"strings"

	"hbupload/internal/ident"
	"hbupload/internal/ledger"
	"hbupload/internal/spec"
)

// telling knows what must not be shown or kept as it is: exam keys and file names
// that tell who a person is.
type telling struct {
	digest *ledger.Digester
	files  map[string]bool // paths, whether they are known to tell
	path   string          // the one looked at last
	bare   ident.Bare      // and what is compared of it
	named  func(part, shown string)
}

// newTelling masks under the ledger's key, or where no ledger is asked under one of this
// reading's own. named is told each part of a path that tells, without extension.
func newTelling(digest *ledger.Digester, named func(part, shown string)) *telling {
	if digest == nil {
		key := make([]byte, ledger.KeySize)
		_, _ = rand.Read(key) // it never fails
		digest = ledger.NewDigester(key)
	}
	return &telling{digest: digest, files: map[string]bool{}, named: named}
}

// key is the record's exam key as it may be shown. The key itself stays the
// handle by which people find the record.
func (t *telling) key(rec *spec.Record) string {
	if rec.At(spec.ExamKey).Text == "" {
		return rec.Key
	}
	values := own(rec)
	if ident.Telling(rec.Key) && ident.CheckIDCard(rec.Key) == "" || ident.TellsOf(rec.Key, values[:]...) {
		return t.digest.Mask(rec.Key)
	}
	return rec.Key
}

// own are the values of a person that a name of a file or a key may hold. A data
// base's word for nothing and a text that asks for a value are nobody's.
func own(rec *spec.Record) (out [3]string) {
	for i, id := range [...]spec.FieldID{spec.PatientName, spec.IDCard, spec.EmpPhone} {
		v := rec.At(id)
		if v.Fault != nil && (v.Fault.Rule == spec.NullWord || v.Fault.Rule == spec.Placeholder) {
			continue
		}
		out[i] = v.Text
	}
	return out
}

// file notes whether the path of the record's file tells who the person is.
func (t *telling) file(rec *spec.Record) {
	if rec.Place.Sheet == nil {
		return
	}
	t.sheets(rec)
	path := rec.Place.Sheet.File
	if path != t.path {
		t.path = path
		t.bare = ident.BareOf(path)
	}
	told, seen := t.files[path]
	values := own(rec)
	if told || seen && !t.bare.Tells(values[:]...) {
		return
	}
	for _, part := range strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '\\' }) {
		stem := strings.TrimSuffix(part, filepath.Ext(part))
		if !ident.Telling(stem) && !ident.TellsOf(stem, values[:]...) {
			continue
		}
		told = true
		if t.named != nil {
			t.named(stem, t.digest.Mask(stem))
		}
	}
	t.files[path] = told
}

// sheets notes whether the names of the sheets that a record stands on tell who the
// person is: one sheet a person.
func (t *telling) sheets(rec *spec.Record) {
	if t.named == nil {
		return
	}
	t.sheet(rec, rec.Place.Sheet)
	if len(rec.Hazards) > 0 {
		t.sheet(rec, rec.Hazards[0].Place.Sheet)
	}
	if len(rec.Items) > 0 {
		t.sheet(rec, rec.Items[0].Place.Sheet)
	}
}

func (t *telling) sheet(rec *spec.Record, ref *spec.SheetRef) {
	if ref == nil || ref.Name == spec.SheetPerson.String() || ref.Name == spec.SheetHazard.String() || ref.Name == spec.SheetItem.String() {
		return // nearly always
	}
	values := own(rec)
	if ident.Telling(ref.Name) || ident.TellsOf(ref.Name, values[:]...) {
		t.named(ref.Name, t.digest.Mask(ref.Name))
	}
}

// shown is the base name of a path as the ledger keeps it.
func (t *telling) shown(path string) string {
	base := filepath.Base(path)
	if t != nil && t.files[path] {
		return t.digest.MaskFile(base)
	}
	return base
}
