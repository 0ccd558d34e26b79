package sandbox

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
)

// BenchmarkUpload is the sandbox's own share of a figure measured against it.
func BenchmarkUpload(b *testing.B) {
	s := New(Options{Again: AgainAccept, Forget: true})
	token := login(b, s)
	contentType, body := form(b, part{"data", "data.zip", "application/zip", string(zipped(b, document(b, b64)))})
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, PathUpload, bytes.NewReader(body))
		r.Header.Set("Content-Type", contentType)
		r.Header.Set("Authorization", token)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if !bytes.HasPrefix(w.Body.Bytes(), []byte(`{"success":true`)) {
			b.Fatal(w.Body)
		}
	}
}
