package sandbox

import (
	"encoding/json"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// The paths of the document's chapter 2, and the sandbox's own.
const (
	PathLogin    = "/system/jwtlogin"
	PathRefresh  = "/system/refreshToken"
	PathDownload = "/maincheck/cdcUploadReport/download"
	PathUpload   = "/maincheck/cdcUploadReport/uploadReport"
	PathStored   = "/sandbox/stored"
)

// Again says what a second upload of one identity meets.
type Again string

// The ways of a platform with a second upload.
const (
	AgainReplace Again = ""       // same content: refused as already there; other content: replaced
	AgainAccept  Again = "accept" // stored once more; the same content raises the alarm of Doubles
	AgainRefuse  Again = "refuse" // refused as already there, whatever the content
)

// Options of a server. The zero value is a usable sandbox.
type Options struct {
	User, Password  string                     // default "sandbox"
	OrgName         string                     // default 河北省疾控中心
	Now             func() time.Time           // clock of the tokens; default the real one
	Latency         time.Duration              // wait before every reply
	Faults          Faults                     // see ParseFaults
	TokenTTL        time.Duration              // default 2 h (document 2.1)
	DeadTokenStatus int                        // HTTP status of a dead token; default 200 with success:false
	RevokeOnRefresh bool                       // the old token dies with the refresh
	Base64          string                     // "values" (default), "document" or "none" (help: 接口读法 T11)
	ListSeparator   string                     // default ","
	AnyOrder        bool                       // keys may stand in any order
	Again           Again                      // what a second upload of one identity meets
	Dictionaries    map[string]json.RawMessage // rows by download code; default the samples
	Industries      map[string]string          // industry by credit code, the platform's register of employers; default the firms of the samples
	Forget          bool                       // keep no contents in Stored, for long runs
	Logf            func(format string, args ...any)
}

// Server is the stand-in platform: an http.Handler, safe for concurrent use.
type Server struct {
	opt    Options
	labels map[string]string
	dicts  atomic.Pointer[dictionaries]
	done   chan struct{}

	mu     sync.Mutex
	closed bool
	tokens map[string]*token
	calls  map[call]int
	tried  map[string]int // uses of a fault on a record, see faultKey
	store  store
}

// New makes a server. It listens nowhere by itself.
func New(o Options) *Server {
	o.User = or(o.User, "sandbox")
	o.Password = or(o.Password, "sandbox")
	o.OrgName = or(o.OrgName, "河北省疾控中心")
	o.ListSeparator = or(o.ListSeparator, ",")
	o.Base64 = or(o.Base64, "values")
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.TokenTTL <= 0 {
		o.TokenTTL = 2 * time.Hour
	}
	if o.Logf == nil {
		o.Logf = func(string, ...any) {}
	}
	if o.Industries == nil {
		o.Industries = sampleIndustries()
	}
	if o.Dictionaries == nil {
		o.Dictionaries = SampleDictionaries()
	}
	s := &Server{opt: o, labels: labels(), done: make(chan struct{}), tokens: map[string]*token{}, calls: map[call]int{}, tried: map[string]int{}}
	s.SetDictionaries(o.Dictionaries)
	return s
}

// Close releases every request that a fault keeps hanging.
func (s *Server) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.closed = true
		close(s.done)
	}
}

// SetDictionaries replaces what download serves and uploads are checked
// against, as if the platform had maintained its dictionaries.
func (s *Server) SetDictionaries(rows map[string]json.RawMessage) {
	s.dicts.Store(newDictionaries(rows))
}

// sampleIndustries knows the firms of the sample workbook, one of them a labour
// agency (人力资源服务, 726). The interface sends no industry: the platform has
// a register of employers.
func sampleIndustries() map[string]string {
	return map[string]string{
		"91130200MA0AAAA1X7": "B0610", // 测试矿业有限公司
		"91130300MA0AAAA28C": "C3011", // 测试水泥有限公司
		"91130100MA0AAAA36W": "C3311", // 测试机械制造有限公司
		"91130400MA0AAAA447": "F5265", // 测试加油站有限公司
		"91130600MA0AAAA52C": "C2669", // 测试化工有限公司
		"91130100MA0AAAA950": "L7263", // 测试人力资源服务有限公司
	}
}

func or(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

// call is one of the four calls of the document.
type call string

const (
	callLogin    call = "login"
	callRefresh  call = "refresh"
	callDownload call = "download"
	callUpload   call = "upload"
)

// ServeHTTP answers the four calls and /sandbox/stored.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var c call
	switch r.URL.Path {
	case PathLogin:
		c = callLogin
	case PathRefresh:
		c = callRefresh
	case PathDownload:
		c = callDownload
	case PathUpload:
		c = callUpload
	case PathStored:
		s.serveStored(w, r)
		return
	default:
		s.opt.Logf("沙箱：404 %s", r.URL.Path)
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "Request method '"+r.Method+"' not supported", http.StatusMethodNotAllowed)
		return
	}
	s.serveCall(w, r, c)
}

// serveCall runs one call through its faults: before the body is read, before
// the call is processed, after it.
func (s *Server) serveCall(w http.ResponseWriter, r *http.Request, c call) {
	nth := s.count(c)
	x := &exchange{server: s, w: w, r: r, call: c, nth: nth}
	if f := s.opt.Faults.early(x); f != nil && s.spend(f, x) {
		x.perform(f, nil)
		return
	}
	body, refusal := readBody(r)
	if refusal != "" {
		x.send(reply{Msg: refusal})
		return
	}
	var rep reply
	var process func() reply
	switch c {
	case callUpload:
		process = s.upload(x, body)
	default:
		process = func() reply { return s.simple(x, body) }
	}
	f := x.choose()
	if f == nil {
		rep = process()
		x.wait(s.opt.Latency)
		x.send(rep)
		return
	}
	x.perform(f, process)
}

// simple answers the calls that store nothing.
func (s *Server) simple(x *exchange, body []byte) reply {
	switch x.call {
	case callLogin:
		return s.login(x.r, body)
	case callRefresh:
		return s.refresh(x.r)
	default:
		return s.download(x.r, body)
	}
}

// count numbers the requests of a call from 1.
func (s *Server) count(c call) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[c]++
	return s.calls[c]
}

// Calls tells how many requests of "login", "refresh", "download" and "upload"
// have arrived.
func (s *Server) Calls(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[call(name)]
}
