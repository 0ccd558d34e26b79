package ident

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestCheckIDCard(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		want     Problem
	}{
		// The two examples that GB 11643-1999 itself prints.
		{"standard's example, check X", "11010519491231002X", ""},
		{"standard's example, check digit", "440524188001010014", ""},
		// Invented; weights 7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2 added up by hand:
		// 1·7+3·9+0+1·5+0+2·4+2·2+0+0+0+0+1·9+0+1·5+0+0+1·2 = 67, 67 mod 11 = 1, check 0.
		{"check 0", "130102200001010010", ""},
		{"region of Hong Kong residents", withCheck("81000019900101001"), ""},
		{"region that no table lists", withCheck("99999919900101001"), ""},
		{"leap day", withCheck("13010220000229001"), ""},
		{"first year", withCheck("13010218000101001"), ""},
		{"empty", "", problemLength},
		{"17 digits", "11010519491231002", problemLength},
		{"19 digits", "4405241880010100144", problemLength},
		{"15 digits", "130503670401001", problemFifteen},
		{"15 characters that are no digits", "13050367040100X", problemLength},
		{"small x is the caller's to normalise", "11010519491231002x", problemCharacters},
		{"X within", "1101051949123100X2", problemCharacters},
		{"letter", "11010519491231A02X", problemCharacters},
		{"full width", "１1010519491231002X", problemCharacters},
		{"18 full-width digits", strings.Repeat("１", 18), problemCharacters},
		{"six characters of three bytes", "身份证号码错", problemCharacters},
		{"region begins with 0", withCheck("01010519491231002"), problemRegion},
		{"month 13", withCheck("13010219901301001"), problemDate},
		{"month 0", withCheck("13010219900001001"), problemDate},
		{"30 February", withCheck("13010220000230001"), problemDate},
		{"29 February of 1900", withCheck("13010219000229001"), problemDate},
		{"day 0", withCheck("13010219900100001"), problemDate},
		{"year 0994", withCheck("13010209940101001"), problemDate},
		{"year 1799", withCheck("13010217991231001"), problemDate},
		{"check digit", "110105194912310021", problemCheckDigit},
		{"X for a digit", "44052418800101001X", problemCheckDigit},
		{"fifteen zeros", strings.Repeat("0", 15), problemFifteen},
		{"eighteen zeros", strings.Repeat("0", 18), problemRegion},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := CheckIDCard(tt.in); got != tt.want {
				t.Errorf("CheckIDCard = %q, want %q", got, tt.want)
			}
		})
	}
}

func withCheck(first17 string) string {
	digit, ok := IDCardCheckDigit(first17)
	if !ok {
		panic("not 17 digits: " + first17)
	}
	return first17 + string(digit)
}

// TestIDCardCheckDigitAgainstTheTable computes with the weights and the table as
// the standard prints them, which the code derives.
func TestIDCardCheckDigitAgainstTheTable(t *testing.T) {
	t.Parallel()
	weights := []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	table := []string{"1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[0-9]{17}`).Draw(t, "s")
		sum := 0
		for i, w := range weights {
			sum += int(s[i]-'0') * w
		}
		if got, ok := IDCardCheckDigit(s); !ok || string(got) != table[sum%11] {
			t.Fatalf("check of %s = %c, want %s", s, got, table[sum%11])
		}
	})
}

func TestIDCardCheckDigitRefuses(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"", "1234567890123456", "123456789012345678", "1234567890123456X", "1234567890123４"} {
		if _, ok := IDCardCheckDigit(in); ok {
			t.Errorf("IDCardCheckDigit(%q) is ok", in)
		}
	}
}

// generatedID draws a valid number of an invented person.
func generatedID(t *rapid.T) (id string, born time.Time) {
	born = time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 150_000).Draw(t, "day"))
	region := rapid.IntRange(100000, 999999).Draw(t, "region")
	serial := rapid.IntRange(0, 999).Draw(t, "serial")
	return withCheck(fmt.Sprintf("%06d%s%03d", region, born.Format("20060102"), serial)), born
}

func TestGeneratedIDs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		id, born := generatedID(t)
		if p := CheckIDCard(id); p != "" {
			t.Fatalf("%s: %s", id, p)
		}
		if got, ok := BirthdayOf(id); !ok || got != born.Format(time.DateOnly) {
			t.Fatalf("BirthdayOf(%s) = %s, %v", id, got, ok)
		}
		want := "2"
		if strings.ContainsRune("13579", rune(id[16])) {
			want = "1"
		}
		if got, ok := SexOf(id); !ok || got != want {
			t.Fatalf("SexOf(%s) = %s, %v", id, got, ok)
		}
		everySlipShows(t, id)
	})
}

// everySlipShows tries every other character at every place, and every swap of
// two neighbours: MOD 11-2 detects all of both.
func everySlipShows(t *rapid.T, id string) {
	for i := range len(id) {
		alphabet := "0123456789"
		if i == len(id)-1 {
			alphabet += "X"
		}
		for _, c := range []byte(alphabet) {
			if c != id[i] {
				mustFail(t, id[:i]+string(c)+id[i+1:])
			}
		}
		if i+1 < len(id) && id[i] != id[i+1] {
			mustFail(t, id[:i]+string(id[i+1])+string(id[i])+id[i+2:])
		}
	}
}

func mustFail(t *rapid.T, id string) {
	if CheckIDCard(id) == "" {
		t.Fatalf("the slip %s passes", id)
	}
	if _, ok := BirthdayOf(id); ok {
		t.Fatalf("BirthdayOf(%s) derives from an invalid number", id)
	}
	if _, ok := SexOf(id); ok {
		t.Fatalf("SexOf(%s) derives from an invalid number", id)
	}
}

func TestAgeAt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		birthday, on string
		years        int
		ok           bool
	}{
		{"1994-11-13", "2020-09-03", 25, true}, // the document's sample
		{"1994-11-13", "2020-11-12", 25, true},
		{"1994-11-13", "2020-11-13", 26, true},
		{"1994-11-13", "2020-12-01", 26, true},
		{"2000-02-29", "2023-02-28", 22, true},
		{"2000-02-29", "2023-03-01", 23, true},
		{"2000-02-29", "2024-02-29", 24, true},
		{"2020-01-01", "2020-01-01", 0, true},
		{"2020-01-02", "2020-01-01", 0, false},
		{"2020-02-30", "2021-01-01", 0, false},
		{"2020-1-2", "2021-01-01", 0, false},
		{"2020-01-02", "", 0, false},
		{"", "2021-01-01", 0, false},
	}
	for _, tt := range tests {
		years, ok := AgeAt(tt.birthday, tt.on)
		if years != tt.years || ok != tt.ok {
			t.Errorf("AgeAt(%s, %s) = %d, %v, want %d, %v", tt.birthday, tt.on, years, ok, tt.years, tt.ok)
		}
	}
}

func FuzzCheckIDCard(f *testing.F) {
	for _, s := range []string{"11010519491231002X", "440524188001010014", "130503670401001", "", "１１", "13010220000230001X", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := CheckIDCard(s)
		if p == "" {
			if len(s) != 18 || s[0] == '0' {
				t.Fatalf("%q passes", s)
			}
			if _, err := time.Parse("20060102", s[6:14]); err != nil {
				t.Fatalf("%q passes without a date", s)
			}
		} else if p.Sentence() == "" {
			t.Fatalf("problem %q has no sentence", p)
		}
		out, _ := Normalize(s)
		if again, steps := Normalize(out); again != out || steps != nil {
			t.Fatalf("Normalize twice: %q, then %q by %v", out, again, steps)
		}
	})
}
