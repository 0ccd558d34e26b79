package workbook

import (
	"fmt"
	"strconv"
	"strings"

	"hbupload/internal/spec"
)

// The colours of offending cells. They are unusual on purpose: a later copy
// knows by them which colours are ours to take away.
const (
	errorFill   = "FFFFC9CE"
	warningFill = "FFFFF0B5"
)

// Our own looks, for the two added sheets and for copies of text files.
type look int

const (
	lookPlain look = iota
	lookTitle
	lookHint
	lookHead
	lookBandError
	lookBandWarning
	lookText
	lookWrap
	lookLink
	lookGood
	lookBad
	lookMiddle
	lookAdvice
	lookAnswerHead
	lookAnswer
	lookOff
	lookCopy
	lookCopyHead
	numLooks
)

// bookStyles appends to the styles part of a workbook. The user's own entries
// keep their bytes and their numbers.
type bookStyles struct {
	data   []byte
	fonts  *element
	fills  *element
	border *element
	xfs    *element
	xf     []string // the bytes of each cell format
	fill   []string // the bytes of each fill

	newFonts, newFills, newBorders, newXfs []string
	fontCount, borderCount                 int
	fillOf                                 map[string]int // bytes of a new fill → its number
	clones                                 map[clone]int
	looks                                  map[look]int
	kept                                   []string // cell formats without our colours, added before all others
}

type clone struct {
	base     int
	severity spec.Severity
}

func parseStyles(data []byte) (*bookStyles, error) {
	all, err := parseElements(data)
	if err != nil {
		return nil, err
	}
	s := &bookStyles{data: data, fillOf: map[string]int{}, clones: map[clone]int{}, looks: map[look]int{}}
	for i := range all {
		e := &all[i]
		switch e.depth {
		case 1:
			s.list(e)
		case 2:
			s.entry(all[e.parent].name, e)
		}
	}
	if s.fonts == nil || s.fills == nil || s.border == nil || s.xfs == nil || len(s.xf) == 0 {
		return nil, errUnusual
	}
	return s, nil
}

// list notes where one of the lists stands.
func (s *bookStyles) list(e *element) {
	switch e.name {
	case "fonts":
		s.fonts = e
	case "fills":
		s.fills = e
	case "borders":
		s.border = e
	case "cellXfs":
		s.xfs = e
	}
}

// entry counts or keeps an entry of a list.
func (s *bookStyles) entry(list string, e *element) {
	switch list + "/" + e.name {
	case "fonts/font":
		s.fontCount++
	case "borders/border":
		s.borderCount++
	case "fills/fill":
		s.fill = append(s.fill, string(s.data[e.start:e.end]))
	case "cellXfs/xf":
		s.xf = append(s.xf, string(s.data[e.start:e.end]))
	}
}

// startTag splits an element's bytes into its start tag and the rest.
func startTag(element string) (tag, rest string) {
	i := strings.IndexByte(element, '>')
	return element[:i+1], element[i+1:]
}

// fillAt is the bytes of a fill, the user's own or one that was added.
func (s *bookStyles) fillAt(n int) string {
	switch {
	case n >= 0 && n < len(s.fill):
		return s.fill[n]
	case n >= len(s.fill) && n < len(s.fill)+len(s.newFills):
		return s.newFills[n-len(s.fill)]
	}
	return ""
}

func (s *bookStyles) addXf(xf string) int {
	s.newXfs = append(s.newXfs, xf)
	return len(s.xf) + len(s.newXfs) - 1
}

func (s *bookStyles) addFill(fill string) int {
	if n, ok := s.fillOf[fill]; ok {
		return n
	}
	s.newFills = append(s.newFills, fill)
	s.fillOf[fill] = len(s.fill) + len(s.newFills) - 1
	return s.fillOf[fill]
}

// marked is the style of a cell that had style base, in the colour of a
// severity. All else of the style stays.
func (s *bookStyles) marked(base int, severity spec.Severity) int {
	if base < 0 || base >= len(s.xf) {
		base = 0
	}
	key := clone{base, severity}
	if n, ok := s.clones[key]; ok {
		return n
	}
	colour := warningFill
	if severity == spec.Error {
		colour = errorFill
	}
	tag, rest := startTag(s.xf[base])
	n := s.addFill(`<fill><patternFill patternType="solid"><fgColor rgb="` + colour + `"/>` + s.remember(base) + `</patternFill></fill>`)
	tag = setAttr(setAttr(tag, "fillId", strconv.Itoa(n)), "applyFill", "1")
	s.clones[key] = s.addXf(tag + rest)
	return s.clones[key]
}

