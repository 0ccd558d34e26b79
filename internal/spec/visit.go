package spec

// Visitor receives the records of an input in the order of the person sheet.
type Visitor interface {
	// Record takes the next record, valid until it returns.
	Record(rec *Record) error
	// Restart voids everything visited so far: a child sheet turned out not
	// to be in the persons' order, and reading begins anew with it sorted.
	Restart()
}

// Orphan is a child row whose exam key no person has.
type Orphan struct {
	// Rule says why there is no key to look for: cell-error, formula-uncached, or
	// "" where the cell is blank or holds one.
	Rule  RuleID
	Place Place
	Key   string
	Near  string // the one person's key that differs by zeros, width or blanks only, for a hint
	// Withholds are the keys of the persons that the row may belong to.
	Withholds []string
}
