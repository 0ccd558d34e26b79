package mapping

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
)

func TestDecimal(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"0": "0", "-0": "0", "007": "7", "1.50": "1.5", "1.": "1", ".5": "0.5", "+5": "5", "-3.20": "-3.2", "10": "10", "100": "100", "0.0": "0",
		"12345678901234567890.10": "12345678901234567890.1",
		"1e3":                     "", "1,000": "", "25岁": "", "": "", ".": "", "-": "", "1.2.3": "", "０": "", "1 2": "", "NaN": "", "0x10": "", "<5": "",
	} {
		got, ok := decimal(in)
		if got != want || ok != (want != "") {
			t.Errorf("decimal(%q) = %q, %v; want %q", in, got, ok, want)
		}
	}
}

func TestShortest(t *testing.T) {
	t.Parallel()
	for in, want := range map[float64]string{
		0.1: "0.1", 1e21: "1000000000000000000000", 1e-7: "0.0000001", 4.72: "4.72", 100: "100", -2.5: "-2.5", math.Copysign(0, -1): "0",
	} {
		if got := shortest(in); got != want {
			t.Errorf("shortest(%v) = %q, want %q", in, got, want)
		}
	}
}

func TestPercent(t *testing.T) {
	t.Parallel()
	for in, want := range map[float64]string{0.07: "7", 0.865: "86.5", 1: "100", 0: "0", -0.05: "-5", 1.234: "123.4", 0.0001: "0.01", 12: "1200", 0.29: "29", 0.57: "57", 1.1: "110"} {
		if got := percent(in); got != want {
			t.Errorf("percent(%v) = %q, want %q", in, got, want)
		}
	}
}

// TestNumberCell: counts are plain decimals that are not negative.
func TestNumberCell(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cell grid.Cell
		want string // "" is a number-format fault
	}{
		{grid.Cell{Kind: grid.Number, Num: 25, Text: "25"}, "25"},
		{grid.Cell{Kind: grid.Number, Num: 25, Text: "2.5E1"}, "25"},
		{grid.Cell{Kind: grid.Number, Num: 0, Text: "0"}, "0"},
		{text("25"), "25"}, {text(" 25 "), "25"}, {text("２５"), "25"}, {text("'25"), "25"}, {text("25.0"), "25"},
		{grid.Cell{Kind: grid.Untyped, Text: "025"}, "25"},
		{grid.Cell{Kind: grid.Number, Num: -1, Text: "-1"}, ""},
		{grid.Cell{Kind: grid.Bool, Text: "TRUE"}, ""},
		{text("25岁"), ""}, {text("不详"), ""}, {text("未检"), ""}, {text("-1"), ""}, {text("1e2"), ""}, {text("1-2"), ""}, {text("无"), ""},
	} {
		v := code(t, Options{}, spec.Age, c.cell, false)
		switch {
		case c.want == "":
			wantFault(t, v, spec.NumberFormat)
		case v.Fault != nil || v.Text != c.want:
			t.Errorf("%+v: %q, %v; want %q", c.cell, v.Text, v.Fault, c.want)
		}
	}
}

// TestResultCell: results are sent as written; only number cells and widths of
// numbers change.
func TestResultCell(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cell grid.Cell
		want string
	}{
		{grid.Cell{Kind: grid.Number, Num: 4.72, Text: "4.7199999999999998"}, "4.72"},
		{grid.Cell{Kind: grid.Number, Num: 0.865, Text: "0.86499999999999999", Percent: true, Format: "0%"}, "86.5"},
		{text("６.５"), "6.5"}, {text("10⁹/L"), "10⁹/L"}, {text(" 阴性（-） "), "阴性（-）"}, {text("<0.01"), "<0.01"}, {text("＜0.01"), "＜0.01"},
		{text("1.50"), "1.50"}, {text("Ⅰ度"), "Ⅰ度"}, {text("未检"), "未检"}, {text("\u3000正常\u00a0"), "正常"},
	} {
		v := code(t, Options{}, spec.Result, c.cell, false)
		if v.Fault != nil || v.Text != c.want {
			t.Errorf("%+v: %q, %v; want %q", c.cell, v.Text, v.Fault, c.want)
		}
		if v.Text != c.cell.Text && strings.TrimFunc(c.cell.Text, blankRune) != v.Text && len(v.Steps) == 0 {
			t.Errorf("%+v: no step says how it became %q", c.cell, v.Text)
		}
	}
}

// FuzzDecimal: what is accepted has the same value and one spelling.
func FuzzDecimal(f *testing.F) {
	for _, s := range []string{"0", "-0.0", "007.50", ".5", "5.", "+1", "1e5", "1,000", "--1", "９"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := decimal(s)
		if !ok {
			return
		}
		a, okA := new(big.Rat).SetString(s)
		b, okB := new(big.Rat).SetString(got)
		if !okA || !okB || a.Cmp(b) != 0 {
			t.Fatalf("%q became %q", s, got)
		}
		if again, _ := decimal(got); again != got {
			t.Fatalf("%q became %q became %q", s, got, again)
		}
	})
}

// FuzzPercent: a percentage is exactly a hundred times the shortest decimal.
func FuzzPercent(f *testing.F) {
	for _, n := range []float64{0.07, 0.29, 1, -0.5, 1e-9, 123456.789} {
		f.Add(n)
	}
	f.Fuzz(func(t *testing.T, n float64) {
		if math.IsNaN(n) || math.IsInf(n, 0) {
			return
		}
		want, _ := new(big.Rat).SetString(strconv.FormatFloat(n, 'f', -1, 64))
		got, ok := new(big.Rat).SetString(percent(n))
		if !ok || want.Mul(want, big.NewRat(100, 1)).Cmp(got) != 0 {
			t.Fatalf("percent(%v) = %q", n, percent(n))
		}
	})
}
