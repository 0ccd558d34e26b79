package dict

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"hbupload/internal/nearest"
)

func works() *Dictionary {
	return New("typeOfWork", []Entry{
		{Code: "00-14", Name: "矿山其他工"},
		{Code: "00-33", Name: "工厂其他工种"},
		{Code: "01-001", Name: "电焊工"},
		{Code: "01-002", Name: "气焊工"},
		{Code: "01-003", Name: "手工电弧焊作业人员"},
		{Code: "01-004", Name: "采煤工"},
		{Code: "01-005", Name: "重型铲车司机"},
		{Code: "01-006", Name: "打磨工"},
		{Code: "01-007", Name: "喷漆工"},
		{Code: "99-990", Name: "其他操作工"},
		{Code: "99-9999", Name: "其他"},
		{Code: "7", Name: "苯作业"},
		{Code: "8", Name: "铝加工"},
		{Code: "10", Name: "铅及其化合物（不包括四乙基铅）"},
		{Code: "11", Name: "汞"},
		{Code: "12", Name: "X射线装置（含CT机）产生的电离辐射"},
	}, day(1))
}

func TestNearest(t *testing.T) {
	t.Parallel()
	d := works()
	tests := []struct {
		name, text string
		n          int
		first      string // code of the best, "" for none
	}{
		{"a character short", "电焊", 3, "01-001"},
		{"a character more", "电焊工人", 3, "01-001"},
		{"neighbours swapped", "电工焊", 3, "01-001"},
		{"same sound", "店焊工", 3, "01-001"},
		{"all other characters, same sound", "踩没工", 3, "01-004"},
		{"zh for z and the like", "彩媒公", 3, "01-004"},
		{"part of a long name", "电弧焊作业人员", 3, "01-003"},
		{"its beginning", "重型铲车", 3, "01-005"},
		{"single character at the beginning", "苯", 3, "7"},
		{"an element", "铅", 3, "10"},
		{"compounds of the element", "汞及其化合物", 3, "11"},
		{"part of a much longer name", "X射线", 3, "12"},
		{"a single character is not part of all that begin with it", "手", 3, ""},
		{"with a note behind", "打磨工（外包）", 3, "01-006"},
		{"code without punctuation", "99990", 3, "99-990"},
		{"code, one digit other", "01-009", 3, "01-001"},
		{"code, one digit short", "99-999", 3, "99-990"},
		{"pinyin initials", "phq", 3, ""},
		{"pinyin", "penqi", 3, "01-007"},
		{"pinyin, initials", "pqg", 3, "01-007"},
		{"nothing like it", "会计", 3, ""},
		{"nothing like it, long", "高级财务管理咨询顾问", 3, ""},
		{"one character in common is no likeness", "工程师助理", 3, ""},
		{"blank", " ", 3, ""},
		{"none wanted", "电焊", 0, ""},
		{"too long to be compared", strings.Repeat("电焊工", 40), 3, ""},
		{"not text", "\xff\xfe", 3, ""},
		{"digits that are no code", "123456789", 3, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := d.Nearest(tt.text, tt.n)
			if len(got) > tt.n {
				t.Fatalf("%d of %d", len(got), tt.n)
			}
			switch {
			case tt.first == "" && len(got) > 0:
				t.Errorf("suggests %v", got)
			case tt.first != "" && (len(got) == 0 || got[0].Code != tt.first):
				t.Errorf("suggests %v, want %s first", got, tt.first)
			}
		})
	}
}

