package mapping

import (
	"fmt"
	"slices"
	"strings"

	"hbupload/internal/codebook"
	"hbupload/internal/dict"
	"hbupload/internal/pattern"
	"hbupload/internal/spec"
)

// enum codes a cell by one of the document's own tables: code, name or other
// word, exactly first, then without blanks, width and brackets, then as a code
// that lost its leading zeros.
func (c *coder) enum(v *spec.Value, f *spec.Field, text string) {
	c.remembered(v, memoKey{field: f.ID, text: text}, func() coded {
		entries := f.Enum.Entries()
		got := findEnum(entries, text)
		if got.fault == nil {
			return got // an alias never takes the place of the document's own words
		}
		var step spec.Step
		if target, ok := c.alias(text, f.Key); ok {
			step = aliasStep(f.Key, text, target)
		} else if e, ok := c.book.Find(text, f.Key); ok {
			step = bookStep(text, e)
		} else {
			return got
		}
		got = findEnum(entries, step.To)
		got.steps = append([]spec.Step{step}, got.steps...)
		return got
	})
}

func findEnum(entries []spec.EnumEntry, text string) coded {
	for _, e := range entries {
		if e.Code == text {
			return coded{text: text}
		}
	}
	want := dict.Loose(text)
	for _, e := range entries {
		names := append([]string{e.Code, e.Name}, e.Alias...)
		for _, name := range names {
			if dict.Loose(name) == want {
				return coded{text: e.Code, steps: []spec.Step{{Kind: spec.StepEnum, From: text, To: e.Code, Note: e.Code + " " + e.Name}}}
			}
		}
	}
	if e, ok := enumCodeAndName(entries, text); ok {
		return coded{text: e.Code, steps: []spec.Step{{Kind: spec.StepEnum, From: text, To: e.Code, Note: "代码和名称 " + e.Code + " " + e.Name}}}
	}
	bare := strings.TrimLeft(text, "0")
	for _, e := range entries {
		if bare != "" && strings.TrimLeft(e.Code, "0") == bare {
			return coded{text: e.Code, steps: []spec.Step{{Kind: spec.StepZeros, From: text, To: e.Code, Note: "补回前导零：" + e.Code + " " + e.Name}}}
		}
	}
	return coded{text: text, fault: &spec.Fault{Rule: spec.Enum, Word: text, Note: quote(text) + "不是允许的值；可填：" + spec.LegalTexts(entries)}}
}

// enumCodeAndName reads a cell that holds an entry's code and its name, as our
// suggestions print it: 0 初检, 01居民身份证, 1：男.
func enumCodeAndName(entries []spec.EnumEntry, text string) (spec.EnumEntry, bool) {
	for _, e := range entries {
		for _, code := range [...]string{e.Code, strings.TrimLeft(e.Code, "0")} {
			rest, ok := strings.CutPrefix(text, code)
			if !ok || code == "" {
				continue
			}
			rest = dict.Loose(trimBetween(rest))
			for _, name := range append([]string{e.Name}, e.Alias...) {
				if rest == dict.Loose(name) {
					return e, true
				}
			}
		}
	}
	return spec.EnumEntry{}, false
}

// trimBetween drops what people write between a code and its name.
func trimBetween(rest string) string {
	return strings.TrimLeft(rest, " \u3000\t:：.．、,，-—_/|")
}

// code codes a cell by a dictionary. A name that several entries have is left
// to narrow, which knows the rest of the record.
func (c *coder) code(v *spec.Value, f *spec.Field, text string) {
	if f.ID == spec.ItemCode || f.ID == spec.TypeOfWorkCode {
		v.Text = text // coded by complete, in the light of its neighbours
		return
	}
	c.coded(v, f, text, nil)
}

// coded looks the text up and, when several entries have the name, asks
// narrow for those that fit.
func (c *coder) coded(v *spec.Value, f *spec.Field, text string, narrow *narrowing) {
	key := memoKey{field: f.ID, text: text}
	if narrow != nil {
		key.more = narrow.context
	}
	c.remembered(v, key, func() coded {
		found, steps := c.find(f, text)
		if narrow != nil && narrow.outside != nil && learned(steps) && narrow.outside(found[0]) {
			found = nil // a word learned for another class says nothing of this one
			steps = nil
		}
		if len(found) > 1 && narrow != nil {
			fewer, note := narrow.fit(found)
			if len(fewer) == 1 {
				steps = append(steps, spec.Step{Kind: spec.StepNarrowed, From: text, To: fewer[0].Code, Note: note})
			}
			if len(fewer) > 0 {
				found = fewer // those that are left are the ones to choose from
			}
		}
		switch len(found) {
		case 1:
			return coded{text: found[0].Code, steps: steps}
		case 0:
			fault := c.unknown(f, text)
			if narrow != nil && narrow.advise != nil {
				narrow.advise(fault, text)
			}
			return coded{text: text, steps: steps, fault: fault}
		}
		return coded{text: text, steps: steps, fault: c.ambiguous(f, text, found)}
	})
}

