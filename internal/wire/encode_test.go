package wire

import (
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"hbupload/internal/spec"
)

func TestEncodeNoneIsTheDocumentsShape(t *testing.T) {
	t.Parallel()
	got := string(NewEncoder(Options{Base64: Base64None, Empty: EmptyOmit, Suspected: suspectedIs5}).Encode(nil, sample()))
	want := `{"ohEmployees":{"ohOrgCode":"130000999","empOrgName":"样例<机械>&\"公司\"","peFlag":"0","peDate":"2024-03-05",` +
		`"patientName":"甲某某","idType":"01","idcard":"13010119900307001X","sexCode":"1","birthday":"1990-03-07","age":"33","empPhone":"13900000000",` +
		`"hazardNames":"1,2-二氯乙烷,矽尘","contactHazardCode":"1081,2008","typeOfWorkCode":"99-003","employerEnterpriseName":"样例机械公司",` +
		`"employerCreditCode":"X","preparerName":"乙某","preparerPhone":"13900000001","preparerDate":"2024-03-08","reportOrgName":"样例体检中心",` +
		`"personalHistory":{"smokingStatus":"4","personalHistoryYear":"0","personalHistoryMonth":"0","dailySmokingVolum":"0"},` +
		`"ohEmpHazard":[{"careTypeCode":"2","hazardCode":"1081","monitorTypeCode":"","resultOptionCode":"4"},` +
		`{"careTypeCode":"2","hazardCode":"2008","monitorTypeCode":"","resultOptionCode":"5","occDiseaseCode":"D01"}],` +
		`"ohItemClassResult":[{"itemClassName":"血常规","ohItemResult":[{"itemCode":"4000100","result":"4.5","unit":"10⁹/L","resultFlag":"0"},` +
		`{"itemCode":"4000102","result":"4.5","unit":"10⁹/L","resultFlag":"0"}]},` +
		`{"itemClassName":"尿常规","ohItemResult":[{"itemCode":"4000101","result":"4.5","unit":"10⁹/L","resultFlag":"0"}]}],` +
		`"ohOccuDisease":[{"hazardCode":"2008","diseaseCode":"D01"}]}}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestEncodeKeepsBlanksAndClosesScalarsWithTheEmergencyContact(t *testing.T) {
	t.Parallel()
	got := string(NewEncoder(Options{Base64: Base64None}).Encode(nil, sample()))
	for _, want := range []string{
		`"propose":"","protectiveEquipmentCode":"","emergencyContact":"","emergencyContactNumber":"","personalHistory":{`,
		`"empOrgBizCode":""`, `"occDiseaseCode":""`, `"radiographResult":""`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing in %s", want, got)
		}
	}
	if strings.Contains(got, "ohOccuDisease") || strings.Contains(got, "examKey") {
		t.Errorf("what is not to be sent is there: %s", got)
	}
}

func TestEncodeValuesAreBase64OfTheText(t *testing.T) {
	t.Parallel()
	plain := NewEncoder(Options{Base64: Base64None, Suspected: suspectedIs5})
	coded := NewEncoder(Options{Suspected: suspectedIs5})
	var a, b any
	mustUnmarshal(t, plain.Encode(nil, sample()), &a)
	mustUnmarshal(t, coded.Encode(nil, sample()), &b)
	if got := decodeAll(t, b); !reflect.DeepEqual(got, a) {
		t.Errorf("decoded values differ:\n%v\n%v", got, a)
	}
	doc := NewEncoder(Options{Base64: Base64Document, Suspected: suspectedIs5}).Encode([]byte("before"), sample())
	text, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(string(doc), "before"))
	if err != nil || string(text) != string(plain.Encode(nil, sample())) {
		t.Errorf("document mode is not the Base64 of the plain text: %v", err)
	}
}

func mustUnmarshal(t *testing.T, text []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(text, v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}

func decodeAll(t *testing.T, v any) any {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = decodeAll(t, v[k])
		}
	case []any:
		for i := range v {
			v[i] = decodeAll(t, v[i])
		}
	case string:
		b, err := base64.StdEncoding.DecodeString(v)
		if err != nil {
			t.Errorf("%q is not Base64", v)
		}
		return string(b)
	default:
		t.Errorf("%v is no string", v)
	}
	return v
}

func TestEncodeSwitches(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		o       Options
		has     string
		hasNot  string
		prepare func(*spec.Record)
	}{
		"separator":  {o: Options{Base64: Base64None, ListSeparator: ", "}, has: `"contactHazardCode":"1081, 2008"`},
		"occu omit":  {o: Options{Base64: Base64None, OccuDisease: OccuDiseaseOmit, Suspected: suspectedIs5}, hasNot: "ohOccuDisease"},
		"occu none":  {o: Options{Base64: Base64None, Suspected: func(string) bool { return false }}, hasNot: "ohOccuDisease"},
		"omit first": {o: Options{Base64: Base64None, Empty: EmptyOmit}, has: `"ohEmployees":{"ohOrgCode":""`, prepare: func(r *spec.Record) { r.At(spec.OhOrgCode).Text = "" }},
		"omit film flag": {o: Options{Base64: Base64None, Empty: EmptyOmit}, hasNot: `"resultFlag":""`, prepare: func(r *spec.Record) {
			r.Items[0].At(spec.ResultFlag).Text, r.Items[0].At(spec.RadiographResult).Text = "", "0"
		}},
		"keep other flag": {o: Options{Base64: Base64None, Empty: EmptyOmit}, has: `"resultFlag":""`, prepare: func(r *spec.Record) {
			r.Items[0].At(spec.ResultFlag).Text, r.Items[0].At(spec.RadiographResult).Text = "", ""
		}},
		"text, no parts": {o: Options{Base64: Base64None}, has: `"contactHazardCode":"旧"`, prepare: func(r *spec.Record) { r.At(spec.ContactHazardCode).Parts = nil }},
		"no children":    {o: Options{Base64: Base64None}, has: `"ohEmpHazard":[],"ohItemClassResult":[]}}`, prepare: func(r *spec.Record) { r.Hazards, r.Items = nil, nil }},
		"escapes":        {o: Options{Base64: Base64None}, has: `"propose":"a\u0000\n\t\\\u001b` + "\uFFFD\u2028" + `\u007f"`, prepare: func(r *spec.Record) { r.At(spec.Propose).Text = "a\x00\n\t\\\x1b\xff\u2028\x7f" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := sample()
			if c.prepare != nil {
				c.prepare(rec)
			}
			text := NewEncoder(c.o).Encode(nil, rec)
			var v any
			mustUnmarshal(t, text, &v)
			if !strings.Contains(string(text), c.has) {
				t.Errorf("%s is missing in %s", c.has, text)
			}
			if c.hasNot != "" && strings.Contains(string(text), c.hasNot) {
				t.Errorf("%s is in %s", c.hasNot, text)
			}
		})
	}
}

func TestLeavesAreWhatEncodeSends(t *testing.T) {
	t.Parallel()
	for _, mode := range modes() {
		for _, empty := range []string{EmptyKeep, EmptyOmit} {
			e := NewEncoder(Options{Base64: mode, Empty: empty, Suspected: suspectedIs5})
			d, err := Open(Zip(nil, e.Encode(nil, bigSample())))
			if err != nil {
				t.Fatal(err)
			}
			if d.Base64 != mode || !d.Zipped || len(d.Problems) != 0 {
				t.Errorf("%s %s: found mode %s, problems %v", mode, empty, d.Base64, d.Problems)
			}
			quick, err := OpenLeaves(Zip(nil, e.Encode(nil, bigSample())))
			if err != nil || !reflect.DeepEqual(quick, d.Leaves()) {
				t.Errorf("%s %s: OpenLeaves differs: %v", mode, empty, err)
			}
			if got := e.Leaves(nil, bigSample()); !reflect.DeepEqual(got, d.Leaves()) {
				t.Errorf("%s %s: leaves differ", mode, empty)
			}
			if again := e.Encode(nil, d.Record()); Sum(again) != Sum(e.Encode(nil, bigSample())) {
				t.Errorf("%s %s: a document's record does not encode to the document", mode, empty)
			}
		}
	}
}

func TestEncodeDoesNotAllocate(t *testing.T) {
	e := NewEncoder(Options{Suspected: suspectedIs5})
	rec, buf := bigSample(), make([]byte, 0, 64<<10)
	if n := testing.AllocsPerRun(50, func() { buf = e.Encode(buf[:0], rec) }); n > 0 {
		t.Errorf("%v allocations for a record", n)
	}
}
