package table

import "testing"

// The values below come through as they stand: what they mean is the business
// of internal/mapping, which gets the text, the kind and the format of a cell.

func zooValues() []animal {
	return []animal{
		{name: "numbers.xlsx", line: "ID numbers as numbers, as 1.3E+17, with an apostrophe; codes without zeros; phones as floats", make: workbook{
			rows: map[int][]any{1: {"体检编号", "姓名", "身份证号", "联系电话", "证件类型", "年龄"},
				2: {"TJ0001", "测试甲", num("130102199001010000"), num("13931000001"), num("1"), num("34")},
				3: {"TJ0002", "测试乙", num("1.30102199001010E+17"), num("13931000001.0"), "'01", styled("0.34", sPercent)},
				4: {"TJ0003", "测试丙", "1.30102E+17", "'13931000001", num("3"), num("34.50")},
				5: {num("20240004"), "测试丁", "'13010219900101001X"}},
		}.bytes, want: `
[体检信息]
header A=体检编号 B=姓名 C=身份证号 D=联系电话 E=证件类型 F=年龄
2 A=T:TJ0001 B=T:测试甲 C=N:130102199001010000 D=N:13931000001 E=N:1 F=N:34
3 A=T:TJ0002 B=T:测试乙 C=N:1.30102199001010E+17 D=N:13931000001.0 E=T:'01 F=N%:0.34
4 A=T:TJ0003 B=T:测试丙 C=T:1.30102E+17 D=T:'13931000001 E=N:3 F=N:34.50
5 A=N:20240004 B=T:测试丁 C=T:'13010219900101001X
1 header`},
		{name: "numbers.csv", line: "the same in a text file, with Excel's =\"…\"", make: text("体检编号,姓名,身份证号,联系电话\nTJ0001,测试甲,=\"13010219900101001X\",13931000001.0\nTJ0002,测试乙,1.30102E+17,'13931000001\n00123,测试丙,\t130102199003030037,\n"), want: `
[numbers]
header A=体检编号 B=姓名 C=身份证号 D=联系电话
2 A=U:TJ0001 B=U:测试甲 C=U:13010219900101001X D=U:13931000001.0
3 A=U:TJ0002 B=U:测试乙 C=U:1.30102E+17 D=U:'13931000001
4 A=U:00123 B=U:测试丙 C=U:	130102199003030037
1 header`},
		{name: "dates.xlsx", line: "dates of every form, datetimes", make: workbook{
			rows: map[int][]any{1: {"体检编号", "体检日期", "出生日期", "报告出具日期"},
				2: {"TJ0001", styled("45352", sDate), styled("45352.75", sDateTime), styled("45352", sChinese)},
				3: {"TJ0002", "2024/3/1", "20240301", "2024年3月1日"}, 4: {"TJ0003", num("45352"), styled("45352", sMonthDay), "05/06/2024"}, 5: {"TJ0004", cell{t: "d", v: "2024-03-01"}}},
		}.bytes, want: `
[体检信息]
header A=体检编号 B=体检日期 C=出生日期 D=报告出具日期
2 A=T:TJ0001 B=D:45352 C=D:45352.75 D=D:45352
3 A=T:TJ0002 B=T:2024/3/1 C=T:20240301 D=T:2024年3月1日
4 A=T:TJ0003 B=N:45352 C=D:45352 D=T:05/06/2024
5 A=T:TJ0004 B=D:2024-03-01
1 header`},
		{name: "dates-1904.xlsx", line: "1904 workbooks", make: workbook{date1904: true,
			rows: map[int][]any{1: {"体检编号", "姓名", "体检日期"}, 2: {"TJ0001", "测试甲", styled("43890", sDate)}},
		}.bytes, want: `
[体检信息]
header A=体检编号 B=姓名 C=体检日期
2 A=T:TJ0001 B=T:测试甲 C=D:43890
1 header`, more: func(t *testing.T, in *Input) {
			if !in.Date1904 {
				t.Error("the epoch of 1904 is lost")
			}
		}},
		{name: "errors-formulas.xlsx", line: "#N/A, #REF!, formulas with and without a cached value", make: workbook{
			rows: map[int][]any{1: {"体检编号", "姓名", "年龄", "单位"}, 2: {"TJ0001", errorCell("#N/A"), formula("YEAR(TODAY())-1990", ""), errorCell("#REF!")},
				3: {"TJ0002", cell{t: "str", f: `"测试"&"乙"`, v: "测试乙"}, formula("30+4", "34"), cell{t: "b", v: "1"}}},
		}.bytes, want: `
[体检信息]
header A=体检编号 B=姓名 C=年龄 D=单位
2 A=T:TJ0001 B=E:#N/A C=F:=YEAR(TODAY())-1990 D=E:#REF!
3 A=T:TJ0002 B=T+:测试乙 C=N+:34 D=B:TRUE
1 header`},
	}
}

