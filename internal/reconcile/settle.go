package reconcile

import (
	"context"
	"time"

	"hbupload/internal/ledger"
)

// Options say how far a list may be trusted.
type Options struct {
	Complete bool      // a person says that the list is whole for its dates
	Made     time.Time // when the list was written at the latest; zero: not known
	DryRun   bool
}

// Judge decides what the list settles: exact matches that are in doubt, and with a
// complete list also those that are not in it. Nothing is written yet.
func (c *Comparison) Judge(l *List, o Options) {
	first, last := l.dates()
	for i := range c.Matches {
		m := &c.Matches[i]
		if m.Ours < 0 {
			continue
		}
		ours := &c.Ours[m.Ours]
		switch {
		case m.Kind == exact && ours.State == ledger.StateInDoubt:
			m.Settled = ledger.AsSent
		case m.Kind == exact:
			m.Reason = known(ours)
		case m.Kind != oursOnly || ours.State != ledger.StateInDoubt || ours.Bare:
		case !o.Complete:
			m.Reason += "；名单若是它那些日期的全部，请加 --complete，就会列为可以再传"
		default:
			if m.Reason = c.notAbsent(m.Ours, l, o, first, last); m.Reason == "" {
				m.Settled = ledger.AsResend
				m.Reason = "名单在 " + first + " 至 " + last + " 是全部，没有这个人"
			}
		}
	}
}

// known says what the ledger has of a record that the list holds.
func known(o *Ours) string {
	switch o.State {
	case ledger.StateAccepted:
		return "台账也记为已接收"
	case ledger.StateNone:
		return "平台上有，台账没有发送过：若是用别的方式报的，请用 hbupload adopt 登记，以免再传一次"
	}
	return "平台上有，而台账记为" + o.State.Label() + "：请在平台上打开这个人核对，再用 hbupload adopt 登记"
}

// notAbsent says why a record that the list does not hold is still not to be sent
// again, "" where it is.
func (c *Comparison) notAbsent(i int, l *List, o Options, first, last string) string {
	ours := &c.Ours[i]
	switch {
	case ours.Date == "" || first == "" || ours.Date < first || ours.Date > last:
		return "结果不明；体检日期 " + ours.Date + " 不在名单的日期（" + first + " 至 " + last + "）之内，名单说明不了"
	case c.near[i]:
		return "结果不明；名单里有一行可能就是这个人，不能当作没有"
	case l.blind(ours.Date):
		return "结果不明；名单里有看不出是谁的行，不能当作没有"
	case len(l.Unread) > 0:
		return "结果不明；名单里有没有认出的表，不能当作没有"
	case !l.covers(ours):
		return "结果不明；名单是别的机构的，说明不了"
	case !o.Made.IsZero() && ours.sentAt().After(o.Made.Add(clockSlack)):
		return "结果不明；名单比这次发送早（文件保存于 " + o.Made.Local().Format("2006-01-02 15:04") + "），请导出新的名单"
	}
	return ""
}

// clockSlack is how far the clocks of this machine and of the one that wrote the list
// may be apart.
const clockSlack = 10 * time.Minute

// dates are the first and last day of examination in the list, "" where it has none.
func (l *List) dates() (first, last string) {
	for i := range l.Rows {
		d := l.Rows[i].Date
		if d == "" {
			continue
		}
		if first == "" || d < first {
			first = d
		}
		if d > last {
			last = d
		}
	}
	return first, last
}

// blind reports whether a row that names nobody may be of a day.
func (l *List) blind(day string) bool {
	for i := range l.Rows {
		if r := &l.Rows[i]; r.blind() && (r.Date == "" || r.Date == day) {
			return true
		}
	}
	return false
}

// covers reports whether the list may hold records of an institution.
func (l *List) covers(o *Ours) bool {
	for i := range l.Rows {
		if compareInstitution(&l.Rows[i], o, true) != differs {
			return true
		}
	}
	return false
}

// Settler settles records by a list (ledger.Ledger).
type Settler interface {
	Reconcile(ctx context.Context, list [32]byte, judgements []ledger.Judgement) ([]ledger.Judged, error)
}

// Settle brings what Judge decided to the ledger; what the ledger refuses is not
// settled, with its reason.
func (c *Comparison) Settle(ctx context.Context, l *List, led Settler) error {
	var judgements []ledger.Judgement
	var at []int
	for i := range c.Matches {
		m := &c.Matches[i]
		if m.Settled == "" {
			continue
		}
		o := &c.Ours[m.Ours]
		judgements = append(judgements, ledger.Judgement{SubmissionID: o.ID, How: m.Settled, Attempts: o.Attempts})
		at = append(at, i)
	}
	if len(judgements) == 0 {
		return nil
	}
	judged, err := led.Reconcile(ctx, l.Digest, judgements)
	for i, j := range judged {
		if !j.Settled {
			m := &c.Matches[at[i]]
			m.Settled = ""
			m.Reason = j.Reason
		}
	}
	return err
}

// Withhold makes a rehearsal of what Judge decided.
func (c *Comparison) Withhold() {
	for i := range c.Matches {
		m := &c.Matches[i]
		switch m.Settled {
		case ledger.AsSent:
			m.Reason = "演练：会记为平台已收到"
		case ledger.AsResend:
			m.Reason = "演练：会列为可以再传；" + m.Reason
		}
		m.Settled = ""
	}
}
