package push

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"hbupload/internal/spec"
)

// TestTellingSheets: the name of a sheet that tells who its person is gets a mask, on
// whatever table it stands; other names stay.
func TestTellingSheets(t *testing.T) {
	t.Parallel()
	said := map[string]string{}
	told := newTelling(nil, func(part, shown string) { said[part] = shown })
	rec := &spec.Record{Place: spec.Place{Sheet: &spec.SheetRef{File: "a.xlsx", Name: "体检信息"}}}
	rec.At(spec.PatientName).Text = "测试甲子"
	rec.Hazards = []spec.Hazard{{Place: spec.Place{Sheet: &spec.SheetRef{File: "a.xlsx", Name: "危害因素(测试甲子)"}}}}
	rec.Items = []spec.Item{{Place: spec.Place{Sheet: &spec.SheetRef{File: "a.xlsx", Name: "130102196801011012"}}}}
	told.file(rec)
	if got := slices.Sorted(maps.Keys(said)); strings.Join(got, " ") != "130102196801011012 危害因素(测试甲子)" {
		t.Error(got)
	}
}
