package draft

import (
	"strings"

	"hbupload/internal/dict"
	"hbupload/internal/pattern"
	"hbupload/internal/spec"
)

// Headers tells which fields a list's headers mean, by the words that a draft goes by.
type Headers struct {
	fields []*field
	full   []map[string]bool // of each field, its names in pinyin
}

// NewHeaders knows the headers of some fields.
func NewHeaders(ids []spec.FieldID) *Headers {
	words := localWords()
	h := &Headers{}
	for _, id := range ids {
		f := newField(id, words[id])
		spelled := map[string]bool{}
		for name := range f.sure {
			if full, _ := dict.Spell(name); len(full) >= minSpelled {
				spelled[full] = true
			}
		}
		h.fields = append(h.fields, f)
		h.full = append(h.full, spelled)
	}
	return h
}

// Find is the field that a header means, with a confidence in percent; 0 where it
// means none of them.
func (h *Headers) Find(name string) (spec.FieldID, int) {
	best := spec.NoField
	most := 0
	for i, f := range h.fields {
		if sure := h.sure(i, name); sure > most {
			best = f.ID
			most = sure
		}
	}
	return best, most
}

func (h *Headers) sure(i int, name string) int {
	f := h.fields[i]
	key := spec.HeaderKey(name)
	sure := max(f.sure[key], f.sure[wordKey(name)], f.sure[wordKey(reUnitTail.ReplaceAllString(name, ""))])
	if sure == 0 && h.full[i][key] {
		sure = sureSpelled
	}
	if sure == 0 && reSomebodyElse.MatchString(key) {
		return 0
	}
	if part := partOf(f.ID); sure == 0 && part != nil && part.MatchString(key) {
		sure = surePart
	}
	return sure
}

// reSomebodyElse are words of headers about others than the person examined.
var reSomebodyElse = pattern.New(`填表|录入|上报|上传|审核|联系|医师|医生|操作|创建|登记人|报告|出具|出生`)

var (
	reNamePart   = pattern.New(`姓名`)
	reNumberPart = pattern.New(`身份证|证件号`)
	reDatePart   = pattern.New(`(体检|检查|健检|查体)[^a-z]*(日期|时间)`)
	reOrgPart    = pattern.New(`(体检|检查|健检)[^a-z]*(机构|医院)`)
)

// partOf is what a header of a field holds at least; nil where that tells nothing.
func partOf(id spec.FieldID) *pattern.Pattern {
	switch id {
	case spec.PatientName:
		return reNamePart
	case spec.IDCard:
		return reNumberPart
	case spec.PeDate:
		return reDatePart
	case spec.ReportOrgName:
		return reOrgPart
	}
	return nil
}

// Means reports whether a header means one of the fields.
func (h *Headers) Means(name string) bool {
	_, sure := h.Find(strings.TrimSpace(name))
	return sure > 0
}
