package mapping

import (
	"fmt"
	"slices"
	"strings"

	"hbupload/internal/dict"
	"hbupload/internal/ident"
	"hbupload/internal/meaning"
	"hbupload/internal/spec"
)

// complete finishes a record whose rows have all been read: constants first,
// then the codes that depend on neighbours, then what help: 接口读法 3, 4 allow to
// be derived. Nothing else is ever filled in.
func (c *coder) complete(rec *spec.Record) {
	c.fillConstants(rec)
	c.codeItems(rec)
	c.deriveIdentity(rec)
	c.deriveHazards(rec)
	c.codeWork(rec)
	c.deriveSmoking(rec)
	for i := range rec.Items {
		c.deriveItem(&rec.Items[i])
	}
	rec.DropRepeats()
}

// missing reports whether nothing was given for a value: blank, and not because it
// could not be read.
func missing(v *spec.Value) bool { return v.Text == "" && v.Fault == nil }

func (c *coder) fillConstants(rec *spec.Record) {
	for id, constant := range c.constants {
		v := rec.At(id)
		if !missing(v) || constant.Text == "" {
			continue
		}
		v.Derive(spec.StepConstant, constant.Text, "配置 "+constant.Where)
		if f := id.Field(); isPlaceholder(&f, constant.Text) {
			v.Fault = &spec.Fault{Rule: spec.Placeholder, Note: "在配置 " + constant.Where + " 里还是“" + constant.Text + "”，没有填写"}
		}
	}
}

// codeItems codes item names, of which one may stand in several classes.
func (c *coder) codeItems(rec *spec.Record) {
	for i := range rec.Items {
		it := &rec.Items[i]
		v := it.At(spec.ItemCode)
		class := it.At(spec.ItemClassName).Text
		if !missing(v) && v.Fault == nil {
			c.coded(v, &c.item, v.Text, &narrowing{context: class, fit: func(found []dict.Entry) ([]dict.Entry, string) {
				return ofClass(found, class), "按项目分类“" + class + "”确定"
			}, outside: func(e dict.Entry) bool {
				return dict.Loose(e.Class) != dict.Loose(class) && len(ofClass(c.dicts.Dict(spec.DictItem).Entries, class)) > 0
			}})
		}
	}
}

// narrowing chooses among the entries of one name by what else the record says.
type narrowing struct {
	context string // everything that fit looks at, for the memory of look-ups
	fit     func([]dict.Entry) (fewer []dict.Entry, note string)
	advise  func(fault *spec.Fault, text string) // nil, or a better word on what may be meant
	outside func(dict.Entry) bool                // nil, or reports that a learned word cannot be meant here
}

func ofClass(found []dict.Entry, class string) []dict.Entry {
	var out []dict.Entry
	for _, e := range found {
		if class != "" && dict.Loose(e.Class) == dict.Loose(class) {
			out = append(out, e)
		}
	}
	return out
}

// codeWork codes the work type; a name that several codes have is narrowed by
// monitoring type, then by the employer's industry.
func (c *coder) codeWork(rec *spec.Record) {
	v := rec.At(spec.TypeOfWorkCode)
	if missing(v) || v.Fault != nil || v.Has(spec.StepConstant) {
		return
	}
	var monitors []string
	for i := range rec.Hazards {
		if m := rec.Hazards[i].At(spec.MonitorTypeCode); m.Text != "" && m.Fault == nil {
			monitors = append(monitors, m.Text)
		}
	}
	industry := rec.At(spec.EmployerIndustry).Text
	c.coded(v, &c.work, v.Text, &narrowing{context: strings.Join(monitors, ",") + "|" + industry, fit: func(found []dict.Entry) ([]dict.Entry, string) {
		fewer := c.ofMonitors(found, monitors)
		if len(fewer) == 1 {
			return fewer, "按监测种类确定"
		}
		if fitting := c.ofIndustry(fewer, industry); len(fitting) > 0 {
			fewer = fitting
		}
		return fewer, "按监测种类和用工单位行业确定"
	}, advise: func(fault *spec.Fault, text string) { c.adviseWork(fault, text, monitors) }})
}

// adviseWork puts those of the nearest work types first that the record's monitoring
// type allows, and says which they are: one name has a code for each type, and the
// wrong one is refused at the next try.
func (c *coder) adviseWork(fault *spec.Fault, text string, monitors []string) {
	d := c.dicts.Dict(spec.DictTypeOfWork)
	var near []dict.Entry
	for i, e := range d.Nearest(text, 4*nearestShown) {
		named := func(other dict.Entry) bool { return other.Name == e.Name }
		if i < nearestShown || slices.ContainsFunc(near, named) {
			near = append(near, e)
		}
	}
	fits := c.ofMonitors(near, monitors)
	if len(monitors) == 0 || len(fits) == len(near) {
		return
	}
	near = slices.DeleteFunc(near, func(e dict.Entry) bool { return slices.Contains(fits, e) })
	kind := c.monitorNames(monitors)
	if len(fits) == 0 {
		fault.Advice = "（都不适用于" + kind + "）"
		return
	}
	fits = fits[:min(len(fits), nearestShown)]
	fault.Advice = "（适用于" + kind + "的：" + strings.Join(entryTexts(fits), "、") + "）"
	fault.Nearest = entryTexts(append(fits, near...)[:min(len(fits)+len(near), nearestShown)])
}

