package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
)

// Stored is one content of one record that the sandbox holds.
type Stored struct {
	Identity string          // ohOrgCode|idType|idcard|peDate|peFlag: personal, for tests only
	SHA256   string          // hex, of data.json as it was sent
	Count    int             // how often it was stored; above 1 is the alarm
	Uploads  int             // how often it arrived whole, stored or refused as already there
	Current  bool            // false once another content of the identity replaced it
	Record   json.RawMessage // decoded: keys as sent, leaves as text; nil under Forget
}

// store holds what uploads left behind.
type store struct {
	list    []*Stored
	byKey   map[[2]string]*Stored
	current map[string]*Stored
}

// keep stores a record. msg says why it does not.
func (s *Server) keep(rec *record, sum [32]byte) (msg string) {
	id := rec.identity()
	sha := hex.EncodeToString(sum[:])
	s.mu.Lock()
	defer s.mu.Unlock()
	st := &s.store
	if st.byKey == nil {
		st.byKey = map[[2]string]*Stored{}
		st.current = map[string]*Stored{}
	}
	e := st.byKey[[2]string{id, sha}]
	before := st.current[id]
	if e == nil {
		e = &Stored{Identity: id, SHA256: sha}
		if !s.opt.Forget {
			e.Record = rec.root.render(echoPlain)
		}
	}
	e.Uploads++
	if s.opt.Again == AgainRefuse && before != nil || s.opt.Again == AgainReplace && before != nil && before == e {
		return "该体检记录已存在"
	}
	if e.Count == 0 {
		st.byKey[[2]string{id, sha}] = e
		st.list = append(st.list, e)
	}
	if before != nil {
		before.Current = false
	}
	e.Count++
	e.Current = true
	st.current[id] = e
	if e.Count > 1 {
		s.opt.Logf("沙箱：警报！记录 %s 被存了 %d 次", sha[:12], e.Count)
	}
	return ""
}

// identity is what makes two uploads the same examination (help: 约定 4).
func (r *record) identity() string {
	p := r.person
	care := ""
	if len(r.hazards) > 0 {
		care = r.hazards[0]["careTypeCode"]
	}
	return strings.Join([]string{p["ohOrgCode"], p["idType"], p["idcard"], p["peDate"], p["peFlag"], care}, "|")
}

// Stored lists what the sandbox holds, in the order of arrival.
func (s *Server) Stored() []Stored {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Stored, len(s.store.list))
	for i, e := range s.store.list {
		out[i] = *e
	}
	return out
}

// Doubles lists the records that were stored more than once with the same
// content. Anything here is a broken promise, of the client or of a test.
func (s *Server) Doubles() []Stored {
	var out []Stored
	for _, e := range s.Stored() {
		if e.Count > 1 {
			out = append(out, e)
		}
	}
	return out
}

// serveStored answers GET /sandbox/stored for processes that are not this one:
//
//	{"records":[{"identity":"<sha256>","sha256":"…","count":1,"uploads":1,"current":true}],
//	 "doubles":[…],"calls":{"login":1,…}}
//
// identity is the SHA-256 of the six parts joined by "|": no personal data.
func (s *Server) serveStored(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		w.Header().Set("Allow", http.MethodGet)
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	type row struct {
		Identity string `json:"identity"`
		SHA256   string `json:"sha256"`
		Count    int    `json:"count"`
		Uploads  int    `json:"uploads"`
		Current  bool   `json:"current"`
	}
	out := struct {
		Records []row          `json:"records"`
		Doubles []row          `json:"doubles"`
		Calls   map[string]int `json:"calls"`
	}{[]row{}, []row{}, map[string]int{}}
	for _, e := range s.Stored() {
		sum := sha256.Sum256([]byte(e.Identity))
		r := row{hex.EncodeToString(sum[:]), e.SHA256, e.Count, e.Uploads, e.Current}
		out.Records = append(out.Records, r)
		if e.Count > 1 {
			out.Doubles = append(out.Doubles, r)
		}
	}
	for _, c := range []call{callLogin, callRefresh, callDownload, callUpload} {
		out.Calls[string(c)] = s.Calls(string(c))
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(out) // a client that left is its own affair
}
