package cli

import (
	"hbupload/internal/ledger"
	"hbupload/internal/push"
)

// stateWord is a ledger's state in the words of the summary of a push: an operator
// who reads 结果不明 there must not look for another word in the history.
func stateWord(s ledger.State) string {
	switch s {
	case ledger.StateAccepted, ledger.StateRejected, ledger.StateInDoubt, ledger.StateUndelivered:
		return push.State(s).Label()
	}
	return s.Label()
}

// outcomeWord says how one attempt ended.
func outcomeWord(c ledger.Class) string {
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

// markWord says what a person, or the start of a run, did to a record.
func markWord(a ledger.Action) string {
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
