package sandbox

import (
	"bytes"
	"encoding/base64"
	"strconv"

	"hbupload/internal/spec"
)

// record is a decoded upload: texts by JSON key.
type record struct {
	root     *node
	person   map[string]string
	history  map[string]string
	hazards  []map[string]string
	classes  []class
	diseases []map[string]string
}

// class is one ohItemClassResult.
type class struct {
	name  string
	items []map[string]string
}

// The keys of each node in the order of the sample (help: 接口读法 S1). They are
// written out here so that a slip in internal/spec shows.

func personKeys() []string {
	return []string{"ohOrgCode", "empOrgName", "empOrgBizCode", "peFlag", "peDate", "patientName", "idType", "idcard", "sexCode",
		"birthday", "age", "empPhone", "hazardNames", "hazardOther", "contactHazardCode", "contactHazardOther", "typeOfWorkCode",
		"typeOfWorkOther", "employerEnterpriseName", "employerCreditCode", "preparerName", "preparerPhone", "preparerDate",
		"reportOrgName", "propose", "protectiveEquipmentCode", "emergencyContact", "emergencyContactNumber",
		"personalHistory", "ohEmpHazard", "ohItemClassResult", "ohOccuDisease"}
}

func historyKeys() []string {
	return []string{"smokingStatus", "personalHistoryYear", "personalHistoryMonth", "dailySmokingVolum"}
}

func hazardKeys() []string {
	return []string{"careTypeCode", "hazardCode", "monitorTypeCode", "resultOptionCode", "occDiseaseCode", "otherContent", "isMain",
		"hazardStartDate", "hazardYear", "hazardMonth", "hazardDay", "enterpriseName", "enterpriseBizCode"}
}

func itemKeys() []string {
	return []string{"itemCode", "dataVersion", "result", "upperLimit", "lowerLimit", "unit", "resultFlag", "radiographResult"}
}

func diseaseKeys() []string { return []string{"hazardCode", "diseaseCode"} }

// decodeRecord reads data.json: JSON, Base64 of the mode, structure.
func decodeRecord(text []byte, base64Mode string, anyOrder bool) (*record, string) {
	if base64Mode == "document" {
		plain, err := base64.StdEncoding.Strict().DecodeString(string(text))
		if err != nil || bytes.ContainsAny(text, "\r\n") {
			return nil, "data.json 的内容不是 Base64"
		}
		text = plain
	}
	root, refusal := parseJSON(text)
	if refusal != "" {
		return nil, refusal
	}
	if base64Mode != "document" && base64Mode != "none" {
		if refusal := root.decodeLeaves(""); refusal != "" {
			return nil, refusal
		}
	}
	r := &reader{anyOrder: anyOrder}
	rec := r.record(root)
	if r.refusal != "" {
		return nil, r.refusal
	}
	return rec, ""
}

// reader takes a tree apart and keeps the first thing that is wrong with it.
type reader struct {
	anyOrder bool
	refusal  string
}

func (r *reader) refuse(msg string) {
	if r.refusal == "" {
		r.refusal = msg
	}
}

func (r *reader) record(root *node) *record {
	rec := &record{root: root}
	if top := r.object(root, "data.json", []string{"ohEmployees"}); top["ohEmployees"] != nil {
		root = top["ohEmployees"]
	} else {
		r.refuse("缺少 ohEmployees")
		return rec
	}
	nodes := r.object(root, "ohEmployees", personKeys())
	take := func(key string) *node {
		n := nodes[key]
		delete(nodes, key)
		return n
	}
	history := take("personalHistory")
	hazards := take("ohEmpHazard")
	classes := take("ohItemClassResult")
	diseases := take("ohOccuDisease")
	rec.person = r.leaves(nodes)
	if history == nil {
		r.refuse("缺少个人生活史 personalHistory")
	} else {
		rec.history = r.leaves(r.object(history, "personalHistory", historyKeys()))
	}
	rec.hazards = r.list(hazards, "ohEmpHazard", hazardKeys())
	rec.classes = r.classes(classes)
	if diseases != nil {
		rec.diseases = r.list(diseases, "ohOccuDisease", diseaseKeys())
	}
	return rec
}

func (r *reader) classes(n *node) []class {
	var out []class
	for i, c := range r.nodes(n, "ohItemClassResult") {
		path := "ohItemClassResult[" + strconv.Itoa(i) + "]"
		nodes := r.object(c, path, []string{"itemClassName", "ohItemResult"})
		items := nodes["ohItemResult"]
		delete(nodes, "ohItemResult")
		out = append(out, class{name: r.leaves(nodes)["itemClassName"], items: r.list(items, path+".ohItemResult", itemKeys())})
	}
	return out
}

// nodes is a list with at least one entry.
func (r *reader) nodes(n *node, path string) []*node {
	switch {
	case n == nil || n.kind == '[' && len(n.vals) == 0:
		r.refuse(path + " 不能为空")
		return nil
	case n.kind != '[':
		r.refuse(path + " 应为数组")
		return nil
	}
	return n.vals
}

func (r *reader) list(n *node, path string, keys []string) []map[string]string {
	var out []map[string]string
	for i, v := range r.nodes(n, path) {
		out = append(out, r.leaves(r.object(v, path+"["+strconv.Itoa(i)+"]", keys)))
	}
	return out
}

// object takes an object apart: only known keys, in their order.
func (r *reader) object(n *node, path string, keys []string) map[string]*node {
	out := map[string]*node{}
	if n.kind != '{' {
		r.refuse(path + " 应为对象")
		return out
	}
	last := -1
	for i, key := range n.keys {
		at := index(keys, key)
		switch {
		case at < 0:
			r.refuse(path + " 中有规范以外的字段 " + strconv.Quote(key))
		case at < last && !r.anyOrder:
			r.refuse(path + " 中字段 " + key + " 的次序与规范示例不符")
		}
		last = max(last, at)
		out[key] = n.vals[i]
	}
	return out
}

// leaves are the texts of an object that holds nothing else.
func (r *reader) leaves(nodes map[string]*node) map[string]string {
	out := make(map[string]string, len(nodes))
	for key, n := range nodes {
		if n.kind != 's' {
			r.refuse("字段 " + key + " 的值应为字符串")
			continue
		}
		out[key] = n.text
	}
	return out
}

func index(list []string, s string) int {
	for i, x := range list {
		if x == s {
			return i
		}
	}
	return -1
}

// labels are the Chinese names of the keys, for the texts of refusals.
func labels() map[string]string {
	out := map[string]string{}
	for _, f := range spec.Fields() {
		if _, taken := out[f.Key]; !taken {
			out[f.Key] = f.Label
		}
	}
	return out
}
