package rules

import (
	"slices"

	"hbupload/internal/spec"
)

// doubt warns of a value that is sent all the same (help: 接口读法 3): text that may be
// damaged, a word for nothing that counts as a blank.
func (s *findings) doubt(p spot) {
	d := p.v.Doubt
	if d == nil {
		return
	}
	n := len(s.out)
	if s.faultOf(p, d, spec.Warning) && n < len(s.out) {
		s.doubts = append(s.doubts, n)
	}
}

// saysNull reports whether a blank is one because its cell holds a data base's word
// for nothing.
func saysNull(p spot) bool {
	return p.v.Doubt != nil && p.v.Doubt.Rule == spec.NullWord && p.v.Text == ""
}

// nullAsked gives the weight of the rule that asks for a value to the warning that
// the cell has already: the cause is one, and so is the finding.
func (s *findings) nullAsked(p spot, severity spec.Severity) (added bool) {
	place := s.place(p)
	for i := s.first; i < len(s.out); i++ {
		if f := &s.out[i]; f.Rule == spec.NullWord && f.Place == place && f.Field == p.field {
			if severity == spec.Error {
				f.Severity = s.c.policy.severity(spec.NullWord, p.field, spec.Error)
			}
			return true
		}
	}
	return s.faultOf(p, p.v.Doubt, severity)
}

// dropDoubts takes back the warnings about cells that another rule refuses: one
// cause has one finding.
func (s *findings) dropDoubts() {
	for _, i := range slices.Backward(s.doubts) {
		doubt := s.out[i]
		refused := func(f spec.Finding) bool {
			return f.Severity == spec.Error && f.Rule != doubt.Rule && f.Place == doubt.Place && f.Field == doubt.Field
		}
		if slices.ContainsFunc(s.out[s.first:], refused) {
			s.out = slices.Delete(s.out, i, i+1)
		}
	}
}
