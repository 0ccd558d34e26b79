package config

import "testing"

func TestStrayEnviron(t *testing.T) {
	t.Parallel()
	got := StrayEnviron([]string{"PATH=/bin", "HBUPLOAD_PLATFORM_BASEURL=x", "HBUPLOAD_PLATFORM_BASE_URL=x", "HBUPLOAD_DATADIR=y", "hbupload_data_dir=z"})
	want := []Stray{{"HBUPLOAD_DATADIR", "HBUPLOAD_DATA_DIR"}, {"HBUPLOAD_PLATFORM_BASEURL", "HBUPLOAD_PLATFORM_BASE_URL"}, {"hbupload_data_dir", "HBUPLOAD_DATA_DIR"}}
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %v, want %v", got[i], want[i])
		}
	}
}
