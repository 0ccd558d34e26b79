package run

import (
	"slices"
	"testing"

	"hbupload/internal/sandbox"
	"hbupload/internal/spec"
)

// TestLegalTexts: a drop-down has no bare code where several entries share a name.
func TestLegalTexts(t *testing.T) {
	t.Parallel()
	legal := LegalTexts(sandbox.SampleSet())
	work := legal(spec.TypeOfWorkCode)
	if !slices.Contains(work, "99-001 电焊工") || slices.Contains(work, "99-001") || !slices.Contains(work, "喷漆工") {
		t.Errorf("work types: %q", work)
	}
	if care := legal(spec.CareTypeCode); !slices.Contains(care, "在岗期间") {
		t.Errorf("kinds of care: %q", care)
	}
}
