package census

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"hbupload/internal/spec"
)

// text is the wording of a finding.
type text struct {
	rule     spec.RuleID
	severity spec.Severity
	message  string
	cause    string
}

// shown is the key of the i-th entry as texts quote it: not at all if it may
// be an identity number.
func (r *result) shown(i int32) string { return quoted(r.key(int(i))) }

func quoted(key string) string {
	digits := strings.TrimRight(key, "Xx")
	if len(digits) >= 15 && len(digits) <= 18 && strings.Trim(digits, "0123456789") == "" {
		return ""
	}
	return "“" + key + "”"
}

// where names another record as seen from i: by key and row, and by file if
// that is another one.
func (r *result) where(i, other int32) string {
	e := &r.entries[i]
	o := &r.entries[other]
	place := fmt.Sprintf("第 %d 行", o.line)
	if a, b := r.sheets[e.sheet], r.sheets[o.sheet]; a.file != b.file {
		place = "文件 " + filepath.Base(b.ref.File) + " " + place
	} else if a.ref != b.ref {
		place = "工作表 " + b.ref.Name + " " + place
	}
	if key := r.shown(other); key != "" {
		return key + "（" + place + "）"
	}
	return place
}

// rows lists the row numbers of a group, the first ten of them.
func (r *result) rows(group []int32) string {
	var b strings.Builder
	for n, i := range group {
		if n == 10 {
			fmt.Fprintf(&b, " 等 %d ", len(group))
			break
		}
		if n > 0 {
			b.WriteString("、")
		}
		b.WriteString(strconv.Itoa(int(r.entries[i].line)))
	}
	return b.String()
}

func keyDuplicate(rows, key string) text {
	return text{
		rule:    spec.KeyDuplicate,
		message: fmt.Sprintf("体检编号%s在第 %s 行重复，而各行内容不同，无法判断以哪一行为准，该编号的记录都不上报；请改正编号，或删去多余的行", key, rows),
		cause:   "体检编号重复而内容不同",
	}
}

func (r *result) repeated(i, first int32) text {
	return text{
		rule:    spec.IdentityRepeated,
		message: fmt.Sprintf("与%s内容完全相同，已跳过，只上报一次", r.where(i, first)),
		cause:   "同一次体检内容完全相同，重复出现",
	}
}

func (r *result) collision(i, other int32) text {
	return text{
		rule:    spec.IdentityCollision,
		message: fmt.Sprintf("与%s的证件号码、体检日期、初复检标识、监护种类都相同，姓名却不同，其中一个证件号码有误；请核对后改正", r.where(i, other)),
		cause:   "同一证件号码同一天体检，姓名不同",
	}
}

func (r *result) duplicate(i, other int32) text {
	return text{
		rule: spec.IdentityDuplicate,
		message: fmt.Sprintf("与%s是同一人的同一次体检（机构、证件、体检日期、初复检标识、监护种类都相同），内容却不同；请把两条合并到一个体检编号下：体检信息只留一行，危害因素和体检项目各行的体检编号都改成它",
			r.where(i, other)),
		cause: "同一人的同一次体检有两条内容不同的记录",
	}
}

func (r *result) twoCares(i, other int32) text {
	return text{
		rule:     spec.IdentitySameDay,
		severity: spec.Warning,
		message:  fmt.Sprintf("与%s是同一人同一天的两次体检，监护种类不同；确是两次体检时两条都会上传，否则请改正监护种类", r.where(i, other)),
		cause:    "同一人同一天有两次监护种类不同的体检",
	}
}

func (r *result) twoNames(i, other int32) text {
	return text{
		rule:    spec.IDCardTwoNames,
		message: fmt.Sprintf("证件号码与%s相同，姓名却不同；请核对证件号码和姓名", r.where(i, other)),
		cause:   "同一证件号码有不同的姓名",
	}
}

const precisionFix = "请从原系统重新导出，并在导出前把证件号码列设为文本格式"

func precisionLost(t *tally) text {
	return text{
		rule:    spec.IDCardPrecisionLost,
		message: fmt.Sprintf("证件号码以 000 结尾，本列 %d 个号码中有 %d 个如此，末尾几位很可能在按数字保存时丢失；%s", t.all, t.suspect, precisionFix),
		cause:   "证件号码末尾几位可能已丢失（以 000 结尾）",
	}
}

func precisionDoubt() text {
	return text{
		rule:     spec.IDCardPrecisionLost,
		severity: spec.Warning,
		message:  "证件号码以 000 结尾，末尾几位可能在按数字保存时丢失；请与证件核对",
		cause:    "证件号码以 000 结尾，请核对",
	}
}

func orphanText(o spec.Orphan) text {
	t := text{rule: spec.RowOrphan, cause: "体检编号在「体检信息」表中没有对应的人"}
	switch {
	case o.Rule != "":
		t.rule = o.Rule
		t.cause = "体检编号单元格是错误值"
		if o.Rule == spec.FormulaUncached {
			t.cause = "体检编号是公式，没有保存计算结果"
		}
		t.message = t.cause + "，无法知道该行属于谁，没有上报；请直接填写体检编号"
		return t
	case o.Key == "" && o.Place.Col == 0 && o.Place.Sheet != nil:
		t.cause = "「" + o.Place.Sheet.Name + "」缺少“体检编号”列"
		t.message = t.cause + "，无法知道该行属于谁，没有上报；请补上这一列"
		return t
	case o.Key == "":
		t.message = "该行没有体检编号，无法知道属于谁，没有上报；请补上体检编号"
		t.cause = "该行没有体检编号"
		return t
	}
	if near := quoted(o.Near); o.Near != "" && near != "" {
		t.cause = "体检编号在「体检信息」表中没有对应的人，那里有只差前面的 0 的编号"
		t.message = fmt.Sprintf("体检编号%s在「体检信息」表中没有对应的人，该行没有上报；那里有%s，只差前面的 0，可能是被存成数字丢了 0。确是此人时，请把这一格设为文本并改成%s", quoted(o.Key), near, near)
		return t
	}
	t.message = fmt.Sprintf("体检编号%s在「体检信息」表中没有对应的人，该行没有上报；请改正编号，或补上此人的体检信息", quoted(o.Key))
	return t
}
