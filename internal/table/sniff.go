package table

import (
	"bytes"
	"strings"

	"hbupload/internal/table/textenc"
	"hbupload/internal/table/xls"
)

// content is what the first bytes of a file say it is.
type content uint8

const (
	isText_ content = iota
	isEmpty
	isZip
	isOLE
	isBIFF // the stream of an .xls without its container
	isHTML
	isXMLSheet
	isMHTML
	isOther
)

// sniffLen is how much of a file is looked at.
const sniffLen = 8 << 10

// signature is the beginning of a format that holds no table of ours.
type signature struct {
	magic string
	name  string
	fix   string
}

const (
	fixExport = "请在体检系统中重新导出为 Excel（.xlsx）或 CSV"
	fixUnpack = "请先解压，再指定里面的文件"
	fixOld    = fixSaveAs + "；体检系统能选择导出格式的，请选 .xlsx 或 CSV，不能选的请联系其厂家改为导出 .xlsx 或 CSV"
	fixDLP    = "请用安全软件把它解密（右键菜单里一般有“解密”，或请信息科处理），或者让信息科把 hbupload 加入安全软件的授权程序；重新导出没有用，新文件也会被加密"
	fixSaveAs = "请用 Excel 或 WPS 打开，“文件 → 另存为”选择“Excel 工作簿（.xlsx）”"
)

// unknownBinary is what has no known signature and is no text.
const unknownBinary = "二进制文件"

func signatures() []signature {
	return []signature{
		{"b\x14#e", "被数据安全软件（亿赛通）加密的文件", fixDLP},
		{"%TSD-Header-###%", "被数据安全软件加密的文件", fixDLP},
		{"%PDF", "PDF 文件", fixExport},
		{"\x89PNG", "图片（PNG）", fixExport},
		{"\xff\xd8\xff", "图片（JPEG）", fixExport},
		{"GIF8", "图片（GIF）", fixExport},
		{"BM", "图片（BMP）", fixExport},
		{"II*\x00", "图片（TIFF）", fixExport},
		{"MM\x00*", "图片（TIFF）", fixExport},
		{"Rar!", "RAR 压缩包", fixUnpack},
		{"7z\xbc\xaf\x27\x1c", "7z 压缩包", fixUnpack},
		{"\x1f\x8b", "gzip 压缩包", fixUnpack},
		{"BZh", "bzip2 压缩包", fixUnpack},
		{"\xfd7zXZ", "xz 压缩包", fixUnpack},
		{"{\\rtf", "RTF 文档", fixExport},
		{"MZ", "程序文件", fixExport},
		{"\x7fELF", "程序文件", fixExport},
		{"SQLite format 3\x00", "SQLite 数据库", fixExport},
		{"\x00\x01\x00\x00Standard ", "Access 数据库", fixExport},
		{"\x09\x00\x04\x00", "Excel 2.x 的旧格式", fixOld},
		{"\x09\x02\x06\x00", "Excel 3.x 的旧格式", fixOld},
		{"\x09\x04\x06\x00", "Excel 4.x 的旧格式", fixOld},
	}
}

// sniff judges the first bytes of a file; size is the whole file's. For
// isOther the signature tells the name.
func sniff(head []byte, size int64) (content, signature) {
	switch {
	case size == 0 || len(head) == 0:
		return isEmpty, signature{}
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")), bytes.HasPrefix(head, []byte("PK\x07\x08")):
		return isZip, signature{}
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return isOLE, signature{}
	case xls.IsBare(head):
		return isBIFF, signature{}
	}
	for _, s := range signatures() {
		if strings.HasPrefix(string(head[:min(len(head), 32)]), s.magic) && (len(s.magic) > 2 || isBinary(head)) {
			return isOther, s
		}
	}
	if c := sniffMarkup(head); c != isText_ {
		return c, signature{}
	}
	if isBinary(head) {
		return isOther, signature{name: unknownBinary, fix: fixExport}
	}
	if strings.Trim(plainHead(head), " \t\r\n\x00") == "" && size <= int64(len(head)) {
		return isEmpty, signature{}
	}
	return isText_, signature{}
}

// plainHead is the beginning of a text without byte order mark, the zero bytes
// of UTF-16 dropped: enough to recognise ASCII words.
func plainHead(head []byte) string {
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	_, wide := textenc.Wide(head)
	if marked := hasWideMark(head); marked || wide {
		if marked {
			head = head[2:]
		}
		head = bytes.ReplaceAll(head, []byte{0}, nil)
	}
	return string(head)
}

func sniffMarkup(head []byte) content {
	s := strings.ToLower(strings.TrimLeft(plainHead(head), " \t\r\n"))
	if strings.HasPrefix(s, "mime-version:") {
		return isMHTML
	}
	if !strings.HasPrefix(s, "<") {
		return isText_
	}
	if strings.Contains(s, "urn:schemas-microsoft-com:office:spreadsheet") && !strings.Contains(s, "<html") {
		return isXMLSheet
	}
	for _, tag := range []string{"<html", "<!doctype html", "<table", "<head", "<body", "<meta", "<style", "<div", "<tr", "<center", "<font", "<script", "<title"} {
		if strings.Contains(s, tag) {
			return isHTML
		}
	}
	return isText_
}

// hasWideMark reports whether the bytes begin with the mark of UTF-16.
func hasWideMark(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff"))
}

// isBinary reports whether bytes are no text in any encoding we read: control
// characters, or zero bytes that are not those of UTF-16.
func isBinary(head []byte) bool {
	if hasWideMark(head) {
		return false
	}
	var zeros, control int
	for _, b := range head {
		switch {
		case b == 0:
			zeros++
		case b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != 0x1a && b != 0x0b:
			control++
		}
	}
	if zeros == 0 {
		return control*20 > len(head)
	}
	_, wide := textenc.Wide(head)
	return !wide
}