func entryTexts(entries []dict.Entry) []string {
	var out []string
	for _, e := range entries {
		out = append(out, e.String())
	}
	return out
}

// monitorNames are the names of monitoring types, each once.
func (c *coder) monitorNames(monitors []string) string {
	var out []string
	for _, m := range monitors {
		e, ok := c.dicts.Dict(spec.DictMonitorType).ByCode(m)
		if ok && !slices.Contains(out, e.Name) {
			out = append(out, e.Name)
		}
	}
	return strings.Join(out, "、")
}

func (c *coder) ofMonitors(found []dict.Entry, monitors []string) []dict.Entry {
	var out []dict.Entry
	for _, e := range found {
		fits := len(monitors) == 0
		for _, m := range monitors {
			fits = fits || c.means.WorkFitsMonitor(e.Code, m)
		}
		if fits {
			out = append(out, e)
		}
	}
	return out
}

func (c *coder) ofIndustry(found []dict.Entry, industry string) []dict.Entry {
	var out []dict.Entry
	for _, e := range found {
		if industry != "" && c.means.WorkFitsIndustry(e.Code, industry) == meaning.FitYes {
			out = append(out, e)
		}
	}
	return out
}

// deriveIdentity fills what follows from a valid resident identity number: kind of
// document, sex, birthday and age.
func (c *coder) deriveIdentity(rec *spec.Record) {
	id := rec.At(spec.IDCard)
	kind := rec.At(spec.IDType)
	if id.Text == "" || id.Fault != nil || numericCell(id.Cell) || ident.CheckIDCard(id.Text) != "" {
		return
	}
	if missing(kind) && !ident.OfForeigner(id.Text) {
		kind.Derive(spec.StepDerived, spec.IDTypeResident, "证件类型空白，号码是有效的居民身份证号")
	}
	if kind.Text != spec.IDTypeResident && kind.Text != spec.IDTypeHousehold {
		return
	}
	deriveSex(rec, id.Text)
	deriveBirthday(rec, id.Text)
	deriveAge(rec)
}

// deriveSex takes the sex from an identity number.
func deriveSex(rec *spec.Record, id string) {
	sex := rec.At(spec.SexCode)
	if !missing(sex) {
		return
	}
	if code, ok := ident.SexOf(id); ok {
		sex.Derive(spec.StepDerived, code, "由身份证号推出性别")
	}
}

// deriveBirthday takes the day of birth from an identity number.
func deriveBirthday(rec *spec.Record, id string) {
	birthday := rec.At(spec.Birthday)
	if !missing(birthday) {
		return
	}
	if day, ok := ident.BirthdayOf(id); ok {
		birthday.Derive(spec.StepDerived, day, "由身份证号推出出生日期")
	}
}

// deriveAge counts the age on the day of the examination.
func deriveAge(rec *spec.Record) {
	age := rec.At(spec.Age)
	birthday := rec.At(spec.Birthday)
	on := rec.At(spec.PeDate)
	if !missing(age) || birthday.Fault != nil || on.Fault != nil {
		return
	}
	if years, ok := ident.AgeAt(birthday.Text, on.Text); ok && years >= 0 {
		age.Derive(spec.StepDerived, fmt.Sprint(years), "由出生日期和体检日期推出周岁")
	}
}

// numericCell reports whether an identity number was typed as a number: its last
// digits are gone, whatever they look like.
func numericCell(k spec.CellKind) bool { return k == spec.CellNumber || k == spec.CellDate }

// deriveHazards fills the zeros of secondary dusts, the names of suspected
// diseases, and the list of the examined hazards' names.
func (c *coder) deriveHazards(rec *spec.Record) {
	mains := 0
	for i := range rec.Hazards {
		h := &rec.Hazards[i]
		if v := h.At(spec.IsMain); v.Text == spec.IsMainYes && v.Fault == nil && c.means.IsDust(h.At(spec.HazardCode).Text) {
			mains++
		}
	}
	for i := range rec.Hazards {
		h := &rec.Hazards[i]
		main := h.At(spec.IsMain)
		if mains > 0 && missing(main) && c.means.IsDust(h.At(spec.HazardCode).Text) {
			main.Derive(spec.StepDerived, spec.IsMainNo, "另一种粉尘已标为主要粉尘")
		}
		content := h.At(spec.OtherContent)
		disease := h.At(spec.OccDiseaseCode)
		if missing(content) && c.means.IsSuspected(h.At(spec.ResultOptionCode).Text) && disease.Fault == nil {
			if name := c.means.DiseaseName(disease.Text); name != "" {
				content.Derive(spec.StepDerived, name, "疑似职业病的字典名称")
			}
		}
	}
	c.deriveNames(rec)
}

