package sandbox

import (
	"maps"
	"slices"
	"strings"
	"time"

	"hbupload/internal/pattern"
	"hbupload/internal/spec"
)

var (
	reNumber = pattern.New(`^[0-9]+(\.[0-9]+)?$`)
	reSigned = pattern.New(`^-?[0-9]+(\.[0-9]+)?$`)
	reDate   = pattern.New(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
)

// checker holds one upload against the document and keeps the first thing
// that is wrong, as platforms do.
type checker struct {
	d          *dictionaries
	industries map[string]string
	separator  string
	labels     map[string]string
	rec        *record
	refusal    string
}

// check is the document's chapter 3.1. "" is accepted.
func (s *Server) check(rec *record) string {
	c := &checker{d: s.dicts.Load(), industries: s.opt.Industries, separator: s.opt.ListSeparator, labels: s.labels, rec: rec}
	for _, part := range []func(){c.blanks, c.hazards, c.person, c.contact, c.work, c.industry, c.employer, c.history, c.mainDust, c.diseases, c.items} {
		part()
		if c.refusal != "" {
			break
		}
	}
	return c.refusal
}

func (c *checker) refuse(msg string) {
	if c.refusal == "" {
		c.refusal = msg
	}
}

// field refuses one field. at is where it stands, "" for the person's own.
func (c *checker) field(at, key, msg string) {
	c.refuse(at + "字段 " + key + "（" + c.labels[key] + "）" + msg)
}

// personal refuses a field the way real platforms do: with the person's name.
func (c *checker) personal(key, msg string) {
	c.refuse(c.rec.person["patientName"] + "的" + c.labels[key] + "（" + key + "）" + msg)
}

// require asks for texts that the document calls 不可为空.
func (c *checker) require(at string, m map[string]string, keys ...string) {
	for _, k := range keys {
		if m[k] == "" {
			c.field(at, k, "不能为空")
			return
		}
	}
}

// blanks refuses values with outer blanks: nothing of ours is sent so.
func (c *checker) blanks() {
	c.rec.each(func(key, text string) {
		if strings.TrimSpace(text) != text {
			c.field("", key, "首尾有空白")
		}
	})
}

func (c *checker) date(at string, m map[string]string, key string) {
	text := m[key]
	if text == "" {
		return
	}
	if _, err := time.Parse("2006-01-02", text); err != nil || !reDate.MatchString(text) {
		c.field(at, key, "格式应为 YYYY-MM-DD")
	}
}

func (c *checker) number(at string, m map[string]string, key string) {
	if text := m[key]; text != "" && !reNumber.MatchString(text) {
		c.field(at, key, "应为数值")
	}
}

// enum holds a text against a table that the document itself defines.
func (c *checker) enum(at string, m map[string]string, key string, table spec.EnumID) {
	if text := m[key]; text != "" && table.Name(text) == "" {
		c.field(at, key, "的值 "+text+" 不在规范的代码表中")
	}
}

// code holds a text against a downloaded dictionary.
func (c *checker) code(at string, m map[string]string, key, dict string) {
	text := m[key]
	if text == "" {
		return
	}
	if _, ok := c.d.entry(dict, text); !ok {
		c.field(at, key, "的代码 "+text+" 不在字典中")
	}
}

// each visits every leaf, in the order of the keys.
func (r *record) each(visit func(key, text string)) {
	all := append([]map[string]string{r.person, r.history}, r.hazards...)
	for _, cl := range r.classes {
		visit("itemClassName", cl.name)
		all = append(all, cl.items...)
	}
	for _, m := range append(all, r.diseases...) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			visit(k, m[k])
		}
	}
}
