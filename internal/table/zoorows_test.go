package table

import (
	"strings"
	"testing"
)

// csv is a generator of a text as it stands.
func text(s string) func(testing.TB) []byte {
	return func(testing.TB) []byte { return []byte(s) }
}

func zooRows() []animal {
	head := []any{"体检编号", "姓名", "性别", "身份证号", "体检日期"}
	one := []any{"TJ0001", "测试甲", "男", "13010219900101001X", "2024-03-01"}
	two := []any{"TJ0002", "测试乙", "女", "130102199002020027", "2024-03-01"}
	return []animal{
		{name: "title-blank-merged.xlsx", line: "a title line and blank lines above the header; merged cells; hidden rows", make: workbook{
			merges: []string{"A1:E1", "A2:E2"}, hidden: []int{7},
			rows: map[int][]any{1: {"某某医院职业健康体检人员名册"}, 2: {"单位：某某机械厂    打印日期：2024-03-05"}, 3: {"", nil, "  "}, 5: head, 6: one, 7: two},
		}.bytes, want: `
[体检信息]
header A=体检编号 B=姓名 C=性别 D=身份证号 E=体检日期
6 A=T:TJ0001 B=T:测试甲 C=T:男 D=T:13010219900101001X E=T:2024-03-01
7~ A=T:TJ0002 B=T:测试乙 C=T:女 D=T:130102199002020027 E=T:2024-03-01
1 title
2 title
5 header`},
		{name: "notes-totals.xlsx", line: "notes or totals below the data", make: workbook{
			rows: map[int][]any{1: head, 2: {"必填", "*必填", "选填", "（必填）", "日期格式"}, 15: {"示例", "张某某", "男", "130102199003070000", "2024-01-01"}, 3: one, 4: two, 5: {"小计", num("2")}, 6: {nil, "合  计", nil, num("2")},
				7: {"总计：2人"}, 8: {}, 9: {"注：本表由系统导出"}, 10: {nil, "审核人：", nil, "测试丙"}, 11: {"制表人：测试丁"}, 12: {nil, nil, nil, nil, "第 1 页 共 1 页"}, 13: {"以上数据由体检科提供"},
				14: {"例：TJ0000", "请按此填写"}},
		}.bytes, want: `
[体检信息]
header A=体检编号 B=姓名 C=性别 D=身份证号 E=体检日期
3 A=T:TJ0001 B=T:测试甲 C=T:男 D=T:13010219900101001X E=T:2024-03-01
4 A=T:TJ0002 B=T:测试乙 C=T:女 D=T:130102199002020027 E=T:2024-03-01
1 header
2 note
5 total
6 total
7 total
9 note
10 note
11 note
12 note
13 note
14 example
15 example`},
		{name: "no-key-but-data.xlsx", line: "a row without a key that holds data is not passed over", make: workbook{
			rows: map[int][]any{1: head, 2: one, 3: {nil, "测试丙", "女"}, 4: {nil, nil, "女"}, 5: {"TJ0005"}, 6: {nil, "合计平", "男", nil, "2024-03-01"}},
		}.bytes, want: `
[体检信息]
header A=体检编号 B=姓名 C=性别 D=身份证号 E=体检日期
2 A=T:TJ0001 B=T:测试甲 C=T:男 D=T:13010219900101001X E=T:2024-03-01
3 B=T:测试丙 C=T:女
4 C=T:女
5 A=T:TJ0005
6 B=T:合计平 C=T:男 E=T:2024-03-01
1 header`},
		{name: "pages.csv", line: "a header that repeats on every printed page", make: text(strings.ReplaceAll(`体检人员名册,,,,
,,,,
体检编号,姓名,性别,身份证号,体检日期
TJ0001,测试甲,男,13010219900101001X,2024-03-01
第1页,,,,
体检人员名册,,,,
体检编号,姓名,性别,身份证号,体检日期
TJ0002,测试乙,女,130102199002020027,2024-03-01
体检人员名册（续）,,,,
体 检 编 号,姓名,性别,身份证号,体检日期
TJ0003,测试丙,女,130102199003030037,2024-03-01
合计,3,,,
`, "\n", "\r\n")), want: `
[pages]
header A=体检编号 B=姓名 C=性别 D=身份证号 E=体检日期
4 A=U:TJ0001 B=U:测试甲 C=U:男 D=U:13010219900101001X E=U:2024-03-01
8 A=U:TJ0002 B=U:测试乙 C=U:女 D=U:130102199002020027 E=U:2024-03-01
11 A=U:TJ0003 B=U:测试丙 C=U:女 D=U:130102199003030037 E=U:2024-03-01
1 title
3 header
5 note
6 title
7 repeated-header
9 title
10 repeated-header
12 total`},
	}
}

