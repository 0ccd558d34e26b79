package meaning

import (
	"slices"
	"strings"

	"hbupload/internal/dict"
	"hbupload/internal/spec"
)

// Degree is an answer that the dictionary's names may leave open.
type Degree uint8

// The degrees. A Suspected one only warns, until it is pinned.
const (
	No Degree = iota
	Suspected
	Yes
)

// itemTraits is what an item's name and class in the dictionary say of it.
type itemTraits struct {
	class     string // ClassName as written
	is        classTraits
	nameFilm  bool // the name is a chest film's
	otherPart bool // the name speaks of another part of the body, or of no film
	pinned    bool
	film      Degree // the pin, if pinned
}

// classifyItems settles symbol codes, numeric pins and the traits of each item.
func (c *Classifier) classifyItems(cfg Config) {
	c.classifySymbols(cfg)
	c.numeric = codes{}
	c.textual = codes{}
	change(c.numeric, cfg.NumericAdd, nil)
	change(c.textual, cfg.NumericRemove, nil)
	for code, line := range c.table {
		if line.Numeric {
			c.numeric[code] = true
		}
	}
	change(c.numeric, nil, cfg.NumericRemove)
	c.urine = []string{"尿常规"}
	for _, alias := range cfg.UrineAliases {
		if alias = dict.Loose(alias); alias != "" && !slices.Contains(c.urine, alias) {
			c.urine = append(c.urine, alias)
		}
	}
	c.items = map[string]itemTraits{}
	for _, e := range entries(c.dicts.Dict(spec.DictItem)) {
		name := dict.Loose(e.Name)
		c.items[e.Code] = itemTraits{class: e.Class, is: c.classOf(e.Class), nameFilm: isChestFilm(name), otherPart: isOtherPart(name)}
	}
	c.pinFilms(cfg.RadiographAdd, Yes)
	c.pinFilms(cfg.RadiographRemove, No)
}

// classifySymbols keeps the two codes whose digits the page lost apart until the
// configuration names them.
func (c *Classifier) classifySymbols(cfg Config) {
	c.sure = codes{}
	c.doubtful = codes{}
	sure, doubtful := spec.SymbolCodes()
	change(c.sure, sure, nil)
	change(c.doubtful, doubtful, nil)
	change(c.sure, cfg.SymbolAdd, cfg.SymbolRemove)
	change(c.doubtful, nil, cfg.SymbolAdd)
	change(c.doubtful, nil, cfg.SymbolRemove)
}

func (c *Classifier) pinFilms(list []string, film Degree) {
	for _, code := range list {
		t := c.items[strings.TrimSpace(code)]
		t.pinned = true
		t.film = film
		c.items[strings.TrimSpace(code)] = t
	}
}

// isChestFilm is the rule of help: 接口读法 4.4 on an item's loose name.
func isChestFilm(name string) bool {
	if !strings.Contains(name, "胸") || isNoFilm(name) {
		return false
	}
	for _, part := range []string{"椎", "骨", "肩", "脊", "颈", "腰", "腹", "盆", "乳"} {
		if strings.Contains(name, part) {
			return false
		}
	}
	for _, word := range []string{"片", "摄影", "x线", "x射线", "dr", "cr", "高千伏", "高仟伏", "胸部正位", "胸部侧位", "胸部正侧位"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

func isNoFilm(name string) bool {
	return strings.Contains(name, "ct") || strings.Contains(name, "听诊") || strings.Contains(name, "透视")
}

// isOtherPart finds the parts of the body of which films are taken besides the
// chest. 骨 covers 骨盆 and 骨密度, 椎 covers the spine.
func isOtherPart(name string) bool {
	if isNoFilm(name) {
		return true
	}
	for _, part := range []string{"椎", "骨", "脊", "颈", "腰", "腹", "盆", "头", "颅", "鼻", "牙", "齿", "颌", "口腔", "喉", "乳",
		"肩", "肘", "腕", "手", "指", "髋", "膝", "踝", "足", "趾", "跟", "腿", "臂", "肢", "关节", "胃", "肠", "食管", "食道", "肾", "尿", "胆"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

func isFilmClass(loose string) bool {
	return strings.Contains(loose, "胸片") || strings.Contains(loose, "x线摄片") || strings.Contains(loose, "x射线摄片")
}

// Film reports whether an item is a chest film (help: 接口读法 4.4). class is the export's;
// the name and a further class are the dictionary's.
func (c *Classifier) Film(item, class string) Degree {
	t, known := c.items[item]
	switch {
	case t.pinned:
		return t.film
	case t.nameFilm:
		return Yes
	case !t.is.film && (class == t.class || !c.classOf(class).film):
		return No
	case t.otherPart || !known:
		return Suspected
	}
	return Yes
}

// SymbolCode reports whether an item must carry dataVersion, and whether its code is
// one of the two that the page damaged and nobody has pinned.
func (c *Classifier) SymbolCode(item string) (required, doubtful bool) {
	if c.sure[item] {
		return true, false
	}
	return c.doubtful[item], c.doubtful[item]
}

// IsNumericPinned reports whether spec.numeric_items or the table of items declares
// an item numeric.
func (c *Classifier) IsNumericPinned(item string) bool { return c.numeric[item] }

// Numeric reports whether an item's result must be a number (help: 接口读法 4.4). class is
// the export's; limited reports whether a limit is a number (IsLimit), measured
// whether there is a unit.
func (c *Classifier) Numeric(item, class string, limited, measured bool) Degree {
	required, _ := c.SymbolCode(item)
	switch {
	case c.textual[item]:
		return No
	case c.numeric[item] || required:
		return Yes
	case c.IsUrineItem(item, class):
		return No
	case limited:
		return Yes
	case measured && !c.inTable(item):
		return Suspected
	}
	return No
}

func (c *Classifier) inTable(item string) bool { _, ok := c.table[item]; return ok }

// IsTextual reports whether the configuration declares that an item is not numeric.
func (c *Classifier) IsTextual(item string) bool { return c.textual[item] }

// ItemSpec is the item's line in the local table of items.
func (c *Classifier) ItemSpec(item string) (ItemSpec, bool) { s, ok := c.table[item]; return s, ok }

// ItemClass is the dictionary's ClassName of an item, or "".
func (c *Classifier) ItemClass(item string) string { return c.items[item].class }

// MissingSymbolCodes lists the symbol codes that the item dictionary lacks.
func (c *Classifier) MissingSymbolCodes() []string {
	var missing []string
	items := c.dicts.Dict(spec.DictItem)
	for _, set := range []codes{c.sure, c.doubtful} {
		for code := range set {
			if _, ok := items.ByCode(code); !ok {
				missing = append(missing, code)
			}
		}
	}
	slices.Sort(missing)
	return missing
}
