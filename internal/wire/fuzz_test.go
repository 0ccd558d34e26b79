package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzOpen(f *testing.F) {
	// Small seeds: the fuzzer spends its time on shrinking large ones.
	const values = `{"ohEmployees":{"age":"MjU=","ohEmpHazard":[{"hazardCode":"MQ=="}],"ohItemClassResult":[{"itemClassName":"QQ==","ohItemResult":[{"itemCode":"MQ=="}]}]}}`
	f.Add([]byte(values))
	f.Add([]byte(b64(values)))
	f.Add(Zip(nil, []byte(values)))
	f.Add([]byte(`{"ohEmployees":{"ohEmpHazard[7]":{"hazardCode":1}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Open(data)
		if err != nil {
			return
		}
		if !json.Valid(d.JSON) {
			t.Fatalf("took %q", d.JSON)
		}
		text := NewEncoder(Options{Base64: Base64None}).Encode(nil, d.Record())
		if !json.Valid(text) {
			t.Fatalf("made %q", text)
		}
	})
}

// FuzzParseTree holds our walk against encoding/json: the same leaves' texts.
func FuzzParseTree(f *testing.F) {
	f.Add([]byte(`{"a":[1,-2.5e3,{"b":"\\u00e9\\"x"},true,null,[]],"a":""}`))
	f.Add([]byte("[\"\xff\",{} , 0 ]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		tree, err := parseTree(data)
		if err != nil {
			return
		}
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.UseNumber()
		var want []string
		tokens(t, dec, &want)
		if len(want) != len(tree.nodes) {
			t.Fatalf("%d leaves, want %d", len(tree.nodes), len(want))
		}
		for i := range want {
			if tree.nodes[i].text != want[i] {
				t.Fatalf("leaf %d: %q, want %q", i, tree.nodes[i].text, want[i])
			}
		}
	})
}

// tokens collects the texts of the leaves of the next value.
func tokens(t *testing.T, dec *json.Decoder, leaves *[]string) {
	t.Helper()
	tok, err := dec.Token()
	if err != nil {
		t.Fatal(err)
	}
	switch v := tok.(type) {
	case json.Delim:
		for dec.More() {
			if v == '{' {
				if _, err := dec.Token(); err != nil {
					t.Fatal(err)
				}
			}
			tokens(t, dec, leaves)
		}
		if _, err := dec.Token(); err != nil {
			t.Fatal(err)
		}
	case nil:
		*leaves = append(*leaves, "")
	default:
		*leaves = append(*leaves, fmt.Sprint(v))
	}
}

func FuzzCompareEcho(f *testing.F) {
	enc := NewEncoder(Options{Suspected: suspectedIs5})
	sent := enc.Leaves(nil, sample())
	f.Add([]byte(`{"ohEmployees":{"age":33}}`))
	f.Add([]byte(`{"ohEmployees":{"age":"MzM=","ohEmpHazard":[{"hazardCode":"1081"}]}}`))
	f.Add([]byte(`"eyJpZGNhcmQiOiIxIn0="`))
	f.Fuzz(func(t *testing.T, data []byte) {
		e := CompareEcho(sent, data)
		if len(e.Paths) > maxEchoPaths || e.Compared > len(sent) || (e.Verdict == EchoAbsent) != (e.Compared == 0) {
			t.Fatalf("%+v", e)
		}
	})
}

func FuzzClassify(f *testing.F) {
	for _, row := range append(transportRows(), replyRows()...) {
		f.Add(row.a.Status, true, row.a.Body, row.a.RetryAfter)
	}
	f.Fuzz(func(t *testing.T, status int, written bool, body []byte, retry string) {
		o := Classify(Attempt{Status: status, Written: written, Body: body, RetryAfter: retry}, Policy{})
		if !written && o.Class == Unknown {
			t.Fatal("in doubt although nothing was written")
		}
		if o.Class == Accepted && (status/100 != 2 || !json.Valid(trimBOM(body))) {
			t.Fatalf("accepted %d %q", status, body)
		}
		if utf8.RuneCountInString(o.Msg) > MaxMsg+1 || strings.ContainsAny(o.Msg, "\x1b\r\n\x00") || o.RetryAfter < 0 {
			t.Fatalf("%+v", o)
		}
	})
}

func FuzzRedact(f *testing.F) {
	f.Add("甲某某 13010119900307001X 已存在", "甲某某", "13010119900307001X")
	f.Add("aaaa", "aa", "aaa")
	f.Fuzz(func(t *testing.T, msg, a, b string) {
		got := Redact(msg, []Leaf{{Text: a}, {Text: b}})
		for _, v := range []string{a, b} {
			// Stars may stand in a value, and stars beside text may form one anew.
			if utf8.RuneCountInString(v) >= 2 && !strings.Contains(v, "*") && strings.Contains(got, v) {
				t.Fatalf("%q is still in %q", v, got)
			}
		}
	})
}
