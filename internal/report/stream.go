package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// List is an array of a document whose elements are written one after the other.
type List struct {
	Name string // the key at the top of the document
	Each func(write func(element any) error) error
}

// streamed is how many bytes are written at a time, and a little more: whoever
// hides parts of what is written must see each element whole.
const streamed = 64 << 10

// Stream writes the document that Encode would, whose lists need not be in memory.
// Each of them is an empty array in doc, in the order of its fields.
func Stream(w io.Writer, doc any, lists ...List) error {
	frame, err := indented("", doc)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	for _, list := range lists {
		at := fmt.Appendf(nil, "\n %q: []", list.Name) // a text has no line break of its own
		before, after, found := bytes.Cut(frame, at)
		if !found {
			return fmt.Errorf("no empty list %s in the document", list.Name)
		}
		b.Write(before)
		b.Write(at[:len(at)-1])
		if err := elements(w, &b, list); err != nil {
			return err
		}
		b.WriteByte(']')
		frame = after
	}
	b.Write(frame)
	b.WriteByte('\n')
	_, err = w.Write(b.Bytes())
	return err
}

// elements writes those of a list; what b holds at the end is not written yet.
func elements(w io.Writer, b *bytes.Buffer, list List) error {
	next := "\n  "
	err := list.Each(func(element any) error {
		text, err := indented("  ", element)
		if err != nil {
			return err
		}
		b.WriteString(next)
		b.Write(text)
		next = ",\n  "
		if b.Len() < streamed {
			return nil
		}
		defer b.Reset()
		_, err = w.Write(b.Bytes())
		return err
	})
	if next[0] == ',' {
		b.WriteString("\n ")
	}
	return err
}

// indented is a value as a part of the document; lines after the first begin with
// prefix.
func indented(prefix string, v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent(prefix, " ")
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return escaped(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}
