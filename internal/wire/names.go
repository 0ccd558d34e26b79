package wire

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"hbupload/internal/pattern"
)

// reNamed is a word beside which a name stands, and what may part the two; its second
// form are keys, which a mark must follow.
var reNamed = pattern.New(`(?:姓\s*名|名字|用户名|用户|人员|患者|病人|(?:受检|被检|体检|就诊|操作|录入|登录|审核)(?:人员|员|人|者)|(?:联系|经办|填表|填报|创建|登记|负责|报告|上报|修改|更新|持有|本)人|劳动者|职工|员工|工人|医[生师]|归属|属于|与|和|同|跟|被|由)([\s:：为是=＝|/\\“”"'‘’【\[（(《<「『〔〈{-]*)|` +
	`(?i:name|xm)(["']?\s*[:：=＝]\s*["'\[]?)`)

// reJoins are the words of reNamed that join words of all kinds too.
var reJoins = pattern.New(`^(?:与|和|同|跟|被|由|归属|属于|工人|本人)`)

// reNamely is a name recognised by what follows it: a sex or title, or what people have.
var reNamely = pattern.New(`(?:^|[^\p{Han}])(\p{Han}{2,4})(?:[（(【\[]\s*[男女\d]|[，,、 ]\s*[男女](?:[，,、 ）)]|性|$)|先生|女士|同志|的(?:身份证|证件|手机|电话|记录|档案|体检|联系))`)

// reSpacedName is a name whose characters are parted by blanks.
var reSpacedName = pattern.New(`^\p{Han}(?:[ 　]\p{Han}){1,3}(?:$|[^\p{Han}])`)

// Family names, those of two characters first; and words that begin like one.
const (
	surnames2 = "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 长孙 宇文 司徒 夏侯 端木 百里 呼延 南宫 轩辕"
	surnames  = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛奚范彭郎鲁韦昌马苗凤方俞任袁柳鲍唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安乐傅皮卞齐康伍余元卜顾孟黄和穆萧尹姚邵湛汪祁毛禹狄贝明臧伏戴谈宋茅庞熊纪舒屈祝董梁杜阮蓝闵席季麻贾娄江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万柯管卢莫房裘缪解丁宣邓洪包左石崔吉龚程邢裴陆荣翁荀甄曲封储靳段焦谷车侯全班仇宁甘厉武符刘景詹龙叶幸黎薄白蒲卓蔺池乔胥苍闻翟谭贡姬冉桑桂牛尚温庄晏柴瞿阎慕连习艾容向古易廖耿匡文寇广东聂冷辛简饶曾沙丰关游仝涂肖阚佟闫单"
	notNames  = "周期 高温 安全 高级 高于 任务 任何 金额 方式 方案 方法 程序 石棉 白细 黄疸 温度 关联 关系 国家 单位 文件 文本 文档 管理 和平 段落 路径 车间 马上 解析 解码 明细 明文 连接 容量 向量 简称 章节 全部 全国 广东 古代 曲线 包含 元素 齐全 万元 和密 易制 符合 余额 华北 单元 单条 单个 解密"
	// afterName is what follows a name and is not of it.
	afterName = "的不已与和在重有记录身证手电号未为是无没权者同之名性年出"
	// neverName begins words that stand behind 姓名 and the like and are no names.
	neverName = "不无未已为有应必需请长格的和与或在是超过错误空名信登令权密数据平台系统证身出年性单用体检记录上次历原字国危监工项该此本其各组所当"
)

// reAfter are words that follow a name.
var reAfter = pattern.New(`^(?:冲突|使用|占用|绑定|相同|一致|登记|注册|上报|提交|录入|填报|体检|完成|存在|持有|所有|本人|先生|女士)`)

// names finds Chinese names beside words that announce one.
func names(msg string) [][2]int {
	var hits [][2]int
	for at := 0; at < len(msg); {
		m := reNamed.FindStringSubmatchIndex(msg[at:])
		if m == nil {
			break
		}
		from := at + m[1]
		parted := m[3] > m[2] || m[5] > m[4]
		n := nameLength(msg[from:], parted)
		if !parted && reJoins.MatchString(msg[at+m[0]:]) && !endsName(msg[from+n:]) {
			n = 0
		}
		if n > 0 {
			hits = append(hits, [2]int{from, from + n})
			hits = furtherNames(hits, msg, from+n)
		}
		at = from
	}
	return groupsOfNames(hits, msg)
}

// furtherNames finds the names that go on a list of names.
func furtherNames(hits [][2]int, msg string, at int) [][2]int {
	for {
		rest := msg[at:]
		r, size := utf8.DecodeRuneInString(rest)
		if !strings.ContainsRune("、，,；;/和与及", r) || size == 0 {
			return hits
		}
		n := nameLength(rest[size:], false)
		if n == 0 {
			return hits
		}
		hits = append(hits, [2]int{at + size, at + size + n})
		at += size + n
	}
}

// groupsOfNames adds the names that are recognised by what follows them.
func groupsOfNames(hits [][2]int, msg string) [][2]int {
	return groups(hits, reNamely, msg, func(msg string, at int) bool {
		runes := leadingName(msg[at:])
		two := string(runes[:2])
		return !strings.Contains(notNames, two) && (strings.Contains(surnames2, two) || strings.ContainsRune(surnames, runes[0]))
	})
}

// endsName reports whether what follows can follow a name.
func endsName(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return !unicode.Is(unicode.Han, r) || strings.ContainsRune(afterName, r) || reAfter.MatchString(rest)
}

// nameLength is how many bytes of text are a name: two to four characters that
// begin with a family name, or, where parted says that a mark stood before it, up
// to the next mark. A middle dot makes a longer one.
func nameLength(text string, parted bool) int {
	if m := reSpacedName.FindStringIndex(text); parted && m != nil {
		return len(strings.TrimRightFunc(text[:m[1]], func(r rune) bool { return !unicode.Is(unicode.Han, r) }))
	}
	runes := leadingName(text)
	if len(runes) < 2 {
		return 0
	}
	if strings.ContainsAny(string(runes), "·•") {
		return len(string(runes))
	}
	two := string(runes[:2])
	if strings.Contains(notNames, two) {
		return 0
	}
	if parted && len(runes) <= 4 && !strings.ContainsRune(neverName, runes[0]) {
		return len(string(cutName(runes)))
	}
	switch {
	case strings.Contains(surnames2, two) && len(runes) > 2:
		return len(string(first(cutName(runes), 4)))
	case strings.ContainsRune(surnames, runes[0]) && !strings.ContainsRune(afterName, runes[1]):
		return len(string(first(cutName(runes), 3)))
	}
	return 0
}

// first is at most the first most of some characters.
func first(runes []rune, most int) []rune { return runes[:min(most, len(runes))] }

// leadingName returns the Chinese characters and middle dots that a text begins with,
// at most sixteen.
func leadingName(text string) []rune {
	var runes []rune
	for _, r := range text {
		isDot := (r == '·' || r == '•') && len(runes) > 0
		if !unicode.Is(unicode.Han, r) && !isDot || len(runes) == 16 {
			break
		}
		runes = append(runes, r)
	}
	return runes
}

// cutName drops from the third character on what is not of the name.
func cutName(runes []rune) []rune {
	for i := 2; i < len(runes); i++ {
		if strings.ContainsRune(afterName, runes[i]) || reAfter.MatchString(string(runes[i:])) {
			return runes[:i]
		}
	}
	return runes
}
