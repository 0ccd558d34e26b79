package draft

import (
	"slices"
	"strings"

	"hbupload/internal/dict"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/meaning"
	"hbupload/internal/spec"
)

// itemName is how the table of local item names is called.
const itemTable = "本院项目"

// skip is the word that leaves an item out.
const skip = layout.Skip

// itemNames are the local names of items with what they may mean.
type itemNames struct {
	voc      *vocabulary
	means    *meaning.Classifier
	list     []Item
	at       map[string]int      // where the table's names stand in the list; -1 for one that needs no line
	initials map[string][]string // of the dictionary's items
}

// entries are the dictionary's entries that a local name surely means.
func (n *itemNames) entries(name string) []dict.Entry {
	item := spec.ItemCode.Field()
	entries := n.voc.dicts.Dict(spec.DictItem)
	for _, text := range []string{name, reHeaderParts.ReplaceAllString(name, "")} {
		if found := n.voc.lex.Entries(&item, text); len(found) > 0 {
			return found
		}
		if target := n.voc.items[layout.WordKey(text)]; target != "" {
			if found := entries.ByLoose(target); len(found) > 0 {
				return found
			}
		}
		// Names in pinyin, only when they are letters and one entry is read so.
		if latin(text) && len(text) >= minSpelled {
			if found := entries.Search(text); len(found) > 0 {
				return found
			}
		}
	}
	return nil
}

// isFilm reports whether a local item name is that of a chest film.
func (n *itemNames) isFilm(name string) bool {
	found := n.entries(name)
	return len(found) == 1 && n.means.Film(found[0].Code, found[0].Class) == meaning.Yes
}

// listed notes the local item name of a column that the table of names must list.
func (n *itemNames) listed(c *column) {
	one := Item{Name: c.Name, Count: c.all.count, People: c.all.people}
	found := n.entries(c.Name)
	if len(found) == 1 {
		one.Choice = found[0].String()
	} else {
		found = n.initialed(c)
	}
	n.at[layout.WordKey(c.Name)] = len(n.list)
	n.add(one, found)
}

// add lists a name with the entries to choose from.
func (n *itemNames) add(one Item, candidates []dict.Entry) {
	one.ID = ItemID(one.Name)
	for _, e := range candidates {
		one.Candidates = append(one.Candidates, e.String())
	}
	one.Candidates = append(one.Candidates, skip)
	n.list = append(n.list, one)
}

// note notes a local item name. One that the dictionary knows needs no line.
func (n *itemNames) note(name string, had seen, unit, limits string) {
	key := layout.WordKey(name)
	if key == "" {
		return
	}
	if i, done := n.at[key]; done {
		if i >= 0 {
			n.list[i].Count += had.count
			n.list[i].People = max(n.list[i].People, had.people)
		}
		return
	}
	n.at[key] = -1
	item := spec.ItemCode.Field()
	if _, local := n.voc.items[key]; !local && len(n.voc.lex.Entries(&item, name)) == 1 {
		return
	}
	one := Item{Name: name, Unit: unit, Range: limits, Count: had.count, People: had.people}
	found := n.entries(name)
	if len(found) == 1 {
		one.Choice = found[0].String()
	}
	if len(found) == 0 {
		found = n.voc.dicts.Dict(spec.DictItem).Nearest(name, nearestShown)
	}
	n.at[key] = len(n.list)
	n.add(one, found)
}

// lines are the table of local item names: sure ones as lines, the candidates of
// the others to choose from.
func (n *itemNames) lines() []string {
	if len(n.at) == 0 {
		return nil
	}
	out := []string{"  " + itemTable + ":"}
	for i := range n.list {
		one := &n.list[i]
		if at, listed := n.at[layout.WordKey(one.Name)]; !listed || at != i {
			continue // an item of one column, whose code stands in its rule
		}
		if one.Choice != "" {
			out = append(out, "    "+wordLine(one.Name, one.Choice))
			continue
		}
		out = append(out, chooseLines("本院项目“"+oneLineText(one.Name)+"”是平台的哪个项目？选一行删去行首的 #?（可用 hbupload dict search 查找）", one.Name, one.Candidates)...)
	}
	return out
}

// initialed are the items that a column headed by initials may be, nil where it is none.
func (n *itemNames) initialed(c *column) (found []dict.Entry) {
	if !latin(c.Name) || len(c.Name) < 2 {
		return nil
	}
	for _, code := range n.byInitials()[strings.ToLower(c.Name)] {
		if e, ok := n.voc.dicts.Dict(spec.DictItem).ByCode(code); ok && len(found) < nearestShown {
			found = append(found, e)
		}
	}
	return found
}

// byInitials maps the initials of the dictionary's items to their codes.
func (n *itemNames) byInitials() map[string][]string {
	if n.initials != nil {
		return n.initials
	}
	n.initials = map[string][]string{}
	items := n.voc.dicts.Dict(spec.DictItem)
	for _, e := range items.Entries {
		n.initial(e.Name, e.Code)
	}
	for word, name := range n.voc.items {
		if found := items.ByLoose(name); len(found) == 1 {
			n.initial(word, found[0].Code)
		}
	}
	return n.initials
}

func (n *itemNames) initial(name, code string) {
	_, initials := spellName(name)
	if initials != "" && initials != name && !slices.Contains(n.initials[initials], code) {
		n.initials[initials] = append(n.initials[initials], code)
	}
}

func latin(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return s != ""
}
