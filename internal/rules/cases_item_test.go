package rules

import "hbupload/internal/spec"

// Where the items of the good record stand.
const (
	itemPressure = iota // numeric by its limits
	itemText
	itemFilm
	itemUrine
	itemLead  // in the symbol list
	itemWhite // in the table of items
)

func path(class string, f spec.FieldID) string {
	return " ohItemClassResult[" + class + "].ohItemResult[0]." + f.Key()
}

func itemCases() []oneCase {
	return []oneCase{
		{"no item", do(func(r *spec.Record) { r.Items = nil }), "item-required ohItemClassResult"},
		{"one item", do(func(r *spec.Record) { r.Items = r.Items[:1] }), ""},
		{"item twice", do(moreItem("内科", "10101", "正常", "", "", "", "0")), "item-duplicate ohItemClassResult[1].ohItemResult[1].itemCode"},
		{"item twice in two classes", do(moreItem("内 科", "10101", "正常", "", "", "", "0")), "item-duplicate ohItemClassResult[6].ohItemResult[0].itemCode"},
		{"item twice, all the same", do(moreItem("内科", "10101", "未见异常", "", "", "", "0"), func(r *spec.Record) { r.DropRepeats() }), "item-repeated ohItemClassResult[1].ohItemResult[0].itemCode warning"},
		{"item thrice", do(moreItem("内科", "10101", "未见异常", "", "", "", "0"), moreItem("内科", "10101", "正常", "", "", "", "0"), func(r *spec.Record) { r.DropRepeats() }),
			"item-repeated ohItemClassResult[1].ohItemResult[0].itemCode warning\nitem-duplicate ohItemClassResult[1].ohItemResult[1].itemCode"},
		{"another class", do(item(itemText, spec.ItemClassName, "外科")), "item-class-matches ohItemClassResult[1].itemClassName warning"},
		{"class in full width", do(item(itemText, spec.ItemClassName, "内　科")), ""},
		{"unknown class and code", do(item(itemText, spec.ItemClassName, ""), faulty(ofItem(itemText, spec.ItemCode), spec.UnknownCode, "项目“甲”不在字典")), "unknown-code ohItemClassResult[1].ohItemResult[0].itemCode"},
		{"unnumbered record", do(item(itemText, spec.ResultFlag, ""), func(r *spec.Record) {
			for i := range r.Items {
				r.Items[i].Class, r.Items[i].Index = 0, 0
			}
		}), "required" + path("1", spec.ResultFlag)},
	}
}

func numericCases() []oneCase {
	const p, lead = itemPressure, itemLead
	numeric, suspect := "numeric-result"+path("0", spec.Result), "numeric-suspected"+path("1", spec.Unit)+" warning"
	signed := "numeric-suspected" + path("1", spec.Result) + " warning"
	text := func(result string) []change { return do(item(itemText, spec.Result, result)) }
	return []oneCase{
		{"text for a number", do(item(p, spec.Result, "偏高")), numeric},
		{"number with a unit", do(item(p, spec.Result, "120mmHg")), numeric},
		{"exponent for a number", do(item(p, spec.Result, "1e2")), numeric},
		{"decimal", do(item(p, spec.Result, "120.50")), ""},
		{"below zero", do(item(p, spec.Result, "-1"), item(p, spec.ResultFlag, "1")), ""},
		{"less, outside the list", do(item(p, spec.Result, "<120")), numeric},
		{"greater", do(item(p, spec.Result, "＞120")), numeric},
		{"greater where no limit is", text(">120"), signed},
		{"at least where no limit is", text("≥ 120"), signed},
		{"less where no limit is", text("<0.5"), signed},
		{"greater where a unit is", do(item(itemText, spec.Result, ">5"), item(itemText, spec.Unit, "次/分")), signed},
		{"less than words", text("<一半"), ""},
		{"greater in the urine", do(item(itemUrine, spec.Result, ">1.030")), ""},
		{"words in the urine", do(item(itemUrine, spec.Result, "阴性"), item(itemUrine, spec.LowerLimit, "1.003"), item(itemUrine, spec.UpperLimit, "1.030")), ""},
		{"greater in the list", do(item(lead, spec.Result, ">400")), "numeric-result" + path("4", spec.Result)},
		{"at most in the list", do(item(lead, spec.Result, "≤400")), "numeric-result" + path("4", spec.Result)},
		{"pinned by the table", do(item(itemWhite, spec.Result, "高")), "numeric-result" + path("5", spec.Result)},
		{"not examined", do(item(p, spec.Result, "未检"), item(p, spec.ResultFlag, "3")), numeric + " warning"},
		{"fault, not examined", do(faulty(ofItem(p, spec.Result), spec.NumericResult, "不是数字"), item(p, spec.ResultFlag, "3")), numeric + " warning"},
		{"fault", do(faulty(ofItem(p, spec.Result), spec.NumericResult, "不是数字")), numeric},
		{"a unit alone", do(item(itemText, spec.Unit, "次/分")), suspect},
		{"a unit and words as reference", do(item(itemText, spec.Unit, "次/分"), item(itemText, spec.UpperLimit, "阴性")), suspect},
		{"a unit alone in the urine", do(item(itemUrine, spec.Unit, "mg/L")), ""},
	}
}

