package mapping

import (
	"testing"

	"hbupload/internal/meaning"
	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
)

// set gives a person's fields texts.
func set(rec *spec.Record, texts map[spec.FieldID]string) {
	for id, s := range texts {
		rec.At(id).Text = s
	}
}

const validID = "130102196801011012"

// TestDeriveIdentity: a valid resident number fills blanks, and nothing else
// does.
func TestDeriveIdentity(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		cell  spec.CellKind
		given map[spec.FieldID]string
		want  map[spec.FieldID]string // "" stays blank
	}{
		{"all blank", spec.CellText, map[spec.FieldID]string{spec.IDCard: validID, spec.PeDate: "2024-03-01"},
			map[spec.FieldID]string{spec.IDType: "01", spec.SexCode: "1", spec.Birthday: "1968-01-01", spec.Age: "56"}},
		{"given stays", spec.CellText, map[spec.FieldID]string{spec.IDCard: validID, spec.PeDate: "2024-03-01", spec.SexCode: "2", spec.Birthday: "1970-05-05", spec.IDType: "02"},
			map[spec.FieldID]string{spec.IDType: "02", spec.SexCode: "2", spec.Birthday: "1970-05-05", spec.Age: "53"}},
		{"wrong check digit", spec.CellText, map[spec.FieldID]string{spec.IDCard: "130102196801011013", spec.PeDate: "2024-03-01"},
			map[spec.FieldID]string{spec.IDType: "", spec.SexCode: "", spec.Birthday: "", spec.Age: ""}},
		{"fifteen digits", spec.CellText, map[spec.FieldID]string{spec.IDCard: "130102680101101", spec.PeDate: "2024-03-01"},
			map[spec.FieldID]string{spec.IDType: "", spec.SexCode: "", spec.Birthday: "", spec.Age: ""}},
		{"typed as a number", spec.CellNumber, map[spec.FieldID]string{spec.IDCard: validID, spec.PeDate: "2024-03-01"},
			map[spec.FieldID]string{spec.IDType: "", spec.SexCode: "", spec.Birthday: "", spec.Age: ""}},
		{"a passport that looks like one", spec.CellText, map[spec.FieldID]string{spec.IDCard: validID, spec.IDType: "03", spec.PeDate: "2024-03-01"},
			map[spec.FieldID]string{spec.IDType: "03", spec.SexCode: "", spec.Birthday: "", spec.Age: ""}},
		{"no date of examination", spec.CellText, map[spec.FieldID]string{spec.IDCard: validID},
			map[spec.FieldID]string{spec.Birthday: "1968-01-01", spec.Age: ""}},
		{"examined before birth", spec.CellText, map[spec.FieldID]string{spec.IDCard: validID, spec.PeDate: "1960-03-01"},
			map[spec.FieldID]string{spec.Age: ""}},
		{"the day before the birthday", spec.CellText, map[spec.FieldID]string{spec.IDCard: "130102197011231074", spec.PeDate: "2024-11-22"},
			map[spec.FieldID]string{spec.Age: "53", spec.SexCode: "1"}},
		{"no number", spec.CellText, map[spec.FieldID]string{spec.PeDate: "2024-03-01", spec.Birthday: "1970-01-01"},
			map[spec.FieldID]string{spec.IDType: "", spec.SexCode: "", spec.Age: ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var rec spec.Record
			set(&rec, c.given)
			rec.At(spec.IDCard).Cell = c.cell
			testCoder(t, Options{}, false).complete(&rec)
			for id, want := range c.want {
				v := rec.At(id)
				if v.Text != want {
					t.Errorf("%s = %q, want %q", id.Label(), v.Text, want)
				}
				if _, given := c.given[id]; want != "" && !given && !v.Has(spec.StepDerived) {
					t.Errorf("%s: no step says that it was derived", id.Label())
				}
			}
		})
	}
}

// TestNothingDerivedFromFaults: a cell that could not be read stays what it is.
func TestNothingDerivedFromFaults(t *testing.T) {
	t.Parallel()
	var rec spec.Record
	set(&rec, map[spec.FieldID]string{spec.IDCard: validID, spec.PeDate: "2024-03-01"})
	rec.At(spec.IDCard).Cell = spec.CellText
	for _, id := range []spec.FieldID{spec.SexCode, spec.Birthday, spec.Age, spec.SmokingStatus, spec.HazardNames} {
		rec.At(id).Fault = &spec.Fault{Rule: spec.CellErrorRule}
	}
	h := rec.AddHazard()
	h.At(spec.HazardCode).Text = "2008"
	o := Options{Constants: map[spec.FieldID]Constant{spec.SexCode: {Text: "1", Where: "here"}}}
	testCoder(t, o, false).complete(&rec)
	for _, id := range []spec.FieldID{spec.SexCode, spec.Birthday, spec.Age, spec.HazardNames, spec.PersonalHistoryYear} {
		if v := rec.At(id); v.Text != "" {
			t.Errorf("%s became %q", id.Label(), v.Text)
		}
	}
}

