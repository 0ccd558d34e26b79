package layout

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"slices"
	"strings"

	"hbupload/internal/spec"
)

// Fits reports whether a sheet of the export is meant.
func (s *Sheet) Fits(name string) bool {
	switch {
	case s.Pattern != nil:
		return s.Pattern.MatchString(name)
	case s.Name != "":
		return spec.HeaderKey(s.Name) == spec.HeaderKey(name)
	}
	return true
}

// FitsFile reports whether a file of the input is meant; name is its path from the
// folder or zip on.
func (s *Sheet) FitsFile(name string) bool {
	base := path.Base(name)
	switch {
	case s.FilePattern != nil:
		return s.FilePattern.MatchString(name)
	case s.File != "":
		whole := spec.HeaderKey(s.File)
		return whole == spec.HeaderKey(name) || whole == spec.HeaderKey(base) || whole == spec.HeaderKey(strings.TrimSuffix(base, path.Ext(base)))
	}
	return true
}

// OfFile reports whether the sheet names its file.
func (s *Sheet) OfFile() bool { return s.File != "" || s.FilePattern != nil }

// Refs are all columns that the sheet's rules name.
func (s *Sheet) Refs() []Ref {
	out := slices.Clone(s.Key)
	if s.First != nil {
		out = append(out, *s.First)
	}
	for _, w := range s.Where {
		out = append(out, w.Column)
	}
	add := func(rules []*Rule) {
		for _, r := range rules {
			for _, c := range r.Cases {
				out = append(out, c.Columns...)
				for _, w := range c.When {
					out = append(out, w.Column)
				}
			}
		}
	}
	add(s.Person)
	add(s.EveryHazard)
	for _, g := range append(slices.Clone(s.Hazards), s.Items...) {
		add(g.Rules)
	}
	return out
}

// Matcher reports whether a header, reduced by spec.HeaderKey, is the column's.
// Names with a placeholder fit every header of their shape.
func (r Ref) Matcher() func(key string) bool {
	type shape struct{ head, tail string }
	exact := map[string]bool{}
	shapes := []shape{}
	for _, name := range r.Names {
		if head, tail, ok := CutHolder(name); ok {
			if head+tail != "" {
				shapes = append(shapes, shape{head, tail})
			}
			continue
		}
		exact[spec.HeaderKey(name)] = true
	}
	return func(key string) bool {
		if exact[key] || r.Pattern != nil && r.Pattern.MatchString(key) {
			return true
		}
		for _, s := range shapes {
			if len(key) > len(s.head)+len(s.tail) && strings.HasPrefix(key, s.head) && strings.HasSuffix(key, s.tail) {
				return true
			}
		}
		return false
	}
}

// CutHolder parts a name at its placeholder, both ends reduced by
// spec.HeaderKey.
func CutHolder(name string) (head, tail string, ok bool) {
	for _, h := range []string{HolderItem, HolderN} {
		if head, tail, ok := strings.Cut(name, h); ok {
			return spec.HeaderKey(head), spec.HeaderKey(tail), true
		}
	}
	return "", "", false
}

// Known tells the headers that any rule of the sheet, or the header seen when
// the mapping was made, names.
func (s *Sheet) Known() func(key string) bool {
	var tests []func(string) bool
	seen := map[string]bool{}
	for _, ref := range s.Refs() {
		if label := ref.Label(); !seen[label] {
			seen[label] = true
			tests = append(tests, ref.Matcher())
		}
	}
	known := map[string]bool{}
	for _, name := range s.Columns {
		known[spec.HeaderKey(name)] = true
	}
	memo := map[string]bool{}
	return func(key string) bool {
		if key == "" || known[key] {
			return key != ""
		}
		is, asked := memo[key]
		if asked {
			return is
		}
		for _, test := range tests {
			if is = test(key); is {
				break
			}
		}
		if len(memo) < memoLimit {
			memo[key] = is
		}
		return is
	}
}

// memoLimit bounds what Known remembers of a sheet without a header.
const memoLimit = 50_000

// Fingerprint is what tells one export's headers from another's: 16 hex digits
// over the sheets' columns. Their order does not count.
func Fingerprint(headers [][]string) string {
	h := sha256.New()
	for _, header := range headers {
		keys := make([]string, len(header))
		for i, name := range header {
			keys[i] = spec.HeaderKey(name)
		}
		slices.Sort(keys)
		h.Write([]byte(strings.Join(keys, "\n") + "\n\n"))
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// Difference is how a header differs from the one a mapping was made for.
type Difference struct {
	Sheet string   `json:"sheet"`
	Gone  []string `json:"gone"` // columns no longer there
	New   []string `json:"new"`  // columns that were not there
}

// Compare compares the header seen when the mapping was made with one of now.
func (s *Sheet) Compare(name string, header []string) Difference {
	d := Difference{Sheet: name}
	if len(s.Columns) == 0 {
		return d
	}
	d.Gone = missingIn(s.Columns, header)
	d.New = missingIn(header, s.Columns)
	return d
}

func missingIn(list, other []string) []string {
	have := map[string]bool{}
	for _, name := range other {
		have[spec.HeaderKey(name)] = true
	}
	var out []string
	for _, name := range list {
		if key := spec.HeaderKey(name); !have[key] {
			have[key] = true
			out = append(out, name)
		}
	}
	return out
}