// remember notes the fill that a mark covers, in the colour that a solid fill
// does not show, so that a later copy can bring it back.
func (s *bookStyles) remember(base int) string {
	const none = `<bgColor indexed="64"/>`
	tag, _ := startTag(s.xf[base])
	id, _ := getAttr(tag, "fillId")
	_, colour := solid(s.fillAt(atoi(id, 0)))
	if rgb, ok := getAttr(colour, "rgb"); ok && len(rgb) == 8 {
		return `<bgColor rgb="FE` + rgb[2:] + `"/>`
	}
	if _, ok := getAttr(colour, "theme"); ok {
		return strings.Replace(colour, "fgColor", "bgColor", 1)
	}
	return none
}

// solid is the colour element of a solid fill.
func solid(fill string) (bool, string) {
	if kind, _ := cutTag(fill, "patternFill"); kind != "" {
		if v, _ := getAttr(kind, "patternType"); v != "solid" {
			return false, ""
		}
	}
	colour, ok := cutTag(fill, "fgColor")
	if !ok {
		return false, ""
	}
	if !strings.HasSuffix(colour, "/>") {
		colour = strings.TrimSuffix(colour, ">") + "/>"
	}
	return true, colour
}

// cutTag is the first start tag of a name.
func cutTag(text, name string) (string, bool) {
	i := strings.Index(text, "<"+name)
	if i < 0 {
		return "", false
	}
	j := strings.IndexByte(text[i:], '>')
	if j < 0 {
		return "", false
	}
	return text[i : i+j+1], true
}

// restored maps the styles that an earlier copy coloured to what they were.
func (s *bookStyles) restored() map[int]int {
	out := map[int]int{}
	for i, xf := range s.xf {
		tag, rest := startTag(xf)
		id, _ := getAttr(tag, "fillId")
		n := atoi(id, 0)
		if n < 0 || n >= len(s.fill) {
			continue
		}
		is, colour := solid(s.fill[n])
		if rgb, _ := getAttr(colour, "rgb"); !is || !strings.EqualFold(rgb, errorFill) && !strings.EqualFold(rgb, warningFill) {
			continue
		}
		under, _ := cutTag(s.fill[n], "bgColor")
		fill := 0
		if rgb, _ := getAttr(under, "rgb"); len(rgb) == 8 && strings.EqualFold(rgb[:2], "FE") {
			fill = s.addFill(`<fill><patternFill patternType="solid"><fgColor rgb="FF` + rgb[2:] + `"/><bgColor indexed="64"/></patternFill></fill>`)
		} else if _, ok := getAttr(under, "theme"); ok {
			fill = s.addFill(`<fill><patternFill patternType="solid">` + strings.Replace(selfClose(under), "bgColor", "fgColor", 1) + `<bgColor indexed="64"/></patternFill></fill>`)
		}
		tag = setAttr(tag, "fillId", strconv.Itoa(fill))
		if fill == 0 {
			tag = setAttr(tag, "applyFill", "")
		}
		out[i] = s.sameXf(tag + rest)
	}
	// The clean styles count as the user's own from here on: marks clone them.
	s.xf = append(s.xf, s.newXfs...)
	s.kept = append(s.kept, s.newXfs...)
	s.newXfs = nil
	return out
}

func selfClose(tag string) string {
	if strings.HasSuffix(tag, "/>") {
		return tag
	}
	return strings.TrimSuffix(tag, ">") + "/>"
}

// sameXf is a style with these bytes, a new one if there is none.
func (s *bookStyles) sameXf(xf string) int {
	for i := range s.xf {
		if s.xf[i] == xf {
			return i
		}
	}
	for i := range s.newXfs {
		if s.newXfs[i] == xf {
			return len(s.xf) + i
		}
	}
	return s.addXf(xf)
}

