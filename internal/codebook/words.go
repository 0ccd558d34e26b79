package codebook

import (
	"fmt"
	"strings"

	"hbupload/internal/dict"
	"hbupload/internal/spec"
)

// Words is what of a book may be used with some dictionaries by one institution.
// A nil Words knows no word.
type Words struct {
	found    map[string]map[string]Entry // domain → spec.WordKey → entry with the dictionary's own code
	findings []spec.Finding
}

// Find is the entry of a word in the first of the domains that has it.
func (w *Words) Find(word string, domains ...string) (Entry, bool) {
	if w == nil || len(w.found) == 0 {
		return Entry{}, false
	}
	key := spec.WordKey(word)
	for _, domain := range domains {
		if e, ok := w.found[domain][key]; ok {
			return e, true
		}
	}
	return Entry{}, false
}

// Findings are the faults of the rows that concern this institution, each at its
// cell: they are warnings, and the row is not used.
func (w *Words) Findings() []spec.Finding {
	if w == nil {
		return nil
	}
	return w.findings
}

// Said are the findings as lines for a screen that shows no cells.
func (w *Words) Said() []string {
	var out []string
	for _, f := range w.Findings() {
		line := f.Message
		if cell := f.Place.Cell(); cell != "" {
			line = fmt.Sprintf("%s「%s」%s：%s", FileName, f.Place.Sheet.Name, cell, strings.TrimPrefix(f.Message, FileName))
		}
		if len(f.Nearest) > 0 {
			line += "；最接近：" + strings.Join(f.Nearest, "、")
		}
		out = append(out, line)
	}
	return out
}

// For judges every row by the dictionaries. Rows of other institutions are left
// out without a word; a word of the institution's own comes before one for all.
func (b *Book) For(set *dict.Set, own Institution) *Words {
	w := &Words{found: map[string]map[string]Entry{}, findings: append([]spec.Finding(nil), b.faults...)}
	j := judge{set: set, words: w, dicts: map[string]*dict.Dictionary{}, decided: map[string]bool{}}
	var general []Entry
	for _, e := range b.rows {
		switch {
		case strings.TrimSpace(e.Institution) == "":
			general = append(general, e)
		case own.is(e.Institution):
			j.take(e)
		}
	}
	j.settle()
	for _, e := range general {
		j.take(e)
	}
	j.settle()
	return w
}

// judge takes the rows of one sort, and puts those that may be used into words.
type judge struct {
	set   *dict.Set
	words *Words
	dicts map[string]*dict.Dictionary
	taken []Entry

	decided map[string]bool // domain and word that an earlier sort has settled
}

// take judges one row.
func (j *judge) take(e Entry) {
	switch {
	case e.Word == "" && e.Code == "" && e.Name == "":
		return // only remarks of a person
	case e.Word == "":
		j.refuse(e, colWord, "没有填写本院写法")
		return
	case e.Domain == "":
		j.refuse(e, colDomain, "没有填写字典")
		return
	}
	d := j.entries(e.Domain)
	if d == nil {
		j.refuse(e, colDomain, "没有名为"+said(e.Domain)+"的字典或字段")
		return
	}
	target, ok := j.target(d, &e)
	if !ok {
		return
	}
	if own, exact := exactly(d, e.Word); exact {
		if own != target.Code {
			j.refuse(e, colWord, said(e.Word)+"本身是字典里的代码或名称，总是按字典读取")
		}
		return
	}
	e.Code = target.Code
	e.Name = target.Name
	j.taken = append(j.taken, e)
}

// entries is the dictionary of a domain, nil for one that does not exist.
func (j *judge) entries(domain string) *dict.Dictionary {
	known, ok := spec.AliasDomain(domain)
	if !ok || known != domain {
		return nil
	}
	if j.dicts[domain] == nil {
		j.dicts[domain] = entriesOf(j.set, domain)
	}
	if j.dicts[domain] == nil {
		j.dicts[domain] = dict.New(domain, nil, j.set.PulledAt())
	}
	return j.dicts[domain]
}

