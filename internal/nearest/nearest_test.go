package nearest

import "testing"

func TestDistance(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "ab", 2}, {"ab", "", 2}, {"ab", "ab", 0}, {"ab", "ba", 1}, {"abc", "abd", 1}, {"abc", "bc", 1}, {"abcd", "badc", 2}, {"噪声", "噪音", 1}, {"kitten", "sitting", 3}}
	for _, tt := range tests {
		if got := Distance([]rune(tt.a), []rune(tt.b)); got != tt.want {
			t.Errorf("Distance(%s, %s) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

// TestName: the first of the nearest, whatever the capitals.
func TestName(t *testing.T) {
	t.Parallel()
	known := []string{"platform.base_url", "platform.proxy", "Sync.Inbox", "sync.inbix"}
	for word, want := range map[string]string{"platform.base_ur": "platform.base_url", "PLATFORM.PROXI": "platform.proxy", "sync.inbax": "Sync.Inbox", "sync.inbxo": "Sync.Inbox"} {
		if got := Name(word, known); got != want {
			t.Errorf("%s: %q, want %q", word, got, want)
		}
	}
	if got := Name("x", nil); got != "" {
		t.Errorf("of nothing: %q", got)
	}
}
