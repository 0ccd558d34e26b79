package rules

import (
	"strings"
	"unicode/utf8"

	"hbupload/internal/dict"
	"hbupload/internal/meaning"
	"hbupload/internal/spec"
)

// itemRow are the checks of one item.
type itemRow struct {
	*scan
	*itemView
	i int
}

func (it itemRow) check() {
	it.itemClass()
	it.symbol()
	it.numericResult()
	it.limits()
	it.unit()
	it.radiograph()
	it.flag()
}

func (it itemRow) at(f spec.FieldID) spot { return it.scan.at(f, it.i) }

// itemView is what the current item means, read once for all its checks.
type itemView struct {
	code, class      string
	film, numeric    meaning.Degree
	notExamined      bool // resultFlag says 未检查
	listed, doubtful bool // its code is one that needs a symbol; is perhaps
	urine            bool
	signed           bool // a sign was warned of
	low, high        bound
}

// bound is one side of a reference range that is a number.
type bound struct {
	n  float64
	is bool
}

func boundOf(p spot) bound {
	n, ok := meaning.Limit(p.text())
	return bound{n, ok}
}

func (s *scan) readItem(i int) itemRow {
	v := itemView{code: s.at(spec.ItemCode, i).text(), class: s.at(spec.ItemClassName, i).text()}
	v.film = s.c.Film(v.code, v.class)
	v.notExamined = s.at(spec.ResultFlag, i).text() == spec.FlagNotExamined
	v.low = boundOf(s.at(spec.LowerLimit, i))
	v.high = boundOf(s.at(spec.UpperLimit, i))
	v.numeric = s.c.Numeric(v.code, v.class, v.low.is || v.high.is, s.at(spec.Unit, i).text() != "")
	v.listed, v.doubtful = s.c.SymbolCode(v.code)
	v.urine = s.c.IsUrineItem(v.code, v.class)
	s.it = v
	return itemRow{s, &s.it, i}
}

// about begins a message on the current item.
func (it itemRow) about() string {
	if it.code == "" {
		return "此项目"
	}
	return "项目“" + it.c.name(spec.ItemCode, it.code) + "”"
}

func (it itemRow) itemClass() {
	p := it.at(spec.ItemClassName)
	want := it.c.ItemClass(it.code)
	if it.class == "" || want == "" || it.c.IsClassOf(it.code, it.class) {
		return
	}
	cause := it.about() + "的分类在字典里是“" + want + "”，不是“" + it.class + "”"
	it.report(spec.ItemClassMatches, p, cause+"，请核对", cause)
}

// unjudged deals with a cell that cannot be read, or whose item is not known, and
// reports whether it was one: what the item asks of it cannot be said then.
func (it itemRow) unjudged(p spot) bool {
	it.doubt(p)
	switch {
	case isBroken(p):
		it.fault(p)
	case it.code == "":
		it.general(p)
	default:
		return false
	}
	return true
}

// symbol judges dataVersion: the listed codes need it, all others must not have it.
func (it itemRow) symbol() {
	p := it.at(spec.DataVersion)
	result := it.at(spec.Result)
	if it.unjudged(p) {
		return
	}
	switch {
	case !it.listed:
		if !p.empty() {
			it.report(spec.SymbolNotAllowed, p, it.about()+"不可填写符号，请清空", it.about()+"不可填写符号")
		}
	case p.empty():
		// A broken result cell has hidden the sign: that is its own finding.
		if !isBroken(result) {
			it.symbolRequired(p)
		}
	case it.general(p) && p.v.Text == spec.SymbolEqual && saysLess(result.v):
		it.report(spec.SymbolConflict, p, it.about()+"的符号是 =，结果却写着 <，请改成一致", it.about()+"的符号与结果矛盾")
	}
}

func (it itemRow) symbolRequired(p spot) {
	cause := it.about() + "的符号为空"
	message := it.about() + "须填符号（= 或 <），请填写，或把结果写成数字"
	if it.doubtful {
		it.warn(spec.SymbolRequired, p, message+"（此项目的代码在规范里印得不全，确认后请在 spec.symbol_codes 里登记）", cause)
		return
	}
	it.weighExamined(spec.SymbolRequired, p, message, cause)
}

