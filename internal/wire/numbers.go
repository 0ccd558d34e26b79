package wire

import (
	"strconv"

	"hbupload/internal/pattern"
)

// What an identity number looks like: a run of digits, its X and its full-width form
// included, also with stars in it (runs longer than 18 hide a number and are hidden
// too); parted by blanks or dashes anywhere, told by the date within; the ends that
// stars have left.
var (
	reLongDigits = pattern.New(`[0-9０-９][0-9０-９*＊]{13,}[0-9０-９XxＸｘ]`)
	reParted     = pattern.New(`[1-9]` + "(?:" + near + `[0-9]){5}` + near + "(?:1" + near + "[89]|2" + near + "0)(?:" + near + "[0-9]){2}" + near + "(?:0" + near + "[1-9]|1" + near + "[0-2])" + near +
		"(?:[0-2]" + near + "[0-9]|3" + near + "[01])(?:" + near + "[0-9]){3}" + near + "[0-9Xx]")
	reStarred  = pattern.New(`[0-9]{2,}[*＊xX×●•]{4,}[0-9]*[Xx]?|[*＊●•]{2,}[0-9]{3,}[Xx]?|…[0-9]{4}|…[0-9]{3}[Xx]`)
	reDocument = pattern.New(`(?:护照|护照号|护照号码|通行证|通行证号|证件号|证件号码|身份证|身份证号|居留证)[码为是:：=\s]{0,4}([A-Z]{0,2}[0-9]{7,})`)
	reMail     = pattern.New(`[0-9A-Za-z._+-]+@[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)+`)
)

// The parts of the patterns below.
const (
	near  = `[- －\x{a0}]?`   // what may part two digits of an identity number
	gap   = `[-－‐.·  　]`     // what parts digits of a phone
	digit = `[0-9０-９*＊xX●•]` // of a phone, perhaps starred
	area  = `0(?:10|2[0-9]|[3-9][0-9]{2})`
	head3 = `[1１][3-9３-９]` + digit // how mobile numbers begin

	// A mobile number, in the groups that people write it in or digit by digit, and a
	// landline with its area code.
	mobile = head3 + gap + "?" + digit + "{4}" + gap + "?" + digit + "{4}|" +
		head3 + digit + gap + "?" + digit + "{4}" + gap + "?" + digit + "{3}|" +
		head3 + digit + gap + "?" + digit + "{3}" + gap + "?" + digit + "{4}|" +
		head3 + gap + "?" + digit + "{5}" + gap + "?" + digit + "{3}|" +
		head3 + gap + "?" + digit + "{3}" + gap + "?" + digit + "{5}|" +
		"[1１]" + gap + "[3-9３-９](?:" + gap + digit + "){9}"
	landline = `[（(]?` + area + `[）)]?` + gap + `?[2-9][0-9]{2,3}` + gap + `?[0-9]{4}`
)

// A phone number, or a landline's without its area code beside a word that says so.
var (
	rePhone = pattern.New(`(?:^|[^0-9０-９])((?:\+?(?:00)?86[)）]?` + gap + `?)?(?:` + mobile + `)|` + landline + `)(?:$|[^0-9０-９])`)
	reTel   = pattern.New(`(?:电话|座机|固话|(?i:tel|phone))[号码为是:：=\s]{0,4}([2-9][0-9]{2,3}[- ]?[0-9]{4})(?:$|[^0-9])`)
)

// The last digits of a number.
var reTail = pattern.New(`(?:后|末|尾)(?:[一二两三四五六七八九十0-9]{1,2}位|位|号|数)(?:数字|号码|数)?[为是:：\s（(]*([0-9０-９]{2,8}[XxＸｘ]?)`)

// A date, and what may stand before or behind one of birth.
var (
	reDate    = pattern.New(`(?:19[2-9][0-9]|20[0-9]{2})(?:[-/. ][0-9]{1,2}[-/. ][0-9]{1,2}|\s?年\s?[0-9]{1,2}\s?月(?:\s?[0-9]{1,2}\s?[日号])?)`)
	rePacked  = pattern.New(`(?:^|[^0-9A-Za-z.])((?:19[2-9][0-9]|200[0-9])(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01]))(?:$|[^0-9A-Za-z.])`)
	reBirth   = pattern.New(`(?:出生|生日|生于|(?i:birth|dob|csrq))[^0-9]{0,8}((?:(?:19|20)?[0-9]{2}[-/.年 ]{0,2})?[0-9]{1,2}[-/.月 ]{0,2}(?:[0-9]{1,2}[日号]?)?)`)
	reNumeral = pattern.New(`[一二][一二三四五六七八九〇零○]{3}年[一二三四五六七八九十元]{1,2}月(?:[一二三四五六七八九十]{1,3}[日号])?`)
	reOther   = pattern.New(`(?:日期|时间|接害|体检|检查|报告|上岗|离岗|截止|有效|自|于)[^0-9，。；]{0,3}$`)
)

// lastBirth is the last year of birth of a person at work; a date of a later
// year is another one.
const lastBirth = 2010

// shapes finds data of people other than the record's.
func shapes(msg string) [][2]int {
	var hits [][2]int
	for _, re := range []*pattern.Pattern{reLongDigits, reParted, reStarred, reNumeral, reMail} {
		for _, m := range re.FindAllStringIndex(msg, -1) {
			hits = append(hits, [2]int{m[0], m[1]})
		}
	}
	for _, re := range []*pattern.Pattern{rePhone, reTel, reTail, reBirth, reDocument} {
		hits = groups(hits, re, msg, func(string, int) bool { return true })
	}
	hits = groups(hits, rePacked, msg, birthBefore)
	for _, m := range reDate.FindAllStringIndex(msg, -1) {
		if birthBefore(msg, m[0]) {
			hits = append(hits, [2]int{m[0], m[1]})
		}
	}
	hits = encoded(hits, msg)
	return append(hits, names(msg)...)
}

// groups adds what the group of a pattern finds, where it is wanted.
func groups(hits [][2]int, re *pattern.Pattern, msg string, wanted func(msg string, at int) bool) [][2]int {
	for at := 0; at < len(msg); {
		m := re.FindStringSubmatchIndex(msg[at:])
		if m == nil {
			break
		}
		if wanted(msg, at+m[2]) {
			hits = append(hits, [2]int{at + m[2], at + m[3]})
		}
		at += max(m[3], 1) // what ended one may begin the next
	}
	return hits
}

// birthBefore reports whether a date that begins at a place may be one of birth: of an
// early year, and not said to be another date.
func birthBefore(msg string, at int) bool {
	year, _ := strconv.Atoi(msg[at : at+4])
	return year <= lastBirth && !reOther.MatchString(msg[:at])
}
