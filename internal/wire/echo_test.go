package wire

import (
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"

	"hbupload/internal/spec"
)

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func jsonText(t *testing.T, v any) json.RawMessage {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// echoOf is our own document with each leaf changed by f.
func echoOf(t *testing.T, f func(key, text string) any) json.RawMessage {
	t.Helper()
	var v any
	mustUnmarshal(t, NewEncoder(Options{Base64: Base64None}).Encode(nil, sample()), &v)
	var walk func(key string, v any) any
	walk = func(key string, v any) any {
		switch v := v.(type) {
		case map[string]any:
			for k := range v {
				v[k] = walk(k, v[k])
			}
		case []any:
			for i := range v {
				v[i] = walk(key, v[i])
			}
		case string:
			return f(key, v)
		}
		return v
	}
	return jsonText(t, walk("", v))
}

func same(_, text string) any { return text }

func TestCompareEchoForms(t *testing.T) {
	t.Parallel()
	sent := NewEncoder(Options{}).Leaves(nil, sample())
	whole := echoOf(t, same)
	var outer map[string]json.RawMessage
	mustUnmarshal(t, whole, &outer)
	coded := echoOf(t, func(_, s string) any { return b64(s) })
	for name, echo := range map[string]json.RawMessage{
		"whole": whole, "inner": outer["ohEmployees"], "in Base64": coded,
		"a list of one": jsonText(t, []json.RawMessage{whole}),
		"as text":       jsonText(t, string(whole)), "as coded text": jsonText(t, string(coded)),
		"document in Base64": jsonText(t, b64(string(whole))),
		"null for blank and numbers": echoOf(t, func(key, s string) any {
			if s == "" {
				return nil
			}
			if key == "age" {
				return 33
			}
			return s
		}),
		"some leaves only, others added": json.RawMessage(`{"idcard":"13010119900307001X","id":77,"personalHistory":{"smokingStatus":4,"x":[1]}}`),
	} {
		if e := CompareEcho(sent, echo); e.Verdict != EchoEqual || e.Compared < 2 || e.Broken() {
			t.Errorf("%s: %+v", name, e)
		}
	}
	for name, echo := range map[string]string{
		"nothing": "", "null": "null", "text": `"ok"`, "number": "7", "list": "[1,2]", "no leaf of ours": `{"id":1}`,
		"broken": `{"idcard":`, "deep": strings.Repeat("[", 5000), "deep object": strings.Repeat(`{"a":`, 5000), "nested text": nested(t, 9),
	} {
		if e := CompareEcho(sent, json.RawMessage(echo)); e.Verdict != EchoAbsent {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

func nested(t *testing.T, n int) string {
	t.Helper()
	s := `{"idcard":"1"}`
	for range n {
		s = string(jsonText(t, s))
	}
	return s
}

func TestCompareEchoVerdicts(t *testing.T) {
	t.Parallel()
	utf8AsLatin1 := func(_, s string) any { return decodeAs(t, charmap.ISO8859_1.NewDecoder().String, s) }
	utf8AsGBK := func(key, s string) any {
		if key != "patientName" {
			return s
		}
		return decodeAs(t, simplifiedchinese.GB18030.NewDecoder().String, s)
	}
	lost := func(mark string) func(key, s string) any {
		return func(key, s string) any {
			if key == "patientName" {
				return mark + mark + mark
			}
			return s
		}
	}
	only := func(key, text string) func(k, s string) any {
		return func(k, s string) any {
			if k == key {
				return text
			}
			return s
		}
	}
	for name, c := range map[string]struct {
		f    func(key, text string) any
		want Verdict
	}{
		"one differs":            {only("age", "34"), EchoDiffers},
		"null for a value":       {func(k, s string) any { return map[bool]any{true: nil, false: s}[k == "age"] }, EchoDiffers},
		"UTF-8 read as Latin-1":  {utf8AsLatin1, EchoMojibake},
		"UTF-8 read as GBK":      {utf8AsGBK, EchoMojibake},
		"question marks":         {lost("?"), EchoMojibake},
		"replacement characters": {lost("\uFFFD"), EchoMojibake},
		"mojibake, in Base64":    {func(_, s string) any { return b64(decodeAs(t, charmap.ISO8859_1.NewDecoder().String, s)) }, EchoMojibake},
		"a rare name lost":       {only("patientName", "甲?某"), EchoDiffers},
		"a unit lost":            {only("unit", "10?/L"), EchoDiffers},
		"Base64 of Base64":       {func(_, s string) any { return b64(b64(s)) }, EchoUndecoded},
		"some kept as Base64":    {func(k, s string) any { return map[bool]any{true: b64(s), false: s}[k == "patientName"] }, EchoUndecoded},
		"decoded twice":          {decodedOnceMore, EchoDoubleDecoded},
	} {
		sent := NewEncoder(Options{}).Leaves(nil, sample())
		if e := CompareEcho(sent, echoOf(t, c.f)); e.Verdict != c.want || len(e.Paths) == 0 || len(e.Paths) > maxEchoPaths {
			t.Errorf("%s: %+v, want %s", name, e, c.want)
		}
	}
}

func decodeAs(t *testing.T, decode func(string) (string, error), s string) string {
	t.Helper()
	out, err := decode(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func decodedOnceMore(_, s string) any {
	raw, err := base64.StdEncoding.DecodeString(s)
	if err != nil || s == "" {
		return s
	}
	return strings.ToValidUTF8(string(raw), "\uFFFD")
}

func TestCompareEchoNamesPaths(t *testing.T) {
	t.Parallel()
	sent := NewEncoder(Options{}).Leaves(nil, sample())
	e := CompareEcho(sent, json.RawMessage(`{"ohEmployees":{"age":"34","ohItemClassResult":[{"ohItemResult":[{},{"result":"9"}]}]}}`))
	want := []string{spec.Age.Path(0, 0), spec.Result.Path(0, 1)}
	if !reflect.DeepEqual(e.Paths, want) || e.Compared != 2 {
		t.Errorf("%+v, want %v", e, want)
	}
}
