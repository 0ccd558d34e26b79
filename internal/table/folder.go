package table

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"hbupload/internal/pattern"
	"hbupload/internal/plainfile"
	"hbupload/internal/table/delim"
	"hbupload/internal/table/grid"
)

// maxFolder bounds the files of a folder: each stays open.
const maxFolder = 200

// openFolder opens the text files of a folder, one sheet each, and its workbooks, in
// the order of their names.
func openFolder(ctx context.Context, dir string, opts Options) (*Input, error) {
	found, err := listFolder(dir)
	if err != nil {
		return nil, err
	}
	files := found.files
	if len(files) == 0 {
		return nil, &grid.ReadError{File: dir, Message: "文件夹里没有 .csv、.tsv 文件，也没有工作簿", Fix: "请指定工作簿文件，或放有导出文件的文件夹"}
	}
	if len(files) > maxFolder {
		return nil, &grid.ReadError{File: dir, Message: fmt.Sprintf("文件夹里有 %d 个文件，超过 %d 个的上限", len(files), maxFolder),
			Fix: "请只放同一次导出的文件，每张表一个"}
	}
	in := &Input{Path: dir, opts: opts, Format: FormatFolder, sum: func(ctx context.Context) (string, error) { return sumFolder(ctx, dir) }}
	if len(found.others) > 0 {
		in.notes = append(in.notes, fmt.Sprintf("%s：没有读取的文件：%s。里面有要上报的表时，请解压或另存为 .xlsx、.csv 后再来", dir, list(found.others)))
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
	return in.addContent(file, size, name, path, strings.TrimRight(dir, `/\`)+"/"+filepath.ToSlash(name), opts)
}

// addContent takes one file of a folder or zip into the input, by what it holds:
// name is how it is called there, path how errors name it, shown how findings do.
func (in *Input) addContent(f io.ReaderAt, size int64, name, path, shown string, opts Options) error {
	what, sig, err := sniffFile(path, f, size)
	if err != nil {
		return err
	}
	var b grid.Book
	title := ""
	switch {
	case what == isText_:
		title = sheetName(name)
		b, err = delim.OpenReaderAt(path, f, size, opts.Delim)
	case !isBook(name) && (what == isZip || what == isOLE || what == isHTML):
		return &grid.ReadError{File: path, Message: "名为 CSV，内容却是工作簿", Fix: "请把它移出，再单独指定"}
	case !isBook(name):
		return refusal(path, what, sig)
	case what == isZip:
		b, err = openXlsx(path, f, size)
	case what == isOLE || what == isBIFF:
		b, err = openXls(path, f, size)
	case what == isHTML || what == isXMLSheet:
		b, err = openHTML(path, f, size)
	default:
		return refusal(path, what, sig)
	}
	if err != nil {
		return located(err, path)
	}
	in.add(b, shown, title)
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
var reOwn = pattern.New(`-含个人信息-[0-9]{8}-[0-9]{6}|\.映射\.xlsx$|^代码对照\.xlsx$`)

// listing is what a folder or zip holds, by name.
type listing struct {
	files  []string // text files and workbooks: all are read
	others []string // files that may hold tables all the same, which are not
}

// listFolder lists the files of a folder and of its folders (a month each), in the
// order of their names. All of them are read: a workbook left lying beside text files
// is people who are never sent.
func listFolder(dir string) (listing, error) {
	var out listing
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil && path == dir:
			return openError(dir, err)
		case err != nil:
			return openError(path, err)
		case path != dir && ignored(e.Name()) && e.IsDir():
			return fs.SkipDir
		case e.IsDir() || ignored(e.Name()):
			return nil
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		out.add(name)
		return nil
	})
	slices.SortFunc(out.files, inOrder)
	slices.SortFunc(out.others, inOrder)
	return out, err
}

// add lists a file that may hold tables.
func (l *listing) add(name string) {
	switch ext := strings.ToLower(filepath.Ext(name)); ext {
	case ".csv", ".tsv":
		l.files = append(l.files, name)
	case ".txt", ".zip", ".rar", ".7z", ".gz", ".tar", ".xlsb", ".ods", ".dbf":
		l.others = append(l.others, name)
	default:
		if isBook(name) && !reOwn.MatchString(name) {
			l.files = append(l.files, name)
		}
	}
}

// ignored reports whether a file is a program's own and nobody's data: lock
// files of Excel and WPS, dot files.
func ignored(base string) bool {
	return strings.HasPrefix(base, "~$") || strings.HasPrefix(base, ".~") || strings.HasPrefix(base, ".")
}

// sumFolder is the digest of the names and bytes of the files that a folder gives.
func sumFolder(ctx context.Context, dir string) (string, error) {
	found, err := listFolder(dir)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, name := range found.files {
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