func limitCases() []oneCase {
	const p = itemPressure
	upper, lower := "limits-required"+path("0", spec.UpperLimit), "limits-required"+path("0", spec.LowerLimit)
	return []oneCase{
		{"no lower", do(item(p, spec.LowerLimit, "")), lower},
		{"no upper", do(item(p, spec.UpperLimit, "")), upper},
		{"zero is a limit", do(item(p, spec.LowerLimit, "0")), ""},
		{"words are no limit", do(item(p, spec.LowerLimit, "阴性")), lower},
		{"no limits of a pinned one", do(item(itemLead, spec.LowerLimit, ""), item(itemLead, spec.UpperLimit, "")), "limits-required" + path("4", spec.UpperLimit) + "\nlimits-required" + path("4", spec.LowerLimit)},
		{"no lower, not examined", do(item(p, spec.LowerLimit, ""), item(p, spec.ResultFlag, "3"), item(p, spec.Result, "未检")), lower + " warning\nnumeric-result" + path("0", spec.Result) + " warning"},
		{"limits of the urine", do(item(itemUrine, spec.UpperLimit, "1.030")), ""},
		{"order", do(item(p, spec.LowerLimit, "140")), "limits-order" + path("0", spec.LowerLimit) + " warning"},
		{"equal limits", do(item(p, spec.LowerLimit, "139"), item(p, spec.Result, "139")), ""},
		{"no unit", do(item(p, spec.Unit, "")), "unit-required" + path("0", spec.Unit) + " warning"},
		{"unit of the table", do(item(itemWhite, spec.Unit, "109/L")), "unit-matches" + path("5", spec.Unit)},
		{"no unit, the table has one", do(item(itemWhite, spec.Unit, "")), "unit-matches" + path("5", spec.Unit)},
	}
}

func symbolCases() []oneCase {
	const p = itemLead
	at, result := path("4", spec.DataVersion), path("4", spec.Result)
	doubtful := func(symbol string) []change {
		return do(moreItem("尿铅", "4080900", "0.02", "0", "0.07", "mg/L", "0"), item(6, spec.DataVersion, symbol))
	}
	return []oneCase{
		{"no symbol", do(item(p, spec.DataVersion, "")), "symbol-required" + at},
		{"no symbol, a doubtful code", doubtful(""), "symbol-required ohItemClassResult[6].ohItemResult[0].dataVersion warning"},
		{"a doubtful code with symbol", doubtful("0"), ""},
		{"no symbol, not examined", do(item(p, spec.DataVersion, ""), item(p, spec.Result, "未检"), item(p, spec.ResultFlag, "3")), "symbol-required" + at + " warning\nnumeric-result" + result + " warning"},
		{"less", do(item(p, spec.DataVersion, "1"), item(p, spec.Result, "10")), ""},
		{"unknown symbol", do(item(p, spec.DataVersion, "2")), "enum" + at},
		{"equal, but less", do(item(p, spec.Result, "<10")), "symbol-conflict" + at},
		{"equal, but less was moved", do(func(r *spec.Record) { r.Items[p].At(spec.Result).Raw = "＜10" }), "symbol-conflict" + at},
		{"fault", do(faulty(ofItem(p, spec.DataVersion), spec.SymbolConflict, "符号是 =，结果是 <")), "symbol-conflict" + at},
		{"not allowed", do(item(itemPressure, spec.DataVersion, "0")), "symbol-not-allowed" + path("0", spec.DataVersion)},
		{"not allowed, unreadable", do(faulty(ofItem(itemPressure, spec.DataVersion), spec.Enum, "“约”不是允许的值")), "symbol-not-allowed" + path("0", spec.DataVersion)},
	}
}

