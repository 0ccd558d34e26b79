package run

import (
	"strings"

	"hbupload/internal/dict"
)

// CodeList is a set of dictionary entries that rules go by.
type CodeList struct {
	Name      string   `json:"name"`
	Dict      string   `json:"dict"`
	Pin       string   `json:"pin,omitempty"`
	Entries   []string `json:"entries"`
	Suspected []string `json:"suspected"`
}

// EntryTexts are entries as "code name", never nil.
func EntryTexts(entries []dict.Entry) []string {
	out := make([]string, 0, len(entries))
	for _, e := range entries {
		out = append(out, e.String())
	}
	return out
}

// ListText is a list in one line.
func ListText(l CodeList) string {
	text := l.Name
	if l.Pin != "" {
		text += "（" + l.Pin + "）"
	}
	text += "："
	if len(l.Entries) == 0 {
		text += "没有"
	}
	text += strings.Join(l.Entries, "、")
	if len(l.Suspected) > 0 {
		text += "；看不准、只提示的：" + strings.Join(l.Suspected, "、")
	}
	return text
}
