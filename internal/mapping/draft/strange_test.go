package draft_test

import (
	"strings"
	"testing"

	"hbupload/internal/mapping/draft"
)

// strangeExports are exports of other shapes: headers in pinyin and English, units and
// ranges in headers, ranges in a row or sheet of their own, ticks, bar codes.
func strangeExports() map[string]map[string]string {
	return map[string]map[string]string{
		"pinyin": {"p.csv": "TJBH,XM,XB,SFZH,LXDH,DWMC,TYSHXYDM,GZ,TJRQ,BGRQ,ZGZT,JCWHYS,TJWHYS,JHKSRQ,JHGL,XYQK,YL,RXYL,TJJL,SSY,SZY,NK\n" +
			"1,试样甲,男," + idA + ",13900001000,测试机械,91130100MA0AAAA36W,99-001,2024-05-20,2024-05-30,岗中,噪声,噪声,2015-04-01,9年,抽烟,10,20,未见异常,120,80,未见异常\n" +
			"2,试样乙,男," + idB + ",13900001001,测试机械,91130100MA0AAAA36W,99-001,2024-05-20,2024-05-30,岗中,噪声,噪声,2015-04-01,9年1月,从不吸,,,未见异常,120,80,未见异常\n"},
		"quanpin": {"p.csv": "tijianbianhao,xingming,shenfenzhenghao,lianxidianhua,danweimingcheng,gongzhong,tijianriqi,jianhuzhonglei,weihaiyinsu,tijianjielun,xiyanqingkuang\n" +
			"1,试样甲," + idA + ",13900001000,测试机械,99-001,2024-05-20,岗中,噪声,未见异常,从不吸\n"},
		"english": {"PATIENT.csv": "patient_id,name,sex,id_card,phone,company,credit_code,work_type,exam_date,report_date,exam_type,hazards,exposure_start,exposure_years,smoking,conclusion\n" +
			"1,试样甲,M," + idA + ",13900001000,测试机械,91130100MA0AAAA36W,99-001,2024-05-20,2024-05-30,岗中,噪声,2015-04-01,9,从不吸,未见异常\n" +
			"2,试样乙,M," + idB + ",13900001001,测试机械,91130100MA0AAAA36W,99-001,2024-05-20,2024-05-30,岗中,噪声,2015-04-01,9,从不吸,未见异常\n",
			"LIS.csv":  "patient_id,item_name,result,unit,ref_range,flag\n1,ALT,33,U/L,0-50,\n1,WBC,11,10^9/L,3.5-9.5,H\n2,ALT,20,U/L,0-50,\n",
			"PACS.csv": "patient_id,exam_item,finding,impression\n1,胸部正位片,双肺未见异常,正常\n2,胸部正位片,双肺未见异常,正常\n"},
		"camel": {"PATIENT.csv": "PatientID,BarCode,PatientName,Sex,IDCardNo,Mobile,CompanyName,CompanyCode,ExamDate,ReportDate,ExamType,FirstOrRecheck,JobType,HazardFactors,ContactHazards,HazardStart,HazardYears,HazardMonths,HazardDays,Conclusion,Smoking\n" +
			"T1,88,试样甲,M," + idA + ",13900001000,测试机械,91130100MA0AAAA36W,2024-05-20 08:13:00,20240528,OnDuty,0,99-001,噪声,噪声,2014-03-01,10,2,19,1,从不吸\n" +
			"T2,89,试样乙,M," + idB + ",13900001001,测试机械,91130100MA0AAAA36W,2024-05-20 08:13:00,20240528,OnDuty,0,99-001,噪声,噪声,2014-03-01,10,2,19,1,从不吸\n",
			"LIS_RESULT.csv": "BarCode,SampleNo,ItemCode,ItemName,Result,Flag,Unit,RefRange,Checker\n88,S0,WBC,白细胞计数,6.5,,10^9/L,3.50--9.50,L1\n89,S1,WBC,白细胞计数,6.5,,10^9/L,3.50--9.50,L1\n",
			"PACS.csv":       "PatientID,ExamName,Finding,Impression,Positive,Doctor\nT1,胸部正位片,双肺未见异常,未见异常,N,R1\nT2,胸部正位片,双肺未见异常,未见异常,N,R1\n",
			"VITAL.csv":      "PatientID,SBP\nT1,128\nT2,128\n"},
		"units": {"p.csv": "体检编号,姓名,身份证号,电话,单位名称,工种,体检日期,报告日期,在岗状态,危害因素,接害开始日期,接害工龄(年),接害工龄(月),吸烟情况,烟龄(年),日吸烟量(支),体检结论,收缩压(mmHg),白细胞计数(10^9/L)(3.5-9.5),身高(cm)\n" +
			"1,试样甲," + idA + ",13900001000,测试机械,99-001,2024-05-20,2024-05-30,岗中,噪声,2015-04-01,9,1,现在每天吸,10,20支,未见异常,120,6.5,170\n"},
		"ranges":   {"汇总.csv": "体检编号,姓名,身份证号,白细胞计数,收缩压,ALT\n1,试样甲," + idA + ",6.5,120,33\n2,试样乙," + idB + ",6.5,120,33\n", "参考值.csv": "项目名称,单位,参考范围\n白细胞计数,10⁹/L,3.5-9.5\n收缩压,mmHg,90-139\nALT,U/L,0-50\n"},
		"rangerow": {"p.csv": "体检编号,姓名,身份证号,体检日期,白细胞计数,收缩压,ALT\n,,,,3.5-9.5,90-139,0-50\n1,试样甲," + idA + ",2024-05-20,6.5,120,33\n2,试样乙," + idB + ",2024-05-20,6.5,120,33\n"},
		"ticked":   {"p.csv": "体检编号,姓名,身份证号,体检日期,噪声,电焊烟,苯,结论\n1,试样甲," + idA + ",2024-05-20,√,√,,噪声：未见异常；电焊烟：复查\n2,试样乙," + idB + ",2024-05-20,√,,,噪声：未见异常\n"},
		"barcode":  {"人员.csv": "体检编号,姓名,身份证号,体检日期\nT1,试样甲," + idA + ",2024-05-20\nT2,试样乙," + idB + ",2024-05-20\n", "条码.csv": "条码号,体检编号\n7001,T1\n7002,T2\n7003,T2\n", "结果.csv": "条码号,项目名称,结果,单位,参考范围,标志\n7001,ALT,33,U/L,0-50,\n7002,ALT,33,U/L,0-50,\n7003,WBC,6.5,10⁹/L,3.5-9.5,\n"},
	}
}

