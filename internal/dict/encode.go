package dict

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// The contents file is lines of tab-separated fields: "#" code count opens a
// dictionary, each further line is an entry. Plain text rather than JSON: it
// reads ten times as fast, and two pulls can be compared by eye.

var errContents = errors.New("dictionary file damaged")

func encode(w io.Writer, dicts []*Dictionary) error {
	b := bufio.NewWriterSize(w, 64<<10)
	for _, d := range dicts {
		fmt.Fprintf(b, "#\t%s\t%d\n", escape(d.Code), len(d.Entries))
		for _, e := range d.Entries {
			for i, text := range [...]string{e.Code, e.Name, e.Class, e.MonitorType, e.Industry} {
				if i > 0 {
					b.WriteByte('\t')
				}
				b.WriteString(escape(text))
			}
			b.WriteByte('\n')
		}
	}
	return b.Flush()
}

// decode reads what encode wrote; anything else is errContents.
func decode(text string) ([]*Dictionary, error) {
	var dicts []*Dictionary
	for text != "" {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		head := strings.Split(line, "\t")
		if len(head) != 3 || head[0] != "#" {
			return nil, errContents
		}
		count, err := strconv.Atoi(head[2])
		if err != nil || count < 0 || count > maxEntries {
			return nil, errContents
		}
		d := &Dictionary{Code: unescape(head[1]), Entries: make([]Entry, 0, min(count, len(text)/5+1))}
		for range count {
			var e Entry
			e, text, err = decodeEntry(text)
			if err != nil {
				return nil, err
			}
			d.Entries = append(d.Entries, e)
		}
		dicts = append(dicts, d)
	}
	return dicts, nil
}

func decodeEntry(text string) (e Entry, rest string, err error) {
	line, rest, found := strings.Cut(text, "\n")
	if !found {
		return e, "", errContents
	}
	for i, into := range [...]*string{&e.Code, &e.Name, &e.Class, &e.MonitorType, &e.Industry} {
		var field string
		var more bool
		field, line, more = strings.Cut(line, "\t")
		if more != (i < 4) {
			return e, "", errContents
		}
		*into = unescape(field)
	}
	return e, rest, nil
}

func escape(text string) string {
	if !strings.ContainsAny(text, "\\\t\n") {
		return text
	}
	return strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`).Replace(text)
}

func unescape(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	return strings.NewReplacer(`\\`, `\`, `\t`, "\t", `\n`, "\n").Replace(text)
}
