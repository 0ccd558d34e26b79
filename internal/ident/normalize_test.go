package ident

import (
	"slices"
	"strings"
	"testing"
)

func TestNormalize(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in, out string
		steps         []string
	}{
		{"nothing to do", "11010519491231002X", "11010519491231002X", nil},
		{"empty", "", "", nil},
		{"small x", "11010519491231002x", "11010519491231002X", []string{stepUpper}},
		{"apostrophe", "'11010519491231002X", "11010519491231002X", []string{stepApostrophe}},
		{"curly apostrophes", "‘’11010519491231002X", "11010519491231002X", []string{stepApostrophe}},
		{"full-width apostrophe", "＇110", "110", []string{stepWidth, stepApostrophe}},
		{"text formula", `="110105"`, "110105", []string{stepApostrophe}},
		{"half a formula stays, and fails the check", `="110105`, `="110105`, nil},
		{"blanks", " 110105 19491231 002X\t", "11010519491231002X", []string{stepBlanks}},
		{"NBSP", "\u00a0110105\u00a0", "110105", []string{stepBlanks}},
		{"ideographic blank", "110105\u3000", "110105", []string{stepBlanks}},
		{"zero width and BOM", "\ufeff110\u200b105\u200d", "110105", []string{stepBlanks}},
		{"bidi mark", "\u202d110105\u202c", "110105", []string{stepBlanks}},
		{"control characters", "110\x00105\x1b", "110105", []string{stepBlanks}},
		{"full width", "１１０１０５ｘ", "110105X", []string{stepWidth, stepUpper}},
		{"all of it", "\u00a0＇１１0105ｘ ", "110105X", []string{stepBlanks, stepWidth, stepApostrophe, stepUpper}},
		{"passport", "e 1234567", "E1234567", []string{stepBlanks, stepUpper}},
		{"letters beyond ASCII stay", "ſß一", "ſß一", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			out, steps := Normalize(tt.in)
			if out != tt.out || !slices.Equal(steps, tt.steps) {
				t.Errorf("Normalize(%q) = %q, %v, want %q, %v", tt.in, out, steps, tt.out, tt.steps)
			}
		})
	}
}

func TestMasks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		mask func(string) string
		in   string
		want string
	}{
		{"id", MaskID, "11010519491231002X", "****2X"},
		{"id, blanks", MaskID, " 440524188001010014 ", "****14"},
		{"short id", MaskID, "12345", "****"},
		{"passport", MaskID, "E12345", "****45"},
		{"no id", MaskID, "", ""},
		{"phone", MaskPhone, "13800000007", "****07"},
		{"short phone", MaskPhone, "110", "****"},
		{"name", MaskName, "甄某人", "甄*"},
		{"double surname", MaskName, "欧阳某", "欧*"},
		{"two characters", MaskName, "甄某", "甄*"},
		{"one character", MaskName, "甄", "*"},
		{"no name", MaskName, "  ", ""},
	}
	for _, tt := range tests {
		if got := tt.mask(tt.in); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestSentences(t *testing.T) {
	t.Parallel()
	seen := map[string]Problem{}
	for _, p := range []Problem{problemFifteen, problemLength, problemCharacters, problemRegion, problemDate, problemCheckDigit, problemUSCCLength, problemUSCCCharacters, problemUSCCCheck} {
		s := p.Sentence()
		if s == "" || s == Problem("other").Sentence() {
			t.Errorf("%s has no sentence of its own", p)
		}
		if other, twice := seen[s]; twice {
			t.Errorf("%s and %s say the same", p, other)
		}
		seen[s] = p
	}
	if Problem("").Sentence() != "" {
		t.Error("no problem has a sentence")
	}
	if !strings.Contains(problemFifteen.Sentence(), "15") {
		t.Error("the 15-digit form is not called so")
	}
}
