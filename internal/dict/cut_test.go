package dict

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func lookupOf(entries ...string) func(string) bool {
	return func(part string) bool { return slices.Contains(entries, part) }
}

func TestCut(t *testing.T) {
	t.Parallel()
	hazards := lookupOf("1,2-二氯乙烷", "噪声", "氯甲醚、双氯甲醚", "矽尘", "煤尘（游离SiO2<10%,含水）", "1081", "2008", "苯", "甲苯")
	overlap := lookupOf("甲", "乙", "丙", "甲、乙", "乙、丙")
	nested := lookupOf("铅（烟、尘）", "铅(烟、尘)", "[甲(乙,丙)丁]", "噪声", "【一；二】", "烟", "尘)")
	tests := []struct {
		name   string
		lookup func(string) bool
		in     string
		parts  []string
		ways   int
	}{
		{"one", hazards, "噪声", []string{"噪声"}, 1},
		{"outer blanks", hazards, "  噪声\n", []string{"噪声"}, 1},
		{"a comma within a name", hazards, "1,2-二氯乙烷", []string{"1,2-二氯乙烷"}, 1},
		{"the example of help: 接口读法 3.4", hazards, "1,2-二氯乙烷、噪声", []string{"1,2-二氯乙烷", "噪声"}, 1},
		{"the comma's name in the middle", hazards, "噪声,1,2-二氯乙烷,矽尘", []string{"噪声", "1,2-二氯乙烷", "矽尘"}, 1},
		{"one entry that looks like two", hazards, "氯甲醚、双氯甲醚", []string{"氯甲醚、双氯甲醚"}, 1},
		{"beside another", hazards, "噪声；氯甲醚、双氯甲醚", []string{"噪声", "氯甲醚、双氯甲醚"}, 1},
		{"codes", hazards, "1081, 2008", []string{"1081", "2008"}, 1},
		{"all separators", hazards, "噪声,矽尘，苯、甲苯;1081；2008\n噪声\r\n苯", []string{"噪声", "矽尘", "苯", "甲苯", "1081", "2008", "噪声", "苯"}, 1},
		{"trailing and double separators", hazards, "、噪声、、矽尘，", []string{"噪声", "矽尘"}, 1},
		{"order and repeats are kept", hazards, "苯、噪声、苯", []string{"苯", "噪声", "苯"}, 1},
		{"brackets protect", hazards, "苯、煤尘（游离SiO2<10%,含水）", []string{"苯", "煤尘（游离SiO2<10%,含水）"}, 1},
		{"whole first, though it could be cut", lookupOf("甲", "乙", "甲、乙"), "甲、乙", []string{"甲、乙"}, 1},
		{"two cuts", overlap, "甲、乙、丙", []string{"甲、乙", "丙"}, 2},
		{"two cuts elsewhere", overlap, "丙、甲、乙", []string{"丙", "甲、乙"}, 2},
		{"blank", hazards, " \t\n", nil, 0},
		{"separators only", hazards, "、,;", nil, 0},
		{"none", hazards, "噪音", []string{"噪音"}, 0},
		{"one unknown part", hazards, "1,2-二氯乙烷、噪音、矽尘", []string{"1,2-二氯乙烷", "噪音", "矽尘"}, 0},
		{"the unknown ones are few and single", overlap, "甲、乙、丁、戊", []string{"甲、乙", "丁", "戊"}, 0},
		{"another separator is another text", hazards, "氯甲醚,双氯甲醚", []string{"氯甲醚", "双氯甲醚"}, 0},
		{"nested brackets", nested, "[甲(乙,丙)丁]、噪声", []string{"[甲(乙,丙)丁]", "噪声"}, 1},
		{"black brackets", nested, "噪声、【一；二】", []string{"噪声", "【一；二】"}, 1},
		{"widths of a pair may differ", nested, "铅（烟、尘)、噪声", []string{"铅（烟、尘)", "噪声"}, 0},
		{"an unclosed bracket protects nothing", nested, "(烟、噪声", []string{"(烟", "噪声"}, 0},
		{"a bracket never opened protects nothing", nested, "烟、尘)、噪声", []string{"烟", "尘)", "噪声"}, 1},
		{"crossing brackets", nested, "(烟[、)噪声]", []string{"(烟[、)噪声]"}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			parts, ways := Cut(tt.in, tt.lookup)
			if !slices.Equal(parts, tt.parts) || ways != tt.ways {
				t.Errorf("Cut(%q) = %q, %d, want %q, %d", tt.in, parts, ways, tt.parts, tt.ways)
			}
		})
	}
}

