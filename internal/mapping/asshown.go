package mapping

import (
	"strings"
	"unicode"

	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
	"hbupload/internal/table/numfmt"
)

// format is a number format, read once; nil shows every number as itself.
func (c *coder) format(code string) *numfmt.Format {
	f, ok := c.formats[code]
	if !ok {
		if read := numfmt.New(0, code); !read.Plain() {
			f = &read
		}
		if c.formats == nil {
			c.formats = map[string]*numfmt.Format{}
		}
		c.formats[strings.Clone(code)] = f
	}
	return f
}

// asShown takes a number for the words that its format shows in its place, as with
// "阳性";;"阴性": who reads the sheet knows nothing of the number. What hides a
// number, or shows a thousandth of it, is doubted. It returns what to warn of, nil
// for nearly every cell.
func (c *coder) asShown(v *spec.Value, f *spec.Field, cell *grid.Cell) (*grid.Cell, *spec.Fault) {
	if cell.Kind != grid.Number || cell.Format == "" || f.Kind == spec.KindKey || f.Kind == spec.KindIdentity {
		return cell, nil
	}
	format := c.format(cell.Format)
	if format == nil {
		return cell, nil
	}
	doubt := func(note string) *spec.Fault { return &spec.Fault{Rule: spec.AutoConverted, Note: note} }
	switch shown := format.Shown(cell.Num); {
	case shown.Instead && strings.ContainsFunc(shown.Words, unicode.IsLetter):
		words := *cell
		words.Kind = grid.Text
		words.Text = strings.TrimSpace(shown.Words)
		step := spec.Step{Kind: spec.StepNumber, From: cell.Text, To: words.Text, Note: "数字格式显示为文字，按所见"}
		v.Steps = append(v.Steps[:len(v.Steps):len(v.Steps)], step)
		v.Cell = spec.CellText
		return &words, doubt("存的是数字，看到的是数字格式里的文字，已按所见处理")
	case shown.Instead && strings.TrimSpace(shown.Words) == "" && cell.Num != 0:
		return cell, doubt("存着数字，数字格式却让它显示为空白")
	case shown.Scaled && cell.Num != 0:
		return cell, doubt("的数字格式按千分之一（或更小）显示，上传的是存着的数字")
	}
	return cell, nil
}
