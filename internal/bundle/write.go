package bundle

import (
	"archive/zip"
	"bytes"
	"encoding/json"
)

// factsName is the file of the zip that holds the facts.
const factsName = "facts.json"

// Text is the bundle as it is shown before it is written: all of it.
func (f *Facts) Text() ([]byte, error) {
	out, err := json.MarshalIndent(f, "", "  ")
	return append(out, '\n'), err
}

// Zip is the file with what Text shows, and no more.
func (f *Facts) Zip() ([]byte, error) {
	text, err := f.Text()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.CreateHeader(&zip.FileHeader{Name: factsName, Method: zip.Deflate, Modified: f.Made})
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	err = z.Close()
	return out.Bytes(), err
}
