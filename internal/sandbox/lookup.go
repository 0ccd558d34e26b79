package sandbox

import (
	"encoding/json"
	"strings"
)

// entry is one row of a dictionary, with the keys of the document's 2.3.
type entry struct {
	Code, Name, MonitorType, Industry, ClassName string
}

// dictionaries is what download serves and uploads are checked against.
// It does not change once made.
type dictionaries struct {
	rows   map[string]json.RawMessage
	byCode map[string]map[string]entry
}

// newDictionaries reads rows nested or flat; rows that are neither hold no
// entry, so that every code is unknown.
func newDictionaries(rows map[string]json.RawMessage) *dictionaries {
	d := &dictionaries{rows: rows, byCode: map[string]map[string]entry{}}
	for code, raw := range rows {
		var flat []entry
		var nested [][]entry
		if json.Unmarshal(raw, &nested) == nil {
			for _, part := range nested {
				flat = append(flat, part...)
			}
		} else if json.Unmarshal(raw, &flat) != nil {
			flat = nil
		}
		m := make(map[string]entry, len(flat))
		for _, e := range flat {
			m[e.Code] = e
		}
		d.byCode[code] = m
	}
	return d
}

func (d *dictionaries) entry(dict, code string) (entry, bool) {
	e, ok := d.byCode[dict][code]
	return e, ok
}

// means reports whether the entry's name speaks of one of the words, with
// 其它 read as 其他.
func (d *dictionaries) means(dict, code string, words ...string) bool {
	name := strings.ReplaceAll(d.byCode[dict][code].Name, "其它", "其他")
	for _, w := range words {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}

func (d *dictionaries) prejob(care string) bool { return d.means("careType", care, "上岗前") }
func (d *dictionaries) suspected(result string) bool {
	return d.means("resultOption", result, "疑似职业病")
}

// statesOther reports whether the conclusion asks for otherContent.
func (d *dictionaries) statesOther(result string) bool {
	return d.means("resultOption", result, "职业禁忌证", "职业禁忌症", "其他疾病或异常")
}

// other tells the hazards whose name must be spelled out.
func (d *dictionaries) other(hazard string) bool {
	name := strings.ReplaceAll(squeeze(d.byCode["hazard"][hazard].Name), "其它", "其他")
	return strings.HasPrefix(name, "其他") || strings.Contains(name, "未提及")
}

// dust tells the dusts; 铅尘 is a poison.
func (d *dictionaries) dust(hazard string) bool {
	name := strings.ReplaceAll(d.byCode["hazard"][hazard].Name, "铅尘", "")
	return containsAny(name, "尘", "石棉", "白炭黑", "游离二氧化硅")
}

// activeMonitoring: the document itself gives 02 for 主动监测.
func (d *dictionaries) activeMonitoring(code string) bool {
	return d.means("hazardMonitorType", code, "主动监测") || code == "02"
}

// fits reports whether a work type may be used with a monitoring type: its
// MonitorType holds codes or names, several are possible, blank allows any.
func (d *dictionaries) fits(work entry, monitor string) bool {
	text := strings.TrimSpace(work.MonitorType)
	if text == "" {
		return true
	}
	m, _ := d.entry("hazardMonitorType", monitor)
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",，、;； ", r) }) {
		if part == monitor || part == m.Name {
			return true
		}
	}
	return false
}

// film reports whether an item is a chest film: a name that speaks of one, or a
// class of films whose name speaks of no other part of the body.
func (d *dictionaries) film(code string) bool {
	e, ok := d.entry("item", code)
	if !ok {
		return false
	}
	name := squeeze(e.Name)
	class := squeeze(e.ClassName)
	if containsAny(name, "CT", "听诊", "透视") {
		return false
	}
	if strings.Contains(name, "胸") && !containsAny(name, "椎", "骨", "肩") &&
		containsAny(name, "片", "摄影", "X线", "X射线", "DR", "CR", "高千伏", "高仟伏", "胸部正位", "胸部侧位", "胸部正侧位") {
		return true
	}
	return containsAny(class, "胸片", "X线摄片") && !containsAny(name, "颈", "腰", "椎", "骨", "腹", "关节", "膝", "手", "足", "鼻", "头", "盆", "髋", "肩")
}

// squeeze drops blanks and folds the full-width letters that names carry.
func squeeze(s string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '\u3000' || r == '\u00a0':
			return -1
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		}
		return r
	}, s))
}

func containsAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
