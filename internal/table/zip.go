package table

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"hbupload/internal/table/delim"
	"hbupload/internal/table/grid"
)

const (
	fixRepack = "请重新导出或重新压缩该文件；如果是从网盘或聊天软件下载的，请确认已下载完整"
	// freeBytes may come out of a member before its ratio is looked at.
	freeBytes = 64 << 20
)

// member is one file of a zip.
type member struct {
	file *zip.File
	name string // the whole name as stored, decoded
	base string
}

// openZip tells a workbook from a zip of text files or workbooks and opens it.
func (in *Input) openZip(ctx context.Context, file string, f io.ReaderAt, size int64, opts Options) error {
	z, err := zip.NewReader(f, size)
	if err != nil {
		return &grid.ReadError{File: file, Message: "文件不完整或已损坏（工作簿或压缩包的目录读不出来）", Fix: fixRepack, Err: err}
	}
	members, err := in.survey(file, z, opts.zip())
	if err != nil {
		return err
	}
	if members == nil {
		in.Format = FormatXlsx
		b, err := openXlsx(file, f, size)
		if err != nil {
			return located(err, file)
		}
		in.add(b, file, "")
		return nil
	}
	in.Format = FormatZip
	left := opts.zip().Bytes
	for _, m := range members {
		if err := in.addZipped(ctx, m, &left, opts); err != nil {
			return err
		}
	}
	return nil
}

// survey lists the text files and workbooks of a zip, sorted by name; nil for a
// workbook.
func (in *Input) survey(file string, z *zip.Reader, lim ZipLimits) ([]member, error) {
	if what := office(z); what == "xlsx" {
		return nil, nil
	} else if what != "" {
		return nil, refusalOffice(file, what)
	}
	var members []member
	var others []string
	for _, f := range z.File {
		name := memberName(f)
		base := path.Base(name)
		if f.FileInfo().IsDir() || ignored(base) || strings.HasPrefix(name, "__MACOSX/") {
			continue
		}
		switch strings.ToLower(path.Ext(base)) {
		case ".csv", ".tsv", ".txt":
			members = append(members, member{file: f, name: name, base: base})
		case ".xlsx", ".xlsm", ".xls", ".et":
			if !reOwn.MatchString(base) {
				members = append(members, member{file: f, name: name, base: base})
			}
		case ".zip", ".rar", ".7z", ".gz", ".tar", ".xlsb", ".ods", ".dbf":
			others = append(others, base)
		}
	}
	switch {
	case len(members) > lim.Members:
		return nil, &grid.ReadError{File: file, Message: fmt.Sprintf("压缩包里有 %d 个数据文件，超过 %d 个的上限", len(members), lim.Members), Fix: "请解压后只保留需要的文件"}
	case len(members) == 0:
		return nil, noMembers(file, hasFile(z, "data.json"), others)
	case len(others) > 0:
		in.notes = append(in.notes, fmt.Sprintf("%s：没有读取的文件：%s。里面有要上报的表时，请解压或另存为 .xlsx、.csv 后再来", file, list(others)))
	}
	slices.SortStableFunc(members, func(a, b member) int { return inOrder(a.name, b.name) })
	return members, nil
}

func noMembers(file string, delivery bool, others []string) error {
	e := &grid.ReadError{File: file, Message: "压缩包里没有 CSV 文件，也没有工作簿", Fix: "请压缩名为各工作表的 CSV 文件或工作簿，或直接指定工作簿"}
	switch {
	case delivery:
		e.Message = "这是已生成的上报文件（data.zip），不是要上报的表格"
		e.Fix = "要查看其内容请用 hbupload inspect；要上报请指定原来的工作簿"
	case len(others) > 0:
		e.Message = "压缩包里还是压缩包，或是不能直接读取的文件：" + list(others)
		e.Fix = fixUnpack
	}
	return e
}

