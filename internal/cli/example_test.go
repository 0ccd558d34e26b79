package cli

import (
	"os"
	"testing"

	"hbupload/internal/config"
)

// config.example.yaml is what config init writes, so that neither can lag.
func TestExampleConfigurationIsCurrent(t *testing.T) {
	t.Parallel()
	const path = "../../config.example.yaml"
	want := config.Example(nil)
	if os.Getenv("UPDATE_EXAMPLE") != "" {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("config.example.yaml differs from config init: run UPDATE_EXAMPLE=1 go test ./internal/cli -run TestExample")
	}
}