// TestNearestLeavesOut: what is much worse than the best is left out, of equals the
// one of more similar length comes first, and two-digit codes have no neighbours.
func TestNearestLeavesOut(t *testing.T) {
	t.Parallel()
	d := New("hazard", []Entry{
		{Code: "01", Name: "甲乙丙丁戊己"},
		{Code: "02", Name: "甲乙丙"},
		{Code: "03", Name: "甲乙"},
		{Code: "04", Name: "子丑辰"},
		{Code: "05", Name: "子丑辰巳"},
	}, day(1))
	tests := []struct {
		name, text string
		want       []string
	}{
		{"the text itself: half of it would only distract", "甲乙丙丁戊己", []string{"01"}},
		{"equal scores, the nearer length first", "子丑寅卯", []string{"05", "04"}},
		{"two digits", "09", nil},
	}
	for _, tt := range tests {
		if got := codes(d.Nearest(tt.text, 5)); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	d := works()
	tests := []struct {
		name, word string
		want       []string
	}{
		{"code", "01-001", []string{"01-001"}},
		{"code prefix", "99", []string{"99-990", "99-9999"}},
		{"name", "电焊工", []string{"01-001"}},
		{"part of a name", "焊", []string{"01-001", "01-002", "01-003"}},
		{"exact name first, then beginnings, then parts", "其它", []string{"99-9999", "99-990", "00-14", "00-33"}},
		{"initials", "dhg", []string{"01-001"}},
		{"capitals", "DHG", []string{"01-001"}},
		{"full", "dianhangong", []string{"01-001"}},
		{"full and initials", "dianhg", []string{"01-001"}},
		{"half typed", "dianha", []string{"01-001"}},
		{"within", "hangong", []string{"01-001", "01-002"}},
		{"the other reading", "zhongxing", []string{"01-005"}},
		{"lv and lu", "lvjg", []string{"8"}},
		{"lu", "lujiagong", []string{"8"}},
		{"none", "zzz", nil},
		{"blank", "  ", nil},
		{"long", strings.Repeat("a", 1000), nil},
	}
	for _, tt := range tests {
		if got := codes(d.Search(tt.word)); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestOneSlip compares the fast test with the slow one.
func TestOneSlip(t *testing.T) {
	t.Parallel()
	var all []string
	for _, a := range []string{"", "1", "2"} {
		for _, b := range []string{"", "1", "2"} {
			for _, c := range []string{"", "1", "2"} {
				for _, d := range []string{"1", "2", "3"} {
					all = append(all, a+b+c+d)
				}
			}
		}
	}
	for _, a := range all {
		for _, b := range all {
			if got, want := oneSlip(a, b), nearest.Distance([]byte(a), []byte(b)) <= 1; got != want {
				t.Errorf("oneSlip(%s, %s) = %v, want %v", a, b, got, want)
			}
		}
	}
}

// big is a dictionary of n made-up names of a few hundred different characters.
func big(code string, n int) *Dictionary {
	entries := make([]Entry, n)
	for i := range entries {
		name := []rune("检查项目")
		for v := i; v > 0; v /= 300 {
			name = append(name, rune(0x4E00+v%300))
		}
		entries[i] = Entry{Code: fmt.Sprintf("%07d", i), Name: string(name), Class: "分类" + fmt.Sprint(i%50)}
	}
	return New(code, entries, day(1))
}

// TestNearestBounded: the work for a text among 100,000 entries that all resemble
// each other stays small. The limit is generous, for slow machines; the benchmark
// gives the figure.
func TestNearestBounded(t *testing.T) {
	t.Parallel()
	d := big("item", 100_000)
	const text = "检查项目一丁丂七" // whose characters most of the names have
	if len(d.Nearest(text, 3)) == 0 {
		t.Fatal("nothing near")
	}
	ix := d.nearIndex()
	if n := len(ix.candidates(newNearQuery(ix, []rune(Loose(text))))); n == 0 || n > maxCandidates {
		t.Errorf("the distance of %d entries is computed, at most %d should be", n, maxCandidates)
	}
}

func FuzzNearest(f *testing.F) {
	for _, s := range []string{"电焊", "dhg", "01-00", "\xff", "其它", "lv", "重", strings.Repeat("a", 60)} {
		f.Add(s)
	}
	d := works()
	f.Fuzz(func(t *testing.T, text string) {
		if got := d.Nearest(text, 3); len(got) > 3 {
			t.Fatalf("%v", got)
		}
		d.Search(text)
		if loose := Loose(text); Loose(loose) != loose {
			t.Fatalf("Loose is not settled: %q, %q", loose, Loose(loose))
		}
	})
}

func BenchmarkNearest(b *testing.B) {
	d := big("item", 100_000)
	d.Nearest("项目", 1)
	for b.Loop() {
		d.Nearest("检查项目一丁丂七", 3)
	}
}

func BenchmarkSearchPinyin(b *testing.B) {
	d := big("item", 100_000)
	for b.Loop() {
		d.Search("jcxmyd")
	}
}

func BenchmarkIndex(b *testing.B) {
	entries := big("item", 100_000).Entries
	for b.Loop() {
		newNameIndex(entries)
	}
}
