package xlsx

import (
	"context"
	"io"
	"strconv"

	"hbupload/internal/table/grid"
	"hbupload/internal/table/numfmt"
)

// style is what a cell's format says about its number.
type style struct {
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
	st.kind, st.percent = grid.Number, look.Percent
	if look.Date {
		st.kind = grid.Date
	}
}

// maxStyles bounds cellXfs; Excel allows 65,490.
const maxStyles = 1 << 17

// readStyles reads the number formats of cellXfs, by index.
func readStyles(ctx context.Context, r io.Reader, lim *Limits) ([]style, error) {
	lx := newLexer(ctx, r, lim)
	if err := openRoot(lx, "styleSheet"); err != nil {
		return nil, err
	}
	custom := map[int]string{}
	var ids []int
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
		switch section + "/" + string(lx.name) {
		case "numFmts/numFmt":
			if id, ok := intAttr(lx, "numFmtId"); ok {
				custom[id], _ = lx.attr("formatCode")
			}
		case "cellXfs/xf":
			id, _ := intAttr(lx, "numFmtId")
			if ids = append(ids, id); len(ids) > maxStyles {
				return nil, &limitError{msg: "单元格样式过多，超出了读取上限"}
			}
		}
	}
	return resolveStyles(ids, custom), nil
}

// resolveStyles gives each xf the meaning of its number format.
func resolveStyles(ids []int, custom map[int]string) []style {
	known := map[int]style{}
	out := make([]style, len(ids))
	for i, id := range ids {
		st, ok := known[id]
		if !ok {
			code, own := custom[id]
			if !own {
				code = numfmt.Builtin(id)
			}
			st = styleOf(code)
			known[id] = st
		}
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
