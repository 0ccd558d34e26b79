package sandbox

import (
	"strconv"
	"strings"
	"time"

	"hbupload/internal/fault"
)

// Faults is a parsed --fault specification. The zero value has none.
type Faults struct {
	rules       []injection
	seed        uint64
	tokenUses   int // a token dies after so many uses, 0 never
	tokenStatus int // HTTP status of a dead token, 0 as Options say
}

// injection is one rule: what happens, to whom, how often.
type injection struct {
	kind  string
	after bool   // the call is processed (an upload stored) first
	arg   string // text, duration or seconds, by kind
	pause time.Duration
	code  int // HTTP status of kind "status"
	times int // uses on one record, 0 without end
	conds []cond
	id    string // names the rule in the counters
}

// cond is one condition; all of a rule must hold.
type cond struct {
	key, text string
	number    int
	rate      float64
}

// The spelling of a --fault specification.
const (
	faultsAllowed = "drop、hang、400…599、html、half-json、cut、no-success、empty、redirect、duplicate（以上可加 -before 或 -after）、slow、dead-token、reject、reject-text、success-as-text、echo-mojibake、echo-undecoded、echo-twice、echo-differs、echo-foreign、echo-null、echo-missing"
	condsAllowed  = "call、name、id、propose、hash、nth、every、rate、times"
)

// specError is a mistake in a --fault specification.
type specError struct {
	Rule   int    // 1-based
	Text   string // the rule as written
	Reason string
}

// Error is one sentence.
func (e *specError) Error() string {
	return "故障说明第 " + strconv.Itoa(e.Rule) + " 条“" + e.Text + "”有误：" + e.Reason
}

// Kind is fault.Usage.
func (e *specError) Kind() fault.Kind { return fault.Usage }

// Hint shows the grammar in short.
func (e *specError) Hint() string {
	return "写法：故障[:参数][@条件=值…][ xN]，多条以 ; 分隔，如 504-after@rate=0.1 x2;reject:工种不符@id=3611"
}

// ParseFaults reads a --fault specification, see the package comment for its
// grammar. An error is a *specError, of kind "usage".
func ParseFaults(spec string) (Faults, error) {
	var fs Faults
	n := 0
	for _, text := range strings.FieldsFunc(spec, func(r rune) bool { return r == ';' || r == '；' || r == '\n' }) {
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		n++
		if reason := fs.add(text, "#"+strconv.Itoa(n)); reason != "" {
			return Faults{}, &specError{Rule: n, Text: text, Reason: reason}
		}
	}
	return fs, nil
}

// add reads one rule or setting.
func (fs *Faults) add(text, id string) (reason string) {
	key, value, _ := strings.Cut(text, "=")
	number, err := strconv.Atoi(value)
	switch key {
	case "seed":
		fs.seed = uint64(number)
		return unless(err == nil, "seed 应为整数")
	case "token-uses":
		fs.tokenUses = number
		return unless(err == nil && number > 0, "token-uses 应为正整数")
	case "token-status":
		fs.tokenStatus = number
		return unless(err == nil && (number == 200 || number == 401 || number == 403), "token-status 应为 200、401 或 403")
	}
	f, reason := parseFault(text)
	if reason != "" {
		return reason
	}
	if f.kind == "dead-token" && f.arg != "" {
		return fs.add("token-uses="+f.arg, id)
	}
	f.id = id
	fs.rules = append(fs.rules, f)
	return ""
}

func unless(ok bool, reason string) string {
	if ok {
		return ""
	}
	return reason
}

// parseFault reads KIND[:ARG][@KEY=VALUE…][ xN].
func parseFault(text string) (injection, string) {
	var f injection
	if i := strings.LastIndexAny(text, " \t"); i > 0 && strings.HasPrefix(text[i+1:], "x") {
		n, err := strconv.Atoi(text[i+2:])
		if err != nil || n < 1 {
			return f, "次数应写作 x2"
		}
		f.times = n
		text = strings.TrimSpace(text[:i])
	}
	parts := strings.Split(text, "@")
	name, arg, _ := strings.Cut(strings.TrimSpace(parts[0]), ":")
	f.arg = strings.TrimSpace(arg)
	if reason := f.setKind(strings.TrimSpace(name)); reason != "" {
		return f, reason
	}
	for _, p := range parts[1:] {
		if reason := f.addCond(strings.TrimSpace(p)); reason != "" {
			return f, reason
		}
	}
	return f, ""
}

// setKind reads the kind with its -before or -after and checks the argument.
func (f *injection) setKind(name string) string {
	base, after := strings.CutSuffix(name, "-after")
	base, before := strings.CutSuffix(base, "-before")
	f.kind = base
	f.after = after
	if code, err := strconv.Atoi(base); err == nil && code >= 400 && code <= 599 {
		f.kind = "status"
		f.code = code
	}
	var err error
	switch f.kind {
	case "drop", "hang", "html", "half-json", "cut", "no-success", "empty", "redirect", "duplicate":
		return ""
	case "status":
		if f.arg != "" {
			f.pause, err = seconds(f.arg)
		}
		return unless(err == nil, "Retry-After 应为秒数，如 429:2")
	}
	if before || after {
		return "故障“" + base + "”不分 -before 与 -after"
	}
	switch f.kind {
	case "slow":
		f.pause, err = time.ParseDuration(or(f.arg, "1s"))
		return unless(err == nil && f.pause > 0 && f.pause <= time.Hour, "slow 的参数应为时长，如 slow:2s")
	case "dead-token", "reject", "reject-text", "success-as-text",
		"echo-mojibake", "echo-undecoded", "echo-twice", "echo-differs", "echo-foreign", "echo-null", "echo-missing":
		return ""
	}
	return "不认识的故障“" + name + "”，可用的有：" + faultsAllowed
}

func seconds(text string) (time.Duration, error) {
	n, err := strconv.ParseUint(text, 10, 16)
	return time.Duration(n) * time.Second, err
}

// addCond reads KEY=VALUE.
func (f *injection) addCond(text string) string {
	key, value, ok := strings.Cut(text, "=")
	key = strings.TrimSpace(key)
	value = strings.TrimSpace(value)
	if !ok || value == "" {
		return "条件“" + text + "”应写作 条件=值"
	}
	c := cond{key: key, text: value}
	var err error
	switch key {
	case "name", "id", "propose", "hash":
	case "call":
		switch call(value) {
		case callLogin, callRefresh, callDownload, callUpload:
		default:
			return "call 应为 login、refresh、download 或 upload"
		}
	case "nth", "every":
		c.number, err = strconv.Atoi(value)
		if err != nil || c.number < 1 {
			return key + " 应为正整数"
		}
	case "times":
		f.times, err = strconv.Atoi(value)
		return unless(err == nil && f.times > 0, "times 应为正整数")
	case "rate":
		c.rate, err = parseRate(value)
		if err != nil || !(c.rate >= 0 && c.rate <= 1) {
			return "rate 应为 0 到 1 之间的小数，或百分数"
		}
	default:
		return "不认识的条件“" + key + "”，可用的有：" + condsAllowed
	}
	f.conds = append(f.conds, c)
	return ""
}

func parseRate(text string) (float64, error) {
	if percent, ok := strings.CutSuffix(text, "%"); ok {
		rate, err := strconv.ParseFloat(percent, 64)
		return rate / 100, err
	}
	return strconv.ParseFloat(text, 64)
}