// find tries code, name and alias exactly, then loosely, then a code that lost
// its leading zeros. Several entries mean that the name alone does not tell.
func (c *coder) find(f *spec.Field, text string) ([]dict.Entry, []spec.Step) {
	d := c.dicts.Dict(f.Dict)
	if e, ok := d.ByCode(text); ok {
		return []dict.Entry{e}, nil
	}
	if found := d.ByName(text); len(found) > 0 {
		return found, nameSteps(text, found, "字典名称")
	}
	if target, ok := c.alias(text, f.Dict, f.Key); ok {
		steps := []spec.Step{aliasStep(f.Dict, text, target)}
		found, more := c.findTarget(d, target)
		return found, append(steps, more...)
	}
	if learned, ok := c.book.Find(text, f.Dict, f.Key); ok {
		if e, ok := d.ByCode(learned.Code); ok {
			return []dict.Entry{e}, []spec.Step{bookStep(text, learned)}
		}
	}
	if e, ok := d.ByLooseCode(text); ok {
		return []dict.Entry{e}, []spec.Step{{Kind: spec.StepName, From: text, To: e.Code, Note: "代码（忽略空白、全半角）" + e.String()}}
	}
	if found := d.ByLoose(text); len(found) > 0 {
		return found, nameSteps(text, found, "字典名称（忽略空白、全半角、括号）")
	}
	if e, ok := d.ByTrimmedZeros(text); ok {
		return []dict.Entry{e}, []spec.Step{{Kind: spec.StepZeros, From: text, To: e.Code, Note: "补回前导零：" + e.String()}}
	}
	if e, ok := c.codeAndName(d, text); ok {
		return []dict.Entry{e}, []spec.Step{{Kind: spec.StepName, From: text, To: e.Code, Note: "代码和名称 " + e.String()}}
	}
	return nil, nil
}

// maxCode bounds the codes that codeAndName looks for, in bytes.
const maxCode = 24

// codeAndName reads a cell that holds an entry's code and its name, with or without
// something between, as our suggestions print it. Both parts must be of one entry.
func (c *coder) codeAndName(d *dict.Dictionary, text string) (dict.Entry, bool) {
	var found []dict.Entry
	for at := range text {
		if at == 0 || at > maxCode || len(found) > 1 {
			continue
		}
		e, ok := d.ByLooseCode(text[:at])
		if !ok {
			e, ok = d.ByTrimmedZeros(text[:at])
		}
		if ok && c.isNamed(e, text[at:]) && !slices.Contains(found, e) {
			found = append(found, e)
		}
	}
	if len(found) != 1 {
		return dict.Entry{}, false
	}
	return found[0], true
}

// isNamed reports whether a text is an entry's name, alone or as messages qualify it.
func (c *coder) isNamed(e dict.Entry, text string) bool {
	text = dict.Loose(trimBetween(text))
	return text != "" && (text == dict.Loose(e.Name) || text == dict.Loose(e.Name+c.qualifier(e)))
}

// qualifier distinguishes entries of one name.
func (c *coder) qualifier(e dict.Entry) string {
	switch {
	case e.Class != "":
		return "（" + e.Class + "）"
	case c.means != nil && (e.MonitorType != "" || e.Industry != ""):
		return "（" + strings.Trim(c.means.WorkMonitor(e.Code)+" "+e.Industry, " ") + "）"
	}
	return ""
}

// findTarget looks up what an alias stands for: a code or a name.
func (c *coder) findTarget(d *dict.Dictionary, target string) ([]dict.Entry, []spec.Step) {
	if e, ok := d.ByCode(target); ok {
		return []dict.Entry{e}, nil
	}
	found := d.ByLoose(target)
	return found, nameSteps(target, found, "字典名称")
}

func nameSteps(text string, found []dict.Entry, note string) []spec.Step {
	if len(found) != 1 {
		return nil
	}
	return []spec.Step{{Kind: spec.StepName, From: text, To: found[0].Code, Note: note + " " + found[0].String()}}
}

// alias finds a configured local word under any of the names of its domain.
func (c *coder) alias(text string, domains ...string) (string, bool) {
	if len(c.aliases) == 0 {
		return "", false
	}
	word := wordKey(text)
	for _, domain := range domains {
		if target, ok := c.aliases[strings.ToLower(domain)][word]; ok {
			return target, true
		}
	}
	return "", false
}

func aliasStep(domain, word, target string) spec.Step {
	return spec.Step{Kind: spec.StepAlias, From: word, To: target, Note: "配置 aliases." + domain + " 中的“" + word + "”"}
}

// bookStep is the derivation by a word of the code book.
func bookStep(word string, e codebook.Entry) spec.Step {
	where := codebook.FileName
	if e.Row() > 0 {
		where = fmt.Sprintf("%s 第 %d 行", where, e.Row())
	}
	return spec.Step{Kind: spec.StepCodeBook, From: word, To: e.Code, Note: where + "：" + e.Code + " " + e.Name}
}

// learned reports whether a look-up was answered by the code book.
func learned(steps []spec.Step) bool {
	return len(steps) == 1 && steps[0].Kind == spec.StepCodeBook
}

