package sandbox

import (
	"encoding/binary"
	"encoding/hex"
	"hash/fnv"
	"math"
	"strings"
)

// marker begins a fault inside a record's own propose: "fault:504-after".
const marker = "fault:"

// early finds a fault that strikes before the body is read: a drop that asks
// nothing of the content.
func (fs Faults) early(x *exchange) *injection {
	for i := range fs.rules {
		f := &fs.rules[i]
		if f.kind == "drop" && !f.after && !f.needsBody() && x.holds(f) {
			return f
		}
	}
	return nil
}

// needsBody reports whether a condition asks for the content of the record.
func (f *injection) needsBody() bool {
	for _, c := range f.conds {
		switch c.key {
		case "name", "id", "propose", "hash", "rate":
			return true
		}
	}
	return false
}

// choose finds the fault of this request, nil for none: the record's own mark
// first, then the rules in their order.
func (x *exchange) choose() *injection {
	if f := x.marked(); f != nil && x.server.spend(f, x) {
		return f
	}
	rules := x.server.opt.Faults.rules
	for i := range rules {
		if f := &rules[i]; x.holds(f) && x.server.spend(f, x) {
			return f
		}
	}
	return nil
}

// marked reads the fault that the record's propose asks for.
func (x *exchange) marked() *injection {
	if x.rec == nil {
		return nil
	}
	_, text, found := strings.Cut(x.rec.person["propose"], marker)
	if !found {
		return nil
	}
	if end := strings.IndexAny(text, " ;；，。\n"); end >= 0 {
		text = text[:end]
	}
	f, reason := parseFault(text)
	if reason != "" {
		return &injection{kind: "reject", arg: "备注中的故障标记有误：" + reason, id: "marker"}
	}
	f.id = "marker"
	if !x.holds(&f) {
		return nil
	}
	return &f
}

// holds reports whether every condition of the rule does.
func (x *exchange) holds(f *injection) bool {
	upload := true
	for _, c := range f.conds {
		if c.key == "call" {
			upload = false
		}
	}
	if upload && x.call != callUpload {
		return false
	}
	for _, c := range f.conds {
		if !x.meets(f, c) {
			return false
		}
	}
	return true
}

func (x *exchange) meets(f *injection, c cond) bool {
	switch c.key {
	case "call":
		return string(x.call) == c.text
	case "nth":
		return x.nth == c.number
	case "every":
		return x.nth%c.number == 0
	case "rate":
		return x.dice(f) < c.rate
	case "hash":
		return strings.HasPrefix(hex.EncodeToString(x.sum[:]), strings.ToLower(c.text))
	}
	if x.rec == nil {
		return false
	}
	switch p := x.rec.person; c.key {
	case "name":
		return p["patientName"] == c.text
	case "id":
		return strings.HasSuffix(p["idcard"], c.text)
	default:
		return strings.Contains(p["propose"], c.text)
	}
}

// dice is a number in [0,1) that depends on the seed, the rule, the record and
// how often the record has come, and on nothing else: runs can be repeated,
// whatever the order in which parallel requests arrive.
func (x *exchange) dice(f *injection) float64 {
	n := x.nth
	if x.call == callUpload {
		n = x.server.bump("dice " + f.id + string(x.sum[:]))
	}
	h := fnv.New64a()
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:], x.server.opt.Faults.seed)
	binary.LittleEndian.PutUint64(b[8:], uint64(n))
	for _, part := range [][]byte{b[:], []byte(f.id), []byte(x.call), x.sum[:]} {
		_, _ = h.Write(part) // a hash never fails to be written to
	}
	// FNV leaves the high bits of short inputs alike: stir them.
	v := h.Sum64()
	v ^= v >> 33
	v *= 0xff51afd7ed558ccd
	v ^= v >> 33
	return float64(v>>11) / math.Exp2(53)
}

// spend counts one use of a fault that has a number of times; false when they
// are used up. Uploads are counted by record, other calls by rule.
func (s *Server) spend(f *injection, x *exchange) bool {
	if f.times == 0 {
		return true
	}
	key := f.id + " " + string(x.call) + string(x.sum[:])
	return s.bump(key) <= f.times
}

// bump counts, from 1.
func (s *Server) bump(key string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tried[key]++
	return s.tried[key]
}
