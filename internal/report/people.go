package report

import (
	"fmt"
	"strings"

	"hbupload/internal/push"
	"hbupload/internal/spec"
	"hbupload/internal/workbook"
)

// People are records, with the names that name says, as the workbook's 「结果」 shows them.
func People(records []push.Record, name func(spec.Place) string) []workbook.Person {
	out := make([]workbook.Person, len(records))
	for i := range records {
		r := &records[i]
		out[i] = workbook.Person{Key: r.Key, Name: name(r.Place), Place: r.Place, Outcome: r.State.Label(), Mood: mood(r.State), Words: r.Verbatim(), Note: r.Message,
			Withheld: r.State == push.Invalid, Warnings: int(r.Warnings), Attempts: int(r.Attempts)}
		if r.Verbatim() != "" && r.State != push.Accepted {
			out[i].Note = r.Hint() // the message is the same words, redacted
			out[i].Withheld = false
		}
	}
	return out
}

// Totals says in one line how many records ended how.
func Totals(records []push.Record) string {
	var parts []string
	n := push.Counts(records)
	for _, state := range push.States() {
		if n[state] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", state.Label(), n[state]))
		}
	}
	return strings.Join(parts, "，")
}

func mood(s push.State) workbook.Mood {
	switch s {
	case push.Accepted, push.Skipped, push.Valid, push.Built:
		return workbook.Good
	case push.Rejected, push.Invalid:
		return workbook.Bad
	case push.InDoubt, push.Undelivered, push.Changed, push.Pending:
	}
	return workbook.Middling
}