// saysLess reports whether the result carries a <, as written or before it was moved.
func saysLess(v *spec.Value) bool {
	for _, text := range [...]string{v.Text, v.Raw} {
		if sign, _, ok := meaning.SignedNumber(strings.TrimSpace(text)); ok && sign == '<' {
			return true
		}
	}
	return false
}

func (it itemRow) numericResult() {
	p := it.at(spec.Result)
	text := p.text()
	if text == "" || it.code == "" {
		return
	}
	if _, ok := meaning.Number(text); ok {
		return
	}
	sign, _, signed := meaning.SignedNumber(text)
	switch {
	case signed && sign == '<' && it.listed && it.at(spec.DataVersion).text() == spec.SymbolEqual:
		// symbol-conflict has it.
	case signed && it.numeric == meaning.Yes:
		cause := it.about() + "的结果带接口不能上传的符号 " + string(sign)
		it.weighExamined(spec.NumericResult, p, cause+"；请"+it.c.fix(spec.NumericResult), cause)
	case signed && it.carriesNoSign():
		it.signed = true
		cause := it.about() + "的结果带符号 " + string(sign) + "，看不出是否数值型项目，将按原样上传"
		it.report(spec.NumericSuspected, p, cause+"；请"+it.c.fix(spec.NumericSuspected), cause)
	case it.numeric == meaning.Yes:
		cause := it.about() + "按数值型项目校验，结果不是数字"
		it.weighExamined(spec.NumericResult, p, cause+"；请核对报告；确为文字结果时在 spec.numeric_items.remove 里登记此项目", cause)
	}
}

// weighExamined makes an error a warning for an item that was not examined: the
// document makes no exception for those.
func (it itemRow) weighExamined(rule spec.RuleID, p spot, message, cause string) {
	if it.notExamined {
		it.warn(rule, p, message+"（未检查的项目，平台可能拒收）", cause+"（未检查）")
		return
	}
	it.report(rule, p, message, cause)
}

// carriesNoSign spares 尿常规 and what the configuration declares to be text.
func (it itemRow) carriesNoSign() bool { return !it.urine && !it.c.IsTextual(it.code) }

func (it itemRow) limits() {
	lower := it.at(spec.LowerLimit)
	upper := it.at(spec.UpperLimit)
	if it.disordered() {
		it.report(spec.LimitsOrder, lower, it.about()+"的参考下限大于参考上限，请核对", it.about()+"的参考下限大于上限")
	}
	if it.numeric != meaning.Yes {
		return
	}
	it.limit(upper, it.high.is)
	it.limit(lower, it.low.is)
}

func (it itemRow) disordered() bool { return it.low.is && it.high.is && it.low.n > it.high.n }

func (it itemRow) limit(p spot, has bool) {
	if has || p.v.Fault != nil {
		return
	}
	label := it.label(p.field)
	cause := it.about() + "是数值型项目，“" + label + "”为空"
	if p.v.Text != "" {
		cause = it.about() + "是数值型项目，“" + label + "”不是数字"
	}
	it.weighExamined(spec.LimitsRequired, p, cause+"，请填写，或在项目表（spec.items_file）里登记", cause)
}

func (it itemRow) unit() {
	p := it.at(spec.Unit)
	own, listed := it.c.ItemSpec(it.code)
	switch {
	case p.v.Fault != nil || it.code == "":
	case listed && own.Unit != "" && !it.urine && p.v.Text != own.Unit && (p.v.Text != "" || it.numeric == meaning.Yes):
		it.unitMatches(p, own.Unit)
	case p.v.Text == "" && it.numeric == meaning.Yes && !it.urine:
		it.report(spec.UnitRequired, p, it.about()+"是数值型项目，请填写计量单位", it.about()+"的计量单位为空")
	case it.numeric == meaning.Suspected && !it.signed:
		cause := it.about() + "有计量单位却没有参考范围"
		it.report(spec.NumericSuspected, p, cause+"；请"+it.c.fix(spec.NumericSuspected), cause)
	}
}

