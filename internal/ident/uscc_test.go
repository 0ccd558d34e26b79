package ident

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCheckUSCC(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		want     Problem
	}{
		// Derived by hand from the standard's algorithm. All zeros: the sum is 0, and
		// 31 - 0 = 31 must become 0.
		{"check 0, sum 0", "000000000000000000", ""},
		// 1·3^0 + 1·3^15 = 1 + 30 = 31.
		{"check 0, sum 31", "100000000000000100", ""},
		// Y is 30, weight 1: 31 - 30 = 1.
		{"check 1", "Y00000000000000001", ""},
		// 1·3^0 = 1: 31 - 1 = 30, the last character of the alphabet.
		{"check Y", "10000000000000000Y", ""},
		// 2·3^1 = 6: 31 - 6 = 25, which is R when I, O, S, V and Z are left out.
		{"check R", "02000000000000000R", ""},
		// Identifiers that companies print on their invoices.
		{"company, letter", "9144030071526726XG", ""},
		{"company, letter B", "91330100799655058B", ""},
		{"company, digit", "914403001922038216", ""},
		{"empty", "", problemUSCCLength},
		{"15 digits of the old business licence", "130827000012345", problemUSCCLength},
		{"19", "9144030071526726XG0", problemUSCCLength},
		{"small letters are the caller's to normalise", "9144030071526726xg", problemUSCCCharacters},
		{"letter O", "91440300715267O6XG", problemUSCCCharacters},
		{"letters I S V Z", "91440300715ISVZ6XG", problemUSCCCharacters},
		{"full width", "９144030071526726XG", problemUSCCCharacters},
		{"check", "9144030071526726XH", problemUSCCCheck},
		{"swap", "9144030071526762XG", problemUSCCCheck},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := CheckUSCC(tt.in); got != tt.want {
				t.Errorf("CheckUSCC = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestUSCCCheckCharRefuses(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"", "1234567890123456", "123456789012345678", "1234567890123456I"} {
		if _, ok := USCCCheckChar(in); ok {
			t.Errorf("USCCCheckChar(%q) is ok", in)
		}
	}
}

// TestCheckCharacters requires each of the 31 characters to appear as a check
// character equally often: the faulty libraries never produce 0.
func TestCheckCharacters(t *testing.T) {
	t.Parallel()
	counts := map[byte]int{}
	for _, a := range usccAlphabet {
		for _, b := range usccAlphabet {
			for _, c := range usccAlphabet {
				check, ok := USCCCheckChar("91130827MA085B" + string(a) + string(b) + string(c))
				if !ok {
					t.Fatal("refused its own alphabet")
				}
				counts[check]++
			}
		}
	}
	for _, c := range []byte(usccAlphabet) {
		if counts[c] != 31*31 {
			t.Errorf("check %c occurs %d times of 29,791, want 961", c, counts[c])
		}
	}
}

// TestGeneratedUSCCs: the modulus is a prime and the weights differ, so every change
// of one character and every swap of any two shows.
func TestGeneratedUSCCs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.StringOfN(rapid.RuneFrom([]rune(usccAlphabet)), 17, 17, -1).Draw(t, "first")
		check, _ := USCCCheckChar(first)
		s := first + string(check)
		if p := CheckUSCC(s); p != "" {
			t.Fatalf("%s: %s", s, p)
		}
		i := rapid.IntRange(0, 17).Draw(t, "i")
		for _, c := range []byte(usccAlphabet) {
			if c != s[i] && CheckUSCC(s[:i]+string(c)+s[i+1:]) == "" {
				t.Fatalf("%s with %c at %d passes", s, c, i)
			}
		}
		j := rapid.IntRange(0, 16).Draw(t, "j")
		if k := i; k < 17 && s[j] != s[k] {
			b := []byte(s)
			b[j], b[k] = b[k], b[j]
			if CheckUSCC(string(b)) == "" {
				t.Fatalf("%s with %d and %d swapped passes", s, j, k)
			}
		}
	})
}

func FuzzCheckUSCC(f *testing.F) {
	for _, s := range []string{"9144030071526726XG", "000000000000000000", "", "ISVZO", "\xff\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := CheckUSCC(s)
		if p == "" && (len(s) != 18 || strings.ContainsAny(s, "IOSVZ")) {
			t.Fatalf("%q passes", s)
		}
		if p != "" && p.Sentence() == "" {
			t.Fatalf("problem %q has no sentence", p)
		}
	})
}
