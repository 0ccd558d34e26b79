package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"hbupload/internal/dict"
	"hbupload/internal/fault"
	"hbupload/internal/report"
	"hbupload/internal/run"
	"hbupload/internal/workbook"
)

func newTemplate(env *run.Env) *cobra.Command {
	var output string
	cmd := &cobra.Command{Use: "template [-o FILE.xlsx]", Short: "生成标准工作簿：表头批注、下拉列表、示例行", Args: argCount(0, 0, ""),
		Example: "  hbupload template\n  hbupload template -o 体检上报.xlsx",
		RunE:    runs(env, "template", func(context.Context, []string) error { return runTemplate(env, output) })}
	cmd.Flags().StringVarP(&output, "output", "o", "", "写到这个文件（默认：当前文件夹的 标准工作簿.xlsx）")
	return cmd
}

// templateName is the template's name where none is given.
const templateName = "标准工作簿.xlsx"

func runTemplate(env *run.Env, output string) error {
	if ext := filepath.Ext(output); ext != "" && !strings.EqualFold(ext, ".xlsx") {
		return fault.New(fault.Usage, "标准工作簿是 .xlsx，不能写成 "+ext).Next("请改为 " + strings.TrimSuffix(output, ext) + ".xlsx")
	}
	_, set, err := loadDicts(env)
	t := &workbook.Template{}
	switch {
	case errors.Is(err, dict.ErrMissing):
		set = dict.NewSet()
		env.Say("还没有下载平台字典，模板里只有规范自带代码表的下拉列表；先执行 hbupload dict pull 再生成会更完整")
	case err != nil:
		return err
	default:
		t.Version = set.Version()
	}
	t.Legal = run.LegalTexts(set)
	path := output
	if path == "" {
		path = filepath.Join(env.WorkDir, templateName)
	} else if _, err := os.Stat(path); err == nil {
		return fault.New(fault.Usage, "文件已存在："+path).Next("请换一个文件名，或先移走原来的文件")
	}
	wanted := path
	if path, err = workbook.WriteTemplate(path, t); err != nil {
		return fault.New(fault.Config, "标准工作簿无法写入").At(wanted).Next("请检查文件夹是否存在、权限和磁盘空间，或用 -o 写到别处").By(err)
	}
	if env.Opts.JSON {
		return report.Encode(env.Out(), struct {
			run.Document
			File string `json:"file"`
		}{env.OK(), path})
	}
	env.Tell("已生成标准工作簿：%s\n填好后执行 hbupload validate 检查\n", path)
	return nil
}