// office tells which office package a zip is: "xlsx", the Chinese name of
// another one, or "".
func office(z *zip.Reader) string {
	book := false
	for _, f := range z.File {
		name := strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/"))
		switch {
		case name == "xl/workbook.bin":
			return "二进制工作簿（.xlsb）"
		case name == "xl/workbook.xml", name == "[content_types].xml":
			book = true
		case name == "word/document.xml":
			return "Word 文档"
		case name == "ppt/presentation.xml":
			return "PowerPoint 演示文稿"
		case name == "content.xml" && f.Name == "content.xml" && hasFile(z, "mimetype"):
			return "OpenDocument 文档（.ods）"
		}
	}
	// A package may keep its parts elsewhere than in xl/, and text files may
	// stand in a folder of that name.
	if book {
		return "xlsx"
	}
	return ""
}

func hasFile(z *zip.Reader, name string) bool {
	return slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == name })
}

func refusalOffice(file, what string) error {
	fix := fixSaveAs
	if strings.HasPrefix(what, "Word") || strings.HasPrefix(what, "Power") {
		fix = fixExport
	}
	return &grid.ReadError{File: file, Message: "不能直接读取" + what, Fix: fix}
}

// memberName is the stored name as text with slashes. It is only ever a name:
// nothing is written under it, so ".." and drive letters do no harm.
func memberName(f *zip.File) string {
	name := f.Name
	if f.NonUTF8 && !(utf8.ValidString(name) && strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Han, r) })) {
		if s, err := simplifiedchinese.GB18030.NewDecoder().String(name); err == nil {
			name = s
		}
	}
	name = strings.ReplaceAll(strings.ToValidUTF8(name, "?"), `\`, "/")
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '?'
		}
		return r
	}, name)
}

// addZipped opens one member; left is how many bytes may still come out of the
// whole zip.
func (in *Input) addZipped(ctx context.Context, m member, left *int64, opts Options) error {
	file := in.Path + "/" + m.name
	if m.file.Flags&1 != 0 {
		return &grid.ReadError{File: file, Message: "压缩包设了密码", Fix: "请解压后指定里面的文件，或去掉密码重新压缩"}
	}
	r, err := m.file.Open()
	if err != nil {
		return zipError(file, err)
	}
	defer func() { _ = r.Close() }()
	g := &guard{r: ctxReader{ctx, r}, packed: int64(m.file.CompressedSize64), ratio: opts.zip().Ratio, left: left}
	src, size, done, err := delim.Spool(file, g, opts.Delim)
	if g.err != nil && !errors.Is(g.err, io.EOF) {
		if done != nil {
			_ = done()
		}
		return zipError(file, g.err)
	}
	if err != nil {
		return err
	}
	in.temps = append(in.temps, done)
	return in.addContent(src, size, m.base, file, file, opts)
}

var (
	errRatio = errors.New("unfolds beyond its ratio")
	errBytes = errors.New("unfolds beyond the limit")
)

// guard bounds what comes out of a zip.
type guard struct {
	r      io.Reader
	packed int64
	ratio  int64
	out    int64
	left   *int64
	err    error
}

func (g *guard) Read(p []byte) (int, error) {
	if g.err != nil {
		return 0, g.err
	}
	n, err := g.r.Read(p)
	g.out += int64(n)
	*g.left -= int64(n)
	switch {
	case *g.left < 0:
		err = errBytes
	case g.out > freeBytes && g.out > g.ratio*max(g.packed, 1):
		err = errRatio
	}
	if err != nil {
		g.err = err
	}
	return n, err
}

func zipError(file string, err error) error {
	e := &grid.ReadError{File: file, Message: "压缩包不完整或已损坏", Fix: fixRepack, Err: err}
	switch {
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, errRatio), errors.Is(err, errBytes):
		e.Message = "压缩包解开后大得不正常，已停止读取"
		e.Fix = "请确认文件来源；如果内容无误，请解压后指定里面的文件"
	case errors.Is(err, zip.ErrChecksum):
		e.Message = "压缩包里的文件校验不符，内容已损坏"
	case errors.Is(err, zip.ErrAlgorithm):
		e.Message = "压缩包的压缩方式不支持"
		e.Fix = "请解压后指定里面的文件，或用系统自带的压缩功能重新压缩"
	}
	return e
}
