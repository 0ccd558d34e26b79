package wire

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"hbupload/internal/spec"
)

// Encoder writes records as data.json. It is immutable: any number of workers
// may share one.
type Encoder struct {
	values    bool // each leaf is Base64
	document  bool // the whole text is
	omit      bool
	bare      bool // not JSON, but what comparing takes (Comparer)
	occu      bool
	separator string
	suspected func(string) bool

	person, history, hazard, item []leafPlan
	class, filmFlag               leafPlan
	occuHazard, occuDisease       leafPlan
}

// NewEncoder compiles the field plan once. Words of Options that it does not
// know mean the default; callers that take them from people ask Validate.
func NewEncoder(o Options) *Encoder {
	e := &Encoder{
		values:    o.Base64 != Base64Document && o.Base64 != Base64None,
		document:  o.Base64 == Base64Document,
		omit:      o.Empty == EmptyOmit,
		occu:      o.OccuDisease != OccuDiseaseOmit && o.Suspected != nil,
		separator: o.ListSeparator,
		suspected: o.Suspected,
		person:    plan(spec.SectionPerson),
		history:   plan(spec.SectionHistory),
		hazard:    plan(spec.SectionHazard),
	}
	if e.separator == "" {
		e.separator = ","
	}
	for _, p := range plan(spec.SectionItem) {
		if p.id == spec.ItemClassName {
			e.class = p
			continue
		}
		e.item = append(e.item, p)
		if p.id == spec.ResultFlag {
			e.filmFlag = p
			e.filmFlag.required = false
		}
	}
	// ohOccuDisease has no rows of its own in spec's table: it repeats two
	// fields of the hazard, one of them under another key (S5).
	e.occuHazard = leafPlan{id: spec.HazardCode, key: "hazardCode", open: `"hazardCode":"`}
	e.occuDisease = leafPlan{id: spec.OccDiseaseCode, key: "diseaseCode", open: `"diseaseCode":"`}
	return e
}

// Encode appends the record's data.json to dst, UTF-8 without BOM. The bytes
// depend on nothing but the values and the options. It numbers the record's
// items by class (Record.Group) and changes nothing else.
func (e *Encoder) Encode(dst []byte, rec *spec.Record) []byte {
	mark := len(dst)
	dst = append(dst, `{"ohEmployees":{`...)
	for i := range e.person {
		dst = e.leaf(dst, &e.person[i], rec.At(e.person[i].id))
	}
	dst = append(dst, `,"personalHistory":{`...)
	for i := range e.history {
		dst = e.leaf(dst, &e.history[i], rec.At(e.history[i].id))
	}
	dst = append(dst, `},"ohEmpHazard":[`...)
	for i := range rec.Hazards {
		dst = openObject(dst)
		for j := range e.hazard {
			dst = e.leaf(dst, &e.hazard[j], rec.Hazards[i].At(e.hazard[j].id))
		}
		dst = append(dst, '}')
	}
	dst = append(dst, `],"ohItemClassResult":[`...)
	dst = e.items(dst, rec)
	dst = append(dst, ']')
	dst = e.occuDiseases(dst, rec)
	dst = append(dst, `}}`...)
	if e.document {
		dst = base64Tail(dst, mark)
	}
	return dst
}

func (e *Encoder) items(dst []byte, rec *spec.Record) []byte {
	for class := range rec.Group() {
		open := false
		for i := range rec.Items {
			it := &rec.Items[i]
			if it.Class != class {
				continue
			}
			if !open {
				open = true
				dst = e.leaf(openObject(dst), &e.class, it.At(spec.ItemClassName))
				dst = append(dst, `,"ohItemResult":[`...)
			}
			dst = openObject(dst)
			for j := range e.item {
				dst = e.leaf(dst, e.itemLeaf(j, it), it.At(e.item[j].id))
			}
			dst = append(dst, '}')
		}
		dst = append(dst, `]}`...)
	}
	return dst
}

