package sample_test

import (
	"strings"
	"testing"

	"hbupload/internal/ident"
	"hbupload/internal/sandbox/sample"
	"hbupload/internal/spec"
)

func column(id spec.FieldID) int {
	for i, f := range spec.SheetFields(spec.SheetPerson) {
		if f.ID == id {
			return i
		}
	}
	return -1
}

// TestPeopleAreDistinctAndLegal looks at enough of them to pass every birthday
// twice.
func TestPeopleAreDistinctAndLegal(t *testing.T) {
	t.Parallel()
	const n = 29_500
	src, seen, names, id, name := sample.People(n, 1), map[string]bool{}, map[string]bool{}, column(spec.IDCard), column(spec.PatientName)
	for i := range n {
		p := src.At(i)
		card := p.Row[id].Text
		if seen[card] || strings.HasSuffix(card, "000") || names[p.Row[name].Text] {
			t.Fatalf("person %d is like another, or ends in 000", i)
		}
		seen[card], names[p.Row[name].Text] = true, true
		if problem := ident.CheckIDCard(card); problem != "" {
			t.Fatalf("person %d: %v", i, problem)
		}
	}
	last := sample.People(1_000_000, 1).At(999_999)
	if problem := ident.CheckIDCard(last.Row[id].Text); problem != "" || seen[last.Row[id].Text] {
		t.Errorf("the millionth: %v", problem)
	}
	again := sample.People(n, 1).At(77)
	if first := src.At(77); string(again.DataJSON(sample.Plain)) != string(first.DataJSON(sample.Plain)) {
		t.Error("one seed makes two people")
	}
	if other := sample.People(n, 2).At(77); string(again.DataJSON(sample.Plain)) == string(other.DataJSON(sample.Plain)) {
		t.Error("two seeds make one person")
	}
}

// TestCheckDigits holds ours against those of ident, written by others.
func TestCheckDigits(t *testing.T) {
	t.Parallel()
	if got := sample.IDCard("110105", sample.Day(1949, 12, 31), 2); got != "11010519491231002X" {
		t.Errorf("the example of GB 11643 is %s", got)
	}
	for _, f := range sample.Firms() {
		if problem := ident.CheckUSCC(f.Code); problem != "" {
			t.Errorf("%s: %v", f.Name, problem)
		}
	}
}

func BenchmarkPeople(b *testing.B) {
	src := sample.People(1_000_000, 1)
	for i := 0; b.Loop(); i++ {
		src.At(i % src.N)
	}
}