// bytes is the styles part with what was added.
func (s *bookStyles) bytes() []byte {
	var edits []edit
	add := func(e *element, have int, items ...string) {
		if len(items) == 0 {
			return
		}
		if e.selfClosed() {
			edits = append(edits, insertInto(s.data, e, strings.Join(items, "")))
			return
		}
		tag := string(s.data[e.start:e.inner])
		if _, ok := getAttr(tag, "count"); ok {
			edits = append(edits, edit{e.start, e.inner, setAttr(tag, "count", fmt.Sprint(have+len(items)))})
		}
		edits = append(edits, insertInto(s.data, e, strings.Join(items, "")))
	}
	add(s.fonts, s.fontCount, s.newFonts...)
	add(s.fills, len(s.fill), s.newFills...)
	add(s.border, s.borderCount, s.newBorders...)
	xfs := append(append([]string{}, s.kept...), s.newXfs...)
	add(s.xfs, len(s.xf)-len(s.kept), xfs...)
	return apply(s.data, edits)
}

// look is the style of one of our own sheets.
func (s *bookStyles) look(l look) int {
	if n, ok := s.looks[l]; ok {
		return n
	}
	if len(s.looks) == 0 {
		s.newBorders = append(s.newBorders, `<border><left/><right/><top/><bottom style="thin"><color rgb="FFE1E5EA"/></bottom><diagonal/></border>`)
	}
	d := lookOf(l)
	font := s.fontCount + len(s.newFonts)
	s.newFonts = append(s.newFonts, `<font>`+d.font+`<name val="微软雅黑"/><family val="2"/><charset val="134"/></font>`)
	fill := 0
	if d.fill != "" {
		fill = s.addFill(`<fill><patternFill patternType="solid"><fgColor rgb="FF` + d.fill + `"/><bgColor indexed="64"/></patternFill></fill>`)
	}
	border := 0
	if d.line {
		border = s.borderCount
	}
	wrap := ""
	if d.wrap {
		wrap = ` wrapText="1"`
	}
	s.looks[l] = s.addXf(fmt.Sprintf(`<xf numFmtId="49" fontId="%d" fillId="%d" borderId="%d" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"><alignment vertical="center"%s/></xf>`,
		font, fill, border, wrap))
	return s.looks[l]
}

// design is what a look is made of.
type design struct {
	font, fill string
	line, wrap bool
}

func lookOf(l look) design {
	if d, ok := designs()[l]; ok {
		return d
	}
	return design{font: boldFont}
}

const (
	plainFont = `<sz val="10"/><color rgb="FF20242A"/>`
	boldFont  = `<b/>` + plainFont
	whiteFont = `<b/><sz val="10"/><color rgb="FFFFFFFF"/>`
	greyFont  = `<sz val="10"/><color rgb="FF5B6570"/>`
)

// designs are the looks that are more than bold text.
func designs() map[look]design {
	return map[look]design{
		lookTitle:       {font: `<b/><sz val="15"/><color rgb="FF12395B"/>`},
		lookHint:        {font: greyFont},
		lookAdvice:      {font: greyFont, wrap: true},
		lookAnswerHead:  {font: whiteFont, fill: "C2571A", line: true},
		lookAnswer:      {font: plainFont, fill: "FFF8DC", line: true, wrap: true},
		lookOff:         {font: plainFont, fill: "F3F5F7", line: true, wrap: true},
		lookHead:        {font: whiteFont, fill: "2F5D86", line: true},
		lookCopyHead:    {font: whiteFont, fill: "2F5D86", line: true, wrap: true},
		lookBandError:   {font: `<b/><sz val="10"/><color rgb="FF9C1C28"/>`, fill: "FBE4E6"},
		lookBandWarning: {font: `<b/><sz val="10"/><color rgb="FF7A5B00"/>`, fill: "FFF6D6"},
		lookWrap:        {font: plainFont, line: true, wrap: true},
		lookLink:        {font: `<u/><sz val="10"/><color rgb="FF1F5FBF"/>`, line: true},
		lookGood:        {font: `<b/><sz val="10"/><color rgb="FF1E7B3C"/>`, line: true},
		lookBad:         {font: `<b/><sz val="10"/><color rgb="FFB3261E"/>`, line: true},
		lookMiddle:      {font: `<b/><sz val="10"/><color rgb="FF9A6B00"/>`, line: true},
		lookCopy:        {font: plainFont},
		lookText:        {font: plainFont, line: true},
	}
}
