package draft_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"hbupload/internal/mapping/draft"
	"hbupload/internal/spec"
)

// foreignExport is one of six exports as nobody has described them: titles, units and
// remarks in headers, dates as text, ticks in a sheet of their own, capitals, two header rows.
func foreignExport(name string) string {
	return filepath.Join("..", "..", "..", "testdata", "foreign", name, "export"+map[bool]string{true: "", false: ".csv"}[name == "ticksheet"])
}

// TestForeignExports: no column is placed wrongly; what the headers do not say is left
// unused ("-") and asked for.
func TestForeignExports(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"unusual":   "登记号=体检编号 受检者=姓名 证件号=身份证号 性别=性别 受检单位=用人单位名称 单位社会信用代码=用人单位统一社会信用代码 岗位=工种 接触职业病危害因素名称=接触危害因素 开始接触时间=开始接害日期 接触年限=接害工龄 体检类型=监护种类 登记日期=- 总检日期=- 报告打印日期=报告出具日期 是否吸烟=- 吸烟年限（年）=吸烟史年 每日吸烟支数=平均每天吸烟量 主检医师意见=- 总检结论=体检结论 联系方式=联系电话",
		"dispatch":  "档案号=体检编号 姓名=姓名 出生日期=出生日期 身份证=身份证号 手机号码=联系电话 紧急联系电话=紧急联系电话 紧急联系人姓名=紧急联系人 派遣单位=用人单位名称 派遣单位税号=用人单位统一社会信用代码 实际用工单位=用工单位名称 用工单位税号=用工单位统一社会信用代码 车间岗位=- 入职时间=- 接害时间(月)=接害月数 检查时间=体检日期 审核时间=- 报告时间=报告出具日期 监护类别=监护种类 危害因素=危害因素 因素结论=体检结论 职业禁忌=其他疾病或异常 备注说明=备注 身高cm=项目 体重kg=项目 BMI=- 血压(mmHg)=- 脉搏(次/分)=-",
		"capitals":  "ID=- NAME=姓名 SEX=性别 BIRTHDAY=出生日期 ID_NO=身份证号 TEL=联系电话 UNIT_NAME=用人单位名称 UNIT_CODE=用人单位统一社会信用代码 WORK=- CHECK_DATE=体检日期 REPORT_DATE=报告出具日期 TYPE=- RECHECK=初复检标识 HARM=- HARM_ALL=- START_DATE=- WORK_AGE=- SMOKE=吸烟情况 SMOKE_YEAR=吸烟史年 SMOKE_NUM=平均每天吸烟量 RESULT=- ADVICE=备注 DOCTOR=- WBC=项目 RBC=项目 HGB=项目 PLT=项目 ALT=项目 SBP=项目 DBP=项目 ECG=项目 DR=项目",
		"ticksheet": "体检编号=体检编号 姓名=姓名 公民身份号码=身份证号 工作单位=用人单位名称 工作单位统一代码=用人单位统一社会信用代码 联系电话=联系电话 工种名称=工种 体检年度=- 体检日期=体检日期 报告日期=报告出具日期 检查类型=- 监测类型=监测种类 吸烟史=吸烟情况 初检复检=初复检标识 体检编号=体检编号 噪声=危害因素（打勾） 苯=危害因素（打勾） 矽尘=危害因素（打勾） 接害年=接害工龄年 接害月=接害工龄月 接害日=接害工龄日 起始=- 结论=体检结论 体检编号=体检编号 组合=- 项目名称=项目 结果值=检查结果 单位=计量单位 参考低值=参考下限 参考高值=参考上限 提示符=是否异常 检验时间=- 检验者=- 审核者=-",
		"register":  "序号=- 姓名=姓名 单位=用人单位名称 部门=- 单位电话=- 本人电话=联系电话 家庭住址=- 身份证号码=身份证号 民族=- 婚否=- 文化程度=- 工种=工种 总工龄=- 专业工龄=接害工龄 接害名称=危害因素 检查日期=体检日期 复查日期=- 出报告日期=报告出具日期 岗检类别=监护种类 体检结果=体检结论 处理意见=备注 收缩压=项目 舒张压=项目 心电图检查=项目 胸片检查=- 听力检查=- 肺功能结论=- 白细胞=项目 血红蛋白=项目 谷丙转氨酶=项目 尿蛋白=项目",
		"tworows":   "编号=体检编号 姓名=姓名 身份证号码=身份证号 移动电话=联系电话 单位名称=用人单位名称 体检日期=体检日期 在岗状态=监护种类 危害因素=危害因素 血常规白细胞(10^9/L)=项目 血常规血红蛋白(g/L)=项目 生化ALT(U/L)=项目",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var fields []string
			for _, c := range propose(t, foreignExport(name)).Columns {
				if c.Field == "" {
					c.Field = "-"
				}
				fields = append(fields, c.Header+"="+c.Field)
			}
			if got := strings.Join(fields, " "); got != want {
				t.Errorf("columns\ngot  %s\nwant %s", got, want)
			}
		})
	}
}

