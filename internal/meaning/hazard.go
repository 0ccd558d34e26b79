package meaning

import (
	"strings"

	"hbupload/internal/dict"
	"hbupload/internal/spec"
)

// classifyHazards finds dusts (尘, or 白炭黑) and the "其他" hazards (READING 4.1, 4.3).
func (c *Classifier) classifyHazards(cfg Config) {
	c.dust, c.other = codes{}, codes{}
	for _, e := range entries(c.dicts.Dict(spec.DictHazard)) {
		name := dict.Loose(e.Name)
		if strings.Contains(name, "尘") || strings.Contains(name, "白炭黑") {
			c.dust[e.Code] = true
		}
		if strings.Contains(name, "其他") {
			c.other[e.Code] = true
		}
	}
	change(c.dust, cfg.DustAdd, cfg.DustRemove)
	change(c.other, cfg.OtherAdd, cfg.OtherRemove)
}

// IsDust tells whether a hazard code is a dust.
func (c *Classifier) IsDust(hazard string) bool { return c.dust[hazard] }

// IsOther tells whether a hazard code is an "其他" one, whose name must be spelled
// out in hazardOther or contactHazardOther.
func (c *Classifier) IsOther(hazard string) bool { return c.other[hazard] }

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
