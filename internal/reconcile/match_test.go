package reconcile

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"hbupload/internal/ledger"
)

func TestCompareNumber(t *testing.T) {
	t.Parallel()
	const ours = "130102199001011234"
	for shown, want := range map[string]degree{
		ours: fully, "": unknown, "******************": unknown, "1301**********1234": fully, "130102********1234": fully,
		"130102****1234": fully, "130102********12**": weakly, "130102************": weakly, "1301**********1235": differs,
		"13010219XXXXXXXX34": fully, "1301XXXXXXXXXX1234": fully, "１３０１**********１２３４": fully, "1****************4": weakly,
		"130102199001011235": differs, "1301●●●●●●●●●●1234": fully, "***1234": fully,
	} {
		if got := compareNumber(shown, ours); got != want {
			t.Errorf("%s: %d, want %d", shown, got, want)
		}
	}
}

func TestCompareName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		shown, ours string
		want        degree
	}{
		{"张三", "张三", fully}, {"张*", "张三", weakly}, {"张*", "张三丰", weakly}, {"张**", "张三", weakly}, {"李*", "张三", differs}, {"*三", "张三", weakly},
		{"", "张三", unknown}, {"**", "张三", unknown}, {"张 三", "张三", fully}, {"买买提·依明", "买买提依明", fully}, {"张三", "张三丰", differs}, {"张某", "张三", weakly},
	} {
		if got := compareName(c.shown, c.ours); got != c.want {
			t.Errorf("%s, %s: %d, want %d", c.shown, c.ours, got, c.want)
		}
	}
}

func doubtful(n int) Ours {
	return Ours{ID: int64(n + 1), Key: fmt.Sprintf("TJ%04d", n), Name: fmt.Sprintf("测试%c", '一'+rune(n)), Number: fmt.Sprintf("1301021990010%05d", 10000+n*7),
		Date: "2026-01-05", OrgCode: "130100001", OrgName: "某体检中心", Care: []string{"02", "在岗期间"}, Flag: flagWords("0"), State: ledger.StateInDoubt, Attempts: 1}
}

func shown(o Ours) Row {
	return Row{Line: 2, Name: o.Name, Number: o.Number, Date: o.Date, OrgName: o.OrgName}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	with := func(change func(r *Row)) Row {
		r := shown(doubtful(0))
		change(&r)
		return r
	}
	twin := doubtful(1)
	twin.Number = doubtful(0).Number
	twin.Name = doubtful(0).Name
	for name, c := range map[string]struct {
		rows []Row
		more []Ours
		want Kind
	}{
		"all agrees":           {[]Row{shown(doubtful(0))}, nil, exact},
		"masked":               {[]Row{with(func(r *Row) { r.Number = "1301**********0000"; r.Name = "测**" })}, nil, exact},
		"a day off":            {[]Row{with(func(r *Row) { r.Date = "2026-01-06" })}, nil, conflict},
		"another name":         {[]Row{with(func(r *Row) { r.Name = "李四" })}, nil, conflict},
		"another institution":  {[]Row{with(func(r *Row) { r.OrgName = "别家" })}, nil, conflict},
		"another kind of care": {[]Row{with(func(r *Row) { r.Care = "离岗时" })}, nil, conflict},
		"care in short":        {[]Row{with(func(r *Row) { r.Care = "在岗" })}, nil, exact},
		"no date":              {[]Row{with(func(r *Row) { r.Date = "" })}, nil, probable},
		"no number":            {[]Row{with(func(r *Row) { r.Number = "" })}, nil, probable},
		"a slip in the number": {[]Row{with(func(r *Row) { r.Number = "130102199001010001" })}, nil, conflict},
		"two rows":             {[]Row{shown(doubtful(0)), shown(doubtful(0))}, nil, probable},
		"two of ours":          {[]Row{shown(doubtful(0))}, []Ours{twin}, probable},
		"somebody else":        {[]Row{shown(doubtful(9))}, nil, portalOnly},
	} {
		if c.more == nil && name == "masked" {
			o := doubtful(0)
			c.rows[0].Number = o.Number[:4] + "**********" + o.Number[14:]
		}
		got := Compare(c.rows, append([]Ours{doubtful(0)}, c.more...))
		if got.Matches[0].Kind != c.want {
			t.Errorf("%s: %+v", name, got.Matches)
		}
		got.Judge(&List{Rows: c.rows}, Options{Complete: true})
		for _, m := range got.Matches {
			if m.Settled == ledger.AsSent && c.want != exact || m.Settled == ledger.AsResend && c.want != portalOnly {
				t.Errorf("%s: settled %+v", name, m)
			}
		}
	}
}

