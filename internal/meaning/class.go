package meaning

import (
	"strings"

	"hbupload/internal/dict"
)

// classTraits is what the text of an item's class says.
type classTraits struct {
	loose string
	urine bool // 尿常规
	film  bool // 胸片 or X线摄片
}

// classLimit bounds the memory of class texts; an export has a few dozen.
const classLimit = 4096

// classOf reads a class text, each text once.
func (c *Classifier) classOf(class string) classTraits {
	if known, ok := c.classes.Load(class); ok {
		if t, ok := known.(classTraits); ok {
			return t
		}
	}
	t := classTraits{loose: dict.Loose(class)}
	t.film = isFilmClass(t.loose)
	for _, word := range c.urine {
		t.urine = t.urine || strings.Contains(t.loose, word)
	}
	if c.classCount.Add(1) <= classLimit {
		c.classes.Store(class, t)
	}
	return t
}

// IsUrine reports whether a class is 尿常规 or one of its configured aliases.
func (c *Classifier) IsUrine(class string) bool { return c.classOf(class).urine }

// IsUrineItem reports whether an item belongs to 尿常规 by the export's class or by
// the dictionary's.
func (c *Classifier) IsUrineItem(item, class string) bool {
	t := c.items[item]
	return t.is.urine || (class != t.class && c.IsUrine(class))
}

// IsClassOf reports whether a class text is the dictionary's class of an item, blanks
// and width ignored; an item without a class is of any.
func (c *Classifier) IsClassOf(item, class string) bool {
	t := c.items[item]
	return t.class == "" || class == t.class || c.classOf(class).loose == t.is.loose
}
