package table

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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
		e := &grid.ReadError{File: dir, Message: "文件夹里没有 .csv 或 .tsv 文件", Fix: "请指定工作簿文件，或放有 CSV 文件的文件夹"}
		if len(books) > 0 {
			e.Message += "，但有工作簿：" + list(books)
			e.Fix = "请直接指定这些工作簿，例如 " + filepath.Join(dir, books[0])
		}
		return nil, e
	}
	if len(files) > maxFolder {
		return nil, &grid.ReadError{File: dir, Message: fmt.Sprintf("文件夹里有 %d 个 .csv 或 .tsv 文件，超过 %d 个的上限", len(files), maxFolder),
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
		switch strings.ToLower(filepath.Ext(e.Name())) {
		case ".csv", ".tsv":
			files = append(files, e.Name())
		case ".xlsx", ".xlsm", ".xls", ".et":
			books = append(books, e.Name())
		}
	}
	slices.Sort(files)
	return files, books, nil
}

// ignored tells whether a file is a program's own and nobody's data: lock
// files of Excel and WPS, dot files.
func ignored(base string) bool {
	return strings.HasPrefix(base, "~$") || strings.HasPrefix(base, ".~") || strings.HasPrefix(base, ".")
}

// sumFolder is the digest of the names and bytes of the folder's text files.
func sumFolder(ctx context.Context, dir string) (string, error) {
	files, _, err := listFolder(dir)
	if err != nil {
		return "", err
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
