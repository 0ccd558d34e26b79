package wire

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"hbupload/internal/spec"
)

// The baseline is what one would write first: structs with a leaf type that
// marshals itself as Base64, and archive/zip.

type leaf string

// MarshalJSON writes Base64.
func (l leaf) MarshalJSON() ([]byte, error) {
	return json.Marshal(base64.StdEncoding.EncodeToString([]byte(l)))
}

type naiveItem struct {
	ItemCode         leaf `json:"itemCode"`
	DataVersion      leaf `json:"dataVersion"`
	Result           leaf `json:"result"`
	UpperLimit       leaf `json:"upperLimit"`
	LowerLimit       leaf `json:"lowerLimit"`
	Unit             leaf `json:"unit"`
	ResultFlag       leaf `json:"resultFlag"`
	RadiographResult leaf `json:"radiographResult"`
}

type naiveClass struct {
	ItemClassName leaf        `json:"itemClassName"`
	OhItemResult  []naiveItem `json:"ohItemResult"`
}

type naiveHazard struct {
	CareTypeCode      leaf `json:"careTypeCode"`
	HazardCode        leaf `json:"hazardCode"`
	MonitorTypeCode   leaf `json:"monitorTypeCode"`
	ResultOptionCode  leaf `json:"resultOptionCode"`
	OccDiseaseCode    leaf `json:"occDiseaseCode"`
	OtherContent      leaf `json:"otherContent"`
	IsMain            leaf `json:"isMain"`
	HazardStartDate   leaf `json:"hazardStartDate"`
	HazardYear        leaf `json:"hazardYear"`
	HazardMonth       leaf `json:"hazardMonth"`
	HazardDay         leaf `json:"hazardDay"`
	EnterpriseName    leaf `json:"enterpriseName"`
	EnterpriseBizCode leaf `json:"enterpriseBizCode"`
}

type naiveHistory struct {
	SmokingStatus        leaf `json:"smokingStatus"`
	PersonalHistoryYear  leaf `json:"personalHistoryYear"`
	PersonalHistoryMonth leaf `json:"personalHistoryMonth"`
	DailySmokingVolum    leaf `json:"dailySmokingVolum"`
}

type naivePerson struct {
	OhOrgCode               leaf          `json:"ohOrgCode"`
	EmpOrgName              leaf          `json:"empOrgName"`
	EmpOrgBizCode           leaf          `json:"empOrgBizCode"`
	PeFlag                  leaf          `json:"peFlag"`
	PeDate                  leaf          `json:"peDate"`
	PatientName             leaf          `json:"patientName"`
	IDType                  leaf          `json:"idType"`
	IDCard                  leaf          `json:"idcard"`
	SexCode                 leaf          `json:"sexCode"`
	Birthday                leaf          `json:"birthday"`
	Age                     leaf          `json:"age"`
	EmpPhone                leaf          `json:"empPhone"`
	HazardNames             leaf          `json:"hazardNames"`
	HazardOther             leaf          `json:"hazardOther"`
	ContactHazardCode       leaf          `json:"contactHazardCode"`
	ContactHazardOther      leaf          `json:"contactHazardOther"`
	TypeOfWorkCode          leaf          `json:"typeOfWorkCode"`
	TypeOfWorkOther         leaf          `json:"typeOfWorkOther"`
	EmployerEnterpriseName  leaf          `json:"employerEnterpriseName"`
	EmployerCreditCode      leaf          `json:"employerCreditCode"`
	PreparerName            leaf          `json:"preparerName"`
	PreparerPhone           leaf          `json:"preparerPhone"`
	PreparerDate            leaf          `json:"preparerDate"`
	ReportOrgName           leaf          `json:"reportOrgName"`
	Propose                 leaf          `json:"propose"`
	ProtectiveEquipmentCode leaf          `json:"protectiveEquipmentCode"`
	EmergencyContact        leaf          `json:"emergencyContact"`
	EmergencyContactNumber  leaf          `json:"emergencyContactNumber"`
	PersonalHistory         naiveHistory  `json:"personalHistory"`
	OhEmpHazard             []naiveHazard `json:"ohEmpHazard"`
	OhItemClassResult       []naiveClass  `json:"ohItemClassResult"`
}

