package meaning

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"hbupload/internal/dict"
	"hbupload/internal/fault"
	"hbupload/internal/spec"
)

// codes is a set of dictionary codes.
type codes map[string]bool

// Classifier answers what a code means. It does not change once built and may be
// used by any number of goroutines.
type Classifier struct {
	dicts *dict.Set
	table map[string]ItemSpec
	views []View

	prejob, suspected, contraindication, otherAbnormal, active, routine codes

	dust, other      codes // hazards
	otherByName      codes // further hazards whose name speaks of others
	otherWork        codes // work types that must be spelled out
	otherWorkByName  codes // further work types whose name speaks of others
	work             map[string]workType
	sure, doubtful   codes // items that carry dataVersion
	numeric, textual codes // items pinned, and unpinned, as numeric
	items            map[string]itemTraits
	urine            []string // loose words that a class of 尿常规 contains

	classes    sync.Map // class text → classTraits
	classCount atomic.Int32
}

// NewClassifier settles all meanings. Its errors are of kind "dictionary" (one that
// a check needs was never downloaded) and "config" (no entry has a meaning's word,
// and nothing is pinned).
func NewClassifier(cfg Config) (*Classifier, error) {
	if err := cfg.Dicts.Require(spec.DictCareType, spec.DictHazard, spec.DictResultOption, spec.DictOccuDisease,
		spec.DictMonitorType, spec.DictTypeOfWork, spec.DictItem); err != nil {
		return nil, err
	}
	c := &Classifier{dicts: cfg.Dicts, table: cfg.ItemsTable}
	if err := c.findMeanings(cfg.Codes); err != nil {
		return nil, err
	}
	c.classifyHazards(cfg)
	c.classifyWork()
	c.classifyItems(cfg)
	return c, nil
}

// Dicts is the set the classifier was built on.
func (c *Classifier) Dicts() *dict.Set { return c.dicts }

// Meanings lists which code means what right now, in the order of spec.codes.
func (c *Classifier) Meanings() []View { return slices.Clone(c.views) }

// findMeanings looks for the words of help: 接口读法 3 in the names of the dictionaries.
func (c *Classifier) findMeanings(pins Pins) error {
	for _, m := range []struct {
		key, dict, word, fallback string
		pinned                    []string
		into                      *codes
	}{
		{"prejob", spec.DictCareType, "上岗前", "", pins.Prejob, &c.prejob},
		{"suspected", spec.DictResultOption, "疑似职业病", "", pins.Suspected, &c.suspected},
		{"contraindication", spec.DictResultOption, "职业禁忌证", "", pins.Contraindication, &c.contraindication},
		{"other_abnormal", spec.DictResultOption, "其他疾病或异常", "", pins.OtherAbnormal, &c.otherAbnormal},
		// The document itself gives the code of 主动监测 (protectiveEquipmentCode).
		{"active", spec.DictMonitorType, "主动监测", "02", pins.Active, &c.active},
	} {
		v := View{Pin: "spec.codes." + m.key, Dict: m.dict, Word: m.word}
		v.Pinned, v.Entries = find(c.dicts.Dict(m.dict), m.word, m.fallback, m.pinned)
		if len(v.Entries) == 0 {
			return fault.New(fault.Config, "字典 "+m.dict+" 里没有名称含“"+m.word+"”的条目，无法判断哪个代码是“"+m.word+"”").
				Next("用 hbupload dict show " + m.dict + " 查看，在配置里写明代码：" + v.Pin)
		}
		*m.into = codes{}
		for _, e := range v.Entries {
			(*m.into)[e.Code] = true
		}
		c.views = append(c.views, v)
	}
	c.routine = codes{}
	for _, e := range c.dicts.Dict(spec.DictMonitorType).Contains("常规") {
		c.routine[e.Code] = !c.active[e.Code]
	}
	return nil
}

// find resolves one meaning: pinned codes first, then every name with the word,
// then the code the document gives.
func find(d *dict.Dictionary, word, fallback string, pinned []string) (bool, []dict.Entry) {
	var pins []dict.Entry
	for _, code := range pinned {
		if code = strings.TrimSpace(code); code == "" {
			continue
		}
		e, ok := d.ByCode(code)
		if !ok {
			e = dict.Entry{Code: code}
		}
		pins = append(pins, e)
	}
	if len(pins) > 0 {
		return true, pins
	}
	found := d.Contains(word)
	if e, ok := d.ByCode(fallback); ok && len(found) == 0 {
		found = []dict.Entry{e}
	}
	return false, found
}

// IsPrejob reports whether a careType code means 上岗前.
func (c *Classifier) IsPrejob(careType string) bool { return c.prejob[careType] }

// IsSuspected reports whether a resultOption code means 疑似职业病.
func (c *Classifier) IsSuspected(resultOption string) bool { return c.suspected[resultOption] }

// IsContraindication reports whether a resultOption code means 职业禁忌证.
func (c *Classifier) IsContraindication(resultOption string) bool {
	return c.contraindication[resultOption]
}

// IsOtherAbnormal reports whether a resultOption code means 其他疾病或异常.
func (c *Classifier) IsOtherAbnormal(resultOption string) bool { return c.otherAbnormal[resultOption] }

// IsActive reports whether a hazardMonitorType code means 主动监测.
func (c *Classifier) IsActive(monitorType string) bool { return c.active[monitorType] }

// IsRoutine reports whether a hazardMonitorType code means 常规监测.
func (c *Classifier) IsRoutine(monitorType string) bool { return c.routine[monitorType] }

// change applies the add and remove of a configuration key; remove wins.
func change(set codes, add, remove []string) {
	for _, code := range add {
		if code = strings.TrimSpace(code); code != "" {
			set[code] = true
		}
	}
	for _, code := range remove {
		delete(set, strings.TrimSpace(code))
	}
}
