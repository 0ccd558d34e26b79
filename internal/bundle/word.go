package bundle

import (
	"encoding/json"
	"slices"

	"hbupload/internal/pattern"
)

// Word is a text out of a list of the program's own, or of a form that leaves no
// room for anything personal. Other rooms cannot make one.
type Word struct{ text string }

// other stands for every text that is in no list.
const other = "other"

// one is a text of the list, or "other".
func one(text string, list ...string) Word {
	if slices.Contains(list, text) {
		return Word{text}
	}
	return Word{other}
}

var (
	reVersion = pattern.New(`^(go|v)?\d{1,3}(\.\d{1,4}){1,2}(-(rc|beta|dev)\d{0,2})?$`)
	reHash    = pattern.New(`^[0-9a-f]*[a-f][0-9a-f]*$`)
)

// version is the number of a program; one that was not released has none.
func version(text string) Word {
	if reVersion.MatchString(text) {
		return Word{text}
	}
	return one(text, "dev", "devel", "test", "unknown")
}

// hash is the beginning of a digest.
func hash(text string) Word {
	if len(text) > hashShown {
		text = text[:hashShown]
	}
	if reHash.MatchString(text) {
		return Word{text}
	}
	return Word{other}
}

// hashShown is enough to tell two commits or dictionaries apart.
const hashShown = 12

// String is the text.
func (w Word) String() string { return w.text }

// MarshalText makes a word the key of a JSON object.
func (w Word) MarshalText() ([]byte, error) { return []byte(w.text), nil }

// MarshalJSON writes the text.
func (w Word) MarshalJSON() ([]byte, error) { return json.Marshal(w.text) }
