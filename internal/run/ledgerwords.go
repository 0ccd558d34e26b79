package run

import (
	"hbupload/internal/ledger"
	"hbupload/internal/push"
)

// OutcomeWord says how one attempt ended.
func OutcomeWord(c ledger.Class) string {
	switch c {
	case "":
		return "没有答复"
	case ledger.ClassAccepted:
		return push.Accepted.Label()
	case ledger.ClassRejected:
		return push.Rejected.Label()
	case ledger.ClassNotProcessed:
		return push.Undelivered.Label()
	case ledger.ClassUnknown:
		return push.InDoubt.Label()
	case ledger.ClassDeadToken:
		return "登录失效"
	case ledger.ClassWrongAddress:
		return "地址不对"
	case ledger.ClassNotSent:
		return "没有发出"
	}
	return string(c)
}

// MarkWord says what a person, or the start of a run, did to a record.
func MarkWord(a ledger.Action) string {
	switch a {
	case ledger.ActAdopt:
		return "登记为以前已传"
	case ledger.ActMarkSent:
		return "核实：平台上已有"
	case ledger.ActMarkResend:
		return "核实：平台上没有，再传"
	case ledger.ActMarkSamePerson:
		return "确认改名后是同一人"
	case ledger.ActRecover:
		return "上次运行中断，列为结果不明"
	case ledger.ActLateAnswer:
		return "台账数据库退回过，补记平台的答复"
	}
	return string(a)
}
