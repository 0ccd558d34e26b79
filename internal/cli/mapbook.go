package cli

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"hbupload/internal/fault"
	"hbupload/internal/report"
	"hbupload/internal/run"
	"hbupload/internal/spec"
	"hbupload/internal/workbook"
)

// findingsOf are the cells that an error speaks of, none of most.
func findingsOf(err error) []spec.Finding {
	var cells interface{ Findings() []spec.Finding }
	if errors.As(err, &cells) {
		return cells.Findings()
	}
	return nil
}

func newMapExport(env *run.Env) *cobra.Command {
	var output string
	var force bool
	cmd := &cobra.Command{Use: "export MAPPING.xlsx", Short: "把填好的映射工作簿写成 YAML 映射文件，供管理员保存",
		Example: "  hbupload map export 导出.映射.xlsx -o 导出.mapping.yaml",
		Args:    argCount(1, 1, "映射工作簿"),
		RunE:    runs(env, "map export", func(ctx context.Context, args []string) error { return mapExport(ctx, env, args[0], output, force) })}
	cmd.Flags().StringVarP(&output, "output", "o", "", "写到这个文件（默认：工作簿旁边的 名称"+run.MappingSuffix+"；- 为标准输出）")
	cmd.Flags().BoolVar(&force, "force", false, "覆盖已有文件")
	return cmd
}

func mapExport(ctx context.Context, env *run.Env, path, output string, force bool) error {
	if !run.IsMappingBook(path) {
		return fault.New(fault.Usage, "map export 的是映射工作簿（.xlsx）："+path).Next("例如 hbupload map export 导出" + workbook.MappingSuffix + " -o 导出" + run.MappingSuffix)
	}
	_, dicts, err := loadDicts(env)
	if err != nil && fault.KindOf(err) != fault.Dictionary {
		return err
	}
	text, err := workbook.ReadMapping(ctx, path, dicts)
	if err != nil {
		return err
	}
	if output == "" {
		output = strings.TrimSuffix(strings.TrimSuffix(path, filepath.Ext(path)), ".映射") + run.MappingSuffix
	}
	return exported(env, text, output, force)
}

// exported writes the text of a mapping to a file or the standard output.
func exported(env *run.Env, text, output string, force bool) error {
	doc := struct {
		run.Document
		File    string `json:"file"`
		Mapping string `json:"mapping,omitempty"` // the file itself, where there is none
	}{env.OK(), output, ""}
	switch {
	case output == "-" && env.Opts.JSON:
		doc.Mapping = text
	case output == "-":
		_, err := env.Out().Write([]byte(text))
		return err
	default:
		if err := writeNew(output, []byte(text), force); err != nil {
			return err
		}
	}
	if env.Opts.JSON {
		return report.Encode(env.Out(), doc)
	}
	env.Tell("已写成 %s。用 --mapping %s 按它读取\n", output, output)
	return nil
}
