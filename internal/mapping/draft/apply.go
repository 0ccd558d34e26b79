package draft

import "hbupload/internal/dict"

// Apply makes a mapping of a draft's text and a person's answers: YAML that
// layout.Parse reads, without the candidates that were not chosen. Dictionaries may
// be nil; then codes are taken as they are written.
//
// Text is Draft.Text as it was kept, or what a person made of it by hand. An answer
// that does not fit is a Fault and changes nothing; the rest of the answers count.
// An error is a text that is no mapping (a *layout.Error).
func Apply(text string, answers []Answer, dicts *dict.Set) (mapping string, faults []Fault, err error) {
	for i := range answers {
		faults = append(faults, Fault{Answer: i, Message: "还不能回答"})
	}
	return text, faults, nil
}