// unitMatches never fills in a unit: the number may be one of another unit.
func (it itemRow) unitMatches(p spot, own string) {
	if p.v.Text == "" {
		cause := it.about() + "的计量单位为空，项目表（spec.items_file）里是“" + own + "”"
		it.report(spec.UnitMatches, p, cause+"；请对照检验报告填写", cause)
		return
	}
	cause := it.about() + "的计量单位应为“" + own + "”"
	it.report(spec.UnitMatches, p, cause+"；请对照检验报告更正", cause+"，不是“"+p.v.Text+"”")
}

func (it itemRow) radiograph() {
	p := it.at(spec.RadiographResult)
	if it.unjudged(p) {
		return
	}
	switch {
	case it.film == meaning.Yes:
		if p.empty() {
			it.report(spec.RadiographRequired, p, it.about()+"是胸片，请填写胸片结果（0–3）", it.about()+"是胸片，胸片结果为空")
			return
		}
		it.general(p)
	case it.film == meaning.Suspected:
		if p.empty() || it.general(p) {
			it.report(spec.RadiographSuspected, p, it.about()+"看不出是否胸片；请"+it.c.fix(spec.RadiographSuspected), it.about()+"看不出是否胸片")
		}
	case !p.empty():
		it.report(spec.RadiographNotAllowed, p, it.about()+"不是胸片，请清空胸片结果", it.about()+"不是胸片，却有胸片结果")
	}
}

// flag compares resultFlag with what the result itself says; one finding at most.
func (it itemRow) flag() {
	p := it.at(spec.ResultFlag)
	result := it.at(spec.Result)
	flag := p.text()
	if flag == "" {
		return
	}
	number, isNumber := meaning.Number(result.text())
	film := it.at(spec.RadiographResult).text()
	switch {
	case it.film == meaning.Yes && film != "" && contradictsFilm(flag, film):
		it.report(spec.FlagMatchesRadiogr, p, it.about()+"的是否异常与胸片结果不符，请核对", it.about()+"的是否异常与胸片结果不符")
	case flag == spec.FlagNotExamined && isNumber:
		it.report(spec.NotExaminedMismatch, p, it.about()+"标为未检查，却有数字结果，请核对", it.about()+"标为未检查，却有结果")
	case flag != spec.FlagNotExamined && saysNotExamined(result.text()):
		it.report(spec.NotExaminedMismatch, p, it.about()+"的结果是未检查，是否异常应为 3，请核对", it.about()+"的结果是未检查，是否异常不是 3")
	case isNumber && flag != spec.FlagNotExamined && it.contradictsLimits(flag, number):
		it.report(spec.FlagMatchesLimits, p, it.about()+"的是否异常与参考范围不符，请核对", it.about()+"的是否异常与参考范围不符")
	}
}

// contradictsFilm: 未见异常 is 正常, 未检查 is 未检查, all else is 异常 (4.1).
func contradictsFilm(flag, film string) bool {
	switch film {
	case "0":
		return flag != spec.FlagNormal
	case "1", "2":
		return flag != spec.FlagAbnormal
	case "3":
		return flag != spec.FlagNotExamined
	}
	return false
}

func saysNotExamined(text string) bool {
	if isASCII(text) { // a number
		return false
	}
	for _, word := range [...]string{"未检", "未查", "未做", "未测", "拒检", "拒查", "拒绝", "弃检", "漏检"} {
		at := strings.Index(text, word)
		// 未检出, 未查见 and 未测出 are results.
		if at >= 0 && !hasAnyPrefix(text[at+len(word):], "出", "见", "到", "得", "及") {
			return true
		}
	}
	return strings.Contains(text, "检") && dict.Loose(text) == "未检测"
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func hasAnyPrefix(s string, prefixes ...string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// contradictsLimits: bounds are within. Of a result below a number (<) only what is
// certain counts.
func (it itemRow) contradictsLimits(flag string, n float64) bool {
	low := it.low
	high := it.high
	if (!low.is && !high.is) || it.disordered() {
		return false
	}
	within := (!low.is || n >= low.n) && (!high.is || n <= high.n)
	if it.at(spec.DataVersion).text() == spec.SymbolLess {
		switch {
		case low.is && n <= low.n && low.n > 0:
			within = false
		case (!low.is || low.n <= 0) && (!high.is || n <= high.n):
			within = true
		default:
			return false
		}
	}
	return within != (flag == spec.FlagNormal)
}
