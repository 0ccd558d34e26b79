package census

import (
	"hash/maphash"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"hbupload/internal/spec"
)

// hasher makes digests that mean nothing outside this process.
type hasher struct {
	seed maphash.Seed
	buf  []byte
}

// begin, add and the sums build a digest of texts, each with its length so
// that "ab"+"c" is not "a"+"bc".
func (h *hasher) begin() { h.buf = h.buf[:0] }

func (h *hasher) add(s string) {
	n := len(s)
	h.buf = append(h.buf, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
	h.buf = append(h.buf, s...)
}

func (h *hasher) sum() uint64 { return maphash.Bytes(h.seed, h.buf) }

func (h *hasher) texts(parts ...string) uint64 {
	h.begin()
	for _, p := range parts {
		h.add(p)
	}
	return h.sum()
}

func (h *hasher) key(file int32, key string) uint64 {
	h.begin()
	h.buf = append(h.buf, byte(file), byte(file>>8), byte(file>>16))
	h.add(key)
	return h.sum()
}

// name is the digest of a name without blanks and middle dots: 买买提·艾力 is
// 买买提•艾力.
func (h *hasher) name(s string) uint64 {
	if isBare(s) {
		return h.texts(s)
	}
	return h.texts(strings.Map(func(r rune) rune {
		switch r {
		case '·', '\u0387', '•', '・', '‧', '∙', '⋅', '●', '.', '．', '。', '-', '‐', '‑', '–', '—', '\u200b', '\ufeff':
			return -1
		}
		if unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, width.Fold.String(s)))
}

// isBare reports whether a text holds only digits, capitals and Chinese characters,
// as nearly all names and numbers do: nothing of it is folded or left out.
func isBare(s string) bool {
	for _, r := range s {
		if (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 0x4e00 || r > 0x9fff) {
			return false
		}
	}
	return true
}

// identity is the digest of what tells examinations apart (help: 约定 4), and the one without careTypeCode; zeros if a part that only the
// input has is missing.
func (h *hasher) identity(rec *spec.Record) (whole, day uint64) {
	h.begin()
	for _, f := range []spec.FieldID{spec.OhOrgCode, spec.IDType, spec.IDCard, spec.PeDate, spec.PeFlag} {
		v := rec.At(f)
		if v.Text == "" && f != spec.OhOrgCode && f != spec.IDType {
			return 0, 0
		}
		h.add(v.Text)
	}
	day = h.sum()
	h.add(rec.CareType())
	return h.sum(), day
}

// person is the digest of the values of the person's row.
func (h *hasher) person(rec *spec.Record) uint64 {
	h.begin()
	for f := spec.FieldID(0); f < spec.CareTypeCode; f++ {
		h.addValue(rec.At(f))
	}
	return h.sum()
}

// addValue adds what is sent, or what stood in the cell if that is nothing
// one could send.
func (h *hasher) addValue(v *spec.Value) {
	if v.Fault != nil {
		h.add(v.Raw)
		return
	}
	h.add(v.Text)
}

// content is the digest of what is sent and, since what cannot be sent is
// blank there, of the cells at fault.
func (h *hasher) content(rec *spec.Record, sum [32]byte) uint64 {
	h.begin()
	h.buf = append(h.buf, sum[:]...)
	whole := sum == [32]byte{}
	for f := spec.FieldID(0); f < spec.CareTypeCode; f++ {
		h.addIf(whole, rec.At(f))
	}
	for i := range rec.Hazards {
		for f := spec.CareTypeCode; f < spec.ItemClassName; f++ {
			h.addIf(whole, rec.Hazards[i].At(f))
		}
	}
	for i := range rec.Items {
		for f := spec.ItemClassName; f <= spec.RadiographResult; f++ {
			h.addIf(whole, rec.Items[i].At(f))
		}
	}
	return h.sum()
}

// addIf adds a value that the sum of the content does not cover.
func (h *hasher) addIf(whole bool, v *spec.Value) {
	if whole || v.Fault != nil {
		h.addValue(v)
	}
}

// numberOf is the identity number as the cell has it, freed of what is around
// it.
func numberOf(v *spec.Value) string {
	s := v.Raw
	if s == "" {
		s = v.Text
	}
	if isBare(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\'' || r == '"' || r == '=' || r == '\u200b' || r == '\ufeff' {
			return -1
		}
		return r
	}, width.Fold.String(s))
}

// mangled reports whether a text is 16 to 18 digits of which the last three are
// zero: what is left of a number that a spreadsheet held with fifteen digits
// of precision (help: 接口读法 4.1, idcard).
func mangled(s string) bool {
	if len(s) < 16 || len(s) > 18 || !strings.HasSuffix(s, "000") {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
