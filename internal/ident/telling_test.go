package ident

import "testing"

func TestTelling(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"测试甲130104197003108212.xlsx": true, "１３０１０４１９７００３１０８２１２": true, "130104 19700310 821x": true, "130104700310821": true, "138-1234-5678.csv": true, "13812345678": true,
		"导出20240520103000.xlsx": false, "TJ0001": false, "五月体检": false, "202405200001": false, "2024052000012345": false, "999999999999999999": false,
	} {
		if Telling(text) != want {
			t.Errorf("Telling(%q) = %v", text, !want)
		}
	}
	for _, tc := range []struct {
		text, value string
		want        bool
	}{{"体检-张 三.xlsx", "张三", true}, {"JOHN SMITH", "John Smith", true}, {"体检.xlsx", "张三", false}, {"x", "x", false}, {"", "", false}, {"买买提艾力", "买买提·艾力", true}, {"2024", "20", false}} {
		if TellsOf(tc.text, tc.value) != tc.want {
			t.Errorf("TellsOf(%q, %q) = %v", tc.text, tc.value, !tc.want)
		}
	}
}
