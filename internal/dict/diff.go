package dict

import (
	"fmt"
	"slices"
)

// ChangeKind says what happened to an entry between two pulls.
type ChangeKind string

// The kinds of changes; an entry is known by its code.
const (
	Added   ChangeKind = "added"
	Removed ChangeKind = "removed"
	Renamed ChangeKind = "renamed" // perhaps with other fields too
	Changed ChangeKind = "changed" // class, monitoring type or industry
)

// Change is one entry that differs between two pulls.
type Change struct {
	Dict   string // code of the dictionary
	Kind   ChangeKind
	Old    Entry    // zero when added
	New    Entry    // zero when removed
	Fields []string // for renamed and changed: Name, ClassName, MonitorType, Industry
}

// Diff lists what changed from one pull to the next: dictionaries in the
// document's order; within one, what is gone first (in the old order), then the rest in the
// new order. Without an old set there is nothing to compare: nil.
func Diff(before, after *Set) []Change {
	if before == nil || after == nil {
		return nil
	}
	var changes []Change
	for _, code := range Codes() {
		was := before.Dict(code)
		is := after.Dict(code)
		changes = slices.Concat(changes, gone(code, was, is), arrived(code, was, is))
	}
	return changes
}

func gone(code string, was, is *Dictionary) []Change {
	if was == nil {
		return nil
	}
	var changes []Change
	for _, e := range was.Entries {
		if _, still := is.ByCode(e.Code); !still {
			changes = append(changes, Change{Dict: code, Kind: Removed, Old: e})
		}
	}
	return changes
}

func arrived(code string, was, is *Dictionary) []Change {
	if is == nil {
		return nil
	}
	var changes []Change
	for _, e := range is.Entries {
		before, known := was.ByCode(e.Code)
		if !known {
			changes = append(changes, Change{Dict: code, Kind: Added, New: e})
			continue
		}
		if fields := differing(before, e); len(fields) > 0 {
			kind := Changed
			if fields[0] == "Name" {
				kind = Renamed
			}
			changes = append(changes, Change{Dict: code, Kind: kind, Old: before, New: e, Fields: fields})
		}
	}
	return changes
}

func differing(a, b Entry) []string {
	var fields []string
	for _, f := range []struct{ name, a, b string }{
		{"Name", a.Name, b.Name},
		{"ClassName", a.Class, b.Class},
		{"MonitorType", a.MonitorType, b.MonitorType},
		{"Industry", a.Industry, b.Industry},
	} {
		if f.a != f.b {
			fields = append(fields, f.name)
		}
	}
	return fields
}

// Shrunk says of each dictionary that has lost entries how many: a dictionary that
// the platform serves by halves looks like one that was cleaned up.
func Shrunk(before, after *Set) []string {
	if before == nil || after == nil {
		return nil
	}
	var out []string
	for _, code := range Codes() {
		was := before.Dict(code)
		is := after.Dict(code)
		if lost := len(gone(code, was, is)); lost > 0 {
			out = append(out, fmt.Sprintf("字典“%s”少了 %d 条（%d → %d）", LabelOf(code), lost, was.Len(), is.Len()))
		}
	}
	return out
}
