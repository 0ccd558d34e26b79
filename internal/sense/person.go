package sense

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"hbupload/internal/ident"
	"hbupload/internal/meaning"
	"hbupload/internal/spec"
)

// ages holds years of exposure and smoking against the age.
func (s *scan) ages() {
	born, ok := ident.Day(s.rec.At(spec.Birthday).Text)
	examined, known := ident.Day(s.rec.At(spec.PeDate).Text)
	age := math.NaN()
	if ok && known {
		age = years(born, examined)
	}
	before := len(s.out)
	for _, line := range s.c.ages {
		if l := &s.c.lines[line]; l.Items == ageExam {
			s.person(l, spec.Age, age)
		}
	}
	if len(s.out) > before {
		return // with a wrong age every other line would fire too
	}
	for _, line := range s.c.ages {
		l := &s.c.lines[line]
		switch l.Items {
		case ageCigarettes:
			if v, ok := meaning.Number(s.rec.At(spec.DailySmokingVolum).Text); ok {
				s.person(l, spec.DailySmokingVolum, v)
			}
		case ageSmoking:
			if v, ok := meaning.Number(s.rec.At(spec.PersonalHistoryYear).Text); ok && v > 0 {
				s.person(l, spec.PersonalHistoryYear, age-v)
			}
		case ageStart:
			s.exposureStart(l, born, ok)
		case ageExposure:
			s.exposureYears(l, age)
		}
	}
}

// person reports a line of ages whose value falls out of its limits.
func (s *scan) person(l *Line, field spec.FieldID, value float64) {
	if !math.IsNaN(value) && !l.within(value) {
		s.add(s.rec.At(field), field, -1, spec.SenseAge, l.Text, l.Text)
	}
}

func (s *scan) exposureStart(l *Line, born time.Time, known bool) {
	for i := range s.rec.Hazards {
		v := s.rec.Hazards[i].At(spec.HazardStartDate)
		if start, ok := ident.Day(v.Text); ok && known && !l.within(years(born, start)) {
			s.add(v, spec.HazardStartDate, i, spec.SenseAge, fmt.Sprintf("%s（开始时 %d 岁）", l.Text, int(years(born, start))), l.Text)
			return
		}
	}
}

func (s *scan) exposureYears(l *Line, age float64) {
	for i := range s.rec.Hazards {
		v := s.rec.Hazards[i].At(spec.HazardYear)
		n, ok := meaning.Number(v.Text)
		if ok && n > 0 && !math.IsNaN(age) && !l.within(age-n) {
			s.add(v, spec.HazardYear, i, spec.SenseAge, fmt.Sprintf("%s（%s 年，体检时 %d 岁）", l.Text, v.Text, int(age)), l.Text)
			return
		}
	}
}

// years is the number of full years between two days; negative where the second
// comes first.
func years(from, to time.Time) float64 {
	n := to.Year() - from.Year()
	if to.Month() < from.Month() || (to.Month() == from.Month() && to.Day() < from.Day()) {
		n--
	}
	return float64(n)
}

// conclusions holds conclusions, diseases and items against the hazards.
func (s *scan) conclusions() {
	for _, line := range s.c.results {
		l := &s.c.lines[line]
		switch l.Kind {
		case kindConclusion:
			s.denies(line, l)
		case kindNothing:
			s.unfounded(l)
		case kindExpected:
			s.expected(line, l)
		case kindRange, kindUnit, kindPair, kindAge, kindSex, kindDisease, kindWords, kindBatch:
		}
	}
	if !s.suspected {
		return
	}
	for _, line := range s.c.diseases {
		s.disease(line, &s.c.lines[line])
	}
}

// denies reports a conclusion 未见异常 beside an abnormal item that matters for the
// hazard.
func (s *scan) denies(line int, l *Line) {
	at := int(s.flagged[line]) - 1
	if at < 0 {
		return
	}
	for i, fits := range s.hazards {
		h := &s.rec.Hazards[i]
		if fits != nil && fits[line] && s.c.normal[h.At(spec.ResultOptionCode).Text] {
			name := s.c.items[s.rec.Items[at].At(spec.ItemCode).Text].name
			s.add(h.At(spec.ResultOptionCode), spec.ResultOptionCode, i, spec.SenseConclusion, l.Text+"（"+name+"）", l.Text)
			return
		}
	}
}

// unfounded reports a suspected disease or contraindication with nothing abnormal
// anywhere.
func (s *scan) unfounded(l *Line) {
	if s.abnormal || len(s.rec.Items) == 0 {
		return
	}
	for i := range s.rec.Hazards {
		v := s.rec.Hazards[i].At(spec.ResultOptionCode)
		if s.c.classes.IsSuspected(v.Text) || s.c.classes.IsContraindication(v.Text) {
			s.add(v, spec.ResultOptionCode, i, spec.SenseConclusion, l.Text, l.Text)
			return
		}
	}
}

