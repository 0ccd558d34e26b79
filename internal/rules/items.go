package rules

import (
	"strings"
	"unicode/utf8"

	"hbupload/internal/dict"
	"hbupload/internal/meaning"
	"hbupload/internal/spec"
)

// itemView is what the current item means, read once for all its checks.
type itemView struct {
	code, class      string
	film, numeric    meaning.Degree
	notExamined      bool // resultFlag says 未检查
	symbol, doubtful bool
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

func (s *scan) readItem(i int) {
	v := itemView{code: s.at(spec.ItemCode, i).text(), class: s.at(spec.ItemClassName, i).text()}
	v.film = s.c.Film(v.code, v.class)
	v.notExamined = s.at(spec.ResultFlag, i).text() == spec.FlagNotExamined
	v.low = boundOf(s.at(spec.LowerLimit, i))
	v.high = boundOf(s.at(spec.UpperLimit, i))
	v.numeric = s.c.Numeric(v.code, v.class, v.low.is || v.high.is, s.at(spec.Unit, i).text() != "")
	v.symbol, v.doubtful = s.c.SymbolCode(v.code)
	v.urine = s.c.IsUrineItem(v.code, v.class)
	s.it = v
}

func itemChecks() []rowCheck {
	return []rowCheck{
		{[]spec.RuleID{spec.ItemClassMatches}, (*scan).itemClass},
		{[]spec.RuleID{spec.SymbolRequired, spec.SymbolConflict, spec.SymbolNotAllowed, spec.Enum}, (*scan).symbol},
		{[]spec.RuleID{spec.NumericResult}, (*scan).numericResult},
		{[]spec.RuleID{spec.LimitsRequired, spec.LimitsOrder}, (*scan).limits},
		{[]spec.RuleID{spec.NumericSuspected, spec.UnitRequired, spec.UnitMatches}, (*scan).unit},
		{[]spec.RuleID{spec.RadiographRequired, spec.RadiographNotAllowed, spec.RadiographSuspected, spec.Enum}, (*scan).radiograph},
		{[]spec.RuleID{spec.FlagMatchesLimits, spec.FlagMatchesRadiogr, spec.NotExaminedMismatch}, (*scan).flag},
	}
}

func (s *scan) itemRequired() {
	if len(s.rec.Items) == 0 {
		s.whole(spec.ItemRequired, "ohItemClassResult", "此人没有任何体检项目结果，请在体检项目表里至少填写一行", "没有体检项目结果")
	}
}

// itemTwice asks which of two results of one item counts. Rows that say the same
// were put aside by the reader.
func (s *scan) itemTwice() {
	for i := range s.rec.Items {
		code := s.at(spec.ItemCode, i).text()
		if code == "" {
			continue
		}
		for j := range i {
			if s.at(spec.ItemCode, j).text() == code {
				cause := "项目“" + s.itemName(code) + "”有两行不同的结果"
				s.report(spec.ItemDuplicate, s.at(spec.ItemCode, i), cause+"，请核对报告，留下其中一行", cause)
				break
			}
		}
	}
}

// repeatedItems warns of the rows that say what another row of the same item says.
func (s *scan) repeatedItems() {
	for i := range s.rec.Repeats {
		p := spot{s.rec.Repeats[i].At(spec.ItemCode), spec.ItemCode, 0}
		severity := s.c.policy.Severity(spec.ItemRepeated, p.field)
		if severity == spec.Off {
			continue
		}
		place := p.v.Place
		if place.Sheet == nil {
			place = s.rec.Repeats[i].Place
			place.Header = s.label(p.field)
		}
		cause := "项目“" + s.itemName(p.v.Text) + "”的同一结果重复出现"
		s.out = append(s.out, spec.Finding{
			Key: s.rec.Key, Record: -1, Place: place, Field: p.field, Path: s.pathOfItem(p.v.Text),
			Rule: spec.ItemRepeated, Severity: severity, Message: cause + "，只上传一次；可删去多余的一行", Cause: cause,
		})
	}
}

// pathOfItem is the path of the item that is sent for its repetitions.
func (s *scan) pathOfItem(code string) string {
	for i := range s.rec.Items {
		if s.rec.Items[i].At(spec.ItemCode).Text == code {
			return s.path(s.at(spec.ItemCode, i))
		}
	}
	return ""
}

func (s *scan) itemName(code string) string { return name(s.c.dicts[spec.ItemCode], code) }

// about begins a message on the current item.
func (s *scan) about() string {
	if s.it.code == "" {
		return "此项目"
	}
	return "项目“" + s.itemName(s.it.code) + "”"
}

func (s *scan) itemClass(i int) {
	p := s.at(spec.ItemClassName, i)
	want := s.c.ItemClass(s.it.code)
	if s.it.class == "" || want == "" || s.c.IsClassOf(s.it.code, s.it.class) {
		return
	}
	cause := s.about() + "的分类在字典里是“" + want + "”，不是“" + s.it.class + "”"
	s.report(spec.ItemClassMatches, p, cause+"，请核对", cause)
}

// symbol judges dataVersion: the listed codes need it, all others must not have it.
func (s *scan) symbol(i int) {
	p := s.at(spec.DataVersion, i)
	result := s.at(spec.Result, i)
	s.doubt(p)
	switch {
	case isBroken(p):
		s.fault(p)
	case s.it.code == "":
		s.general(p)
	case !s.it.symbol:
		if !p.empty() {
			s.report(spec.SymbolNotAllowed, p, s.about()+"不可填写符号，请清空", s.about()+"不可填写符号")
		}
	case p.empty():
		// A broken result cell has hidden the sign: that is its own finding.
		if !isBroken(result) {
			s.symbolRequired(p)
		}
	case s.general(p) && p.v.Text == spec.SymbolEqual && saysLess(result.v):
		s.report(spec.SymbolConflict, p, s.about()+"的符号是 =，结果却写着 <，请改成一致", s.about()+"的符号与结果矛盾")
	}
}

func (s *scan) symbolRequired(p spot) {
	cause := s.about() + "的符号为空"
	message := s.about() + "须填符号（= 或 <），请填写，或把结果写成数字"
	if s.it.doubtful {
		s.warn(spec.SymbolRequired, p, message+"（此项目的代码在规范里印得不全，确认后请在 spec.symbol_codes 里登记）", cause)
		return
	}
	s.weighExamined(spec.SymbolRequired, p, message, cause)
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

func (s *scan) numericResult(i int) {
	p := s.at(spec.Result, i)
	text := p.text()
	if text == "" || s.it.code == "" {
		return
	}
	if _, ok := meaning.Number(text); ok {
		return
	}
	sign, _, signed := meaning.SignedNumber(text)
	switch {
	case signed && sign == '<' && s.it.symbol && s.cellSaysEqual(i):
		// symbol-conflict has it.
	case signed && s.it.numeric == meaning.Yes:
		cause := s.about() + "的结果带接口不能上传的符号 " + string(sign)
		s.weighExamined(spec.NumericResult, p, cause+"；请"+s.fix(spec.NumericResult), cause)
	case signed && s.carriesNoSign():
		s.it.signed = true
		cause := s.about() + "的结果带符号 " + string(sign) + "，看不出是否数值型项目，将按原样上传"
		s.report(spec.NumericSuspected, p, cause+"；请"+s.fix(spec.NumericSuspected), cause)
	case s.it.numeric == meaning.Yes:
		cause := s.about() + "按数值型项目校验，结果不是数字"
		s.weighExamined(spec.NumericResult, p, cause+"；请核对报告；确为文字结果时在 spec.numeric_items.remove 里登记此项目", cause)
	}
}

// weighExamined makes an error a warning for an item that was not examined: the
// document makes no exception for those.
func (s *scan) weighExamined(rule spec.RuleID, p spot, message, cause string) {
	if s.it.notExamined {
		s.warn(rule, p, message+"（未检查的项目，平台可能拒收）", cause+"（未检查）")
		return
	}
	s.report(rule, p, message, cause)
}

func (s *scan) cellSaysEqual(i int) bool {
	return s.at(spec.DataVersion, i).text() == spec.SymbolEqual
}

// carriesNoSign spares 尿常规 and what the configuration declares to be text.
func (s *scan) carriesNoSign() bool { return !s.it.urine && !s.c.IsTextual(s.it.code) }

func (s *scan) limits(i int) {
	lower := s.at(spec.LowerLimit, i)
	upper := s.at(spec.UpperLimit, i)
	if s.disordered() {
		s.report(spec.LimitsOrder, lower, s.about()+"的参考下限大于参考上限，请核对", s.about()+"的参考下限大于上限")
	}
	if s.it.numeric != meaning.Yes {
		return
	}
	s.limit(upper, s.it.high.is)
	s.limit(lower, s.it.low.is)
}

func (s *scan) disordered() bool {
	return s.it.low.is && s.it.high.is && s.it.low.n > s.it.high.n
}

func (s *scan) limit(p spot, has bool) {
	if has || p.v.Fault != nil {
		return
	}
	label := s.label(p.field)
	cause := s.about() + "是数值型项目，“" + label + "”为空"
	if p.v.Text != "" {
		cause = s.about() + "是数值型项目，“" + label + "”不是数字"
	}
	s.weighExamined(spec.LimitsRequired, p, cause+"，请填写，或在项目表（spec.items_file）里登记", cause)
}

func (s *scan) unit(i int) {
	p := s.at(spec.Unit, i)
	own, listed := s.c.ItemSpec(s.it.code)
	switch {
	case p.v.Fault != nil || s.it.code == "":
	case listed && own.Unit != "" && !s.it.urine && p.v.Text != own.Unit && (p.v.Text != "" || s.it.numeric == meaning.Yes):
		s.unitMatches(p, own.Unit)
	case p.v.Text == "" && s.it.numeric == meaning.Yes && !s.it.urine:
		s.report(spec.UnitRequired, p, s.about()+"是数值型项目，请填写计量单位", s.about()+"的计量单位为空")
	case s.it.numeric == meaning.Suspected && !s.it.signed:
		cause := s.about() + "有计量单位却没有参考范围"
		s.report(spec.NumericSuspected, p, cause+"；请"+s.fix(spec.NumericSuspected), cause)
	}
}

// unitMatches never fills in a unit: the number may be one of another unit.
func (s *scan) unitMatches(p spot, own string) {
	if p.v.Text == "" {
		cause := s.about() + "的计量单位为空，项目表（spec.items_file）里是“" + own + "”"
		s.report(spec.UnitMatches, p, cause+"；请对照检验报告填写", cause)
		return
	}
	cause := s.about() + "的计量单位应为“" + own + "”"
	s.report(spec.UnitMatches, p, cause+"；请对照检验报告更正", cause+"，不是“"+p.v.Text+"”")
}

func (s *scan) radiograph(i int) {
	p := s.at(spec.RadiographResult, i)
	s.doubt(p)
	switch {
	case isBroken(p):
		s.fault(p)
	case s.it.code == "":
		s.general(p)
	case s.it.film == meaning.Yes:
		if p.empty() {
			s.report(spec.RadiographRequired, p, s.about()+"是胸片，请填写胸片结果（0–3）", s.about()+"是胸片，胸片结果为空")
			return
		}
		s.general(p)
	case s.it.film == meaning.Suspected:
		if p.empty() || s.general(p) {
			s.report(spec.RadiographSuspected, p, s.about()+"看不出是否胸片；请"+s.fix(spec.RadiographSuspected), s.about()+"看不出是否胸片")
		}
	case !p.empty():
		s.report(spec.RadiographNotAllowed, p, s.about()+"不是胸片，请清空胸片结果", s.about()+"不是胸片，却有胸片结果")
	}
}

// flag compares resultFlag with what the result itself says; one finding at most.
func (s *scan) flag(i int) {
	p := s.at(spec.ResultFlag, i)
	result := s.at(spec.Result, i)
	flag := p.text()
	if flag == "" {
		return
	}
	number, isNumber := meaning.Number(result.text())
	film := s.at(spec.RadiographResult, i).text()
	switch {
	case s.it.film == meaning.Yes && film != "" && contradictsFilm(flag, film):
		s.report(spec.FlagMatchesRadiogr, p, s.about()+"的是否异常与胸片结果不符，请核对", s.about()+"的是否异常与胸片结果不符")
	case flag == spec.FlagNotExamined && isNumber:
		s.report(spec.NotExaminedMismatch, p, s.about()+"标为未检查，却有数字结果，请核对", s.about()+"标为未检查，却有结果")
	case flag != spec.FlagNotExamined && saysNotExamined(result.text()):
		s.report(spec.NotExaminedMismatch, p, s.about()+"的结果是未检查，是否异常应为 3，请核对", s.about()+"的结果是未检查，是否异常不是 3")
	case isNumber && flag != spec.FlagNotExamined && s.contradictsLimits(i, flag, number):
		s.report(spec.FlagMatchesLimits, p, s.about()+"的是否异常与参考范围不符，请核对", s.about()+"的是否异常与参考范围不符")
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
func (s *scan) contradictsLimits(i int, flag string, n float64) bool {
	low := s.it.low
	high := s.it.high
	if (!low.is && !high.is) || s.disordered() {
		return false
	}
	within := (!low.is || n >= low.n) && (!high.is || n <= high.n)
	if s.at(spec.DataVersion, i).text() == spec.SymbolLess {
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
