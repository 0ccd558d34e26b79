package mapping_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
)

// TestHeadlessSheets: a sheet that begins where another was full, without name and
// header, is not left behind; other sheets without a header are only named.
func TestHeadlessSheets(t *testing.T) {
	t.Parallel()
	base := map[string]string{
		"体检信息.csv": "体检编号,姓名,身份证号\nTJ0001,甲,130102199001010015\nTJ0002,乙,130102199001010023\n",
		"危害因素.csv": "体检编号,危害因素,体检结论\nTJ0001,噪声,1\nTJ0002,噪声,1\n",
		"体检项目.csv": "体检编号,项目,检查结果\nTJ0001,收缩压,120\nTJ0002,收缩压,118\n",
	}
	for text, want := range map[string]string{
		"TJ0001,舒张压,80\nTJ0002,舒张压,78\n":           "的续表，但没有表头",
		"TJ0003,舒张压,80\n":                          "的续表，但没有表头",
		"TJ0003,丙,130102199001010031\n":            "看来是「体检信息」的续表，但没有表头",
		"本表由体检系统导出\n":                              "<nil>",
		"收缩压,120,mmHg\n舒张压,80,mmHg\n":              "<nil>",
		"缴费,TJ0001,100\n":                          "<nil>",
		"TJ0001,2024-03-01,100.00,现金,张\n":          "<nil>",
		"制表,甲,2024-03-01\n审核,乙,2024-03-01\n":       "<nil>",
		"TJ0001,舒张压,80\n合计,,1\n":                   "<nil>",
		"金额,人数,日期\n100,2,2024-03-01\n":             "<nil>",
		"姓名,金额\n甲,100\n":                           "<nil>",
		"代码,名称\n1,收缩压\n":                           "<nil>",
		"13900000001,13900000002,13900000003\n":    "<nil>",
		"130102199001010015\n130102199001010023\n": "<nil>",
	} {
		files := maps.Clone(base)
		files["Sheet4.csv"] = text
		if _, _, err := mapInput(t, sheetsDir(t, files), nil); !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