func flagCases() []oneCase {
	const p = itemPressure
	limits, film := "flag-matches-limits"+path("0", spec.ResultFlag)+" warning", "flag-matches-radiograph"+path("2", spec.ResultFlag)+" warning"
	value := func(result, flag string) []change {
		return do(item(p, spec.Result, result), item(p, spec.ResultFlag, flag))
	}
	chest := func(result, flag string) []change {
		return do(item(itemFilm, spec.RadiographResult, result), item(itemFilm, spec.ResultFlag, flag))
	}
	lead := func(symbol, result, lower, flag string) []change {
		return do(item(itemLead, spec.DataVersion, symbol), item(itemLead, spec.Result, result), item(itemLead, spec.LowerLimit, lower), item(itemLead, spec.ResultFlag, flag))
	}
	leadFlag := "flag-matches-limits" + path("4", spec.ResultFlag) + " warning"
	words := func(text, flag string) []change {
		return do(item(itemText, spec.Result, text), item(itemText, spec.ResultFlag, flag))
	}
	mismatch := "not-examined-mismatch" + path("1", spec.ResultFlag) + " warning"
	return []oneCase{
		{"above and normal", value("140", "0"), limits}, {"at the bound and normal", value("139", "0"), ""},
		{"above and abnormal", value("140", "1"), ""}, {"below and normal", value("89.9", "0"), limits}, {"within and abnormal", value("120", "1"), limits},
		{"less than small, abnormal", lead("1", "10", "0", "1"), leadFlag}, {"less than small, normal", lead("1", "10", "0", "0"), ""},
		{"less than the lower", lead("1", "10", "10", "0"), leadFlag}, {"less than much says nothing", lead("1", "500", "0", "0"), ""},
		{"film normal, flagged", chest("0", "1"), film}, {"film abnormal, not flagged", chest("1", "0"), film}, {"film other", chest("2", "1"), ""},
		{"film not made, normal", chest("3", "0"), film}, {"film without flag", chest("1", ""), ""}, {"film not made", chest("3", "3"), ""},
		{"not examined with a number", value("120", "3"), "not-examined-mismatch" + path("0", spec.ResultFlag) + " warning"},
		{"words without 3", words("未检", "0"), mismatch}, {"refused without 3", words("拒检", "1"), mismatch}, {"words with 3", words("未检查", "3"), ""},
		{"not found is a result", words("未检出", "0"), ""}, {"not seen is a result", words("未查见异常", "0"), ""},
		{"no flag", do(item(itemText, spec.ResultFlag, "")), "required" + path("1", spec.ResultFlag)},
	}
}

func filmCases() []oneCase {
	at := path("2", spec.RadiographResult)
	film := func(class, code string) []change {
		return do(item(itemFilm, spec.ItemClassName, class), item(itemFilm, spec.ItemCode, code), item(itemFilm, spec.RadiographResult, ""))
	}
	return []oneCase{
		{"no film result", do(item(itemFilm, spec.RadiographResult, "")), "radiograph-required" + at},
		{"film result 4", do(item(itemFilm, spec.RadiographResult, "4")), "enum" + at},
		{"film by its name", film("放射科", "20010"), "radiograph-required" + at},
		{"computed tomography", film("放射科", "20014"), ""},
		{"another part", film("X线摄片", "20012"), "radiograph-suspected" + at + " warning"},
		{"no film", do(item(itemText, spec.RadiographResult, "0")), "radiograph-not-allowed" + path("1", spec.RadiographResult) + " warning"},
	}
}
