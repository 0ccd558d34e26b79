package config

import (
	"strconv"
	"strings"
	"time"
)

// Fact is what may be told of one setting to somebody who may not see it: whether
// it is given, where, and its value if that is a number or one of the program's own
// words.
type Fact struct {
	Key     string // one of the program's keys
	From    string // Origin.From
	Given   bool   // not the default
	Number  *float64
	Choice  string // one of the key's choices, "" for other kinds of values
	Seconds bool   // Number is a duration
}

// Facts lists every key without any text that somebody has written. Words that
// people make up as keys (aliases, profiles) are not among them.
func (c *Config) Facts() []Fact {
	var out []Fact
	for _, k := range keys() {
		f := Fact{Key: k.path, From: c.origins[k.path].From}
		f.Given = f.From != "" && f.From != "default"
		text := c.shown[k.path]
		switch k.kind {
		case kindInt, kindRate:
			if n, err := strconv.ParseFloat(text, 64); err == nil {
				f.Number = &n
			}
		case kindDuration:
			if d, err := time.ParseDuration(text); err == nil {
				n := d.Seconds()
				f.Number = &n
				f.Seconds = true
			}
		case kindChoice:
			for _, word := range k.choices {
				if strings.EqualFold(word, text) {
					f.Choice = word
				}
			}
		case kindText, kindSecret, kindPath, kindURL, kindPattern, kindTexts, kindInts, kindWords:
		}
		out = append(out, f)
	}
	return out
}
