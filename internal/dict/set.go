package dict

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// Set is the dictionaries of one platform address and account. A nil Set holds none.
type Set struct {
	dicts   map[string]*Dictionary
	version string
}

// NewSet makes a set; of two dictionaries of one code the last counts. It may
// hold fewer than eight, for a caller that needs no more.
func NewSet(dicts ...*Dictionary) *Set {
	s := &Set{dicts: make(map[string]*Dictionary, len(dicts))}
	for _, d := range dicts {
		if d != nil {
			s.dicts[d.Code] = d
		}
	}
	sum := sha256.New()
	// A hash never fails to be written to.
	_ = encode(sum, s.All())
	s.version = hex.EncodeToString(sum.Sum(nil))[:12]
	return s
}

// Dict is the dictionary of a code, nil when absent (and all look-ups of a nil
// Dictionary find nothing).
func (s *Set) Dict(code string) *Dictionary {
	if s == nil {
		return nil
	}
	return s.dicts[code]
}

// Require is the error Missing naming those of the codes that the set lacks, or nil.
func (s *Set) Require(codes ...string) error {
	var absent []string
	for _, c := range codes {
		if s.Dict(c) == nil {
			absent = append(absent, c)
		}
	}
	if len(absent) == 0 {
		return nil
	}
	return missing(absent...)
}

// All lists the dictionaries that are there, in the document's order.
func (s *Set) All() []*Dictionary {
	var all []*Dictionary
	for _, c := range Codes() {
		if d := s.Dict(c); d != nil {
			all = append(all, d)
		}
	}
	return all
}

// Version is a short hash of the contents of the eight dictionaries; the time of
// the pull has no part in it. "" for a nil set.
func (s *Set) Version() string {
	if s == nil {
		return ""
	}
	return s.version
}

// PulledAt is the earliest time at which one of the dictionaries was pulled;
// zero for an empty set.
func (s *Set) PulledAt() time.Time {
	var earliest time.Time
	for _, d := range s.All() {
		if earliest.IsZero() || d.PulledAt.Before(earliest) {
			earliest = d.PulledAt
		}
	}
	return earliest
}

// Sample reports whether any dictionary is an invented one, as the sandbox serves.
func (s *Set) Sample() bool {
	for _, d := range s.All() {
		if d.Sample {
			return true
		}
	}
	return false
}
