package wire

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"hbupload/internal/host"
)

// maxJSON bounds a data.json: one person's is some ten kilobytes.
const maxJSON = 8 << 20

// Document is a data.json as read back.
type Document struct {
	Zipped   bool     // it stood in a zip
	Base64   string   // how it was written: values, document or none
	JSON     []byte   // the JSON text, freed of zip and of Base64 around the whole
	Problems []string // what T9, T11 and chapter 3 would not have: Chinese, without values
	leaves   []Leaf
}

// Leaves are the values in plain text, in the order of the file.
func (d *Document) Leaves() []Leaf { return d.leaves }

// Open reads a data.zip or a data.json, whichever data is, with its values or
// its whole in Base64 or plain. Errors are of kind input.
func Open(data []byte) (*Document, error) { return open(data, true) }

// OpenLeaves is Open for a file of our own making: its leaves alone, without
// the look for what the specification would not have.
func OpenLeaves(data []byte) ([]Leaf, error) {
	d, err := open(data, false)
	if err != nil {
		return nil, err
	}
	return d.leaves, nil
}

func open(data []byte, examine bool) (*Document, error) {
	if !bytes.HasPrefix(data, []byte("PK")) {
		return decode(data, examine)
	}
	text, problems, err := unzip(data)
	if err != nil {
		return nil, err
	}
	d, err := decode(text, examine)
	if err != nil {
		return nil, err
	}
	d.Zipped = true
	d.Problems = append(problems, d.Problems...)
	return d, nil
}

// Unzip returns the content of the archive's one entry.
func Unzip(data []byte) ([]byte, error) {
	text, _, err := unzip(data)
	return text, err
}

func unzip(data []byte) (text []byte, problems []string, err error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, nil, inputError("压缩包无法读取（文件损坏或不完整）", "请重新生成该文件", err)
	}
	if n := len(r.File); n != 1 {
		return nil, nil, inputError("压缩包里应恰好有一个文件 data.json，实际有 "+strconv.Itoa(n)+" 个", "", nil)
	}
	f := r.File[0]
	if f.Name != entryName {
		problems = append(problems, "压缩包里的文件名应为 data.json，实际是 "+host.SafeText(f.Name, 80))
	}
	if f.UncompressedSize64 > maxJSON {
		return nil, nil, tooBig()
	}
	rc, err := f.Open()
	if err != nil {
		return nil, nil, inputError("压缩包里的文件无法解压（加密或压缩方式不支持）", "", err)
	}
	defer func() { _ = rc.Close() }()
	// The size is a claim, good enough for a first guess at the buffer.
	buf := bytes.NewBuffer(make([]byte, 0, min(f.UncompressedSize64, 1<<16)+bytes.MinRead))
	_, err = buf.ReadFrom(io.LimitReader(rc, maxJSON+1))
	text = buf.Bytes()
	if err != nil {
		return nil, nil, inputError("压缩包里的文件解压出错（损坏或校验和不符）", "请重新生成该文件", err)
	}
	if len(text) > maxJSON {
		return nil, nil, tooBig()
	}
	return text, problems, nil
}

func tooBig() error {
	return inputError("data.json 超过 "+strconv.Itoa(maxJSON>>20)+" MiB，不是一个人的体检数据", "", nil)
}

func decode(text []byte, examine bool) (*Document, error) {
	if len(text) > 2*maxJSON {
		return nil, tooBig()
	}
	d := &Document{Base64: Base64None}
	if bytes.HasPrefix(text, []byte("\xef\xbb\xbf")) {
		d.Problems = append(d.Problems, "文件以 BOM 开头，接口要求无 BOM 的 UTF-8")
		text = trimBOM(text)
	}
	if inner, ok := decodeDocument(text); ok {
		d.Base64 = Base64Document
		text = inner
	}
	if len(text) > maxJSON {
		return nil, tooBig()
	}
	if !utf8.Valid(text) {
		d.Problems = append(d.Problems, "文件不是 UTF-8 编码")
	}
	if firstByte(text) != '{' {
		return nil, inputError("不是 data.json：内容不是 JSON 对象", "请给出 data.zip 或 data.json", nil)
	}
	t, err := parseTree(text)
	if err != nil {
		return nil, inputError("data.json 不是合法的 JSON", "", err)
	}
	d.JSON = text
	d.take(t, examine)
	return d, nil
}

// decodeDocument undoes Base64 around the whole text.
func decodeDocument(text []byte) ([]byte, bool) {
	t := bytes.TrimSpace(text)
	if len(t) == 0 || t[0] == '{' {
		return nil, false
	}
	t = bytes.Trim(t, `"`)
	inner, err := base64.StdEncoding.AppendDecode(nil, t)
	if err != nil || firstByte(trimBOM(inner)) != '{' {
		return nil, false
	}
	return trimBOM(inner), true
}

// take turns the tree into leaves, finds out whether the values are Base64,
// and lists what the specification would not have.
func (d *Document) take(t *tree, examine bool) {
	encoded := d.Base64 == Base64None && looksEncoded(t.nodes)
	if encoded {
		d.Base64 = Base64Values
	}
	d.leaves = make([]Leaf, 0, len(t.nodes))
	var plainPaths, notText []string
	for _, n := range t.nodes {
		text := n.text
		if n.kind != 's' {
			notText = append(notText, n.path)
		}
		if encoded && text != "" {
			dec, ok := decodeValue(text)
			if ok {
				text = dec
			} else {
				plainPaths = append(plainPaths, n.path)
			}
		}
		d.leaves = append(d.leaves, Leaf{Path: n.path, Key: n.key, Text: text})
	}
	if !examine {
		return
	}
	if !t.outer {
		d.Problems = append(d.Problems, "缺少最外层的 ohEmployees")
	}
	d.problem("同一对象里重复的键", t.duplicates)
	d.problem("值不是字符串", notText)
	d.problem("值没有按 Base64 编码", plainPaths)
	d.problem("规范里没有的键", unknownPaths(d.leaves))
}

// problem adds one line that names the first few paths.
func (d *Document) problem(what string, paths []string) {
	const most = 5
	if len(paths) == 0 {
		return
	}
	text := what + "：" + host.SafeText(strings.Join(paths[:min(len(paths), most)], "、"), 400)
	if len(paths) > most {
		text += " 等 " + strconv.Itoa(len(paths)) + " 处"
	}
	d.Problems = append(d.Problems, text)
}

// decodeValue undoes Base64 of one value: strictly, and only into UTF-8.
func decodeValue(s string) (string, bool) {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil || !utf8.Valid(b) || strings.ContainsAny(s, "\r\n") {
		return "", false
	}
	return string(b), true
}

// looksEncoded: dates, codes of two digits and Chinese names are never Base64
// by accident, some codes of four letters are; so the majority decides.
func looksEncoded(nodes []node) bool {
	const lead = 24 // a lead that no other leaves would turn
	var yes, no int
	for _, n := range nodes {
		if yes-no > lead || no-yes > lead {
			break
		}
		if n.text == "" {
			continue
		}
		if _, ok := decodeValue(n.text); ok && n.kind == 's' {
			yes++
		} else {
			no++
		}
	}
	return yes > no
}
