package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

func TestASecondUpload(t *testing.T) {
	t.Parallel()
	for again, want := range map[Again]struct {
		same, other   bool
		list, doubles int
	}{
		AgainReplace: {false, true, 2, 0},
		AgainRefuse:  {false, false, 1, 0},
		AgainAccept:  {true, true, 2, 1},
	} {
		s := New(Options{Again: again})
		token := login(t, s)
		first, other := document(t, b64), document(t, b64, edit{"propose", "另"})
		if a := put(t, s, token, first); !a.Success {
			t.Fatalf("%q: %+v", again, a)
		}
		if a := put(t, s, token, first); a.Success != want.same || !a.Success && a.Msg != "该体检记录已存在" {
			t.Errorf("%q, the same: %+v", again, a)
		}
		if a := put(t, s, token, other); a.Success != want.other {
			t.Errorf("%q, another: %+v", again, a)
		}
		list := s.Stored()
		if len(list) != want.list || len(s.Doubles()) != want.doubles {
			t.Errorf("%q: %d stored, %d doubles", again, len(list), len(s.Doubles()))
		}
		if list[0].Uploads != 2 || list[0].Current == (len(list) == 2) {
			t.Errorf("%q: %+v", again, list[0])
		}
		sum := sha256.Sum256(first)
		if list[0].SHA256 != hex.EncodeToString(sum[:]) || list[0].Identity != "130000001|01|11010519491231002X|2024-05-10|0|2" {
			t.Errorf("%q: %+v", again, list[0])
		}
		if !strings.Contains(string(list[0].Record), `"patientName":"测试甲"`) {
			t.Errorf("%q: %s", again, list[0].Record)
		}
	}
}

func TestStoredForOtherProcesses(t *testing.T) {
	t.Parallel()
	s := New(Options{Again: AgainAccept})
	token := login(t, s)
	for range 2 {
		put(t, s, token, document(t, b64))
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("GET", PathStored, nil))
	var out struct {
		Records, Doubles []struct {
			Identity, SHA256 string
			Count, Uploads   int
			Current          bool
		}
		Calls map[string]int
	}
	must(t, json.Unmarshal(w.Body.Bytes(), &out))
	if len(out.Records) != 1 || len(out.Doubles) != 1 || out.Records[0].Count != 2 || out.Calls["upload"] != 2 || out.Calls["login"] != 1 {
		t.Errorf("%s", w.Body)
	}
	if strings.Contains(w.Body.String(), "11010519491231002X") || strings.Contains(w.Body.String(), "测试甲") {
		t.Error("personal data in /sandbox/stored")
	}
}

// TestNothingPersonalIsLogged sends what is accepted, refused and struck.
func TestNothingPersonalIsLogged(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var lines strings.Builder
	faults, err := ParseFaults("504@nth=3")
	must(t, err)
	s := New(Options{Faults: faults, Again: AgainAccept, Logf: func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		lines.WriteString(strings.Join(append([]string{format}, sprint(args)...), " ") + "\n")
	}})
	token := login(t, s)
	put(t, s, token, document(t, b64))
	put(t, s, token, document(t, b64, edit{"idcard", "110105194912310021"}))
	contentType, body := form(t, part{"data", "data.zip", "application/zip", string(zipped(t, document(t, b64)))})
	for range 2 {
		r := httptest.NewRequest("POST", PathUpload, strings.NewReader(string(body)))
		r.Header.Set("Content-Type", contentType)
		r.Header.Set("Authorization", token)
		s.ServeHTTP(httptest.NewRecorder(), r)
	}
	text := lines.String()
	if !strings.Contains(text, "警报") || !strings.Contains(text, "故障") {
		t.Errorf("log: %s", text)
	}
	for _, secret := range []string{"测试甲", "1101051949", "13900000001", token} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is logged", secret)
		}
	}
}

func sprint(args []any) []string {
	var out []string
	for _, a := range args {
		if b, err := json.Marshal(a); err == nil {
			out = append(out, string(b))
		}
	}
	return out
}

func TestParallelUploads(t *testing.T) {
	t.Parallel()
	s := New(Options{})
	token := login(t, s)
	var wg sync.WaitGroup
	for i := range 8 {
		data := document(t, b64, edit{"peDate", sampleDay(i)})
		for range 3 {
			wg.Go(func() { put(t, s, token, data) })
		}
	}
	wg.Wait()
	if len(s.Stored()) != 8 || len(s.Doubles()) != 0 || s.Calls("upload") != 24 {
		t.Errorf("%d stored, %d doubles", len(s.Stored()), len(s.Doubles()))
	}
}
