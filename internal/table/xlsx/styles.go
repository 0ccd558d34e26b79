package xlsx

import (
	"context"
	"io"
	"strconv"

	"hbupload/internal/table/grid"
	"hbupload/internal/table/numfmt"
)

// style is what a cell's format says about its value.
type style struct {
	struck  bool      // its font is struck through
	kind    grid.Kind // Number or Date
	percent bool
	format  string
	varies  *numfmt.Format // set if kind and percent depend on the number
}

// styleOf reads a number format code.
func styleOf(code string) style {
	f := numfmt.New(0, code)
	st := style{format: f.Code}
	st.show(f.Look(0))
	if f.Varies() {
		st.varies = &f
	}
	return st
}

// show takes over how a number is shown.
func (st *style) show(look numfmt.Look) {
	st.kind = grid.Number
	st.percent = look.Percent
	if look.Date {
		st.kind = grid.Date
	}
}

// maxStyles bounds cellXfs; Excel allows 65,490.
const maxStyles = 1 << 17

// readStyles reads the formats of cellXfs, by index.
func readStyles(ctx context.Context, r io.Reader, lim *Limits) ([]style, error) {
	lx := newLexer(ctx, r, lim)
	if err := openRoot(lx, "styleSheet"); err != nil {
		return nil, err
	}
	sheet := styleSheet{custom: map[int]string{}}
	section := "" // child of the root being read: dxfs has formats of its own
	for {
		t, err := lx.next()
		if err != nil {
			return nil, err
		}
		if t == tokEOF {
			break
		}
		if t == tokEnd && lx.level() == 1 {
			section = ""
		}
		if t == tokText {
			if err := checkText(lx.text); err != nil {
				return nil, err
			}
		}
		if t != tokStart {
			continue
		}
		if section == "" {
			if !lx.selfClosed {
				section = string(lx.name)
			}
			continue
		}
		if err := sheet.start(lx, section); err != nil {
			return nil, err
		}
	}
	return sheet.resolve(), nil
}

// styleSheet is what the styles part says of numbers and of struck text.
type styleSheet struct {
	custom map[int]string // number formats
	struck []bool         // fonts
	xfs    []xf
}

// xf is a cell's format: the numbers of its number format and its font.
type xf struct{ format, font int }

// start takes an element of a section.
func (s *styleSheet) start(lx *lexer, section string) error {
	switch section + "/" + string(lx.name) {
	case "numFmts/numFmt":
		if id, ok := intAttr(lx, "numFmtId"); ok {
			s.custom[id], _ = lx.attr("formatCode")
		}
	case "fonts/font":
		s.struck = append(s.struck, false)
	case "fonts/strike":
		if v, given := lx.attr("val"); len(s.struck) > 0 && (!given || isTrue(v)) {
			s.struck[len(s.struck)-1] = true
		}
	case "cellXfs/xf":
		format, _ := intAttr(lx, "numFmtId")
		font, _ := intAttr(lx, "fontId")
		s.xfs = append(s.xfs, xf{format, font})
	}
	if len(s.xfs) > maxStyles || len(s.struck) > maxStyles {
		return &limitError{msg: "单元格样式过多，超出了读取上限"}
	}
	return nil
}

// resolve gives each xf the meaning of its number format and font.
func (s *styleSheet) resolve() []style {
	known := map[int]style{}
	out := make([]style, len(s.xfs))
	for i, xf := range s.xfs {
		st, ok := known[xf.format]
		if !ok {
			code, own := s.custom[xf.format]
			if !own {
				code = numfmt.Builtin(xf.format)
			}
			st = styleOf(code)
			known[xf.format] = st
		}
		st.struck = xf.font < len(s.struck) && s.struck[xf.font]
		out[i] = st
	}
	return out
}

// intAttr reads a non-negative whole attribute.
func intAttr(lx *lexer, name string) (int, bool) {
	v, ok := lx.attr(name)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(v, 10, 31)
	return int(n), err == nil
}
