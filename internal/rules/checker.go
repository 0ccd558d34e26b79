package rules

import (
	"time"

	"hbupload/internal/dict"
	"hbupload/internal/meaning"
	"hbupload/internal/spec"
)

// Config is what the checks depend on: the meanings of codes, the severities, and
// today.
type Config struct {
	meaning.Config
	Policy *Policy          // nil: the defaults
	Now    func() time.Time // nil: no date lies in the future
}

// Checker judges records. It does not change once built and may be used by any
// number of goroutines.
type Checker struct {
	*meaning.Classifier
	policy *Policy
	now    func() time.Time
	zone   *time.Location // in which today is asked

	catalogue map[spec.RuleID]Rule

	fields  []spec.Field // by FieldID
	enums   [][]string   // legal codes by EnumID
	dicts   []*dict.Dictionary
	generic fieldGroups
	person  []personCheck
	hazard  []rowCheck
	item    []rowCheck
}

// personCheck answers some rules about the record as a whole.
type personCheck struct {
	rules []spec.RuleID
	run   func(*scan)
}

// rowCheck answers some rules about the i-th hazard or item.
type rowCheck struct {
	rules []spec.RuleID
	run   func(s *scan, i int)
}

// fieldGroups are the fields that the general rules judge, by section.
type fieldGroups struct{ person, hazard, item []spec.FieldID }

// New builds the checks. Errors are of kind "dictionary" (a dictionary was never
// downloaded) or "config" (a meaning has no code and no pin).
func New(cfg Config) (*Checker, error) {
	classes, err := meaning.NewClassifier(cfg.Config)
	if err != nil {
		return nil, err
	}
	policy := cfg.Policy
	if policy == nil {
		if policy, err = NewPolicy(nil, false); err != nil {
			return nil, err
		}
	}
	c := &Checker{Classifier: classes, policy: policy, now: cfg.Now, zone: china(), fields: spec.Fields(), catalogue: map[spec.RuleID]Rule{}}
	for _, r := range Catalogue() {
		c.catalogue[r.ID] = r
	}
	c.dicts = make([]*dict.Dictionary, len(c.fields))
	for i, f := range c.fields {
		c.dicts[i] = cfg.Dicts.Dict(f.Dict)
	}
	for e := spec.EnumNone; e <= spec.EnumResultFlag; e++ {
		var codes []string
		for _, x := range e.Entries() {
			codes = append(codes, x.Code)
		}
		c.enums = append(c.enums, codes)
	}
	c.generic = c.generalFields()
	c.person = personChecks()
	c.hazard = hazardChecks()
	c.item = itemChecks()
	return c, nil
}

// Policy is the severities the checker goes by.
func (c *Checker) Policy() *Policy { return c.policy }

// generalFields leaves out the fields whose every fault has a rule of its own.
func (c *Checker) generalFields() fieldGroups {
	var g fieldGroups
	for _, f := range c.fields {
		switch f.ID {
		case spec.PersonalHistoryMonth, spec.OccDiseaseCode, spec.DataVersion, spec.RadiographResult:
			continue
		}
		switch f.Section {
		case spec.SectionHazard:
			g.hazard = append(g.hazard, f.ID)
		case spec.SectionItem:
			g.item = append(g.item, f.ID)
		default:
			g.person = append(g.person, f.ID)
		}
	}
	return g
}

// Check appends the findings of one record to dst, all of them in one pass: the
// person's, then each hazard's, then each item's. It keeps nothing of the record
// and changes nothing in it but the numbering of its items, if that is missing.
func (c *Checker) Check(rec *spec.Record, dst []spec.Finding) []spec.Finding {
	s := scan{c: c, rec: rec, out: dst, first: len(dst)}
	if c.now != nil {
		s.today = dayOf(c.now().In(c.zone))
	}
	s.trouble = s.identityTrouble()
	s.rowFaults()
	for _, f := range c.generic.person {
		s.general(s.at(f, -1))
	}
	for _, k := range c.person {
		k.run(&s)
	}
	for i := range rec.Hazards {
		for _, f := range c.generic.hazard {
			s.general(s.at(f, i))
		}
		for _, k := range c.hazard {
			k.run(&s, i)
		}
	}
	for i := range rec.Items {
		s.readItem(i)
		for _, f := range c.generic.item {
			s.general(s.at(f, i))
		}
		for _, k := range c.item {
			k.run(&s, i)
		}
	}
	s.repeatedItems()
	s.unexcused(len(dst))
	s.dropDoubts()
	return s.out
}
