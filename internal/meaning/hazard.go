package meaning

import (
	"strings"

	"hbupload/internal/dict"
	"hbupload/internal/spec"
)

// classifyHazards finds the dusts and the "其他" hazards (help: 接口读法 4.1, 4.3).
func (c *Classifier) classifyHazards(cfg Config) {
	c.dust = codes{}
	c.other = codes{}
	c.otherByName = codes{}
	for _, e := range entries(c.dicts.Dict(spec.DictHazard)) {
		name := dict.Loose(e.Name)
		if isDustName(name) {
			c.dust[e.Code] = true
		}
		switch {
		case strings.HasPrefix(name, "其他"), strings.Contains(name, "未提及"):
			c.other[e.Code] = true
		case strings.Contains(name, "其他"):
			c.otherByName[e.Code] = true
		}
	}
	change(c.dust, cfg.DustAdd, cfg.DustRemove)
	change(c.other, cfg.OtherAdd, cfg.OtherRemove)
	change(c.otherByName, nil, cfg.OtherAdd)
	change(c.otherByName, nil, cfg.OtherRemove)
}

// isDustName is the rule of help: 接口读法 4.3: 铅尘 is a poison, and some dusts are not
// called one.
func isDustName(name string) bool {
	if strings.Contains(strings.ReplaceAll(name, "铅尘", ""), "尘") {
		return true
	}
	for _, word := range [...]string{"石棉", "白炭黑", "游离二氧化硅"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// IsDust reports whether a hazard code is a dust.
func (c *Classifier) IsDust(hazard string) bool { return c.dust[hazard] }

// Other reports whether a hazard code is an "其他" one, whose name must be spelled out
// in hazardOther or contactHazardOther (Yes), or only has the word somewhere in its
// name (Suspected: 氟及其他无机化合物).
func (c *Classifier) Other(hazard string) Degree {
	switch {
	case c.other[hazard]:
		return Yes
	case c.otherByName[hazard]:
		return Suspected
	}
	return No
}

// DiseaseName is the name of an occuDisease code, or "".
func (c *Classifier) DiseaseName(disease string) string {
	e, _ := c.dicts.Dict(spec.DictOccuDisease).ByCode(disease)
	return e.Name
}

// HazardName is the dictionary's name of a hazard code, or "".
func (c *Classifier) HazardName(hazard string) string {
	e, _ := c.dicts.Dict(spec.DictHazard).ByCode(hazard)
	return e.Name
}

func entries(d *dict.Dictionary) []dict.Entry {
	if d == nil {
		return nil
	}
	return d.Entries
}
