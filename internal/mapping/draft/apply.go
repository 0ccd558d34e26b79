package draft

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"hbupload/internal/dict"
	"hbupload/internal/mapping"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/meaning"
	"hbupload/internal/spec"
)

// Apply makes a mapping of a draft's text and a person's answers: YAML that
// layout.Parse reads, without the candidates that were not chosen. Dictionaries may
// be nil; then codes are taken as they are written.
//
// Text is Draft.Text as it was kept, or what a person made of it by hand. An answer
// that does not fit is a Fault and changes nothing; the rest of the answers count.
// An error is a text that is no mapping (a *layout.Error).
func Apply(text string, answers []Answer, dicts *dict.Set) (edited string, faults []Fault, err error) {
	if dicts == nil {
		dicts = dict.NewSet()
	}
	opts := mapping.Options{Dicts: dicts}
	if means, err := meaning.NewClassifier(meaning.Config{Dicts: dicts}); err == nil {
		opts.Meanings = means // for names that messages qualify
	}
	lex := mapping.NewLexicon(nil, opts)
	found := &faultList{}
	c := chooser{lex: lex, dicts: dicts, faults: found, lines: strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")}
	c.questions(answers)
	text = strings.Join(c.lines, "\n")
	e := editor{lex: lex, dicts: dicts, faults: found, lines: c.lines}
	if e.lay, err = layout.Parse("", []byte(text)); err != nil {
		return text, found.list, err
	}
	if err := yaml.Unmarshal([]byte(text), &e.doc); err != nil {
		return text, found.list, err
	}
	e.columns(answers)
	e.addHazards(c.hazards)
	e.entries(answers)
	slices.SortStableFunc(found.list, func(x, y Fault) int { return x.Answer - y.Answer })
	if !e.changed {
		return text, found.list, nil
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(&e.doc); err != nil {
		return text, found.list, err
	}
	_, err = layout.Parse("", out.Bytes())
	return out.String(), found.list, err
}

// Keep are the answers of an earlier draft that fit this text too, and how many do not.
func Keep(text string, answers []Answer, dicts *dict.Set) (kept []Answer, dropped int) {
	_, faults, err := Apply(text, answers, dicts)
	if err != nil {
		return nil, len(answers)
	}
	wrong := map[int]bool{}
	for _, f := range faults {
		wrong[f.Answer] = true
	}
	for i, answer := range answers {
		if !wrong[i] {
			kept = append(kept, answer)
		}
	}
	return kept, len(wrong)
}

// faultList is what did not fit.
type faultList struct {
	list []Fault
}

func (f *faultList) add(answer int, fix, format string, args ...any) {
	f.list = append(f.list, Fault{Answer: answer, Message: fmt.Sprintf(format, args...), Fix: fix})
}

// chooser takes answers to questions: lines of the mapping's text.
type chooser struct {
	lex     *mapping.Lexicon
	dicts   *dict.Set
	faults  *faultList
	lines   []string
	hazards string // the line of a person's own answer to which hazards were examined
}

// idParts takes an ID apart.
func idParts(id string) (kind string, parts []string) {
	kind, rest, _ := strings.Cut(id, idSeparator)
	return kind, strings.Split(rest, idSeparator)
}

// asking is a question as it stands in the text.
type asking struct {
	at         int // its line
	indent     string
	candidates []candidate
}

// questions puts the chosen candidates into the text and takes the others out.
func (a *chooser) questions(answers []Answer) {
	found := a.askings()
	chosen := map[int]string{}
	for i, answer := range answers {
		kind, parts := idParts(answer.ID)
		text := strings.TrimSpace(answer.Text)
		if kind != kindQuestion || text == "" {
			continue
		}
		q, ok := found[strings.Join(parts, "：")]
		if !ok {
			a.faults.add(i, "请用 hbupload map init 重新生成", "映射里没有这个问题了")
			continue
		}
		line, ok := a.answer(i, parts[0], q, text)
		switch {
		case ok && parts[0] == spec.HazardCode.Label():
			a.hazards = line // makes hazards, and cannot stand where it was asked
		case ok && line != "":
			chosen[q.at] = q.indent + line
		}
	}
	var out []string
	for i, line := range a.lines {
		bare := strings.TrimLeft(line, " ")
		switch {
		case strings.HasPrefix(bare, questionMark):
			if line, ok := chosen[i]; ok {
				out = append(out, line)
			}
		case strings.HasPrefix(bare, candidateMark), strings.HasPrefix(bare, chooseMark):
		default:
			out = append(out, line)
		}
	}
	a.lines = out
}

// askings finds the questions of the text by their names.
func (a *chooser) askings() map[string]asking {
	out := map[string]asking{}
	for i := 0; i < len(a.lines); i++ {
		bare := strings.TrimLeft(a.lines[i], " ")
		rest, ok := strings.CutPrefix(bare, questionMark)
		if !ok {
			continue
		}
		name, _, _ := strings.Cut(rest, questionEnd)
		q := asking{at: i, indent: a.lines[i][:len(a.lines[i])-len(bare)]}
		for i+1 < len(a.lines) {
			c, ok := strings.CutPrefix(strings.TrimLeft(a.lines[i+1], " "), candidateMark)
			if !ok {
				break
			}
			at := strings.LastIndex(c, candidateText)
			if at < 0 {
				at = len(c)
			}
			q.candidates = append(q.candidates, candidate{text: strings.TrimPrefix(c[at:], candidateText), yaml: c[:at]})
			i++
		}
		out[name] = q
	}
	return out
}

// answer is the line of the mapping that an answer stands for: a candidate's, or one
// of the person's own.
func (a *chooser) answer(i int, label string, q asking, text string) (string, bool) {
	for _, c := range q.candidates {
		if same(c.text, text) {
			return c.yaml, true
		}
	}
	if before, ok := withRest(text); ok && label == spec.ResultOptionCode.Label() {
		for _, c := range q.candidates {
			if list, ok := strings.CutSuffix(c.yaml, "]"); ok && same(c.text, before) {
				return list + ", {value: 目前未见异常}]", true
			}
		}
	}
	line, why := a.own(label, text)
	if why == "" {
		return line, true
	}
	fix := "请从下拉列表里选一个"
	if len(q.candidates) == 0 {
		fix = "请写导出里的列名"
	}
	a.faults.add(i, fix, "“%s”%s", oneLineText(text), why)
	return "", false
}

// same compares what a person chose: blanks and width do not count.
func same(a, b string) bool { return layout.WordKey(a) == layout.WordKey(b) }
