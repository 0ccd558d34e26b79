package delim

import (
	"context"
	"strings"
)

const (
	sniffRecords = 50
	sniffBytes   = 256 << 10
)

// dialect is how the file writes tables.
type dialect struct {
	comma   byte
	sepLine bool // the first line is Excel's sep=;
}

// sniff finds the dialect in the first records before a byte of the file.
func (b *book) sniff(end int64) (dialect, error) {
	// Without a dialect the book's records are cut at line ends.
	r := b.text(context.Background(), end)
	for len(r.buf) < sniffBytes && !r.last {
		n := len(r.buf)
		if err := r.fill(); err != nil {
			if n > 0 {
				break // the rows before it show the dialect, and reading comes to it
			}
			return dialect{}, r.unreadable(err)
		}
	}
	text := r.buf
	first := string(text[:min(len(text), 16)])
	if d, ok := sepLine(first); ok {
		return d, nil
	}
	commas := [...]byte{',', '\t', ';', '|'}
	var scores [len(commas)]float64
	var begins [len(commas)]int
	earliest := sniffRecords
	for i, comma := range commas {
		scores[i], begins[i] = rate(text, comma, r.last, b.lim.MaxFields)
		if scores[i] > 0 {
			earliest = min(earliest, begins[i])
		}
	}
	best := commas[0]
	score := 0.0
	for i, comma := range commas {
		if begins[i] > earliest {
			scores[i] *= 0.6 // the header is not cut by it: perhaps it joins the entries of a list
		}
		if scores[i] > score {
			best = comma
			score = scores[i]
		}
	}
	return dialect{comma: best}, nil
}

// sepLine reads Excel's own word on the delimiter.
func sepLine(line string) (dialect, bool) {
	line, _, _ = strings.Cut(line, "\n")
	line, _, _ = strings.Cut(line, "\r")
	line = strings.TrimSuffix(strings.TrimPrefix(line, `"`), `"`)
	if len(line) != 5 || !strings.EqualFold(line[:4], "sep=") || line[4] >= 0x80 || line[4] == '"' {
		return dialect{}, false
	}
	return dialect{comma: line[4], sepLine: true}, true
}

// rate says how well a delimiter explains the text, from 0 to 1: by the share
// of records that have the commonest number of fields, which must be above
// one, and slightly by that number. begins is the first such record.
func rate(text []byte, comma byte, last bool, maxFields int) (score float64, begins int) {
	p := newParser(comma, maxFields)
	counts := make(map[int]int)
	first := make(map[int]int)
	records := 0
	for len(text) > 0 && records < sniffRecords {
		n, st := p.parse(text, last)
		if st != done {
			break
		}
		if strings.TrimSpace(string(text[:n])) != "" {
			fields := len(p.fields)
			if counts[fields] == 0 {
				first[fields] = records
			}
			counts[fields]++
			records++
		}
		text = text[n:]
	}
	for fields, n := range counts {
		share := float64(n) / float64(records)
		if s := share * share * (1 - 1/float64(fields)); s > score || s == score && first[fields] < begins {
			score = s
			begins = first[fields]
		}
	}
	return score, begins
}
