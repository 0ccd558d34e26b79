package dict

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// TestReadings: readings.txt says of every Chinese character what go-pinyin says,
// and nothing else; HBUPLOAD_UPDATE=1 rewrites it.
func TestReadings(t *testing.T) {
	t.Parallel()
	characters := map[string][]rune{}
	for code := range pinyin.PinyinDict {
		if r := rune(code); unicode.Is(unicode.Han, r) {
			list := strings.Join(libraryReadings(r), ",")
			characters[list] = append(characters[list], r)
		}
	}
	var text strings.Builder
	for _, list := range slices.Sorted(maps.Keys(characters)) {
		slices.Sort(characters[list])
		text.WriteString(list + " " + string(characters[list]) + "\n")
	}
	if os.Getenv("HBUPLOAD_UPDATE") != "" {
		if err := os.WriteFile("readings.txt", []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if text.String() != readingsText {
		t.Fatal("readings.txt differs from the library; run: HBUPLOAD_UPDATE=1 go test ./internal/dict -run TestReadings")
	}
}

// libraryReadings are go-pinyin's readings of a character, each once.
func libraryReadings(r rune) []string {
	var list []string
	for _, s := range pinyin.SinglePinyin(r, pinyin.Args{Style: pinyin.Normal, Heteronym: true}) {
		if s != "" && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

func TestReadingsOf(t *testing.T) {
	t.Parallel()
	for r, want := range map[rune]string{'中': "zhong", '女': "nv,ru", '重': "zhong,chong,tong", '〇': "ling,yuan,xing", 'a': "", '，': "", '\n': "", 0: ""} {
		if got := strings.Join(readings(r), ","); got != want {
			t.Errorf("readings of %q: %q, want %q", r, got, want)
		}
	}
}