func TestDeriveSmoking(t *testing.T) {
	t.Parallel()
	three := []spec.FieldID{spec.PersonalHistoryYear, spec.PersonalHistoryMonth, spec.DailySmokingVolum}
	for status, want := range map[string]string{"4": "0", "1": "", "2": "", "3": "", "": ""} {
		var rec spec.Record
		rec.At(spec.SmokingStatus).Text = status
		testCoder(t, Options{}, false).complete(&rec)
		for _, id := range three {
			if got := rec.At(id).Text; got != want {
				t.Errorf("status %q: %s = %q, want %q", status, id.Label(), got, want)
			}
		}
	}
	var rec spec.Record
	set(&rec, map[spec.FieldID]string{spec.SmokingStatus: "4", spec.PersonalHistoryYear: "3"})
	testCoder(t, Options{}, false).complete(&rec)
	if rec.At(spec.PersonalHistoryYear).Text != "3" {
		t.Error("a value that is there was changed")
	}
}

// TestDeriveHazards: zeros of other dusts beside a main one, names in the
// order of the rows, a suspected disease's name.
func TestDeriveHazards(t *testing.T) {
	t.Parallel()
	var rec spec.Record
	for _, h := range []struct{ code, main, result, disease string }{
		{"1001", "1", "1", ""}, {"1002", "", "3", "0101"}, {"2008", "", "1", ""}, {"1013", "", "1", ""},
	} {
		x := rec.AddHazard()
		x.At(spec.HazardCode).Text, x.At(spec.IsMain).Text = h.code, h.main
		x.At(spec.ResultOptionCode).Text, x.At(spec.OccDiseaseCode).Text = h.result, h.disease
	}
	c := testCoder(t, Options{}, false)
	c.complete(&rec)
	for i, want := range []string{"1", "0", "", "0"} {
		if got := rec.Hazards[i].At(spec.IsMain).Text; got != want {
			t.Errorf("isMain of hazard %d = %q, want %q", i, got, want)
		}
	}
	if got := rec.At(spec.HazardNames).Text; got != "矽尘,煤尘,噪声,白炭黑" {
		t.Errorf("hazardNames = %q", got)
	}
	if got := rec.Hazards[1].At(spec.OtherContent).Text; got != "矽肺" {
		t.Errorf("otherContent = %q", got)
	}
	for _, i := range []int{0, 2, 3} {
		if got := rec.Hazards[i].At(spec.OtherContent).Text; got != "" {
			t.Errorf("otherContent of hazard %d = %q", i, got)
		}
	}
	var none spec.Record
	for range 2 {
		none.AddHazard().At(spec.HazardCode).Text = "1001"
	}
	c.complete(&none)
	if none.Hazards[0].At(spec.IsMain).Text != "" || none.Hazards[1].At(spec.IsMain).Text != "" {
		t.Error("without a main dust nothing is known of the others")
	}
}

// TestDeriveSymbol: help: 接口读法 4.4.
func TestDeriveSymbol(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ code, symbol, result, wantSymbol, wantResult string }{
		{"4070100", "", "0.5", "0", "0.5"},
		{"4070100", "", "<0.01", "1", "0.01"},
		{"4070100", "", "＜0.01", "1", "0.01"},
		{"4070100", "", "﹤0.01", "1", "0.01"},
		{"4070100", "", "< 0.01", "1", "0.01"},
		{"4070100", "1", "<0.01", "1", "0.01"},
		{"4070100", "1", "0.01", "1", "0.01"},
		{"4070100", "0", "<0.01", "0", "<0.01"}, // a conflict: for the checks
		{"4070100", "0", "0.01", "0", "0.01"},
		{"4070100", "", ">0.01", "", ">0.01"},
		{"4070100", "", "≤0.01", "", "≤0.01"},
		{"4070100", "", "未检", "", "未检"},
		{"4070100", "", "阴性", "", "阴性"},
		{"4070100", "", "", "", ""},
		{"4070100", "", "<", "", "<"},
		{"4080900", "", "0.5", "0", "0.5"}, // one of the two codes that lack a digit
		{"4030100", "", "<5", "", "<5"},    // not an item with a symbol
		{"4030100", "", "5", "", "5"},
		{"nonsense", "", "5", "", "5"},
	} {
		var rec spec.Record
		it := rec.AddItem()
		it.At(spec.ItemCode).Text, it.At(spec.DataVersion).Text, it.At(spec.Result).Text = c.code, c.symbol, c.result
		testCoder(t, Options{}, false).complete(&rec)
		if s, r := it.At(spec.DataVersion), it.At(spec.Result); s.Text != c.wantSymbol || r.Text != c.wantResult {
			t.Errorf("%s %q %q: %q %q, want %q %q", c.code, c.symbol, c.result, s.Text, r.Text, c.wantSymbol, c.wantResult)
		} else if (s.Text != c.symbol) != s.Has(spec.StepSymbol) || (r.Text != c.result) != r.Has(spec.StepSymbol) {
			t.Errorf("%s %q %q: steps %+v %+v", c.code, c.symbol, c.result, s.Steps, r.Steps)
		}
	}
}