func (e *Encoder) occuDiseases(dst []byte, rec *spec.Record) []byte {
	open := false
	for i := range rec.Hazards {
		h := &rec.Hazards[i]
		if !e.makesOccuDisease(h) {
			continue
		}
		if !open {
			open = true
			dst = append(dst, `,"ohOccuDisease":[`...)
		}
		dst = openObject(dst)
		dst = e.leaf(dst, &e.occuHazard, h.At(e.occuHazard.id))
		dst = e.leaf(dst, &e.occuDisease, h.At(e.occuDisease.id))
		dst = append(dst, '}')
	}
	if open {
		dst = append(dst, ']')
	}
	return dst
}

func (e *Encoder) makesOccuDisease(h *spec.Hazard) bool {
	return e.occu && e.suspected(h.At(spec.ResultOptionCode).Text)
}

// itemLeaf is the plan of an item's j-th leaf. The flag of a chest film, which is
// known by its own result, is not required (3.1: 胸片类项目可不传).
func (e *Encoder) itemLeaf(j int, it *spec.Item) *leafPlan {
	if e.item[j].id == spec.ResultFlag && it.At(spec.RadiographResult).Text != "" {
		return &e.filmFlag
	}
	return &e.item[j]
}

// openObject begins the next element of the array that dst ends in.
func openObject(dst []byte) []byte {
	if dst[len(dst)-1] != '[' {
		dst = append(dst, ',')
	}
	return append(dst, '{')
}

// leaf appends one member to the object that dst ends in.
func (e *Encoder) leaf(dst []byte, p *leafPlan, v *spec.Value) []byte {
	parts := p.list && len(v.Parts) > 0
	if v.Text == "" && !parts && e.omit && !p.required {
		return dst
	}
	if dst[len(dst)-1] != '{' {
		dst = append(dst, ',')
	}
	dst = append(dst, p.open...)
	if parts {
		dst = e.parts(dst, v.Parts)
	} else {
		dst = e.text(dst, v.Text)
	}
	return append(dst, '"')
}

func (e *Encoder) text(dst []byte, s string) []byte {
	if e.bare {
		return e.measured(dst, s)
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	if e.values {
		return base64.StdEncoding.AppendEncode(dst, []byte(s))
	}
	return appendEscaped(dst, s)
}

// parts writes a list. For Base64 the joined text is laid down first and then
// replaced, which spares a buffer for it.
func (e *Encoder) parts(dst []byte, parts []string) []byte {
	mark := len(dst)
	if e.bare {
		return e.measured(dst, strings.Join(parts, e.separator))
	}
	for i, p := range parts {
		if !utf8.ValidString(p) {
			p = strings.ToValidUTF8(p, "\uFFFD")
		}
		if i > 0 {
			dst = e.raw(dst, e.separator)
		}
		dst = e.raw(dst, p)
	}
	if e.values {
		dst = base64Tail(dst, mark)
	}
	return dst
}

func (e *Encoder) raw(dst []byte, s string) []byte {
	if e.values {
		return append(dst, s...)
	}
	return appendEscaped(dst, s)
}

// base64Tail replaces dst[mark:] by its Base64.
func base64Tail(dst []byte, mark int) []byte {
	end := len(dst)
	dst = base64.StdEncoding.AppendEncode(dst, dst[mark:end])
	n := copy(dst[mark:], dst[end:])
	return dst[:mark+n]
}

// appendEscaped appends valid UTF-8 as the inside of a JSON string. Nothing is
// escaped that JSON does not demand: < > & stay as they are.
func appendEscaped(dst []byte, s string) []byte {
	const hexDigits = "0123456789abcdef"
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c != 0x7f {
			continue
		}
		dst = append(dst, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return append(dst, s[start:]...)
}

// Sum is the SHA-256 of data.json in lower-case hex: what help: 约定 4 calls a
// record's content.
func Sum(json []byte) string {
	h := sha256.Sum256(json)
	return hex.EncodeToString(h[:])
}