// TestCutBounded: a cell of nothing but separators and entries that overlap in
// every way is cut with a bounded number of look-ups.
func TestCutBounded(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		strings.Repeat("甲、", 2000) + "甲",
		strings.Repeat("甲,", 16000),
		strings.Repeat("(", 16000) + "甲" + strings.Repeat("]", 16000),
		strings.Repeat("（甲、", 5000) + strings.Repeat("）", 5000),
	} {
		calls := 0
		_, ways := Cut(in, func(part string) bool { calls++; return part != in && len(part) < 40 })
		if calls > 1+maxCutAtoms*maxCutJoin {
			t.Errorf("%d look-ups for %d bytes", calls, len(in))
		}
		if ways < 0 || ways > 2 {
			t.Errorf("ways = %d", ways)
		}
	}
}

// TestCutAgainstEveryCut compares with trying every set of separators, which is
// what Cut avoids.
func TestCutAgainstEveryCut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 1, 6).Draw(t, "names")
		seps := rapid.SliceOfN(rapid.SampledFrom([]string{",", "、"}), len(names), len(names)).Draw(t, "seps")
		text := names[0]
		for i, n := range names[1:] {
			text += seps[i] + n
		}
		entries := rapid.SliceOfN(rapid.StringMatching(`[abc]([,、][abc]){0,2}`), 1, 6).Draw(t, "entries")
		lookup := lookupOf(entries...)
		want := everyCut(names, seps, lookup)
		if lookup(text) {
			want = 1
		}
		parts, ways := Cut(text, lookup)
		if ways != min(want, 2) {
			t.Fatalf("Cut(%q) by %q: %d ways, want %d", text, entries, ways, want)
		}
		for _, p := range parts {
			if ways > 0 && !lookup(p) {
				t.Fatalf("Cut(%q) by %q: part %q is no entry", text, entries, p)
			}
		}
	})
}

func everyCut(names, seps []string, lookup func(string) bool) (ways int) {
	for set := range 1 << (len(names) - 1) {
		part, good := names[0], true
		for i, n := range names[1:] {
			if set>>i&1 == 1 {
				good = good && lookup(part)
				part = n
			} else {
				part += seps[i] + n
			}
		}
		if good && lookup(part) {
			ways++
		}
	}
	return ways
}

func FuzzCut(f *testing.F) {
	for _, s := range []string{"1,2-二氯乙烷、噪声", "氯甲醚、双氯甲醚", "(a,b),c", "、、", "a\r\nb", "\xff,\xfe", "((((]]]]", "【a；b", " a , b "} {
		f.Add(s, "a|b|噪声|1,2-二氯乙烷")
	}
	f.Fuzz(func(t *testing.T, text, entries string) {
		if len(text) > 4096 {
			return
		}
		known := map[string]bool{}
		for e := range strings.SplitSeq(entries, "|") {
			known[strings.TrimSpace(e)] = true
		}
		parts, ways := Cut(text, func(p string) bool { return known[p] })
		if (strings.TrimSpace(text) == "") && (parts != nil || ways != 0) {
			t.Fatal("a blank cell has parts")
		}
		rest := text
		for _, p := range parts {
			if p == "" || p != strings.TrimSpace(p) {
				t.Fatalf("part %q", p)
			}
			if ways > 0 && !known[p] {
				t.Fatalf("part %q of a good cut is no entry", p)
			}
			_, after, found := strings.Cut(rest, p)
			if !found {
				t.Fatalf("part %q is not in the rest %q", p, rest)
			}
			rest = after
		}
		if again := fmt.Sprint(Cut(text, func(p string) bool { return known[p] })); again != fmt.Sprint(parts, ways) {
			t.Fatal("not the same twice")
		}
	})
}
