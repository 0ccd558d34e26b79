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
	s := scan{findings: findings{cells: cells{c: c, rec: rec}, out: dst, first: len(dst)}}
	if c.now != nil {
		s.today = dayOf(c.now().In(c.zone))
	}
	s.id = s.identify()
	s.rowFaults()
	for _, f := range c.generic.person {
		s.general(s.person(f))
	}
	s.ofPerson()
	for i := range rec.Hazards {
		h := hazardRow{&s, i}
		for _, f := range c.generic.hazard {
			s.general(h.at(f))
		}
		h.check()
	}
	for i := range rec.Items {
		it := s.readItem(i)
		for _, f := range c.generic.item {
			s.general(it.at(f))
		}
		it.check()
	}
	itemRows{&s}.repeated()
	s.unexcused(len(dst))
	s.dropDoubts()
	return s.out
}

// ofPerson makes the checks of the person, and those that compare hazards or items.
func (s *scan) ofPerson() {
	personRow{s}.check()
	contacts{s}.check()
	workType{s, s.person(spec.TypeOfWorkCode)}.check()
	smoking{s}.check()
	hazardRows{s}.required()
	itemRows{s}.required()
	hazardRows{s}.check()
	itemRows{s}.twice()
}

func (c *Checker) summary(rule spec.RuleID) string { return c.catalogue[rule].Summary }
func (c *Checker) fix(rule spec.RuleID) string     { return c.catalogue[rule].Fix }

// name is the name of a code of a field, for messages.
func (c *Checker) name(f spec.FieldID, code string) string {
	if e, ok := c.dicts[f].ByCode(code); ok {
		return e.Name
	}
	return code
}
