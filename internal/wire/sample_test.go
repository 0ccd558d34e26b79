package wire

import (
	"strconv"

	"hbupload/internal/spec"
)

// sample is an invented person with two hazards, of which the second is a
// suspected disease, and items of two classes that alternate.
func sample() *spec.Record {
	rec := &spec.Record{Key: "TJ0001"}
	for f, text := range map[spec.FieldID]string{
		spec.OhOrgCode: "130000999", spec.EmpOrgName: "样例<机械>&\"公司\"", spec.PeFlag: "0", spec.PeDate: "2024-03-05",
		spec.PatientName: "甲某某", spec.IDType: "01", spec.IDCard: "13010119900307001X", spec.SexCode: "1", spec.Birthday: "1990-03-07",
		spec.Age: "33", spec.EmpPhone: "13900000000", spec.HazardNames: "看不见", spec.TypeOfWorkCode: "99-003",
		spec.EmployerEnterpriseName: "样例机械公司", spec.EmployerCreditCode: "X", spec.PreparerName: "乙某", spec.PreparerPhone: "13900000001",
		spec.PreparerDate: "2024-03-08", spec.ReportOrgName: "样例体检中心", spec.SmokingStatus: "4", spec.PersonalHistoryYear: "0",
		spec.PersonalHistoryMonth: "0", spec.DailySmokingVolum: "0", spec.ExamKey: "TJ0001", spec.ContactHazardCode: "旧",
	} {
		rec.At(f).Text = text
	}
	rec.At(spec.HazardNames).Parts = []string{"1,2-二氯乙烷", "矽尘"}
	rec.At(spec.ContactHazardCode).Parts = []string{"1081", "2008"}
	rec.Hazards = make([]spec.Hazard, 2)
	for i, code := range []string{"1081", "2008"} {
		h := &rec.Hazards[i]
		h.At(spec.HazardCode).Text = code
		h.At(spec.CareTypeCode).Text = "2"
		h.At(spec.ResultOptionCode).Text = strconv.Itoa(4 + i)
	}
	rec.Hazards[1].At(spec.OccDiseaseCode).Text = "D01"
	rec.Items = make([]spec.Item, 3)
	for i, class := range []string{"血常规", "尿常规", "血常规"} {
		it := &rec.Items[i]
		it.At(spec.ItemClassName).Text = class
		it.At(spec.ItemCode).Text = "400010" + strconv.Itoa(i)
		it.At(spec.Result).Text = "4.5"
		it.At(spec.Unit).Text = "10⁹/L"
		it.At(spec.ResultFlag).Text = "0"
	}
	return rec
}

// bigSample has the size of a usual record: forty items.
func bigSample() *spec.Record {
	rec := sample()
	one := rec.Items
	rec.Items = nil
	for i := range 40 {
		it := one[i%len(one)]
		it.At(spec.ItemClassName).Text = "项目分类" + strconv.Itoa(i/8)
		it.At(spec.ItemCode).Text = "40" + strconv.Itoa(70100+i*100)
		it.At(spec.Result).Text = strconv.FormatFloat(float64(i*i%97)/7, 'f', 2, 64)
		it.At(spec.UpperLimit).Text, it.At(spec.LowerLimit).Text = strconv.Itoa(i+9), strconv.Itoa(i)
		rec.Items = append(rec.Items, it)
	}
	return rec
}

func suspectedIs5(code string) bool { return code == "5" }

func modes() []string { return []string{Base64Values, Base64Document, Base64None} }