// TestOwnHazards: a person's own answer to which hazards were examined, a column or one
// value for everybody, makes hazards.
func TestOwnHazards(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]int{"接触职业病危害因素名称": {2, 1}, "噪声": {1, 1}} {
		dir := foreignExport("unusual")
		d := propose(t, dir)
		var answers []draft.Answer
		for _, q := range d.Questions {
			if q.Where == "危害因素" {
				answers = append(answers, draft.Answer{ID: q.ID, Text: text})
			}
		}
		j := run(t, dir, apply(t, d, answers...))
		if len(answers) != 1 || len(j.records) != 2 || len(j.records[0].Hazards) != want[0] || len(j.records[1].Hazards) != want[1] {
			t.Errorf("%s: %d answers, %d records, %v", text, len(answers), len(j.records), j.errors())
		}
	}
}

// TestTickedSheet: hazards ticked in a sheet of their own, with what is said of all of them.
func TestTickedSheet(t *testing.T) {
	t.Parallel()
	dir := foreignExport("ticksheet")
	d := propose(t, dir)
	_, faults, err := draft.Apply(d.Text, []draft.Answer{{ID: "问题\u241f开始接害日期", Text: "起始"}}, options(t).Dicts)
	if err != nil || len(faults) != 1 || !strings.Contains(faults[0].Message, "是「危害」的列") {
		t.Errorf("%v %v", faults, err)
	}
	j := run(t, dir, apply(t, d, answersOf(d, nil)...))
	if len(j.records) != 2 || len(j.records[0].Hazards) != 2 || len(j.records[1].Hazards) != 1 {
		t.Fatalf("%d records\n%s", len(j.records), j.errors())
	}
	h := &j.records[0].Hazards[1]
	if h.At(spec.HazardCode).Text != "1037" || h.At(spec.HazardYear).Text != "9" || h.At(spec.ResultOptionCode).Text != "1" || j.records[0].At(spec.ContactHazardCode).Text != "2008,1037" {
		t.Errorf("%v %v", h.At(spec.HazardCode), j.records[0].At(spec.ContactHazardCode))
	}
}

// TestMonths: a number of months becomes years and months where the header says that it
// is one and a year has fewer; the days are asked for. A month column alone is no length.
func TestMonths(t *testing.T) {
	t.Parallel()
	const sheet = "体检编号,姓名,身份证号,危害因素,监护种类,接害工龄（月）,烟龄(月)\n1,试样甲," + idA + ",噪声,在岗期间,%s,%s\n"
	for months, want := range map[string]string{"109": "9 1 0", "120": "10 0 0", "9": " 9 ", "12.5": " 12.5 "} {
		path := oneCSV(t, fmt.Sprintf(sheet, months, months)+strings.ReplaceAll("2,试样乙,"+idB+",噪声,在岗期间,N,N\n", "N", strings.TrimSuffix(months+"0", "90")))
		d := propose(t, path)
		j := run(t, path, apply(t, d, answersOf(d, nil)...))
		r := &j.records[0]
		h := &r.Hazards[0]
		if got := h.At(spec.HazardYear).Text + " " + h.At(spec.HazardMonth).Text + " " + h.At(spec.HazardDay).Text; got != want {
			t.Errorf("%s months: %q, want %q\n%s", months, got, want, d.Text)
		}
		if want[:1] == "9" && (r.At(spec.PersonalHistoryYear).Text != "9" || r.At(spec.PersonalHistoryMonth).Text != "1") {
			t.Errorf("smoking: %v %v", r.At(spec.PersonalHistoryYear), r.At(spec.PersonalHistoryMonth))
		}
	}
}

// TestOtherUnits: a number of something else than the field counts is never taken for one.
func TestOtherUnits(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{"日吸烟量": "20 1包", "日吸烟量（支/天）": "20 1包", "日吸烟量(包)": " "} {
		path := oneCSV(t, "体检编号,姓名,身份证号,吸烟情况,"+header+"\n1,试样甲,"+idA+",现在每天吸,20支\n2,试样乙,"+idB+",现在每天吸,1包\n")
		d := propose(t, path)
		j := run(t, path, apply(t, d, answersOf(d, nil)...))
		var got []string
		for i := range j.records {
			v := j.records[i].At(spec.DailySmokingVolum)
			got = append(got, v.Text)
			if (v.Text == "1包") != (v.Fault != nil) {
				t.Errorf("%s: %+v", header, v)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %q\n%s", header, got, want, d.Text)
		}
	}
}

// TestRemarksInHeaders: a remark that speaks of somebody else is no column of the person's,
// and another one does not take the place of the field's own column.
func TestRemarksInHeaders(t *testing.T) {
	t.Parallel()
	path := oneCSV(t, "体检编号（院内）,体检编号,姓名（医生）,姓名(必填),身份证号（18位）,联系电话（家属）,联系电话,体检日期（复查）,检查日期,工种（说明）,工种\n"+
		"9,1,某某,试样甲,"+idA+",13900009999,13900001000,2024-06-20,2024-05-20,一组,99-001\n")
	var got []string
	for _, c := range propose(t, path).Columns {
		got = append(got, c.Header+"="+c.Field)
	}
	const want = "体检编号（院内）= 体检编号=体检编号 姓名（医生）= 姓名(必填)=姓名 身份证号（18位）=身份证号 联系电话（家属）= 联系电话=联系电话 体检日期（复查）= 检查日期=体检日期 工种（说明）= 工种=工种"
	if text := strings.Join(got, " "); text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
}
