package textenc

// gbRun is a run of pairs that stand for the characters of a run of Unicode, or
// for those of text.
type gbRun struct {
	code  int // of the first pair
	n     int
	first rune
	text  string
}

func (r gbRun) runes() []rune {
	if r.text != "" {
		return []rune(r.text)
	}
	out := make([]rune, r.n)
	for i := range out {
		out[i] = r.first + rune(i)
	}
	return out
}

// later are the 174 pairs that x/text does not know: those that GB18030 has as
// private characters (U+E766 to U+E864), and the 25 of them that got characters
// of their own in Unicode since. GB18030-2022 moved 18 of these and 6 more.
func later() []gbRun {
	return []gbRun{
		{code: 0xA2AB, n: 6, first: 0xE766}, {code: 0xA2E4, n: 1, first: 0xE76D}, {code: 0xA2EF, n: 2, first: 0xE76E}, {code: 0xA2FD, n: 2, first: 0xE770},
		{code: 0xA4F4, n: 11, first: 0xE772}, {code: 0xA5F7, n: 8, first: 0xE77D}, {code: 0xA6B9, n: 8, first: 0xE785}, {code: 0xA6F6, n: 9, first: 0xE797},
		{code: 0xA7C2, n: 15, first: 0xE7A0}, {code: 0xA7F2, n: 13, first: 0xE7AF}, {code: 0xA896, n: 11, first: 0xE7BC}, {code: 0xA8C1, n: 4, first: 0xE7C9},
		{code: 0xA8EA, n: 21, first: 0xE7CD}, {code: 0xA958, n: 1, first: 0xE7E2}, {code: 0xA95B, n: 1, first: 0xE7E3}, {code: 0xA95D, n: 3, first: 0xE7E4},
		{code: 0xA997, n: 13, first: 0xE7F4}, {code: 0xA9F0, n: 15, first: 0xE801}, {code: 0xD7FA, n: 5, first: 0xE810},
		{code: 0xA8BC, text: "\u1E3F"},
		{code: 0xA6D9, text: "\uFE10\uFE12\uFE11\uFE13\uFE14\uFE15\uFE16"}, {code: 0xA6EC, text: "\uFE17\uFE18"}, {code: 0xA6F3, text: "\uFE19"},
		{code: 0xFE51, text: "\U00020087\U00020089\U000200CC"}, {code: 0xFE59, text: "\u9FB4"}, {code: 0xFE61, text: "\u9FB5"}, {code: 0xFE66, text: "\u9FB6\u9FB7"},
		{code: 0xFE6C, text: "\U000215D7\u9FB8"}, {code: 0xFE76, text: "\U0002298F"}, {code: 0xFE7E, text: "\u9FB9"}, {code: 0xFE90, text: "\u9FBA\U000241FE"}, {code: 0xFEA0, text: "\u9FBB"},
	}
}
