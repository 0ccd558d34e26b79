package meaning

import "hbupload/internal/dict"

// Pins are the codes that the configuration declares for a meaning (spec.codes);
// an empty list leaves the meaning to the dictionary's names.
type Pins struct {
	Prejob           []string // careType: 上岗前
	Suspected        []string // resultOption: 疑似职业病
	Contraindication []string // resultOption: 职业禁忌证
	OtherAbnormal    []string // resultOption: 其他疾病或异常
	Active           []string // hazardMonitorType: 主动监测
}

// ItemSpec is a line of the institution's own table of items (spec.items_file).
// Empty texts say nothing.
type ItemSpec struct {
	Lower   string
	Upper   string
	Unit    string
	Numeric bool
}

// Config is everything by which the meanings of codes are settled: the
// dictionaries and the keys spec.* of the configuration.
type Config struct {
	Dicts *dict.Set
	Codes Pins

	DustAdd, DustRemove             []string // hazards (spec.dust_codes)
	OtherAdd, OtherRemove           []string // hazards (spec.other_codes)
	SymbolAdd, SymbolRemove         []string // items (spec.symbol_codes)
	RadiographAdd, RadiographRemove []string // items (spec.radiograph_items)
	NumericAdd, NumericRemove       []string // items (spec.numeric_items)

	ItemsTable   map[string]ItemSpec // item code → line of spec.items_file
	UrineAliases []string            // other class names of 尿常规, such as 尿液分析
}

// View is one meaning as `rules` and `doctor` show it: which entries have it now.
type View struct {
	Pin     string       // configuration key, "spec.codes.suspected"
	Dict    string       // download code
	Word    string       // what the names were searched for
	Pinned  bool         // the codes come from the configuration
	Entries []dict.Entry // a pinned code the dictionary lacks has no name
}