func zooGroups() []animal {
	return []animal{
		{name: "two-rows-merged.xlsx", line: "two header rows, the item's name merged over its group (testdata/layouts/b)", make: workbook{
			merges: []string{"A1:H1", "A2:A3", "B2:B3", "C2:C3", "D2:F2", "G2:H2"},
			rows: map[int][]any{1: {"体检结果汇总表"}, 2: {"体检编号", "姓名", "体检日期", "白细胞计数", nil, nil, "心电图", nil}, 3: {nil, nil, nil, "结果", "单位", "标记", "结果", "标记"},
				4: {"TJ0001", "测试甲", "2024-03-01", num("6.5"), "10^9/L", nil, "窦性心律"}},
		}.bytes, want: `
[体检信息]
header A=体检编号 B=姓名 C=体检日期 D=白细胞计数结果 E=白细胞计数单位 F=白细胞计数标记 G=心电图结果 H=心电图标记
4 A=T:TJ0001 B=T:测试甲 C=T:2024-03-01 D=N:6.5 E=T:10^9/L G=T:窦性心律
1 title
2 header
3 header`},
		{name: "two-rows-unmerged.csv", line: "the same as text: nothing is merged, and both rows repeat", make: text(
			"体检编号,姓名,体检日期,白细胞计数,,,心电图,\n,,,结果,单位,标记,结果,标记\nTJ0001,测试甲,2024-03-01,6.5,10^9/L,,窦性心律,\n" +
				"体检编号,姓名,体检日期,白细胞计数,,,心电图,\n,,,结果,单位,标记,结果,标记\nTJ0002,测试乙,2024-03-01,7.5,10^9/L,,窦性心律,\n"), want: `
[two-rows-unmerged]
header A=体检编号 B=姓名 C=体检日期 D=白细胞计数结果 E=白细胞计数单位 F=白细胞计数标记 G=心电图结果 H=心电图标记
3 A=U:TJ0001 B=U:测试甲 C=U:2024-03-01 D=U:6.5 E=U:10^9/L G=U:窦性心律
6 A=U:TJ0002 B=U:测试乙 C=U:2024-03-01 D=U:7.5 E=U:10^9/L G=U:窦性心律
1 header
2 header
4 repeated-header
5 repeated-header`},
		{name: "group-names-above.xlsx", line: "a row of group names over the real header", make: workbook{
			merges: []string{"A1:C1", "D1:F1"},
			rows: map[int][]any{1: {"基本信息", nil, nil, "吸烟史", nil, nil}, 2: {"体检编号", "姓名", "性别", "吸烟情况", "吸烟史年", "吸烟史月"},
				3: {"TJ0001", "测试甲", "男", num("4"), num("0"), num("0")}},
		}.bytes, want: `
[体检信息]
header A=体检编号 B=姓名 C=性别 D=吸烟情况 E=吸烟史年 F=吸烟史月
3 A=T:TJ0001 B=T:测试甲 C=T:男 D=N:4 E=N:0 F=N:0
1 header
2 header`},
		{name: "text-first-row.xlsx", line: "a first data row of words only is no second header row", make: workbook{
			rows: map[int][]any{1: {"体检编号", "姓名", "性别", nil, "接触危害因素"}, 2: {"甲组一", "测试甲", "男", "备用", "矽尘"}},
		}.bytes, want: `
[体检信息]
header A=体检编号 B=姓名 C=性别 E=接触危害因素
2 A=T:甲组一 B=T:测试甲 C=T:男 D=T:备用 E=T:矽尘
1 header`},
		{name: "no-header.xlsx", line: "a sheet that is none of ours", make: workbook{name: "说明",
			rows: map[int][]any{1: {"填表说明"}, 2: {"一、体检编号、姓名不可为空"}, 3: {"姓名", "性别"}},
		}.bytes, want: "[说明]\nerror: " + `../../testdata/zoo/no-header.xlsx「说明」：没有找到表头`},
		{name: "header-only.xlsx", line: "a recognised sheet without any person", make: workbook{rows: map[int][]any{2: {"体检编号", "姓名", "性别"}}}.bytes, want: `
[体检信息]
header A=体检编号 B=姓名 C=性别
2 header`},
	}
}

const (
	table3   = "体检编号,姓名,体检日期\nTJ0001,测试甲,2024-03-01\n"
	yielded3 = "header A=体检编号 B=姓名 C=体检日期\n2 A=U:TJ0001 B=U:测试甲 C=U:2024-03-01\n1 header"
)

func tabbed(s string) string { return strings.ReplaceAll(s, ",", "\t") }

