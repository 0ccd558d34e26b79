package rules

import "hbupload/internal/spec"

// itemRows are the checks that compare the rows of the items.
type itemRows struct{ *scan }

func (s itemRows) required() {
	if len(s.rec.Items) == 0 {
		s.whole(spec.ItemRequired, "ohItemClassResult", "此人没有任何体检项目结果，请在体检项目表里至少填写一行", "没有体检项目结果")
	}
}

// twice asks which of two results of one item counts. Rows that say the same
// were put aside by the reader.
func (s itemRows) twice() {
	for i := range s.rec.Items {
		code := s.at(spec.ItemCode, i).text()
		if code == "" {
			continue
		}
		for j := range i {
			if s.at(spec.ItemCode, j).text() == code {
				cause := "项目“" + s.c.name(spec.ItemCode, code) + "”有两行不同的结果"
				s.report(spec.ItemDuplicate, s.at(spec.ItemCode, i), cause+"，请核对报告，留下其中一行", cause)
				break
			}
		}
	}
}

// repeated warns of the rows that say what another row of the same item says.
func (s itemRows) repeated() {
	for i := range s.rec.Repeats {
		p := spot{s.rec.Repeats[i].At(spec.ItemCode), spec.ItemCode, 0}
		place := p.v.Place
		if place.Sheet == nil {
			place = s.rec.Repeats[i].Place
			place.Header = s.label(p.field)
		}
		cause := "项目“" + s.c.name(spec.ItemCode, p.v.Text) + "”的同一结果重复出现"
		s.add(spec.Finding{Rule: spec.ItemRepeated, Place: place, Field: p.field, Path: s.path(p.v.Text), Message: cause + "，只上传一次；可删去多余的一行", Cause: cause}, s.c.policy.Severity(spec.ItemRepeated, p.field))
	}
}

// path is the path of the item that is sent for its repetitions.
func (s itemRows) path(code string) string {
	for i := range s.rec.Items {
		if s.rec.Items[i].At(spec.ItemCode).Text == code {
			return s.scan.path(s.at(spec.ItemCode, i))
		}
	}
	return ""
}