func naive(rec *spec.Record) any {
	p := naivePersonOf(rec)
	for i := range rec.Hazards {
		at := func(f spec.FieldID) leaf { return leaf(rec.Hazards[i].At(f).Text) }
		p.OhEmpHazard = append(p.OhEmpHazard, naiveHazard{
			CareTypeCode:      at(spec.CareTypeCode),
			HazardCode:        at(spec.HazardCode),
			MonitorTypeCode:   at(spec.MonitorTypeCode),
			ResultOptionCode:  at(spec.ResultOptionCode),
			OccDiseaseCode:    at(spec.OccDiseaseCode),
			OtherContent:      at(spec.OtherContent),
			IsMain:            at(spec.IsMain),
			HazardStartDate:   at(spec.HazardStartDate),
			HazardYear:        at(spec.HazardYear),
			HazardMonth:       at(spec.HazardMonth),
			HazardDay:         at(spec.HazardDay),
			EnterpriseName:    at(spec.EnterpriseName),
			EnterpriseBizCode: at(spec.EnterpriseBizCode),
		})
	}
	p.OhItemClassResult = make([]naiveClass, rec.Group())
	for i := range rec.Items {
		it := &rec.Items[i]
		at := func(f spec.FieldID) leaf { return leaf(it.At(f).Text) }
		c := &p.OhItemClassResult[it.Class]
		c.ItemClassName = at(spec.ItemClassName)
		c.OhItemResult = append(c.OhItemResult, naiveItem{
			ItemCode:         at(spec.ItemCode),
			DataVersion:      at(spec.DataVersion),
			Result:           at(spec.Result),
			UpperLimit:       at(spec.UpperLimit),
			LowerLimit:       at(spec.LowerLimit),
			Unit:             at(spec.Unit),
			ResultFlag:       at(spec.ResultFlag),
			RadiographResult: at(spec.RadiographResult),
		})
	}
	return struct {
		OhEmployees naivePerson `json:"ohEmployees"`
	}{p}
}

func naivePersonOf(rec *spec.Record) naivePerson {
	at := func(f spec.FieldID) leaf {
		if v := rec.At(f); len(v.Parts) > 0 {
			return leaf(strings.Join(v.Parts, ","))
		}
		return leaf(rec.At(f).Text)
	}
	p := naivePerson{
		OhOrgCode:               at(spec.OhOrgCode),
		EmpOrgName:              at(spec.EmpOrgName),
		EmpOrgBizCode:           at(spec.EmpOrgBizCode),
		PeFlag:                  at(spec.PeFlag),
		PeDate:                  at(spec.PeDate),
		PatientName:             at(spec.PatientName),
		IDType:                  at(spec.IDType),
		IDCard:                  at(spec.IDCard),
		SexCode:                 at(spec.SexCode),
		Birthday:                at(spec.Birthday),
		Age:                     at(spec.Age),
		EmpPhone:                at(spec.EmpPhone),
		HazardNames:             at(spec.HazardNames),
		HazardOther:             at(spec.HazardOther),
		ContactHazardCode:       at(spec.ContactHazardCode),
		ContactHazardOther:      at(spec.ContactHazardOther),
		TypeOfWorkCode:          at(spec.TypeOfWorkCode),
		TypeOfWorkOther:         at(spec.TypeOfWorkOther),
		EmployerEnterpriseName:  at(spec.EmployerEnterpriseName),
		EmployerCreditCode:      at(spec.EmployerCreditCode),
		PreparerName:            at(spec.PreparerName),
		PreparerPhone:           at(spec.PreparerPhone),
		PreparerDate:            at(spec.PreparerDate),
		ReportOrgName:           at(spec.ReportOrgName),
		Propose:                 at(spec.Propose),
		ProtectiveEquipmentCode: at(spec.ProtectiveEquipmentCode),
		EmergencyContact:        at(spec.EmergencyContact),
		EmergencyContactNumber:  at(spec.EmergencyContactNumber),
	}
	p.PersonalHistory = naiveHistory{
		SmokingStatus:        at(spec.SmokingStatus),
		PersonalHistoryYear:  at(spec.PersonalHistoryYear),
		PersonalHistoryMonth: at(spec.PersonalHistoryMonth),
		DailySmokingVolum:    at(spec.DailySmokingVolum),
	}
	return p
}

func naiveZip(b *testing.B, text []byte) []byte {
	b.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	f, err := w.Create(entryName)
	if err == nil {
		_, err = f.Write(text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

// TestEncodeAgreesWithEncodingJSON holds the encoder against the plain way.
func TestEncodeAgreesWithEncodingJSON(t *testing.T) {
	t.Parallel()
	want, err := json.Marshal(naive(bigSample()))
	if err != nil {
		t.Fatal(err)
	}
	if got := NewEncoder(Options{}).Encode(nil, bigSample()); !bytes.Equal(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
