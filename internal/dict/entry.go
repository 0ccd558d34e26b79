package dict

import (
	"sync"
	"time"
)

// Entry is one line of a dictionary. Class is filled for items, MonitorType and
// Industry for types of work; all texts are free of outer blanks.
type Entry struct {
	Code        string
	Name        string
	Class       string // ClassName of item
	MonitorType string // of typeOfWork: codes or names, several are possible
	Industry    string // of typeOfWork: the industries it is for
}

// String is the entry as messages name it: "code name".
func (e Entry) String() string { return e.Code + " " + e.Name }

// Dictionary is one of the eight. It must not be changed or copied once looked
// into; its look-ups are built at the first use. A nil Dictionary is empty.
type Dictionary struct {
	Code     string
	Entries  []Entry // in the platform's order, each code once
	PulledAt time.Time
	Sample   bool // invented, not the platform's: served by the sandbox

	namesOnce sync.Once
	names     *nameIndex
	nearOnce  sync.Once
	near      *nearIndex
}

// New makes a dictionary of entries that Parse has read (or a test has made up).
func New(code string, entries []Entry, pulledAt time.Time) *Dictionary {
	return &Dictionary{Code: code, Entries: entries, PulledAt: pulledAt}
}

// Len is the number of entries.
func (d *Dictionary) Len() int {
	if d == nil {
		return 0
	}
	return len(d.Entries)
}
