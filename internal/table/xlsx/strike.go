package xlsx

import "hbupload/internal/table/grid"

// runs finds the strike of a text from those of its runs.
type runs struct {
	own    bool // the run at hand has a font of its own
	strike bool // and that is struck through
	text   int  // runs with text
	plain  int  // of those the ones with the font of the cell
	struck bool
}

// add takes the text of a run, or one that stands outside of runs.
func (r *runs) add(n int) {
	if n == 0 {
		return
	}
	r.text++
	if !r.own {
		r.plain++
	}
	r.struck = r.struck || r.strike
}

// sum is the strike of the whole text.
func (r *runs) sum() grid.Strike {
	switch {
	case r.struck:
		return grid.Struck
	case r.text > 0 && r.plain == 0:
		return grid.Upright
	}
	return grid.AsCell
}

// readString appends the text of the si or is element that was just opened:
// its own t or those of its runs, without phonetic guides.
func readString(lx *lexer, dst []byte, lim *Limits) (text []byte, how grid.Strike, err error) {
	if lx.selfClosed {
		return dst, grid.AsCell, nil
	}
	from := len(dst)
	var all runs
	for outer := lx.level() - 1; lx.level() > outer; {
		t, err := lx.next()
		if err != nil {
			return dst, grid.AsCell, err
		}
		if t != tokStart {
			if err := between(lx, t); err != nil {
				return dst, grid.AsCell, err
			}
			continue
		}
		n := len(dst)
		switch string(lx.name) {
		case "t":
			dst, err = readText(lx, dst, lim)
			all.add(len(dst) - n)
		case "r": // its t follows as a nested element
			all.own = false
			all.strike = false
		case "rPr":
			all.own = true
			all.strike, err = readStrike(lx)
		case "rPh", "phoneticPr", "extLst":
			err = lx.skip()
		default:
			err = &syntaxError{msg: "文本的结构无法识别"}
		}
		if err != nil {
			return dst, grid.AsCell, err
		}
	}
	return unescape(dst, from), all.sum(), nil
}

// readStrike reads the properties of a run.
func readStrike(lx *lexer) (strike bool, err error) {
	if lx.selfClosed {
		return false, nil
	}
	for outer := lx.level() - 1; lx.level() > outer; {
		t, err := lx.next()
		if err != nil {
			return false, err
		}
		switch {
		case t == tokText:
			if err := checkText(lx.text); err != nil {
				return false, err
			}
		case t == tokStart && string(lx.name) == "strike":
			v, given := lx.attr("val")
			strike = !given || isTrue(v)
		}
	}
	return strike, nil
}
