package sense

import (
	"fmt"
	"math/rand/v2"
	"strconv"

	"hbupload/internal/spec"
)

// odd makes two in three people unusual, but real: what a clinic sees every week.
func (s *subject) odd(r *rand.Rand, n int) {
	s.eyes(r)
	s.ears(r)
	s.item("腹部 B 超", "肝胆胰脾双肾未见异常", "")
	oddities := []func(*subject, *rand.Rand){
		pregnant, athlete, obese, drinker, diabetic, old, newcomer, quitter, deafRecheck, woman, anaemic, hypertensive, filmed, gynaecology, slender, urgent,
	}
	if n%3 != 0 {
		oddities[r.IntN(len(oddities))](s, r)
	}
	if n%50 < 2 { // two of fifty live together and give one phone
		s.set(spec.EmpPhone, fmt.Sprintf("137%08d", n/50))
	}
	if n%40 == 39 { // the firm's own line stands where a phone is missing
		s.set(spec.EmpPhone, fmt.Sprintf("136%08d", n/160))
	}
}

// change gives an item of the subject another result.
func (s *subject) change(name, result, flag string) {
	for i := range s.rec.Items {
		it := &s.rec.Items[i]
		if it.At(spec.ItemCode).Text == s.codes[name] {
			s.put(it.At(spec.Result), result)
			s.put(it.At(spec.ResultFlag), flag)
			return
		}
	}
	s.put(s.item(name, result, "").At(spec.ResultFlag), flag)
}

// concludes is the conclusion for all hazards.
func (s *subject) concludes(code string) {
	for i := range s.rec.Hazards {
		if s.rec.Hazards[i].At(spec.ResultOptionCode).Text == "1" {
			s.put(s.rec.Hazards[i].At(spec.ResultOptionCode), code)
		}
	}
}

// eyes are vision in decimals or on the logarithmic scale, by clinic.
func (s *subject) eyes(r *rand.Rand) {
	decimal := []string{"0.04", "0.1", "0.3", "0.6", "0.8", "1.0", "1.2", "1.5", "2.0"}
	logs := []string{"3.6", "4.0", "4.5", "4.8", "4.9", "5.0", "5.1", "5.2", "5.3"}
	scale := [][]string{decimal, logs}[r.IntN(2)]
	s.item("左眼裸视力", scale[r.IntN(len(scale))], "")
	s.item("右眼裸视力", scale[r.IntN(len(scale))], "")
}

// ears are thresholds in steps of 5 dB, alike in many young people.
func (s *subject) ears(r *rand.Rand) {
	base := 5 * r.IntN(4)
	for _, name := range []string{"左耳 500Hz", "左耳 1000Hz", "左耳 2000Hz", "左耳 4000Hz", "右耳 500Hz", "右耳 1000Hz", "右耳 2000Hz", "右耳 4000Hz"} {
		s.item(name, strconv.Itoa(base+5*r.IntN(2)), "dB")
	}
}

func pregnant(s *subject, r *rand.Rand) {
	s.set(spec.SexCode, "2")
	s.change("血红蛋白", strconv.Itoa(72+r.IntN(38)), "1")
	s.change("腹部 B 超", "宫内妊娠，单活胎", "1")
	s.concludes("4")
}

func athlete(s *subject, r *rand.Rand) { s.change("脉搏", strconv.Itoa(36+r.IntN(12)), "1") }

// obese are people of BMI 38 to 51.
func obese(s *subject, r *rand.Rand) {
	height := 155 + r.IntN(30)
	bmi := 38 + 13*r.Float64()
	weight := bmi * float64(height*height) / 10000
	s.change("身高", strconv.Itoa(height), "0")
	s.change("体重", strconv.FormatFloat(weight, 'f', 1, 64), "1")
	s.change("体重指数", strconv.FormatFloat(bmi, 'f', 1, 64), "1")
	s.change("甘油三酯", strconv.FormatFloat(4+20*r.Float64(), 'f', 2, 64), "1")
}

func slender(s *subject, r *rand.Rand) {
	height := 150 + r.IntN(25)
	bmi := 14.5 + 3*r.Float64()
	s.set(spec.SexCode, "2")
	s.change("身高", strconv.Itoa(height), "0")
	s.change("体重", strconv.FormatFloat(bmi*float64(height*height)/10000, 'f', 1, 64), "1")
	s.change("体重指数", strconv.FormatFloat(bmi, 'f', 1, 64), "1")
}

func drinker(s *subject, r *rand.Rand) {
	s.change("γ-谷氨酰转移酶", strconv.Itoa(200+r.IntN(900)), "1")
	s.change("丙氨酸氨基转移酶", strconv.Itoa(80+r.IntN(500)), "1")
	s.change("总胆红素", strconv.Itoa(30+r.IntN(70)), "1")
}

