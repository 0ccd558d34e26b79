package rules

import (
	"slices"
	"sort"
	"strconv"

	"hbupload/internal/spec"
)

// Group is all findings of one cause.
type Group struct {
	Rule     spec.RuleID
	Severity spec.Severity
	Cause    string
	Nearest  []string
	Fix      string
	People   int      // records concerned, or rows where no record is
	Cells    int      // findings
	Keys     []string // the first few, each once
	More     bool     // there are others
	First    spec.Finding
}

// KeysShown is how many keys of a group are named.
const KeysShown = 5

// Groups puts findings of one cause together, errors before warnings, the most
// frequent first.
func Groups(findings []spec.Finding) []Group {
	type id struct {
		rule     spec.RuleID
		severity spec.Severity
		cause    string
		advice   string
	}
	at := map[id]int{}
	last := map[int]int{} // group → the record counted last
	var out []Group
	for i := range findings {
		f := &findings[i]
		k := id{f.Rule, f.Severity, Cause(f), f.Advice}
		g, ok := at[k]
		if !ok {
			g = len(out)
			at[k] = g
			out = append(out, Group{Rule: f.Rule, Severity: f.Severity, Cause: k.cause, Nearest: f.Nearest, First: *f})
		}
		out[g].Cells++
		if prev, seen := last[g]; seen && f.Record >= 0 && prev == f.Record {
			continue
		}
		last[g] = f.Record
		out[g].People++
		switch name := handle(f); {
		case slices.Contains(out[g].Keys, name):
		case len(out[g].Keys) < KeysShown:
			out[g].Keys = append(out[g].Keys, name)
		default:
			out[g].More = true
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		if out[i].Severity != out[j].Severity {
			return out[i].Severity == spec.Error
		}
		if a, b := out[i].Rule.Sense(), out[j].Rule.Sense(); a != b {
			return b // what the document asks comes first
		}
		return out[i].People > out[j].People
	})
	return out
}

// Cause is what findings of one group have in common.
func Cause(f *spec.Finding) string {
	if f.Cause != "" {
		return f.Cause
	}
	return f.Message
}

// handle is how a finding's record is named on the screen.
func handle(f *spec.Finding) string {
	if f.Key != "" {
		return f.Key
	}
	if f.Place.Sheet != nil {
		at := f.Place.Cell()
		if at == "" {
			at = strconv.Itoa(int(f.Place.Row)) // the column is missing
		}
		return f.Place.Sheet.Name + "!" + at
	}
	return "?"
}
