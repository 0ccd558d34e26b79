package answers

import (
	"context"
	"encoding/hex"
	"strings"

	"hbupload/internal/codebook"
	"hbupload/internal/dict"
	"hbupload/internal/push"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/workbook"
)

// Set is what the inputs of one run answer.
type Set struct {
	Dicts       *dict.Set
	Institution codebook.Institution
	Book        string // the code book's path
	Who, When   string // who answers, and when, as the code book shows it

	Words  []codebook.Entry // to be learned
	Ticks  []push.Tick      // warnings that are verified
	Faults []spec.Finding   // answers that do not fit, each at its cell
	Source [32]byte         // SHA-256 of the first file that answers something
}

// Take adds the answers of an input; name is how the code book calls the file.
func (s *Set) Take(ctx context.Context, in *table.Input, sum string, name string) error {
	found, err := workbook.Answers(ctx, in)
	if err != nil || len(found) == 0 {
		return err
	}
	if s.Source == ([32]byte{}) {
		if raw, err := hex.DecodeString(sum); err == nil && len(raw) == len(s.Source) {
			s.Source = [32]byte(raw)
		}
	}
	for i := range found {
		a := &found[i]
		if a.Kind == workbook.Verify {
			s.Ticks = append(s.Ticks, push.Tick{At: a.At, Key: a.Key, Rule: a.Rule, Path: a.Path, Sheet: a.Sheet, Cell: a.Cell})
			continue
		}
		s.learn(a, name)
	}
	return nil
}

// learn takes one 以后都这样.
func (s *Set) learn(a *workbook.Answer, file string) {
	domain := domainOf(a.Path)
	if a.Word == "" || domain == "" {
		s.fault(a.At, "这一处没有可以登记的写法，“以后都这样”没有采用", nil)
		return
	}
	if a.Choice == "" || a.Several() {
		s.fault(a.Chosen, "要登记“"+a.Word+"”，请先在“可能是”里选定一个（或写一个代码或名称）", nil)
		return
	}
	code, name, near := codebook.Resolve(s.Dicts, domain, a.Choice)
	if code == "" {
		s.fault(a.Chosen, "要登记“"+a.Word+"”，但“可能是”里的“"+a.Choice+"”不是字典里的一个代码或名称", near)
		return
	}
	e := codebook.Entry{Word: a.Word, Domain: domain, Code: code, Name: name, Institution: s.Institution.Label(), Who: s.Who, When: s.When, From: file}
	for _, other := range s.Words {
		if other.Domain != domain || spec.WordKey(other.Word) != spec.WordKey(a.Word) {
			continue
		}
		if other.Code != code {
			s.fault(a.Chosen, "“"+a.Word+"”登记成两个不同的代码，采用了前面的“"+other.Code+" "+other.Name+"”", nil)
		}
		return
	}
	s.Words = append(s.Words, e)
}

func (s *Set) fault(p spec.Place, message string, near []string) {
	f := spec.Finding{Record: -1, Place: p, Field: spec.NoField, Rule: spec.AnswerUnclear, Severity: spec.Warning, Message: message, Cause: message, Nearest: near}
	if len(near) > 0 {
		f.Message += "，最接近：" + strings.Join(near, "、")
	}
	s.Faults = append(s.Faults, f)
}

// domainOf is the code book's domain of the field at a path.
func domainOf(path string) string {
	key := path[strings.LastIndexByte(path, '.')+1:]
	for _, f := range spec.Fields() {
		if f.Key == key {
			return codebook.DomainOf(f.ID)
		}
	}
	return ""
}