func diabetic(s *subject, r *rand.Rand) {
	s.change("葡萄糖", strconv.FormatFloat(11+12*r.Float64(), 'f', 2, 64), "1")
	s.concludes("5")
}

// old are workers of 60 to 70, who began at 15 to 20 and may smoke since.
func old(s *subject, r *rand.Rand) {
	age := 60 + r.IntN(11)
	start := 15 + r.IntN(6)
	s.set(spec.Birthday, fmt.Sprintf("%d-01-02", 2026-age))
	s.set(spec.Age, strconv.Itoa(age))
	s.set(spec.SmokingStatus, "1")
	s.set(spec.PersonalHistoryYear, strconv.Itoa(age-start))
	s.set(spec.DailySmokingVolum, strconv.Itoa(20+20*r.IntN(3)))
	for i := range s.rec.Hazards {
		s.put(s.rec.Hazards[i].At(spec.HazardStartDate), fmt.Sprintf("%d-03-01", 2026-age+start))
		s.put(s.rec.Hazards[i].At(spec.HazardYear), strconv.Itoa(age-start-2))
	}
	s.change("收缩压", strconv.Itoa(150+r.IntN(60)), "1")
	s.change("双耳高频平均听阈", strconv.Itoa(45+r.IntN(50)), "1")
	s.concludes("5")
}

// newcomer is exposed for some months.
func newcomer(s *subject, r *rand.Rand) {
	for i := range s.rec.Hazards {
		s.put(s.rec.Hazards[i].At(spec.HazardYear), "0")
		s.put(s.rec.Hazards[i].At(spec.HazardMonth), strconv.Itoa(1+r.IntN(11)))
		s.put(s.rec.Hazards[i].At(spec.HazardStartDate), "2025-11-20")
	}
}

func quitter(s *subject, r *rand.Rand) {
	s.set(spec.SmokingStatus, "3")
	s.set(spec.PersonalHistoryYear, strconv.Itoa(1+r.IntN(2)))
	s.set(spec.DailySmokingVolum, strconv.Itoa(r.IntN(60)))
}

func deafRecheck(s *subject, r *rand.Rand) {
	s.change("双耳高频平均听阈", strconv.Itoa(41+r.IntN(40)), "1")
	s.concludes("2")
}

// woman has limits and results of her own.
func woman(s *subject, r *rand.Rand) {
	s.set(spec.SexCode, "2")
	s.change("血红蛋白", strconv.Itoa(95+r.IntN(40)), "0")
	s.change("肌酐", strconv.Itoa(32+r.IntN(30)), "0")
	s.change("尿酸", strconv.Itoa(110+r.IntN(200)), "0")
}

func anaemic(s *subject, r *rand.Rand) {
	s.set(spec.SexCode, "2")
	s.change("血红蛋白", strconv.Itoa(45+r.IntN(40)), "1")
	s.change("血小板计数", strconv.Itoa(350+r.IntN(400)), "1")
}

// hypertensive people may be well treated: the conclusion names what they have.
func hypertensive(s *subject, r *rand.Rand) {
	systolic := 150 + r.IntN(80)
	s.change("收缩压", strconv.Itoa(systolic), "1")
	s.change("舒张压", strconv.Itoa(min(140, systolic-20-r.IntN(60))), "1")
	s.concludes("5")
}

// filmed people have films with words that sound like dust and are not.
func filmed(s *subject, r *rand.Rand) {
	words := []string{
		"双肺纹理增多，未见明确圆形小阴影及大阴影", "右上肺陈旧性结核灶，未见尘肺样改变", "左上肺钙化点，小结节影", "双侧胸膜增厚，余未见异常",
		"双肺纹理增粗；尘肺样改变：无", "无尘肺样改变", "双肺清晰，与前片比较无变化",
	}
	it := s.item("后前位胸片（DR）", words[r.IntN(len(words))], "")
	s.put(it.At(spec.RadiographResult), "0")
}

// gynaecology is what men's reports say of what they have not.
func gynaecology(s *subject, r *rand.Rand) {
	words := []string{"前列腺增生伴钙化", "前列腺大小形态正常", "双侧精索静脉未见曲张"}
	if s.rec.At(spec.SexCode).Text == "2" {
		words = []string{"子宫肌瘤", "子宫附件未见异常", "宫颈囊肿，绝经后改变"}
	}
	s.change("腹部 B 超", words[r.IntN(len(words))], "0")
}

// urgent people were ill some days before: white cells of an infection.
func urgent(s *subject, r *rand.Rand) {
	s.change("白细胞计数", strconv.FormatFloat(11+14*r.Float64(), 'f', 1, 64), "1")
	s.change("中性粒细胞百分比", "88.5", "1")
	s.change("淋巴细胞百分比", "6.2", "1")
	s.change("单核细胞百分比", "4.1", "0")
	s.change("嗜酸性粒细胞百分比", "0.9", "0")
	s.change("嗜碱性粒细胞百分比", "0.3", "0")
}