// deriveNames sets hazardNames: the dictionary's names in the order of
// ohEmpHazard. A column of the export is kept as Raw, only to be compared.
func (c *coder) deriveNames(rec *spec.Record) {
	v := rec.At(spec.HazardNames)
	if v.Fault != nil {
		return
	}
	for i := range rec.Hazards {
		code := rec.Hazards[i].At(spec.HazardCode)
		name := c.means.HazardName(code.Text)
		if code.Fault == nil && name != "" && !slices.Contains(v.Parts, name) {
			v.Parts = append(v.Parts, name)
		}
	}
	if len(v.Parts) > 0 {
		v.Derive(spec.StepDerived, strings.Join(v.Parts, ","), "体检危害因素的字典名称，按危害因素表的顺序")
	}
}

// deriveSmoking fills the zeros of a person who never smoked.
func (c *coder) deriveSmoking(rec *spec.Record) {
	status := rec.At(spec.SmokingStatus)
	if status.Fault != nil || status.Text != spec.SmokingNever {
		return
	}
	for _, id := range []spec.FieldID{spec.PersonalHistoryYear, spec.PersonalHistoryMonth, spec.DailySmokingVolum} {
		if v := rec.At(id); missing(v) {
			v.Derive(spec.StepDerived, "0", "从不吸烟，空白视为 0")
		}
	}
}

// deriveItem fills the class and the symbol, and a limit that only the local
// table of items knows.
func (c *coder) deriveItem(it *spec.Item) {
	code := it.At(spec.ItemCode)
	c.excuseTimes(it, code)
	if code.Fault != nil || code.Text == "" {
		return
	}
	if class := it.At(spec.ItemClassName); missing(class) {
		if name := c.means.ItemClass(code.Text); name != "" {
			class.Derive(spec.StepDerived, name, "项目字典的分类名称")
		}
	}
	c.deriveSymbol(it, code.Text)
	line, ok := c.means.ItemSpec(code.Text)
	if !ok {
		return
	}
	if v := it.At(spec.LowerLimit); missing(v) && line.Lower != "" {
		v.Derive(spec.StepItemsTable, line.Lower, "本机构项目表 spec.items_file")
	}
	if v := it.At(spec.UpperLimit); missing(v) && line.Upper != "" {
		v.Derive(spec.StepItemsTable, line.Upper, "本机构项目表 spec.items_file")
	}
}

// excuseTimes lets the results of items that speak of dates and times be dates.
func (c *coder) excuseTimes(it *spec.Item, code *spec.Value) {
	for _, id := range [...]spec.FieldID{spec.Result, spec.LowerLimit, spec.UpperLimit} {
		v := it.At(id)
		of := func(f *spec.Fault) bool { return f != nil && f.Rule == spec.AutoConverted }
		if !of(v.Fault) && !of(v.Doubt) {
			continue
		}
		e, _ := c.dicts.Dict(spec.DictItem).ByCode(code.Text)
		if !speaksOfTime(e.Name) && !speaksOfTime(code.Raw) {
			return
		}
		v.Fault = nil
		v.Doubt = nil
	}
}

// deriveSymbol moves the sign of a result into dataVersion, for the items that
// carry one: "<0.01" is 1 and 0.01, a plain number is 0. A sign the interface
// cannot carry stays where it is, for the checks to refuse.
func (c *coder) deriveSymbol(it *spec.Item, code string) {
	symbol := it.At(spec.DataVersion)
	result := it.At(spec.Result)
	if required, doubtful := c.means.SymbolCode(code); !required && !doubtful {
		if symbol.Text == spec.SymbolEqual && symbol.Fault == nil {
			symbol.Derive(spec.StepSymbol, "", "此项目不填符号，“=”不说明什么，不上传")
		}
		return
	}
	if symbol.Fault != nil || result.Fault != nil {
		return
	}
	sign, number, ok := splitSign(result.Text)
	if !ok || (symbol.Text != "" && (sign == "" || symbol.Text != symbolOf(sign))) {
		return
	}
	if symbol.Text == "" {
		symbol.Derive(spec.StepSymbol, symbolOf(sign), "由检查结果的写法得出")
	}
	if sign != "" {
		result.Derive(spec.StepSymbol, number, "符号已移入符号代码")
	}
}

func symbolOf(sign string) string {
	if sign == "<" {
		return spec.SymbolLess
	}
	return spec.SymbolEqual
}

// splitSign parts a result into "<" or "" and a number.
func splitSign(result string) (sign, number string, ok bool) {
	var scratch spec.Value
	s := strings.Replace(squeeze(&scratch, foldText(&scratch, result)), "﹤", "<", 1)
	if rest, less := strings.CutPrefix(s, "<"); less {
		sign = "<"
		s = rest
	}
	if reBarePoint.MatchString(s) {
		s = canonical(s)
	}
	return sign, s, reDecimal.MatchString(s)
}
