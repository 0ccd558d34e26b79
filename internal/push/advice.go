package push

import (
	"strings"

	"hbupload/internal/spec"
	"hbupload/internal/wire"
)

// Advice makes Delivery.Advice: what help: 接口读法 4.4 says may be tried where the
// platform refuses what the document leaves in doubt.
func Advice(isDust func(hazardCode string) bool) func([]wire.Leaf) string {
	return func(leaves []wire.Leaf) string {
		var tips []string
		dusts := 0
		main := false
		for _, l := range leaves {
			switch {
			case strings.HasPrefix(l.Path, "ohOccuDisease[0].") && l.Key == spec.HazardCode.Key():
				tips = append(tips, "这是疑似职业病的记录，可先试 wire.occu_disease: omit 再传")
			case !strings.HasPrefix(l.Path, "ohEmpHazard["):
			case l.Key == spec.HazardCode.Key() && isDust(l.Text):
				dusts++
			case l.Key == spec.IsMain.Key():
				main = main || l.Text == "1"
			}
		}
		if dusts == 1 && !main {
			tips = append(tips, "只有一种粉尘，可先试把它标为主要粉尘（1）再传")
		}
		return strings.Join(tips, "；")
	}
}