// TestAbsent: what a whole list does not hold is sent again only where no row may be it.
func TestAbsent(t *testing.T) {
	t.Parallel()
	other := shown(doubtful(9))
	for name, c := range map[string]struct {
		row  Row
		want ledger.How
	}{
		"a stranger":     {other, ledger.AsResend},
		"of another day": {func() Row { r := other; r.Date = "2026-01-06"; return r }(), ""},
		"a blind row":    {Row{Date: "2026-01-05"}, ""},
		"no number":      {func() Row { r := other; r.Number = ""; r.Name = "测**"; return r }(), ""},
	} {
		got := Compare([]Row{c.row}, []Ours{doubtful(0)})
		got.Judge(&List{Rows: []Row{c.row}}, Options{Complete: true})
		settled := ledger.How("")
		for _, m := range got.Matches {
			settled += m.Settled
		}
		if settled != c.want {
			t.Errorf("%s: %+v", name, got.Matches)
		}
	}
}

// TestModel: whatever a list shows or hides, only a person's own row settles a record,
// and nothing that differs does.
func TestModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "people")
		var ours []Ours
		var rows []Row
		var whose []int
		var wrong []bool
		for i := range n {
			o := doubtful(i)
			o.Number = fmt.Sprintf("13010219900101%04d", rapid.IntRange(0, 30).Draw(t, "number")*7)
			o.Name = rapid.SampledFrom([]string{"张三", "张四", "李三丰", "李四"}).Draw(t, "name")
			o.Date = rapid.SampledFrom([]string{"2026-01-05", "2026-01-06"}).Draw(t, "date")
			ours = append(ours, o)
			if rapid.Bool().Draw(t, "absent") {
				continue
			}
			r, differs := portalRow(t, o)
			rows = append(rows, r)
			whose = append(whose, i)
			wrong = append(wrong, differs)
		}
		c := Compare(rows, ours)
		c.Judge(&List{Rows: rows}, Options{Complete: rapid.Bool().Draw(t, "complete")})
		settled := map[int]bool{}
		for _, m := range c.Matches {
			if m.Settled == ledger.AsSent && (settled[m.Row] || wrong[m.Row] && ours[whose[m.Row]].Number == ours[m.Ours].Number || rows[m.Row].Date != ours[m.Ours].Date ||
				compareName(rows[m.Row].Name, ours[m.Ours].Name) == differs || compareNumber(rows[m.Row].Number, ours[m.Ours].Number) != fully) {
				t.Fatalf("settled what differs: %+v\n%+v\n%+v", m, rows[m.Row], ours[m.Ours])
			}
			if m.Settled == ledger.AsSent {
				settled[m.Row] = true
			}
			for i, w := range whose {
				if m.Settled == ledger.AsResend && w == m.Ours && !wrong[i] {
					t.Fatalf("sent again what is there: %+v", ours[m.Ours])
				}
			}
		}
	})
}

// portalRow is a person's row, perhaps masked, perhaps with another name or date.
func portalRow(t *rapid.T, o Ours) (Row, bool) {
	r := shown(o)
	wrong := false
	switch rapid.IntRange(0, 4).Draw(t, "change") {
	case 0:
		r.Date = "2026-01-07"
		wrong = true
	case 1:
		r.Name = "王五"
		wrong = true
	}
	if rapid.Bool().Draw(t, "masked") {
		r.Number = r.Number[:4] + "**********" + r.Number[14:]
		r.Name = string([]rune(r.Name)[:1]) + "*"
	}
	return r, wrong
}
