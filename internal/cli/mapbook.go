package cli

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"hbupload/internal/dict"
	"hbupload/internal/fault"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/report"
	"hbupload/internal/spec"
	"hbupload/internal/workbook"
)

// isMappingBook reports whether a mapping is a workbook by its name.
func isMappingBook(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".xlsx", ".xlsm", ".xls", ".et":
		return true
	}
	return false
}

// readMappingBook reads a mapping workbook with its answers.
func readMappingBook(ctx context.Context, path string, dicts *dict.Set) (*layout.Layout, error) {
	text, err := workbook.ReadMapping(ctx, path, dicts)
	if err != nil {
		return nil, err
	}
	return parseMapping(path, []byte(text))
}

// parseMapping reads a mapping's text; one without a name is called like its file.
func parseMapping(path string, text []byte) (*layout.Layout, error) {
	lay, err := layout.Parse(path, text)
	if err != nil {
		return nil, err
	}
	if lay.Name == "" {
		base := filepath.Base(path)
		base = strings.TrimSuffix(base, filepath.Ext(base))
		lay.Name = strings.TrimSuffix(strings.TrimSuffix(base, ".mapping"), ".映射")
	}
	return lay, nil
}

// findingsOf are the cells that an error speaks of, none of most.
func findingsOf(err error) []spec.Finding {
	var cells interface{ Findings() []spec.Finding }
	if errors.As(err, &cells) {
		return cells.Findings()
	}
	return nil
}

func newMapExport(a *app) *cobra.Command {
	var output string
	var force bool
	cmd := &cobra.Command{Use: "export MAPPING.xlsx", Short: "把填好的映射工作簿写成 YAML 映射文件，供管理员保存",
		Example: "  hbupload map export 导出.映射.xlsx -o 导出.mapping.yaml",
		Args:    argCount(1, 1, "映射工作簿"),
		RunE:    a.run("map export", func(ctx context.Context, args []string) error { return a.mapExport(ctx, args[0], output, force) })}
	cmd.Flags().StringVarP(&output, "output", "o", "", "写到这个文件（默认：工作簿旁边的 名称"+mappingSuffix+"；- 为标准输出）")
	cmd.Flags().BoolVar(&force, "force", false, "覆盖已有文件")
	return cmd
}

func (a *app) mapExport(ctx context.Context, path, output string, force bool) error {
	if !isMappingBook(path) {
		return fault.New(fault.Usage, "map export 的是映射工作簿（.xlsx）："+path).Next("例如 hbupload map export 导出" + workbook.MappingSuffix + " -o 导出" + mappingSuffix)
	}
	_, dicts, err := a.loadDicts()
	if err != nil && fault.KindOf(err) != fault.Dictionary {
		return err
	}
	text, err := workbook.ReadMapping(ctx, path, dicts)
	if err != nil {
		return err
	}
	if output == "" {
		output = strings.TrimSuffix(strings.TrimSuffix(path, filepath.Ext(path)), ".映射") + mappingSuffix
	}
	return a.exported(text, output, force)
}

// exported writes the text of a mapping to a file or the standard output.
func (a *app) exported(text, output string, force bool) error {
	doc := struct {
		commandJSON
		File    string `json:"file"`
		Mapping string `json:"mapping,omitempty"` // the file itself, where there is none
	}{a.ok(), output, ""}
	switch {
	case output == "-" && a.opts.json:
		doc.Mapping = text
	case output == "-":
		_, err := a.out().Write([]byte(text))
		return err
	default:
		if err := writeNew(output, []byte(text), force); err != nil {
			return err
		}
	}
	if a.opts.json {
		return report.Encode(a.out(), doc)
	}
	a.tell("已写成 %s。用 --mapping %s 按它读取\n", output, output)
	return nil
}
