package sandbox

import (
	"testing"

	"hbupload/internal/meaning"
)

// TestBothSidesReadTheDictionariesAlike holds the sandbox's own reading of the
// sample dictionaries against the product's: where the two differ, one of them
// has the document wrong.
func TestBothSidesReadTheDictionariesAlike(t *testing.T) {
	t.Parallel()
	d := newDictionaries(SampleDictionaries())
	c, err := meaning.NewClassifier(meaning.Config{Dicts: SampleSet()})
	must(t, err)
	agree := func(what, code string, ours, theirs bool) {
		if ours != theirs {
			t.Errorf("%s %s: the sandbox says %v, the product %v", what, code, ours, theirs)
		}
	}
	for code := range d.byCode["hazard"] {
		agree("dust", code, d.dust(code), c.IsDust(code))
		agree("other", code, d.other(code), c.Other(code) == meaning.Yes)
	}
	for code, e := range d.byCode["item"] {
		agree("film", code, d.film(code), c.Film(code, e.ClassName) == meaning.Yes)
	}
	for code := range d.byCode["resultOption"] {
		agree("suspected", code, d.suspected(code), c.IsSuspected(code))
		agree("states other", code, d.statesOther(code), c.IsContraindication(code) || c.IsOtherAbnormal(code))
	}
	for code := range d.byCode["careType"] {
		agree("before employment", code, d.prejob(code), c.IsPrejob(code))
	}
	for code, e := range d.byCode["typeOfWork"] {
		for _, monitor := range []string{"01", "02"} {
			agree("work type under "+monitor, code, d.fits(e, monitor), c.WorkFitsMonitor(code, monitor))
		}
	}
}
