package sense

import (
	"math"
	"strings"
)

// relation is what a line of the kind 成对 says of several items.
type relation struct {
	sign  string // ">", ">=", "+", "≈" or "/"
	terms []pattern
	first int // where its cells begin among those of all relations
}

// relation reads "甲 > 乙", "甲 >= 乙", "甲 + 乙 + 丙", "甲 ≈ 乙 / 丙²" or "甲 / 乙²".
func (p *parser) relation(l *Line) {
	l.pair.read(l.Items)
	want := map[string]int{">": 2, ">=": 2, "≈": 3, "/": 2}[l.pair.sign]
	noLower := math.IsNaN(l.Lower)
	noUpper := math.IsNaN(l.Upper)
	switch {
	case l.pair.sign == "":
		p.wrong(l.Row, "看不出关系，写法：甲 > 乙，甲 >= 乙，甲 + 乙 + 丙，甲 ≈ 乙 / 丙²，甲 / 乙²（符号两边留空格）")
	case l.pair.sign == "+":
		if noLower && noUpper {
			p.wrong(l.Row, "和的上限或下限没有写")
		}
	case len(l.pair.terms) != want:
		p.wrong(l.Row, "关系两边的项目个数不对")
	case l.pair.sign == "/" && noLower && noUpper:
		p.wrong(l.Row, "商的上限或下限没有写")
	case l.pair.sign == "≈" && noUpper:
		p.wrong(l.Row, "允许相差的百分数没有写（上限）")
	}
	for _, t := range l.pair.terms {
		if t.empty() {
			p.wrong(l.Row, "关系里有一个项目是空的")
		}
	}
}

// read takes a relation apart: its sign and the items on both sides.
func (r *relation) read(items string) {
	for _, sign := range []string{" >= ", " > ", " ≈ ", " + ", " / "} {
		if !strings.Contains(items, sign) {
			continue
		}
		r.sign = strings.TrimSpace(sign)
		for term := range strings.SplitSeq(strings.ReplaceAll(items, " / ", sign), sign) {
			r.terms = append(r.terms, newPattern(strings.TrimSuffix(strings.TrimSpace(term), "²")))
		}
		return
	}
}

// broken reports whether the values of the terms contradict the relation.
func (l *Line) broken(cells []cell) bool {
	switch l.pair.sign {
	case ">":
		return cells[0].value <= cells[1].value
	case ">=":
		return cells[0].value < cells[1].value
	case "≈":
		computed := cells[1].value / squared(cells[2].value)
		return computed > 0 && math.Abs(cells[0].value-computed) > computed*l.Upper/100
	}
	if l.pair.sign == "/" {
		return cells[1].value > 0 && !l.within(cells[0].value/squared(cells[1].value))
	}
	sum := 0.0
	for i := range cells {
		sum += cells[i].value // 0 where the record has none
	}
	return !l.within(sum)
}

// squared is the square of a height in metres; one above three is in centimetres.
func squared(height float64) float64 {
	if height > 3 {
		height /= 100
	}
	return height * height
}

// complete reports whether a relation has the values it needs: all of them, or
// for a sum two at least.
func (r *relation) complete(cells []cell) bool {
	present := 0
	for i := range cells {
		if cells[i].present {
			present++
		}
	}
	if r.sign == "+" {
		return present >= 2
	}
	return present == len(cells)
}
