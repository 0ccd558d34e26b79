package dict

import (
	_ "embed" // the table of readings
	"strings"
	"sync"
)

// readingsText says how Chinese characters are read, without tones: one line for
// all characters with the same readings, `zhong,chong 重…`, the usual reading
// first. TestReadings makes it from go-pinyin's dictionary. The program does not
// link that library: its dictionary is a map of 41,000 texts that every start would
// fill (5 ms), and few runs ask how a character sounds.
//
//go:embed readings.txt
var readingsText string

// readingTable is readingsText, ready for looking up; it is made when first asked.
type readingTable struct {
	lists [][]string
	of    map[rune]uint16 // a character's place in lists
}

var readingsTable = sync.OnceValue(func() readingTable {
	t := readingTable{of: make(map[rune]uint16, len(readingsText)/len("字"))}
	for line := range strings.Lines(readingsText) {
		spoken, characters, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		place := uint16(len(t.lists))
		t.lists = append(t.lists, strings.Split(spoken, ","))
		for _, r := range characters {
			t.of[r] = place
		}
	}
	return t
})

// readings lists how a Chinese character is read, without tones, the usual
// reading first; nil for any other character. The list must not be changed.
func readings(r rune) []string {
	table := readingsTable()
	place, known := table.of[r]
	if !known {
		return nil
	}
	return table.lists[place]
}
