package xlsx

import (
	"context"
	"io"
	"net/url"
	"path"
	"strings"

	"hbupload/internal/table/grid"
)

// workbook is what the small parts say: which sheets there are and where.
type workbook struct {
	sheets   []sheetPart
	shared   string // part names; "" if there is none
	styles   string
	date1904 bool
	recalc   bool     // the writer left the calculation to Excel
	skipped  []string // entries of the list that are no worksheets, by name
}

// sheetPart is one worksheet and its part.
type sheetPart struct {
	grid.Sheet
	part string
}

// relation is one relationship of a part.
type relation struct{ kind, target string }

// readRelations reads a .rels part; targets become part names. External
// targets are left out: nothing outside the file is ever followed.
func readRelations(ctx context.Context, p *zipParts, owner string) (map[string]relation, error) {
	dir, base := path.Split(owner)
	name := dir + "_rels/" + base + ".rels"
	out := map[string]relation{}
	err := p.walk(ctx, name, func(lx *lexer) error {
		if string(lx.name) != "Relationship" {
			return nil
		}
		if mode, _ := lx.attr("TargetMode"); strings.EqualFold(mode, "External") {
			return nil
		}
		id, _ := lx.attr("Id")
		kind, _ := lx.attr("Type")
		target, _ := lx.attr("Target")
		out[id] = relation{kind[strings.LastIndexByte(kind, '/')+1:], resolveTarget(p, dir, target)}
		return nil
	})
	return out, err
}

// resolveTarget makes a part name of a relative or absolute target.
func resolveTarget(p *zipParts, dir, target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	if i := strings.IndexByte(target, '#'); i >= 0 {
		target = target[:i]
	}
	if !strings.HasPrefix(target, "/") {
		target = "/" + dir + target
	}
	name := strings.TrimPrefix(path.Clean(target), "/")
	if !p.has(name) {
		if plain, err := url.PathUnescape(name); err == nil && p.has(plain) {
			return plain
		}
	}
	return name
}

// walk calls fn for each element of a small part.
func (p *zipParts) walk(ctx context.Context, name string, fn func(*lexer) error) error {
	return p.text(name, p.lim.MetaBytes, func(src io.Reader) error {
		lx := newLexer(ctx, src, p.lim)
		for {
			t, err := lx.next()
			if err != nil || t == tokEOF {
				return err
			}
			switch t {
			case tokStart:
				err = fn(lx)
			case tokText:
				err = checkText(lx.text)
			}
			if err != nil {
				return err
			}
		}
	})
}

// findWorkbook gives the part name of the workbook.
func findWorkbook(ctx context.Context, p *zipParts) (string, error) {
	const usual = "xl/workbook.xml"
	if !p.has("_rels/.rels") {
		return usual, nil
	}
	rels, err := readRelations(ctx, p, "")
	if err != nil {
		return "", err
	}
	for _, r := range rels {
		if r.kind == "officeDocument" && p.has(r.target) {
			return r.target, nil
		}
	}
	return usual, nil
}

// readWorkbook reads the list of worksheets.
func readWorkbook(ctx context.Context, p *zipParts) (*workbook, error) {
	name, err := findWorkbook(ctx, p)
	if err != nil {
		return nil, err
	}
	if low := partKey(name); !p.has(name) || strings.HasSuffix(low, ".bin") || strings.HasPrefix(low, "word/") || strings.HasPrefix(low, "ppt/") {
		return nil, foreign(p)
	}
	rels, err := readRelations(ctx, p, name)
	if err != nil {
		return nil, err
	}
	wb := &workbook{}
	for _, r := range rels {
		switch r.kind {
		case "sharedStrings":
			wb.shared = r.target
		case "styles":
			wb.styles = r.target // if it is missing, dates would pass for numbers: open says so
		}
	}
	err = p.walk(ctx, name, func(lx *lexer) error {
		switch string(lx.name) {
		case "workbookPr":
			v, _ := lx.attr("date1904")
			wb.date1904 = isTrue(v)
		case "calcPr":
			v, _ := lx.attr("fullCalcOnLoad")
			wb.recalc = isTrue(v)
		case "sheet":
			return wb.addSheet(p, rels, lx)
		}
		return nil
	})
	if err == nil && len(wb.sheets) == 0 {
		err = &syntaxError{msg: "工作簿里没有工作表"}
	}
	return wb, err
}

// maxSheets bounds the sheets of a workbook.
const maxSheets = 4096

// addSheet takes one sheet element; chart and macro sheets hold no rows.
func (wb *workbook) addSheet(p *zipParts, rels map[string]relation, lx *lexer) error {
	name, _ := lx.attr("name")
	state, _ := lx.attr("state")
	id := ""
	for _, a := range lx.attrs {
		if i := strings.IndexByte(string(a.name), ':'); i >= 0 && string(a.name[i+1:]) == "id" {
			id = string(a.val)
		}
	}
	if id == "" { // an old macro module: Excel lists it without a part
		wb.skipped = append(wb.skipped, name)
		return nil
	}
	rel, ok := rels[id]
	if ok && rel.kind != "worksheet" {
		return nil
	}
	if !ok || !p.has(rel.target) {
		return &grid.ReadError{Sheet: name, Message: "找不到该工作表的内容，文件不完整", Fix: fixResave}
	}
	if len(wb.sheets) >= maxSheets {
		return &limitError{msg: "工作表过多，超出了读取上限"}
	}
	wb.sheets = append(wb.sheets, sheetPart{grid.Sheet{Name: name, Hidden: state == "hidden" || state == "veryHidden"}, rel.target})
	return nil
}

// isTrue reads an XML boolean.
func isTrue(s string) bool { return s == "1" || s == "true" || s == "on" }

// foreign says what a zip without a workbook is.
func foreign(p *zipParts) error {
	e := &grid.ReadError{Fix: fixFormat}
	switch {
	case p.has("xl/workbook.bin"):
		e.Message = "这是二进制工作簿 (.xlsb)，不能直接读取"
	case p.mimetype() != "" || p.has("content.xml"):
		e.Message = "这是 OpenDocument 文件（如 .ods），不能直接读取"
	case p.has("word/document.xml"):
		e.Message = "这是 Word 文档，不是工作簿"
		e.Fix = "请选择 Excel 工作簿 (.xlsx)"
	case p.has("ppt/presentation.xml"):
		e.Message = "这是 PowerPoint 文件，不是工作簿"
		e.Fix = "请选择 Excel 工作簿 (.xlsx)"
	case p.has("index/document.iwa"), p.has("index.zip"):
		e.Message = "这是 Numbers 表格，不能直接读取"
		e.Fix = "请在 Numbers 中选择“文件 → 导出为 → Excel”后再试"
	default:
		e.Message = "压缩包里没有工作簿，不是 .xlsx 文件"
		e.Fix = fixResave
	}
	return e
}

// mimetype is the content of an ODF mimetype entry.
func (p *zipParts) mimetype() string {
	if !p.has("mimetype") {
		return ""
	}
	rc, err := p.open("mimetype", p.lim.MetaBytes)
	if err != nil {
		return ""
	}
	defer rc.Close()
	b, err := io.ReadAll(io.LimitReader(rc, 200))
	if err != nil || !strings.Contains(string(b), "opendocument") {
		return ""
	}
	return string(b)
}
