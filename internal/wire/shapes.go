package wire

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"hbupload/internal/pattern"
)

// An identity number's run of digits, its X and its full-width form included,
// also with stars in it or parted by blanks. Runs longer than 18 hide a number
// and are hidden too.
var reLongDigits = pattern.New(`[0-9０-９][0-9０-９*＊]{13,}[0-9０-９XxＸｘ]|[0-9]{6}[- ][0-9]{8}[- ][0-9]{3}[0-9Xx]`)

// A phone number, dashed or with stars, alone among digits.
var rePhone = pattern.New(`(?:^|[^0-9A-Za-z])((?:\+?86[- ]?)?1[3-9][0-9][- ]?[0-9*]{4}[- ]?[0-9]{4}|0[0-9]{2,3}[- ][0-9]{7,8})(?:$|[^0-9A-Za-z])`)

// The last digits of a number.
var reTail = pattern.New(`(?:后|末|尾)(?:[一二两三四五六七八九十0-9]{1,2}位|号|数)(?:数字|号码|数)?[为是:：\s（(]*([0-9０-９]{2,8}[XxＸｘ]?)`)

// A date, and what may stand before one of birth.
var (
	reDate  = pattern.New(`(?:19[2-9][0-9]|20[0-9]{2})(?:[-/.][0-9]{1,2}[-/.][0-9]{1,2}|\s?年\s?[0-9]{1,2}\s?月(?:\s?[0-9]{1,2}\s?[日号])?)`)
	reBirth = pattern.New(`(?:出生|生日|生于|(?i:birth|dob))[^0-9]{0,8}((?:19|20)[0-9]{2}[-/.年 ]{0,2}[0-9]{1,2}[-/.月 ]{0,2}[0-9]{1,2}日?)`)
	reOther = pattern.New(`(?:日期|时间|接害|体检|检查|报告|上岗|离岗|截止|有效|自|于)[^0-9，。；]{0,3}$`)
)

// lastBirth is the last year of birth of somebody at work; a date of a later
// year is another one.
const lastBirth = 2010

// shapes finds what tells of people whom the record does not name.
func shapes(msg string) [][2]int {
	var hits [][2]int
	for _, m := range reLongDigits.FindAllStringIndex(msg, -1) {
		hits = append(hits, [2]int{m[0], m[1]})
	}
	for _, re := range []*pattern.Pattern{rePhone, reTail, reBirth} {
		for at := 0; at < len(msg); {
			m := re.FindStringSubmatchIndex(msg[at:])
			if m == nil {
				break
			}
			hits = append(hits, [2]int{at + m[2], at + m[3]})
			at += m[3] // what ended one may begin the next
		}
	}
	for _, m := range reDate.FindAllStringIndex(msg, -1) {
		year, _ := strconv.Atoi(msg[m[0] : m[0]+4])
		if year <= lastBirth && !reOther.MatchString(msg[:m[0]]) {
			hits = append(hits, [2]int{m[0], m[1]})
		}
	}
	return append(hits, names(msg)...)
}

// reNamed is a word beside which a name stands, and what may part the two.
var reNamed = pattern.New(`(?:姓名|名字|用户|人员|患者|受检者|受检人|体检人|劳动者|职工|员工|联系人|经办人|填表人|操作员|与)([\s:：为是“”"'【\[（(《<]*)`)

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

// names finds Chinese names beside words that announce one.
func names(msg string) [][2]int {
	var hits [][2]int
	for _, m := range reNamed.FindAllStringSubmatchIndex(msg, -1) {
		parted := m[3] > m[2]
		n := nameLength(msg[m[1]:], parted)
		if !parted && strings.HasPrefix(msg[m[0]:], "与") && !endsName(msg[m[1]+n:]) {
			continue // 与 joins words of all kinds
		}
		if n > 0 {
			hits = append(hits, [2]int{m[1], m[1] + n})
		}
	}
	return hits
}

// endsName reports whether what follows can follow a name.
func endsName(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return !unicode.Is(unicode.Han, r) || strings.ContainsRune(afterName, r)
}

