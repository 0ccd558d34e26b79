package table

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"hbupload/internal/plainfile"
	"hbupload/internal/table/delim"
	"hbupload/internal/table/grid"
)

// maxFolder bounds the text files of a folder: each is a sheet and stays open.
const maxFolder = 200

// openFolder opens the text files of a folder, one sheet each, in the order of
// their names.
func openFolder(ctx context.Context, dir string, opts Options) (*Input, error) {
	files, books, err := listFolder(dir)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		files = books // the workbooks of one export, each with some of its sheets
		books = nil
	}
	if len(files) == 0 {
		return nil, &grid.ReadError{File: dir, Message: "文件夹里没有 .csv、.tsv 文件，也没有工作簿", Fix: "请指定工作簿文件，或放有导出文件的文件夹"}
	}
	if len(files) > maxFolder {
		return nil, &grid.ReadError{File: dir, Message: fmt.Sprintf("文件夹里有 %d 个文件，超过 %d 个的上限", len(files), maxFolder),
			Fix: "请只放同一次导出的文件，每张表一个"}
	}
	in := &Input{Path: dir, opts: opts, Format: FormatFolder, sum: func(ctx context.Context) (string, error) { return sumFolder(ctx, dir) }}
	if len(books) > 0 {
		in.notes = append(in.notes, fmt.Sprintf("%s：文件夹中的工作簿没有读取（%s），需要时请单独指定", dir, list(books)))
	}
	for _, name := range files {
		if err := in.addMember(ctx, dir, name, opts); err != nil {
			_ = in.Close()
			return nil, err
		}
	}
	return in, nil
}

func (in *Input) addMember(ctx context.Context, dir, name string, opts Options) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	path := filepath.Join(dir, name)
	file, size, err := openPlain(path)
	if errors.Is(err, plainfile.ErrIrregular) {
		return &grid.ReadError{File: path, Message: "不是普通文件", Fix: "请把它移出该文件夹", Err: err}
	}
	if err != nil {
		return err
	}
	in.files = append(in.files, file)
	what, sig, err := sniffFile(path, file, size)
	switch {
	case err != nil:
		return err
	case isBook(name):
		return in.addBook(path, strings.TrimRight(dir, `/\`)+"/"+name, what, sig, opts)
	case what == isZip || what == isOLE || what == isHTML:
		return &grid.ReadError{File: path, Message: "名为 CSV，内容却是工作簿", Fix: "请把它移出该文件夹并单独指定"}
	case what != isText_:
		return refusal(path, what, sig)
	}
	b, err := delim.OpenReaderAt(path, file, size, opts.Delim)
	if err != nil {
		return err
	}
	in.add(b, strings.TrimRight(dir, `/\`)+"/"+name, sheetName(name))
	return nil
}

// addBook opens a workbook of a folder, the file last opened.
func (in *Input) addBook(path, shown string, what content, sig signature, opts Options) error {
	f := in.files[len(in.files)-1]
	st, err := f.Stat()
	if err != nil {
		return openError(path, err)
	}
	var b grid.Book
	name := ""
	switch what {
	case isText_:
		name = sheetName(path)
		b, err = delim.OpenReaderAt(path, f, st.Size(), opts.Delim)
	case isZip:
		b, err = openXlsx(path, f, st.Size())
	case isOLE, isBIFF:
		b, err = openXls(path, f, st.Size())
	case isHTML, isXMLSheet:
		b, err = openHTML(path, f, st.Size())
	default:
		return refusal(path, what, sig)
	}
	if err != nil {
		return located(err, path)
	}
	in.add(b, shown, name)
	return nil
}

// isBook reports whether a file's name is that of a workbook.
func isBook(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".xlsx", ".xlsm", ".xls", ".et":
		return true
	}
	return false
}

// reOwn is what the names of this program's own workbooks hold: annotated copies,
// mappings and the code book. They lie beside the exports and are none.
var reOwn = regexp.MustCompile(`-含个人信息-[0-9]{8}-[0-9]{6}|\.映射\.xlsx$|^代码对照\.xlsx$`)

// listFolder sorts the files of a folder into text files and workbooks.
func listFolder(dir string) (files, books []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, openError(dir, err)
	}
	for _, e := range entries {
		if e.IsDir() || ignored(e.Name()) {
			continue
		}
		switch ext := strings.ToLower(filepath.Ext(e.Name())); {
		case ext == ".csv" || ext == ".tsv":
			files = append(files, e.Name())
		case isBook(e.Name()) && !reOwn.MatchString(e.Name()):
			books = append(books, e.Name())
		}
	}
	slices.Sort(files)
	slices.Sort(books)
	return files, books, nil
}

// ignored tells whether a file is a program's own and nobody's data: lock
// files of Excel and WPS, dot files.
func ignored(base string) bool {
	return strings.HasPrefix(base, "~$") || strings.HasPrefix(base, ".~") || strings.HasPrefix(base, ".")
}

// sumFolder is the digest of the names and bytes of the folder's text files.
func sumFolder(ctx context.Context, dir string) (string, error) {
	files, books, err := listFolder(dir)
	if err != nil {
		return "", err
	}
	if len(files) == 0 {
		files = books
	}
	h := sha256.New()
	for _, name := range files {
		sum, err := sumFile(ctx, filepath.Join(dir, name))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s\x00%s\n", name, sum)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// list joins names, the first five of them.
func list(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, "、")
	}
	return fmt.Sprintf("%s 等 %d 个", strings.Join(names[:most], "、"), len(names))
}
