package wire

import "testing"

// person is a record whose short codes stand in every message.
func redactPerson() []Leaf {
	var out []Leaf
	for _, p := range [][2]string{{"peFlag", "0"}, {"idType", "01"}, {"careTypeCode", "20"}, {"resultOptionCode", "12"}, {"age", "36"}, {"personalHistory.x", "2024"},
		{"patientName", "甲某某"}, {"idcard", "13010119880307001X"}, {"empPhone", "13900001234"}, {"birthday", "1988-03-07"},
		{"emergencyContact", "乙某"}, {"result", "双肺纹理清晰"}, {"result", "正常"}, {"empOrgName", "石家庄甲乙丙有限公司"}, {"peDate", "2024-03-01"}} {
		out = append(out, Leaf{Path: p[0], Key: p[0], Text: p[1]})
	}
	return out
}

func TestRedactKeepsReasonsReadable(t *testing.T) {
	t.Parallel()
	for _, msg := range []string{
		"数据校验失败，错误码 E1012，2024-03-01 08:06:01", "体检日期 2024-03-01 早于上次", "careTypeCode 20 不在字典中", "第 12 行：结果正常，无需上传",
		"姓名不能为空", "姓名有误", "姓名长度超过20", "姓名与身份证号不符", "与平台已有记录重复", "与单位名称不一致", "与危害因素不符", "与周期不符", "与高温作业不符",
		"用户名或密码错误", "用户不存在", "用户权限不足", "用户登录已过期", "用户信息异常", "开始接害日期 2005-03-01 晚于体检日期", "traceId 1709251200123", "1000/200 100%", "org 130100001",
		"参数 %5B 错误", "标准 GBZ 188-2014 要求", "人员信息不完整", "联系人不能为空", "姓名：不能为空", "与国家标准不一致", "与用人单位不一致", "与检查项目不对应",
	} {
		if got := Redact(msg, redactPerson()); got != msg {
			t.Errorf("%q became %q", msg, got)
		}
	}
}

func TestRedactHidesOthersByShape(t *testing.T) {
	t.Parallel()
	for msg, want := range map[string]string{
		"与 张三丰（13800138000，1990-02-03）的记录重复": "与 ***（***，***）的记录重复",
		"与李四的记录重复":                           "与***的记录重复",
		"姓名：王小明 已存在":                         "姓名：*** 已存在",
		"用户【欧阳娜娜】已上报":                        "用户【***】已上报",
		"用户张三已上报此人":                          "用户***已上报此人",
		"姓名买买提·艾力江不符":                        "姓名***",
		"电话 138-0013-8000，座机 0311-8765432":   "电话 ***，座机 ***",
		"电话 139-0000-1234":                   "电话 ***",
		"138****8000 已登记":                    "*** 已登记",
		"出生 1990年2月3日":                       "出生 ***",
		"出生日期：19900203 不符":                   "出生日期：*** 不符",
		"此人 1988年3月7日 已体检":                   "此人 *** 已体检",
		"19880307 重复":                        "*** 重复",
		"后四位 001X":                           "后四位 ***",
		"手机尾号1234":                           "手机尾号***",
		"甲 某 某 不符":                           "*** 不符",
		"%E7%94%B2%E6%9F%90%E6%9F%90 不符":     "*** 不符",
		`姓名 \u5f20\u4e09 不符`:                 "姓名 *** 不符",
		"姓名 &#24352;&#x4e09; 不符":             "姓名 *** 不符",
		"1301**********001X 已存在":             "*** 已存在",
		"130101 19880307 001X 已存在":           "*** 已存在",
		"乙某：双肺纹理清晰，石家庄甲乙丙有限公司":               "***：***，***",
		"１３９００００１２３４ 重复":                     "*** 重复",
	} {
		if got := Redact(msg, redactPerson()); got != want {
			t.Errorf("%q became %q, want %q", msg, got, want)
		}
	}
}
