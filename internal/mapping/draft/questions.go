package draft

import (
	"slices"
	"strings"

	"hbupload/internal/spec"
)

// candidate is one answer to a question: what a person reads, and the line of the
// mapping that it stands for; "" changes nothing.
type candidate struct {
	text string
	yaml string
}

// no is the answer that leaves the mapping as it is.
func no(text string) candidate { return candidate{text: text} }

// The marks of a question in the mapping's text.
const (
	questionMark  = "# 问题〔"
	questionEnd   = "〕"
	candidateMark = "#?"
	chooseMark    = "# 请选："        // a word or an item with candidates
	candidateText = "          # " // before what a person reads
)

// questions are those of the draft, in the order of their lines.
type questions struct {
	list []Question
}

// add notes a question and returns its lines: what is asked, and each candidate on a
// line that counts once its mark is deleted.
func (q *questions) add(one Question, candidates ...candidate) []string {
	name := strings.Join(strings.Split(one.ID, idSeparator)[1:], "：")
	lines := []string{questionMark + name + questionEnd + " " + oneLineText(one.Text) + "（" + oneLineText(one.Why) + "）"}
	one.Candidates = []string{}
	for _, c := range candidates {
		text := oneLineText(c.text)
		one.Candidates = append(one.Candidates, text)
		lines = append(lines, candidateMark+c.yaml+candidateText+text)
	}
	q.list = append(q.list, one)
	return lines
}

// asked reports whether a question asks for a field.
func (q *questions) asked(id spec.FieldID) bool {
	return slices.ContainsFunc(q.list, func(one Question) bool { return one.ID == makeID(kindQuestion, id.Label()) })
}
