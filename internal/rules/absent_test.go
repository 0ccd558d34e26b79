package rules

import (
	"strings"
	"testing"

	"hbupload/internal/spec"
)

// absent takes a field's column out of the sheet.
func absent(fields ...spec.FieldID) change {
	return func(r *spec.Record) {
		for _, f := range fields {
			at := func(v *spec.Value) {
				v.Text, v.Raw, v.Cell = "", "", 0
				v.Place.Col = 0
			}
			switch f.Field().Section {
			case spec.SectionHazard:
				for i := range r.Hazards {
					at(r.Hazards[i].At(f))
				}
			default:
				at(r.At(f))
			}
		}
	}
}

// TestMissingColumns: a column that is not there is called so, and the key of the
// configuration that can stand for it is named; a blank cell is called a blank cell.
func TestMissingColumns(t *testing.T) {
	t.Parallel()
	for _, k := range []struct {
		change change
		field  spec.FieldID
		want   []string
	}{
		{absent(spec.EmpPhone), spec.EmpPhone, []string{"缺少“联系电话”列，请补上这一列并填写"}},
		{absent(spec.OhOrgCode), spec.OhOrgCode, []string{"缺少“职业健康检查机构编码”列", "institution.ohOrgCode"}},
		{absent(spec.HazardStartDate), spec.HazardStartDate, []string{"缺少“开始接害日期”列：非上岗前体检"}},
		{person(spec.PreparerPhone, ""), spec.PreparerPhone, []string{"“填表人电话”为空，请填写，或在配置 institution.preparerPhone 里写明"}},
	} {
		r := goodRecord()
		k.change(r)
		found := testChecker(t).Check(r, nil)
		if len(found) == 0 || found[0].Field != k.field {
			t.Fatalf("%v: %q", k.field.Key(), faults(found))
		}
		for _, word := range k.want {
			if !strings.Contains(found[0].Message, word) {
				t.Errorf("%s: %q lacks %q", k.field.Key(), found[0].Message, word)
			}
		}
		if strings.Contains(found[0].Cause, "缺少") != (found[0].Place.Col == 0) {
			t.Errorf("%s: cause %q at %q", k.field.Key(), found[0].Cause, found[0].Place.Cell())
		}
	}
}

// TestExcusesNeedAnError: a blank that a wrong number or code explains is silent only
// as long as that finding withholds the record; nothing blank that the document
// requires is ever sent because the explanation was configured away.
func TestExcusesNeedAnError(t *testing.T) {
	t.Parallel()
	slip := do(person(spec.IDCard, "130827199002030110"), person(spec.SexCode, ""))
	for _, k := range []struct {
		severity map[string]string
		want     string
	}{
		{nil, "idcard-checksum idcard"},
		{map[string]string{"idcard-checksum": "warning"}, "idcard-checksum idcard warning\nrequired sexCode"},
		{map[string]string{"idcard-checksum": "off"}, "required sexCode"},
		{map[string]string{"idcard-checksum": "off", "required.sexCode": "off"}, ""},
	} {
		policy, err := NewPolicy(k.severity, false)
		if err != nil {
			t.Fatal(err)
		}
		cfg := testConfig()
		cfg.Policy = policy
		c, err := New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		r := goodRecord()
		for _, change := range slip {
			change(r)
		}
		if got := strings.Join(faults(c.Check(r, nil)), "\n"); got != strings.Join(lines(k.want), "\n") {
			t.Errorf("%v: %q, want %q", k.severity, got, k.want)
		}
	}
}