// nameLength is how many bytes of text are a name: two to four characters that
// begin with a family name, or, where parted says that a mark stood before it, up
// to the next mark. A middle dot makes a longer one.
func nameLength(text string, parted bool) int {
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
		return len(string(cutName(runes[:min(4, len(runes))])))
	case strings.ContainsRune(surnames, runes[0]) && !strings.ContainsRune(afterName, runes[1]):
		return len(string(cutName(runes[:min(3, len(runes))])))
	}
	return 0
}

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
		if strings.ContainsRune(afterName, runes[i]) {
			return runes[:i]
		}
	}
	return runes
}

// spread finds a value whose characters are parted by blanks, dashes or dots,
// or are of another width.
func spread(hits [][2]int, msg, word string) [][2]int {
	want := []rune(word)
	if len(want) < 2 {
		return hits
	}
	for at, r := range msg {
		if narrow(r) != narrow(want[0]) {
			continue
		}
		if end := spreadEnd(msg[at:], want); end > 0 {
			hits = append(hits, [2]int{at, at + end})
		}
	}
	return hits
}

// maxGap is how many marks may part two characters of a value.
const maxGap = 2

// spreadEnd is where a value that begins with text ends, 0 if it does not.
func spreadEnd(text string, want []rune) int {
	next := 0
	gap := 0
	for at, r := range text {
		switch {
		case narrow(r) == narrow(want[next]):
			next++
			gap = 0
		case gap < maxGap && strings.ContainsRune(" \t\u3000-－_.·•", r):
			gap++
			continue
		default:
			return 0
		}
		if next == len(want) {
			return at + utf8.RuneLen(r)
		}
	}
	return 0
}

// narrow is a character's narrow, upper-case form.
func narrow(r rune) rune {
	if r >= '！' && r <= '～' {
		r -= '！' - '!'
	}
	return unicode.ToUpper(r)
}

// birthdays finds a day of birth in other forms than data.json's.
func birthdays(hits [][2]int, msg, day string) [][2]int {
	parts := strings.FieldsFunc(day, func(r rune) bool { return r < '0' || r > '9' })
	if len(parts) != 3 {
		return hits
	}
	month := strings.TrimLeft(parts[1], "0")
	date := strings.TrimLeft(parts[2], "0")
	re, err := regexp.Compile(parts[0] + `[-/.年 ]{0,2}0?` + month + `[-/.月 ]{1,2}0?` + date + `(?:\s?[日号])?|` + parts[0] + parts[1] + parts[2])
	if err != nil {
		return hits
	}
	for _, m := range re.FindAllStringIndex(msg, -1) {
		hits = append(hits, [2]int{m[0], m[1]})
	}
	return hits
}

// Escapes of text: JSON's, those of URLs and of markup.
var (
	reJSONEscapes = pattern.New(`(?:\\u[0-9a-fA-F]{4})+`)
	reURLEscapes  = pattern.New(`(?:%[0-9a-fA-F]{2}){2,}`)
	reEntities    = pattern.New(`&#(?:[0-9]{2,7}|[xX][0-9a-fA-F]{2,6});`)
)

// unescape writes escaped text as text, so that it can be read and looked
// through. What is no text stays as it is.
func unescape(msg string) string {
	msg = reJSONEscapes.ReplaceAllStringFunc(msg, func(s string) string {
		text, err := strconv.Unquote(`"` + s + `"`)
		return printable(s, text, err == nil)
	})
	msg = reURLEscapes.ReplaceAllStringFunc(msg, func(s string) string {
		raw := make([]byte, 0, len(s)/3)
		for i := 0; i+2 < len(s); i += 3 {
			n, _ := strconv.ParseUint(s[i+1:i+3], 16, 8)
			raw = append(raw, byte(n))
		}
		return printable(s, string(raw), true)
	})
	return reEntities.ReplaceAllStringFunc(msg, func(s string) string {
		digits := s[2 : len(s)-1]
		base := 10
		if digits[0] == 'x' || digits[0] == 'X' {
			digits = digits[1:]
			base = 16
		}
		n, err := strconv.ParseUint(digits, base, 21)
		return printable(s, string(rune(n)), err == nil)
	})
}

// printable is the decoded text if it is one, else the escape.
func printable(escape, text string, ok bool) string {
	if !ok || !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return escape
	}
	return text
}
