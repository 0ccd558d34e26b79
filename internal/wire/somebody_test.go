package wire

import (
	"encoding/json"
	"testing"
)

func TestForeignEcho(t *testing.T) {
	t.Parallel()
	sent := []Leaf{{Path: "patientName", Key: "patientName", Text: "阿依古丽·买买提"}, {Path: "idcard", Key: "idcard", Text: "13010219900307001X"},
		{Path: "empOrgName", Key: "empOrgName", Text: "测试矿业有限公司"}}
	for _, c := range []struct {
		name, idcard, org string
		want              Verdict
	}{
		{"阿依古丽·买买提", "13010219900307001X", "测试矿业有限公司", EchoEqual},
		{"阿依古丽•买买提", "13010219900307001x", "测试矿业有限公司", EchoDiffers},
		{"阿*", "130102********001X", "测试矿业有限公司", EchoDiffers},
		{"阿依古丽买买", "1301**************", "测试矿业有限公司", EchoDiffers},
		{"阿依古?买买提", "13010219900307001X", "测试矿业有限公司", EchoDiffers},
		{"阿依古丽·买买提", "13010219900307001X", "另一家公司", EchoDiffers},
		{"测试乙", "13010219900307001X", "测试矿业有限公司", EchoForeign},
		{"测*", "13010219900307001X", "测试矿业有限公司", EchoForeign},
		{"阿依古丽·买买提", "130102199003070028", "测试矿业有限公司", EchoForeign},
		{"阿依古丽·买买提", "130102********0028", "测试矿业有限公司", EchoForeign},
	} {
		echo, err := json.Marshal(map[string]string{"patientName": c.name, "idcard": c.idcard, "empOrgName": c.org})
		if err != nil {
			t.Fatal(err)
		}
		if e := CompareEcho(sent, echo); e.Verdict != c.want || e.Broken() {
			t.Errorf("%+v: %+v", c, e)
		}
	}
}