// TestStrangeExports: each column stands where it belongs, what is asked can be counted,
// and answered nothing is left but what the export does not contain.
func TestStrangeExports(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		fields string // of the columns, in the order of the sheets
		asked  string // where there are candidates
		unused string
		kept   string // an error that must not be left
	}{
		"pinyin":   {"体检编号 姓名 性别 身份证号 联系电话 用人单位名称 用人单位统一社会信用代码 工种 体检日期 报告出具日期 监护种类 接触危害因素 危害因素 开始接害日期 接害工龄 吸烟情况 吸烟史年 平均每天吸烟量 体检结论 检查项目 检查项目 检查项目", "接害工龄 用工单位名称 用工单位统一社会信用代码 监测种类 吸烟史月", "", "exposure-required"},
		"quanpin":  {"体检编号 姓名 身份证号 联系电话 用人单位名称 工种 体检日期 监护种类 危害因素 体检结论 吸烟情况", "接触危害因素 用工单位名称 监测种类", "", "smokingStatus"},
		"english":  {"体检编号 项目 检查结果 计量单位 参考范围 是否异常 体检编号 项目 检查结果 - 体检编号 姓名 性别 身份证号 联系电话 用人单位名称 用人单位统一社会信用代码 工种 体检日期 报告出具日期 监护种类 危害因素 开始接害日期 接害工龄年 吸烟情况 体检结论", "接害工龄月 接害工龄日 是否异常 接触危害因素 用工单位名称 用工单位统一社会信用代码 监测种类", "PACS：impression", "required"},
		"camel":    {"体检编号 - 项目 项目 检查结果 是否异常 计量单位 参考范围 - 体检编号 项目 检查结果 - 是否异常 - 体检编号 编号对照 姓名 性别 身份证号 联系电话 用人单位名称 用人单位统一社会信用代码 体检日期 报告出具日期 监护种类 初复检标识 工种 危害因素 接触危害因素 开始接害日期 接害工龄年 接害工龄月 接害工龄日 体检结论 吸烟情况 体检编号 项目", "是否异常 用工单位名称 用工单位统一社会信用代码 监测种类 是否异常", "LIS_RESULT：SampleNo LIS_RESULT：Checker PACS：Impression PACS：Doctor", "careType"},
		"units":    {"体检编号 姓名 身份证号 联系电话 用人单位名称 工种 体检日期 报告出具日期 监护种类 危害因素 开始接害日期 接害工龄年 接害工龄月 吸烟情况 吸烟史年 平均每天吸烟量 体检结论 项目 项目 项目", "吸烟史月 接害工龄日 接触危害因素 用工单位名称 监测种类 是否异常", "", "limits"},
		"ranges":   {"参考范围表 参考范围表 参考范围表 体检编号 姓名 身份证号 检查项目 检查项目 检查项目", "监测种类 是否异常", "", "resultFlag"},
		"rangerow": {"体检编号 姓名 身份证号 体检日期 项目 项目 项目", "监测种类 是否异常", "", "resultFlag"},
		"ticked":   {"体检编号 姓名 身份证号 体检日期 危害因素（打勾） 危害因素（打勾） 危害因素（打勾） 体检结论", "接触危害因素 监测种类", "", "resultOptionCode"},
		"barcode":  {"体检编号 姓名 身份证号 体检日期 编号对照 编号对照 体检编号 项目 检查结果 计量单位 参考范围 是否异常", "是否异常 监测种类", "", "resultFlag"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := strangeExports()[name]
			dir := sheetsDir(t, files)
			if len(files) == 1 {
				dir += "/p.csv"
			}
			d := propose(t, dir)
			var fields, asked []string
			for _, c := range d.Columns {
				if c.Field == "" {
					c.Field = "-"
				}
				fields = append(fields, c.Field)
			}
			for _, q := range d.Questions {
				if len(q.Candidates) > 0 {
					asked = append(asked, q.Where)
				}
			}
			if got := strings.Join(fields, " "); got != want.fields {
				t.Errorf("columns\ngot  %s\nwant %s", got, want.fields)
			}
			if got := strings.Join(asked, " "); got != want.asked {
				t.Errorf("asked\ngot  %s\nwant %s", got, want.asked)
			}
			j := run(t, dir, apply(t, d, append(answersOf(d, map[string]string{"初复检标识": "初检"}), draft.Answer{})...))
			if got := strings.Join(j.unused, " "); got != want.unused {
				t.Errorf("unused %q, want %q", got, want.unused)
			}
			for _, line := range strings.Split(j.errors(), "\n") {
				if strings.Contains(line, want.kept) {
					t.Errorf("left: %s\n%s", line, d.Text)
				}
			}
		})
	}
}
