package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
)

type streamedDocument struct {
	Command string           `json:"command"`
	Records []map[string]any `json:"records"`
	Nested  struct {
		Records []int `json:"records"`
	} `json:"nested"`
	Findings []string `json:"findings"`
	Last     int      `json:"last"`
}

// TestStream: a streamed document is, byte for byte, the one that is made in memory.
func TestStream(t *testing.T) {
	t.Parallel()
	records := []map[string]any{{"key": "甲\u202e\n \"records\": []", "list": []int{1, 2}, "none": []int{}}, {}, {"html": "<a>&", "deep": map[string]any{"x": nil}}}
	for _, n := range []int{0, 1, 3} {
		for _, findings := range [][]string{{}, {"one"}, {"a", "\u2028", "三\U000e0041"}} {
			whole := streamedDocument{Command: "push\n \"records\": []", Records: records[:n], Findings: findings, Last: 7}
			var want bytes.Buffer
			enc := json.NewEncoder(&want)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", " ")
			if err := enc.Encode(whole); err != nil {
				t.Fatal(err)
			}
			frame := whole
			frame.Records = []map[string]any{}
			frame.Findings = []string{}
			var got bytes.Buffer
			err := Stream(&got, frame, List{"records", each(records[:n])}, List{"findings", each(findings)})
			if wanted := escaped(want.Bytes()); err != nil || !bytes.Equal(got.Bytes(), wanted) {
				t.Errorf("%v\n got %s\nwant %s", err, got.Bytes(), wanted)
			}
		}
	}
}

// TestStreamIsWrittenInParts: no part ends within an element, and none is the whole.
func TestStreamIsWrittenInParts(t *testing.T) {
	t.Parallel()
	numbers := make([]string, 50_000)
	for i := range numbers {
		numbers[i] = fmt.Sprintf("number-%06d", i)
	}
	var parts parted
	if err := Stream(&parts, streamedDocument{Records: []map[string]any{}, Findings: []string{}}, List{"findings", each(numbers)}); err != nil {
		t.Fatal(err)
	}
	if len(parts) < 10 || slices.ContainsFunc(parts, func(n int) bool { return n > 2*streamed }) {
		t.Errorf("written in parts of %v bytes", parts)
	}
}

func TestStreamFails(t *testing.T) {
	t.Parallel()
	stop := errors.New("stop")
	frame := streamedDocument{Findings: []string{}}
	err := Stream(io.Discard, frame, List{"findings", func(func(any) error) error { return stop }})
	if !errors.Is(err, stop) {
		t.Error(err)
	}
	if err := Stream(io.Discard, frame, List{"records", each([]int{})}); err == nil {
		t.Error("null taken for an empty list")
	}
}

func each[T any](all []T) func(func(any) error) error {
	return func(write func(any) error) error {
		for _, x := range all {
			if err := write(x); err != nil {
				return err
			}
		}
		return nil
	}
}

// parted counts the bytes of each write, which ends at the end of an element.
type parted []int

func (p *parted) Write(text []byte) (int, error) {
	*p = append(*p, len(text))
	if last := text[len(text)-1]; last != '"' && last != '\n' {
		return 0, errors.New("a part ends within an element")
	}
	return len(text), nil
}
