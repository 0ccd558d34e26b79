package codebook

import (
	"path/filepath"
	"strings"

	"hbupload/internal/dict"
	"hbupload/internal/spec"
)

// FileName is the book's name beside the configuration.
const FileName = "代码对照.xlsx"

// Path is where the book of a configuration lies: beside its file, or without one
// in the program's folder among the user's configurations. "" when neither is known.
func Path(configFile, userDir string) string {
	switch {
	case configFile != "":
		return filepath.Join(filepath.Dir(configFile), FileName)
	case userDir != "":
		return filepath.Join(userDir, "hbupload", FileName)
	}
	return ""
}

// Entry is one row: a local word and what it stands for.
type Entry struct {
	Word        string // as the export writes it
	Domain      string // spec.AliasDomain: a dictionary's code, or the key of a field
	Code        string // of the entry
	Name        string // of the entry, as the dictionary called it then
	Institution string // for whom alone: its code, name or profile; "" for all
	Who         string // who settled it
	When        string // when, as a person reads it: 2026-11-28 10:05
	From        string // the name of the file in which the word stood

	sheet *header // where it stands in the book; nil for one that is only in memory
	row   int32
}

// Row is the entry's row in the book, 0 for one that is only in memory.
func (e Entry) Row() int { return int(e.row) }

// place is the cell of one of the entry's columns.
func (e Entry) place(col int) spec.Place {
	p := spec.Place{Sheet: &spec.SheetRef{File: FileName}, Row: e.row, Header: columns()[col].label}
	if e.sheet != nil {
		p.Sheet = e.sheet.ref
		p.Col = e.sheet.cols[col]
	}
	return p
}

// DomainOf is the domain in which a field's words are learned: its dictionary, or
// the field itself where the document has a table of its own. "" for other fields.
func DomainOf(id spec.FieldID) string {
	f := id.Field()
	if f.Dict != "" {
		return f.Dict
	}
	if f.Kind == spec.KindEnum {
		return f.Key
	}
	return ""
}

// Institution is whose words apply beside those that are for everybody.
type Institution struct {
	Profile string // of the configuration, "" without one
	Code    string // institution.ohOrgCode
	Name    string // institution.reportOrgName
}

// Label is what Learn should write for a word of this institution: without a
// profile the book has one reader and the word is for all.
func (i Institution) Label() string {
	switch {
	case i.Profile == "":
		return ""
	case i.Code != "":
		return i.Code
	}
	return i.Profile
}

// is reports whether the book's text means this institution.
func (i Institution) is(text string) bool {
	for _, own := range []string{i.Profile, i.Code, i.Name} {
		if own != "" && spec.WordKey(own) == spec.WordKey(text) {
			return true
		}
	}
	return false
}

// column is one column of the book.
type column struct {
	label   string
	aliases []string
	width   float64
	at      func(*Entry) *string
}

// The columns that a row cannot do without.
const (
	colWord = iota
	colDomain
	colCode
	colName
	colInstitution
)

// columns are those of the book, in the order in which it is written.
func columns() []column {
	return []column{
		{"本院写法", []string{"写法", "词语", "词", "word"}, 24, func(e *Entry) *string { return &e.Word }},
		{"字典", []string{"字典或字段", "字段", "dictionary", "field"}, 14, func(e *Entry) *string { return &e.Domain }},
		{"代码", []string{"平台代码", "code"}, 14, func(e *Entry) *string { return &e.Code }},
		{"名称", []string{"平台名称", "name"}, 28, func(e *Entry) *string { return &e.Name }},
		{"机构", []string{"institution"}, 16, func(e *Entry) *string { return &e.Institution }},
		{"登记人", []string{"谁", "who"}, 12, func(e *Entry) *string { return &e.Who }},
		{"登记时间", []string{"何时", "时间", "when"}, 18, func(e *Entry) *string { return &e.When }},
		{"来自文件", []string{"来自", "文件", "from"}, 30, func(e *Entry) *string { return &e.From }},
	}
}

// domainLabel is how the book names a domain.
func domainLabel(domain string) string {
	for _, d := range spec.Dictionaries() {
		if d.Code == domain {
			return d.Name
		}
	}
	for _, f := range spec.Fields() {
		if f.Key == domain {
			return f.Label
		}
	}
	return domain
}

// domainLabels are the domains that a row may name, for the drop-down.
func domainLabels() []string {
	var out []string
	used := map[string]bool{}
	for _, f := range spec.Fields() {
		used[f.Dict] = true
	}
	for _, d := range spec.Dictionaries() {
		if used[d.Code] {
			out = append(out, d.Name)
		}
	}
	for _, f := range spec.Fields() {
		if f.Kind == spec.KindEnum {
			out = append(out, f.Label)
		}
	}
	return out
}

// vocabulary is where a domain's entries stand: in a dictionary or in a table of
// the document.
func vocabulary(domain string) (dictionary string, table []spec.EnumEntry) {
	for _, d := range spec.Dictionaries() {
		if d.Code == domain {
			return domain, nil
		}
	}
	for _, f := range spec.Fields() {
		if f.Key == domain && f.Dict != "" {
			return f.Dict, nil
		}
		if f.Key == domain {
			return "", f.Enum.Entries()
		}
	}
	return "", nil
}

// entriesOf are a domain's entries as a dictionary, so that both kinds are looked
// up in one way.
func entriesOf(set *dict.Set, domain string) *dict.Dictionary {
	name, table := vocabulary(domain)
	if name != "" {
		return set.Dict(name)
	}
	entries := make([]dict.Entry, len(table))
	for i, e := range table {
		entries[i] = dict.Entry{Code: e.Code, Name: e.Name}
	}
	return dict.New(domain, entries, set.PulledAt())
}

// said is a text of the book as messages repeat it: nothing that may be the
// number of a person.
func said(text string) string {
	digits := 0
	for _, r := range text {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	if digits > 9 {
		return "“***”"
	}
	return "“" + strings.Join(strings.Fields(text), " ") + "”"
}
