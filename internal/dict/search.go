package dict

import "strings"

// The ranks of Search; a smaller one stands further up.
const (
	rankCode = iota
	rankName
	rankCodePrefix
	rankNamePrefix
	rankNamePart
	rankSpokenPrefix
	rankSpokenPart
	ranks
)

// Search finds what a person looks for: entries whose code begins with the
// word, whose name contains it, or whose name is read so (pinyin in full, by initials,
// or mixed). The best kind of match comes first, then the dictionary's order.
func (d *Dictionary) Search(word string) []Entry {
	key := Loose(word)
	code := looseCode(word)
	if key == "" && code == "" {
		return nil
	}
	ix := d.index()
	spoken := newSpokenQuery(key)
	var found [ranks][]Entry
	for i, name := range ix.looseKeys {
		e := d.Entries[i]
		if rank := searchRank(e, name, key, code, spoken); rank < ranks {
			found[rank] = append(found[rank], e)
		}
	}
	var all []Entry
	for _, some := range found {
		all = append(all, some...)
	}
	return all
}

func searchRank(e Entry, name, key, code string, spoken *spokenQuery) int {
	if code != "" && len(e.Code) >= len(code) {
		switch c := looseCode(e.Code); {
		case c == code:
			return rankCode
		case strings.HasPrefix(c, code) && name != key:
			return rankCodePrefix
		}
	}
	if key == "" {
		return ranks
	}
	switch at := strings.Index(name, key); {
	case name == key:
		return rankName
	case at == 0:
		return rankNamePrefix
	case at > 0:
		return rankNamePart
	}
	if spoken == nil {
		return ranks
	}
	switch found, atStart := spoken.match(name); {
	case atStart:
		return rankSpokenPrefix
	case found:
		return rankSpokenPart
	}
	return ranks
}