// codeList codes a cell that may hold several entries.
func (c *coder) codeList(v *spec.Value, f *spec.Field, text string) {
	c.remembered(v, memoKey{field: f.ID, text: text}, func() coded {
		parts, ways := dict.Cut(text, func(part string) bool {
			found, _ := c.find(f, part)
			return len(found) > 0
		})
		if ways > 1 {
			return coded{text: text, fault: &spec.Fault{Rule: spec.AmbiguousName, Note: quote(text) + "可以有不止一种拆分；请改填代码，用逗号分隔"}}
		}
		return c.codeParts(f, text, parts)
	})
}

// listText folds a cell that may hold a list. A line break is a blank, as within a
// name that was wrapped, unless only a cut there makes every part an entry.
func (c *coder) listText(v *spec.Value, f *spec.Field, shown string) string {
	if strings.ContainsAny(shown, "\r\n") {
		whole := func(text string) bool {
			var scratch spec.Value
			_, ways := dict.Cut(foldText(&scratch, text), func(part string) bool {
				found, _ := c.find(f, part)
				return len(found) > 0
			})
			return ways > 0
		}
		if cut := reLineBreaks.ReplaceAllString(strings.TrimSpace(shown), "、"); !whole(shown) && whole(cut) {
			shown = cut
		}
	}
	return foldText(v, shown)
}

// codeParts codes the parts of a list in their order; duplicates are dropped.
func (c *coder) codeParts(f *spec.Field, text string, parts []string) coded {
	var out coded
	var unknown []string
	seen := map[string]bool{}
	for _, part := range parts {
		found, steps := c.find(f, part)
		out.steps = append(out.steps, steps...)
		switch {
		case len(found) == 0:
			if !slices.Contains(unknown, part) {
				unknown = append(unknown, part)
			}
			continue
		case len(unknown) > 0:
			continue
		case len(found) > 1:
			return coded{text: text, fault: c.ambiguous(f, part, found)}
		case seen[found[0].Code]:
			continue
		}
		seen[found[0].Code] = true
		out.parts = append(out.parts, found[0].Code)
	}
	if len(unknown) > 0 {
		return coded{text: text, fault: c.unknown(f, unknown...)}
	}
	out.text = strings.Join(out.parts, ",")
	if len(parts) > 1 {
		out.steps = append(out.steps, spec.Step{Kind: spec.StepList, From: text, To: out.text, Note: fmt.Sprintf("拆成 %d 项", len(out.parts))})
	}
	return out
}

// remembered answers from memory or looks up.
func (c *coder) remembered(v *spec.Value, key memoKey, look func() coded) {
	got, ok := c.memo[key]
	if !ok {
		got = look()
		if len(c.memo) < memoLimit {
			// Clones: the texts are parts of their rows.
			key.text = strings.Clone(key.text)
			key.more = strings.Clone(key.more)
			c.memo[key] = got
		}
	}
	v.Text = got.text
	v.Parts = got.parts
	v.Fault = got.fault
	if len(got.steps) > 0 {
		v.Steps = append(v.Steps, got.steps...)
	}
}

// nearestShown is how many entries a finding proposes.
const nearestShown = 3

// unknown is the fault of a cell's words that are no entries. It is about the first, which
// may be learned; the others are named with it.
func (c *coder) unknown(f *spec.Field, words ...string) *spec.Fault {
	first := words[0]
	cause := f.Label + quote(first) + "不在字典"
	fault := &spec.Fault{Rule: spec.UnknownCode, Note: cause, Cause: cause, Word: first, Nearest: entryTexts(c.dicts.Dict(f.Dict).Nearest(first, nearestShown))}
	if len(words) > 1 {
		var others []string
		for _, w := range words[1:min(len(words), ambiguousShown)] {
			others = append(others, quote(w))
		}
		fault.Note += fmt.Sprintf("（同一格里不在字典的共 %d 个，另有%s）", len(words), strings.Join(others, "、"))
	}
	return fault
}

// ambiguousShown bounds how many entries of a name a finding lists.
const ambiguousShown = 6

func (c *coder) ambiguous(f *spec.Field, text string, found []dict.Entry) *spec.Fault {
	fault := &spec.Fault{Rule: spec.AmbiguousName}
	var names []string
	for _, e := range found {
		if len(names) == ambiguousShown {
			names = append(names, "…")
			break
		}
		names = append(names, e.String()+c.qualifier(e))
	}
	fault.Note = fmt.Sprintf("%s%s有不止一个代码：%s；请改填代码", f.Label, quote(text), strings.Join(names, "，"))
	return fault
}

var reLineBreaks = pattern.New(`\s*[\r\n]+\s*`)

var reLongDigits = pattern.New(`[0-9Xx](?:[ -]?[0-9Xx]){9,}`)

// quotedRunes bounds how much of a cell a message repeats.
const quotedRunes = 24

// quote repeats a cell in a message, without anything that may be the number
// of a person in a column that slipped.
func quote(s string) string {
	s = reLongDigits.ReplaceAllString(strings.Join(strings.Fields(s), " "), "***")
	if r := []rune(s); len(r) > quotedRunes {
		s = string(r[:quotedRunes]) + "…"
	}
	return "“" + s + "”"
}
