package draft_test

import (
	"cmp"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hbupload/internal/mapping/draft"
	"hbupload/internal/mapping/layout"
)

// shapes are the exports of testdata/layouts with what a person answers in his own
// words where the export has nothing to offer.
func shapes() []struct {
	name, path string
	own        map[string]string
	lacks      string // what the export does not contain
} {
	at := func(name string) string { return filepath.Join("..", "..", "..", "testdata", "layouts", name) }
	return []struct {
		name, path string
		own        map[string]string
		lacks      string
	}{
		{"a", at("a/export.xlsx"), map[string]string{"吸烟情况": "从不吸"}, ""},
		{"b", at("b/export.xlsx"), map[string]string{"初复检标识": "初检"}, "resultOptionCode required"},
		{"c", at("c/export.xlsx"), map[string]string{"初复检标识": "初检"}, "exposure-required"},
		{"d", at("d/export.csv"), map[string]string{"初复检标识": "初检"}, "resultFlag required"},
	}
}

// answersOf answers every question with its first candidate, or in own words, and
// every open word and item with its first candidate.
func answersOf(d *draft.Draft, own map[string]string) []draft.Answer {
	var out []draft.Answer
	for _, q := range d.Questions {
		switch text := own[q.Where]; {
		case text != "":
			out = append(out, draft.Answer{ID: q.ID, Text: text})
		case len(q.Candidates) > 0:
			out = append(out, draft.Answer{ID: q.ID, Text: q.Candidates[0]})
		}
	}
	for _, w := range d.Words {
		if w.Choice == "" && len(w.Candidates) > 0 {
			out = append(out, draft.Answer{ID: w.ID, Text: w.Candidates[0]})
		}
	}
	for _, i := range d.Items {
		if i.Choice == "" {
			out = append(out, draft.Answer{ID: i.ID, Text: i.Candidates[0]})
		}
	}
	return out
}

// TestDraftRunsAndLeadsThere drafts a mapping for every shape: it parses and runs as it
// is, and answered as a person would, nobody is withheld for what the export contains.
func TestDraftRunsAndLeadsThere(t *testing.T) {
	t.Parallel()
	for _, c := range shapes() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := propose(t, c.path)
			run(t, c.path, d.Text)
			text := apply(t, d, answersOf(d, c.own)...)
			j := run(t, c.path, text)
			for _, line := range strings.Split(strings.TrimSpace(j.errors()), "\n") {
				if line != "" && (c.lacks == "" || !strings.Contains(line, c.lacks)) {
					t.Errorf("%s\n%s", line, text)
				}
			}
			if len(j.records) != 3 {
				t.Errorf("%d records, want 3", len(j.records))
			}
			for _, secret := range []string{idA, idB, idC, "试样甲", "13900001000"} {
				if strings.Contains(d.Text, secret) {
					t.Errorf("the draft quotes %q", secret)
				}
			}
		})
	}
}

var reChoice = regexp.MustCompile(`(?m)^( *)#\?`)

// TestEveryCandidate applies each candidate of each question, word and item alone, as a
// workbook answers it and as the YAML file says: two characters deleted. All parse, run,
// and change what they are about and nothing else.
func TestEveryCandidate(t *testing.T) {
	t.Parallel()
	for _, c := range shapes() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := propose(t, c.path)
			for _, q := range d.Questions {
				for _, text := range q.Candidates {
					run(t, c.path, apply(t, d, draft.Answer{ID: q.ID, Text: text}))
				}
			}
			for _, w := range d.Words {
				for _, text := range w.Candidates {
					if _, err := layout.Parse("", []byte(apply(t, d, draft.Answer{ID: w.ID, Text: text}))); err != nil {
						t.Errorf("%s = %s: %v", w.Word, text, err)
					}
				}
			}
			for _, at := range reChoice.FindAllStringIndex(d.Text, -1) {
				text := d.Text[:at[1]-2] + d.Text[at[1]:]
				if _, err := layout.Parse("", []byte(text)); err != nil {
					line, _, _ := strings.Cut(d.Text[at[0]:], "\n")
					t.Errorf("%s: %v", line, err)
				}
			}
		})
	}
}

// TestUnchangedAnswers gives back everything as the draft has it, as a workbook does in
// which a person changed nothing: no fault, and what is read stays the same.
func TestUnchangedAnswers(t *testing.T) {
	t.Parallel()
	check := func(t *testing.T, path string) {
		t.Helper()
		d := propose(t, path)
		var answers []draft.Answer
		for _, c := range d.Columns {
			answers = append(answers, draft.Answer{ID: c.ID, Text: cmp.Or(c.Field, draft.Unused)})
		}
		for _, w := range d.Words {
			answers = append(answers, draft.Answer{ID: w.ID, Text: w.Choice})
		}
		for _, i := range d.Items {
			answers = append(answers, draft.Answer{ID: i.ID, Text: i.Choice}, draft.Answer{ID: draft.UnitID(i.Name), Text: ""}, draft.Answer{ID: draft.RangeID(i.Name), Text: ""})
		}
		before := run(t, path, d.Text)
		after := run(t, path, apply(t, d, answers...))
		if got, want := fmt.Sprint(after.errors()), fmt.Sprint(before.errors()); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	for _, c := range shapes() {
		t.Run(c.name, func(t *testing.T) { check(t, c.path) })
	}
	for name, files := range strangeExports() {
		t.Run(name, func(t *testing.T) {
			dir := sheetsDir(t, files)
			if len(files) == 1 {
				dir += "/p.csv"
			}
			check(t, dir)
		})
	}
}
