package reconcile

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"hbupload/internal/table"
)

// TestRead: a list is understood in the layouts that platforms export, and what it
// does not show stays empty.
func TestRead(t *testing.T) {
	t.Parallel()
	const head = "序号,受检者姓名,证件号码,检查机构名称,健检日期,状态\n"
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(head + "1,张三,1301**********1012,某中心,2024-03-01,x\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ text, name, number, date, org string }{
		"renamed":         {head + "1,张三,130***********1012,某中心,2024/3/1,x\n", "张三", "130***********1012", "2024-03-01", "某中心"},
		"GBK":             {gbk, "张三", "1301**********1012", "2024-03-01", "某中心"},
		"two header rows": {"个案列表,,,,,\n个人信息,,,检查信息,,\n" + head + "1,张*,1301**********1012,某中心,2024-03-01 08:30:00,x\n", "张*", "1301**********1012", "2024-03-01", "某中心"},
		"a serial":        {head + "1,张某,1301**********1012,某中心,45352,x\n", "张某", "1301**********1012", "2024-03-01", "某中心"},
		"an unsure date":  {head + "1,欧阳*,1301**********1012,某中心,01/03/2024,x\n", "欧阳*", "1301**********1012", "", "某中心"},
		"a lost number":   {head + "1,张三,1.30102E+17,某中心,20240301,x\n", "张三", "", "2024-03-01", "某中心"},
		"English":         {"name,idcard,peDate\n张三,130102196801011012,2024-03-01\n", "张三", "130102196801011012", "2024-03-01", ""},
	} {
		path := filepath.Join(t.TempDir(), "list.csv")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		in, err := table.Open(context.Background(), path, table.Options{})
		if err != nil {
			t.Fatal(err)
		}
		l, err := Read(context.Background(), []*table.Input{in})
		_ = in.Close()
		if err != nil || len(l.Rows) != 1 {
			t.Errorf("%s: %v, %+v", name, err, l)
			continue
		}
		if r := l.Rows[0]; r.Name != c.name || r.Number != c.number || r.Date != c.date || r.OrgName != c.org {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
