package sandbox

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Portal says how the list looks that a person exports from the platform's pages.
type Portal struct {
	Masked    bool     // 1301**********1234, 张*
	Renamed   bool     // other names and another order of columns
	Pages     int      // files; 0 is one
	OneDayOff []string // identity numbers whose date of examination is one day later
	Without   []string // identity numbers that are left out
	Strangers int      // persons whom nobody here has sent
}

// List is the list of what the sandbox holds: pages of lines, the first line of each
// is the header.
func (s *Server) List(p Portal) [][][]string {
	var lines [][]string
	for _, e := range s.Stored() {
		if e.Current {
			lines = append(lines, p.line(employee(e.Record)))
		}
	}
	lines = dropBlank(lines)
	for n := range p.Strangers {
		lines = append(lines, p.line(stranger(n)))
	}
	pages := max(1, p.Pages)
	out := make([][][]string, pages)
	for i := range out {
		out[i] = append([][]string{p.header()}, lines[i*len(lines)/pages:(i+1)*len(lines)/pages]...)
	}
	return out
}

func dropBlank(lines [][]string) [][]string {
	var out [][]string
	for _, l := range lines {
		if l != nil {
			out = append(out, l)
		}
	}
	return out
}

// employee is the person of a stored record.
func employee(record json.RawMessage) map[string]string {
	var doc any
	if json.Unmarshal(record, &doc) != nil {
		return nil
	}
	out := map[string]string{}
	flatten(doc, out)
	return out
}

// flatten keeps the first text under each key.
func flatten(node any, out map[string]string) {
	switch v := node.(type) {
	case map[string]any:
		for key, value := range v {
			if text, ok := value.(string); ok && out[key] == "" {
				out[key] = text
			}
			flatten(value, out)
		}
	case []any:
		for _, value := range v {
			flatten(value, out)
		}
	}
}

// stranger is somebody invented whom nobody here has sent.
func stranger(n int) map[string]string {
	return map[string]string{"patientName": "外来" + string(rune('甲'+n%10)), "idcard": "1304021970010" + strconv.Itoa(10000 + n)[1:] + "X", "peDate": "2026-01-05",
		"ohOrgCode": "130100001", "reportOrgName": "某某体检中心", "peFlag": "0"}
}

func (p Portal) header() []string {
	if p.Renamed {
		return []string{"序号", "受检者姓名", "证件号码", "性别", "检查机构名称", "健检日期", "单位名称", "状态"}
	}
	return []string{"序号", "姓名", "身份证号", "体检日期", "检查单位名称", "初复检标识", "状态"}
}

func (p Portal) line(e map[string]string) []string {
	id := e["idcard"]
	if id == "" || contains(p.Without, id) {
		return nil
	}
	name := e["patientName"]
	day := e["peDate"]
	if contains(p.OneDayOff, id) {
		day = nextDay(day)
	}
	if p.Masked {
		id = hideMiddle(id, 4, 4)
		name = hideMiddle(name, 1, 0)
	}
	if p.Renamed {
		return []string{"1", name, id, map[string]string{"1": "男", "2": "女"}[e["sexCode"]], e["reportOrgName"], strings.ReplaceAll(day, "-", "/"), e["empOrgName"], "已审核"}
	}
	return []string{"1", name, id, day, e["reportOrgName"], map[string]string{"0": "初检", "1": "复查"}[e["peFlag"]], "已审核"}
}

func contains(list []string, text string) bool {
	for _, l := range list {
		if l == text {
			return true
		}
	}
	return false
}

// hideMiddle keeps the first and the last characters of a text.
func hideMiddle(text string, head, tail int) string {
	r := []rune(text)
	if len(r) <= head+tail {
		return text
	}
	return string(r[:head]) + strings.Repeat("*", len(r)-head-tail) + string(r[len(r)-tail:])
}

// nextDay is the day after a day of the first four weeks of a month.
func nextDay(day string) string {
	n, err := strconv.Atoi(day[len(day)-2:])
	if err != nil {
		return day
	}
	return day[:len(day)-2] + strconv.Itoa(100 + n%28 + 1)[1:]
}
