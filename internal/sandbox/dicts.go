package sandbox

import (
	"embed"
	"encoding/json"
	"time"

	"hbupload/internal/dict"
)

// The sample dictionaries, one file a download code. Their contents are
// invented: the platform's own are not in the document.
//
//go:embed dictdata/*.json
var dictFiles embed.FS

// dictFile is the shape of an embedded file.
type dictFile struct {
	Sample bool            `json:"sample"`
	Note   string          `json:"note"`
	Rows   json.RawMessage `json:"rows"`
}

// SampleDictionaries returns the rows of the sample dictionaries as the
// download interface serves them, by download code (document 2.3). Some are
// nested ([[{…}]], as the document shows) and some flat ([{…}], as it says).
func SampleDictionaries() map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	for _, code := range dictCodes() {
		var f dictFile
		text, err := dictFiles.ReadFile("dictdata/" + code + ".json")
		if err != nil || json.Unmarshal(text, &f) != nil {
			continue // the files are compiled in; a test reads each of them
		}
		out[code] = f.Rows
	}
	return out
}

// dictCodes lists the download codes of the document's 2.3. It is written out
// here, and not read from internal/spec, so that a slip there shows.
func dictCodes() []string {
	return []string{"peType", "careType", "hazard", "resultOption", "occuDisease", "hazardMonitorType", "typeOfWork", "item"}
}

// SampleSet is the sample dictionaries ready for look-ups, for tests and for
// runs against the embedded sandbox.
func SampleSet() *dict.Set {
	var dicts []*dict.Dictionary
	for code, rows := range SampleDictionaries() {
		entries, err := dict.Parse(code, rows)
		if err != nil {
			continue // the files are compiled in; a test reads each of them
		}
		d := dict.New(code, entries, time.Time{})
		d.Sample = true
		dicts = append(dicts, d)
	}
	return dict.NewSet(dicts...)
}