func zooKinds() []animal {
	return []animal{
		{name: "biff8.xls", line: ".xls, a real one", want: `
[体检信息]
header A=体检编号 B=姓名 C=身份证号 D=体检日期 E=联系电话
4 A=T:TJ0001 B=T:测试甲 C=T:13010219900101001X D=D:45352 E=N:13931000001
5~ A=T:TJ0002 B=T:测试乙 C=N:130102199001010000 D=T:2024.3.1
1 title
3 header
6 total`},
		{name: "html.xls", line: ".xls that is an HTML table", make: text(`<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="utf-8"></head><body><table border="1">
<tr><td colspan="3">名册</td></tr><tr><th>体检编号</th><th>姓名</th><th>体检日期</th></tr><tr><td style="mso-number-format:'\@'">TJ0001</td><td>测试甲</td><td>2024-03-01</td></tr></table></body></html>`), want: `
[Sheet1]
header A=体检编号 B=姓名 C=体检日期
3 A=T:TJ0001 B=U:测试甲 C=U:2024-03-01
1 title
2 header`},
		{name: "tabs.xls", line: ".xls that is tab-separated text", make: func(t testing.TB) []byte { return gbk(t, tabbed(table3)) }, want: "[tabs]\n" + yielded3},
		{name: "really-xlsx.xls", line: ".xlsx named .xls", make: workbook{rows: map[int][]any{1: {"体检编号", "姓名", "体检日期"}, 2: {"TJ0001", "测试甲", styled("45352", sDate)}}}.bytes, want: `
[体检信息]
header A=体检编号 B=姓名 C=体检日期
2 A=T:TJ0001 B=T:测试甲 C=D:45352
1 header`},
		{name: "really-csv.xlsx", line: "text named .xlsx", make: text(table3), want: "[really-csv]\n" + yielded3},
		{name: "gbk-names.zip", line: "a zip of CSV files whose names are GBK, with a lock file and a Mac's shadow", make: func(t testing.TB) []byte {
			return stored(t, [2]string{string(gbk(t, `导出\危害因素.csv`)), "体检编号,危害因素,体检结论\nTJ0001,矽尘,未见异常\n"}, [2]string{string(gbk(t, `导出\体检信息.csv`)), string(gbk(t, table3))},
				[2]string{"__MACOSX/._x.csv", "x"}, [2]string{"~$x.csv", "x"}, [2]string{".hidden.csv", "x"}, [2]string{"../../C:/read me.pdf", "%PDF"})
		}, want: "[体检信息]\n" + yielded3 + "\n[危害因素]\nheader A=体检编号 B=危害因素 C=体检结论\n2 A=U:TJ0001 B=U:矽尘 C=U:未见异常\n1 header"},
	}
}

func zooText() []animal {
	crlf := strings.ReplaceAll(table3, "\n", "\r\n")
	return []animal{
		{name: "gbk.csv", line: ".csv in GBK", make: func(t testing.TB) []byte { return gbk(t, crlf) }, want: "[gbk]\n" + yielded3},
		{name: "gb18030.csv", line: ".csv in GB18030 with characters of four bytes", make: func(t testing.TB) []byte { return gbk(t, strings.ReplaceAll(crlf, "测试甲", "测试㐂")) },
			want: "[gb18030]\n" + strings.ReplaceAll(yielded3, "测试甲", "测试㐂")},
		{name: "utf8.csv", line: ".csv in UTF-8 without BOM", make: text(crlf), want: "[utf8]\n" + yielded3},
		{name: "utf8-bom.csv", line: ".csv in UTF-8 with BOM: it does not stick to the first header", make: text("\ufeff" + crlf), want: "[utf8-bom]\n" + yielded3},
		{name: "utf16le.csv", line: ".csv in UTF-16, as Excel's Unicode text", make: func(testing.TB) []byte { return utf16le(tabbed(crlf)) }, want: "[utf16le]\n" + yielded3},
		{name: "utf16be.csv", line: ".csv in UTF-16 of the other order", make: func(testing.TB) []byte { return utf16be(crlf) }, want: "[utf16be]\n" + yielded3},
		{name: "semicolon.csv", line: "; as the delimiter", make: text(strings.ReplaceAll(crlf, ",", ";")), want: "[semicolon]\n" + yielded3},
		{name: "tab.csv", line: "tab as the delimiter, a tab too many at the end of each line", make: text(strings.ReplaceAll(tabbed(table3), "\n", "\t\r\n")), want: "[tab]\n" + yielded3},
		{name: "sep.csv", line: "sep= names the delimiter", make: text("sep=|\r\n" + strings.ReplaceAll(crlf, ",", "|")),
			want: "[sep]\n" + yielded3},
		{name: "cr-only.csv", line: "line ends of old Macs", make: text(strings.ReplaceAll(table3, "\n", "\r")), want: "[cr-only]\n" + yielded3},
	}
}
