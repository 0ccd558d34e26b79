package numfmt

// Shown is what a format makes of a number beside a date and a percentage.
type Shown struct {
	Instead bool   // not a digit of it is shown
	Words   string // Instead: the text in its place; "" is an empty cell
	Scaled  bool   // it is shown divided by a thousand or more
}

// Shown tells how a number is shown.
func (f *Format) Shown(v float64) Shown {
	if len(f.sections) == 0 {
		return Shown{}
	}
	s := f.section(v)
	if s.digits {
		return Shown{Scaled: s.scaled}
	}
	return Shown{Instead: true, Words: s.words}
}

// Plain reports whether every number is shown as itself.
func (f *Format) Plain() bool {
	for i := range f.sections {
		if s := &f.sections[i]; !s.digits || s.scaled {
			return false
		}
	}
	return true
}
