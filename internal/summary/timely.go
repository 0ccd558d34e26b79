package summary

import (
	"strconv"
	"strings"
	"time"
)

// Timely says of a run who of its exports was never sent, and who was late.
type Timely struct {
	People    int      `json:"people"`
	NeverSent []string `json:"never_sent"`
	Accepted  int      `json:"accepted"`  // by this run, with a report's date
	MostDays  int      `json:"most_days"` // from the report's date until this run took it
	MostKey   string   `json:"most_days_key,omitempty"`
	Late      []string `json:"late"`
	Deadline  int      `json:"deadline,omitempty"` // 0: nobody is late
}

// Took notes a record that this run brought to the platform so many days after its
// report.
func (t *Timely) Took(key string, days int) {
	t.Accepted++
	if t.MostKey == "" || days > t.MostDays {
		t.MostDays = days
		t.MostKey = key
	}
	t.Waited(key, days)
}

// Waited notes a record that was taken, or waits, so many days after its report.
func (t *Timely) Waited(key string, days int) {
	if t.Deadline > 0 && days > t.Deadline {
		t.Late = append(t.Late, key)
	}
}

// Words are what a person is told: nothing where all were sent and no deadline is set.
func (t *Timely) Words() []string {
	if t == nil {
		return nil
	}
	var out []string
	if len(t.NeverSent) > 0 {
		out = append(out, "从未上传 "+strconv.Itoa(len(t.NeverSent))+" 人（"+some(t.NeverSent)+"）")
	}
	if t.Deadline <= 0 {
		return out
	}
	if t.Accepted > 0 {
		out = append(out, "本次接收的 "+strconv.Itoa(t.Accepted)+" 人里，最晚的在报告出具后第 "+strconv.Itoa(t.MostDays)+" 天（"+t.MostKey+"）")
	}
	late := "报告出具后超过 " + strconv.Itoa(t.Deadline) + " 天才接收或还没有接收的：" + strconv.Itoa(len(t.Late)) + " 人"
	if len(t.Late) > 0 {
		late += "（" + some(t.Late) + "）"
	}
	return append(out, late)
}

// some names the first of many.
func some(keys []string) string {
	const most = 5
	if len(keys) <= most {
		return strings.Join(keys, "、")
	}
	return strings.Join(keys[:most], "、") + " 等"
}

const secondsOfDay = 24 * 60 * 60

// Day is a date (YYYY-MM-DD) as a number of days; 0 where it cannot be read.
func Day(text string) int32 {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0
	}
	return int32(t.Unix() / secondsOfDay)
}

// DayOf is the day of a moment by the clock of this machine.
func DayOf(at time.Time) int32 {
	year, month, day := at.Local().Date()
	return int32(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsOfDay)
}