// exactly is the code of the entry whose code or name a word is.
func exactly(d *dict.Dictionary, word string) (string, bool) {
	if e, ok := d.ByCode(word); ok {
		return e.Code, true
	}
	if found := d.ByName(word); len(found) > 0 {
		return found[0].Code, true
	}
	return "", false
}

// target is the entry that a row means.
func (j *judge) target(d *dict.Dictionary, e *Entry) (dict.Entry, bool) {
	label := said(domainLabel(e.Domain))
	if e.Code == "" {
		found := named(d, e.Name)
		switch {
		case e.Name == "":
			j.refuse(*e, colCode, "没有填写代码")
		case len(found) == 0:
			j.refuse(*e, colName, said(e.Name)+"不在字典"+label+"里", nearest(d, e.Name)...)
		case len(found) > 1:
			j.refuse(*e, colCode, said(e.Name)+"在字典"+label+"里有不止一个代码，请填写代码")
		default:
			return found[0], true
		}
		return dict.Entry{}, false
	}
	target, ok := coded(d, e.Code)
	if !ok { // both in one cell, as our suggestions print them
		code, name, both := strings.Cut(e.Code, " ")
		if target, ok = coded(d, code); !both || !ok || dict.Loose(name) != dict.Loose(target.Name) {
			j.refuse(*e, colCode, "代码"+said(e.Code)+"不在字典"+label+"里（可能已被平台删去）", nearest(d, e.Name)...)
			return dict.Entry{}, false
		}
	}
	if e.Name != "" && dict.Loose(e.Name) != dict.Loose(target.Name) && dict.Loose(e.Name) != dict.Loose(target.Name+target.Class) {
		j.refuse(*e, colName, "代码"+said(e.Code)+"在字典"+label+"里是"+said(target.Name)+"，与所写名称"+said(e.Name)+"不符；请改正代码或名称")
		return dict.Entry{}, false
	}
	return target, true
}

// coded finds a code as people write it.
func coded(d *dict.Dictionary, code string) (dict.Entry, bool) {
	if e, ok := d.ByCode(code); ok {
		return e, true
	}
	if e, ok := d.ByLooseCode(code); ok {
		return e, true
	}
	return d.ByTrimmedZeros(code)
}

// named finds a name as people write it.
func named(d *dict.Dictionary, name string) []dict.Entry {
	if found := d.ByName(name); len(found) > 0 {
		return found
	}
	return d.ByLoose(name)
}

// nearestShown is how many entries a finding proposes.
const nearestShown = 3

func nearest(d *dict.Dictionary, name string) []string {
	var out []string
	for _, e := range d.Nearest(name, nearestShown) {
		out = append(out, e.String())
	}
	return out
}

// refuse notes that a row is not used. The place is the cell to mend.
func (j *judge) refuse(e Entry, col int, why string, near ...string) {
	f := finding(e.place(col), "："+why+"，这一行没有使用")
	f.Nearest = near
	j.words.findings = append(j.words.findings, f)
}

// settle puts what was taken into the words. Rows that contradict each other are
// not used, nor is what stands for all where the institution has its own.
func (j *judge) settle() {
	kept := map[string]Entry{}
	clash := map[string]bool{}
	for _, e := range j.taken {
		key := e.Domain + "\x00" + spec.WordKey(e.Word)
		other, twice := kept[key]
		if twice && other.Code != e.Code {
			clash[key] = true
			j.refuse(e, colWord, fmt.Sprintf("%s在第 %d 行是另一个代码，两行都没有使用；请删去一行", said(e.Word), other.Row()))
			continue
		}
		if !twice {
			kept[key] = e
		}
	}
	for key, e := range kept {
		if j.decided[key] {
			continue
		}
		j.decided[key] = true
		if clash[key] {
			continue
		}
		words := j.words.found[e.Domain]
		if words == nil {
			words = map[string]Entry{}
			j.words.found[e.Domain] = words
		}
		words[spec.WordKey(e.Word)] = e
	}
	j.taken = nil
}