// disease reports a disease whose hazard the person was not exposed to.
func (s *scan) disease(line int, l *Line) {
	if s.fits[line] {
		return
	}
	for i := range s.rec.Hazards {
		v := s.rec.Hazards[i].At(spec.OccDiseaseCode)
		if of := s.c.diseased[v.Text]; of != nil && of[line] {
			s.add(v, spec.OccDiseaseCode, i, spec.SenseDisease, l.Text+"（"+s.c.classes.DiseaseName(v.Text)+"）", l.Text)
			return
		}
	}
}

// expected reports a hazard without the items that belong to it. A re-examination
// repeats single items only and is not asked.
func (s *scan) expected(line int, l *Line) {
	if s.served[line] || !s.care[line] || s.rec.At(spec.PeFlag).Text == "1" || len(s.rec.Items) == 0 {
		return
	}
	for i, fits := range s.hazards {
		if fits != nil && fits[line] {
			s.add(s.rec.Hazards[i].At(spec.HazardCode), spec.HazardCode, i, spec.SenseExpected, l.Text, l.Text)
			return
		}
	}
}

// texts looks for words that do not fit the sex in results and texts.
func (s *scan) texts() {
	for _, line := range s.c.words {
		l := &s.c.lines[line]
		if !s.contradicts(l) {
			continue
		}
		for _, i := range s.words {
			v := s.rec.Items[i].At(spec.Result)
			if word := l.items.word(v.Text); word != "" {
				s.item(i, spec.SenseSex, "结果里有“"+word+"”，而"+l.Text, l.Text)
			}
		}
		for i := range s.rec.Hazards {
			v := s.rec.Hazards[i].At(spec.OtherContent)
			if word := l.items.word(v.Text); word != "" {
				s.add(v, spec.OtherContent, i, spec.SenseSex, "写有“"+word+"”，而"+l.Text, l.Text)
			}
		}
		if v := s.rec.At(spec.Propose); v.Text != "" {
			if word := l.items.word(v.Text); word != "" {
				s.add(v, spec.Propose, -1, spec.SenseSex, "写有“"+word+"”，而"+l.Text, l.Text)
			}
		}
	}
}

// late reports a report that came after the deadline the user set.
func (s *scan) late() {
	if s.c.deadline <= 0 {
		return
	}
	examined, ok := ident.Day(s.rec.At(spec.PeDate).Text)
	v := s.rec.At(spec.PreparerDate)
	reported, known := ident.Day(v.Text)
	if !ok || !known {
		return
	}
	days := int(reported.Sub(examined).Hours() / 24)
	if days > s.c.deadline {
		s.add(v, spec.PreparerDate, -1, spec.SenseLate, "体检后 "+strconv.Itoa(days)+" 天才出具报告，超过规定的 "+strconv.Itoa(s.c.deadline)+" 天", "报告出具超过规定的 "+strconv.Itoa(s.c.deadline)+" 天")
	}
}

// item adds a warning at the cell of an item's result.
func (s *scan) item(i int, rule spec.RuleID, message, cause string) {
	s.add(s.rec.Items[i].At(spec.Result), spec.Result, i, rule, message, cause)
}

// add adds a warning, unless its rule is off or the cell has a finding already.
func (s *scan) add(v *spec.Value, field spec.FieldID, i int, rule spec.RuleID, message, cause string) {
	severity := s.c.severity(rule, field)
	if severity == spec.Off || v.Fault != nil {
		return
	}
	place := placeOf(s.rec, v, field, i)
	for k := s.own; k < len(s.out); k++ {
		if p := &s.out[k].Place; s.out[k].Field == field && p.Sheet == place.Sheet && p.Row == place.Row && p.Col == place.Col {
			return
		}
	}
	s.out = append(s.out, spec.Finding{Key: s.rec.Key, Record: -1, Place: place, Field: field, Path: pathOf(s.rec, field, i),
		Rule: rule, Severity: severity, Message: message, Cause: cause})
}

// placeOf is the cell of a value, or its row where the value stands in no cell,
// with a header.
func placeOf(rec *spec.Record, v *spec.Value, field spec.FieldID, i int) spec.Place {
	return headed(cellOf(rec, v, field, i), field)
}

// headed gives a place that has none the header of the standard workbook.
func headed(place spec.Place, field spec.FieldID) spec.Place {
	if place.Header == "" {
		place.Header = field.Label()
	}
	return place
}

// cellOf is placeOf without the header, which is dear to find.
func cellOf(rec *spec.Record, v *spec.Value, field spec.FieldID, i int) spec.Place {
	place := v.Place
	if place.Sheet == nil {
		place = rec.Place
		switch field.Field().Section {
		case spec.SectionHazard:
			place = rec.Hazards[i].Place
		case spec.SectionItem:
			place = rec.Items[i].Place
		}
		place.Col = 0
		place.Header = ""
	}
	return place
}

// pathOf is the JSON path of a field.
func pathOf(rec *spec.Record, field spec.FieldID, i int) string {
	switch field.Field().Section {
	case spec.SectionHazard:
		return field.Path(i, 0)
	case spec.SectionItem:
		return field.Path(rec.Items[i].Class, rec.Items[i].Index)
	}
	return field.Path(0, 0)
}