func zooWords() []animal {
	return []animal{
		{name: "width-blanks.xlsx", line: "full-width forms, NBSP and ideographic blanks, line breaks in a cell, signs for nothing", make: workbook{
			rows: map[int][]any{1: {"体检\n编号", "姓　名", "【身份证号】", "联系\u00a0电话", "吸烟史（年）"},
				2: {"ＴＪ０００１", "测试甲\u00a0", "１３０１０２１９９００１０１００１Ｘ", "139\u200b31000001", "/"}, 3: {"\u3000", "\u00a0", " \n", "\u200b"}, 4: {"TJ0002", "测试\n乙", "-", "无", "—"}},
		}.bytes, want: `
[体检信息]
header A=体检
编号 B=姓　名 C=【身份证号】 D=联系` + "\u00a0" + `电话 E=吸烟史（年）
2 A=T:ＴＪ０００１ B=T:测试甲` + "\u00a0" + ` C=T:１３０１０２１９９００１０１００１Ｘ D=T:139` + "\u200b" + `31000001 E=T:/
4 A=T:TJ0002 B=T:测试\n乙 C=T:- D=T:无 E=T:—
1 header`},
		{name: "ranges-signs.csv", line: "ranges in one cell, arrows, results with their unit or sign", make: text("体检编号,项目,检查结果,参考范围,标记\nTJ0001,白细胞计数,6.5×10^9/L,3.5～9.5,↑\nTJ0001,血铅,＜0.01,<5.2,L\nTJ0001,尿蛋白,阴性,阴性,*\nTJ0001,谷丙转氨酶,>200,\"3.5--9.5\",H\n"), want: `
[ranges-signs]
header A=体检编号 B=项目 C=检查结果 D=参考范围 E=标记
2 A=U:TJ0001 B=U:白细胞计数 C=U:6.5×10^9/L D=U:3.5～9.5 E=U:↑
3 A=U:TJ0001 B=U:血铅 C=U:＜0.01 D=U:<5.2 E=U:L
4 A=U:TJ0001 B=U:尿蛋白 C=U:阴性 D=U:阴性 E=U:*
5 A=U:TJ0001 B=U:谷丙转氨酶 C=U:>200 D=U:3.5--9.5 E=U:H
1 header`},
		{name: "local-names.csv", line: "local names for dictionary entries", make: text("体检编号,危害因素,监护种类,体检结论\nTJ0001,电焊烟,岗中,未见异常\nTJ0002,\"苯系物、1,2-二氯乙烷\",岗前,复查\n,矽尘,,\n"), want: `
[local-names]
header A=体检编号 B=危害因素 C=监护种类 D=体检结论
2 A=U:TJ0001 B=U:电焊烟 C=U:岗中 D=U:未见异常
3 A=U:TJ0002 B=U:苯系物、1,2-二氯乙烷 C=U:岗前 D=U:复查
4 B=U:矽尘
1 header`},
	}
}