// TestNothingInvented: blank, 未检 and unknown words become nothing in any
// field (P3).
func TestNothingInvented(t *testing.T) {
	t.Parallel()
	c := testCoder(t, Options{}, false)
	for _, f := range spec.Fields() {
		for _, word := range []string{"", "未检", "不详", "/", "-", "无", "没有这个词"} {
			var rec spec.Record
			h, it := rec.AddHazard(), rec.AddItem()
			at := func() *spec.Value {
				switch f.Section {
				case spec.SectionHazard:
					return h.At(f.ID)
				case spec.SectionItem:
					return it.At(f.ID)
				}
				return rec.At(f.ID)
			}
			cell := grid.Cell{Kind: grid.Text, Text: word}
			c.value(at(), &f, &cell)
			c.complete(&rec)
			v := at()
			if v.Text != word && v.Text != "" {
				t.Errorf("%s: %q became %q", f.Key, word, v.Text)
			}
			strict := f.Kind == spec.KindDate || f.Kind == spec.KindNumber || f.Kind == spec.KindEnum || f.Kind == spec.KindCode || f.Kind == spec.KindCodeList
			if strict && word != "" && v.Fault == nil {
				t.Errorf("%s: %q has no fault", f.Key, word)
			}
			if word == "" && v.Fault != nil {
				t.Errorf("%s: a blank has the fault %+v", f.Key, v.Fault)
			}
		}
	}
}

// TestItemsTable: the local table fills limits that are missing, and only
// those.
func TestItemsTable(t *testing.T) {
	t.Parallel()
	o := withMeanings(t, Options{}, meaning.Config{ItemsTable: map[string]meaning.ItemSpec{"4030100": {Lower: "9", Upper: "50", Unit: "U/L"}}})
	c := newCoder(o, false)
	var rec spec.Record
	rec.AddItem()
	b := rec.AddItem()
	a := &rec.Items[0]
	a.At(spec.ItemCode).Text, a.At(spec.UpperLimit).Text = "4030100", "40"
	b.At(spec.ItemCode).Text = "4030200"
	c.complete(&rec)
	if lo, up, unit := a.At(spec.LowerLimit), a.At(spec.UpperLimit), a.At(spec.Unit); lo.Text != "9" || !lo.Has(spec.StepItemsTable) || up.Text != "40" || unit.Text != "" {
		t.Errorf("%q %q %q", lo.Text, up.Text, unit.Text)
	}
	if b.At(spec.LowerLimit).Text != "" {
		t.Error("an item without a line got a limit")
	}
	if got := a.At(spec.ItemClassName).Text; got != "生化" {
		t.Errorf("class %q", got)
	}
}

// TestConstants fill blanks and absent columns, and say so.
func TestConstants(t *testing.T) {
	t.Parallel()
	o := Options{Constants: map[spec.FieldID]Constant{spec.PreparerName: {Text: "某人", Where: "institution.preparerName"}, spec.OhOrgCode: {Where: "institution.ohOrgCode"}}}
	var rec spec.Record
	testCoder(t, o, false).complete(&rec)
	if v := rec.At(spec.PreparerName); v.Text != "某人" || !v.Has(spec.StepConstant) || v.Steps[0].Note != "配置 institution.preparerName" {
		t.Errorf("%+v", v)
	}
	if v := rec.At(spec.OhOrgCode); v.Text != "" || len(v.Steps) > 0 {
		t.Errorf("an empty constant: %+v", v)
	}
	var given spec.Record
	given.At(spec.PreparerName).Text = "别人"
	testCoder(t, o, false).complete(&given)
	if given.At(spec.PreparerName).Text != "别人" {
		t.Error("a cell lost against a constant")
	}
}
