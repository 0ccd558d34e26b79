package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"hbupload/internal/fault"
)

// A ledger may go back in time: a backup was restored, a database was loaded
// from an older dump, a file was put back. Whatever was sent since would be sent
// again. So each machine remembers how far it has seen its ledger, in a file
// beside it, and sends nothing with one that does not know that any more until a
// person has read what is missing.

// seenName is the file in the data folder that remembers how far the ledger was seen.
const seenName = "ledger-seen.json"

// seenRow is a row that was there, by number and time. Numbers are given again
// after a fall back; the time tells.
type seenRow struct {
	ID int64 `json:"id"`
	At int64 `json:"at_us"`
}

// seen is how far a ledger was seen: its newest rows of what is only appended.
type seen struct {
	Runs     seenRow `json:"runs"`
	Attempts seenRow `json:"attempts"`
	Marks    seenRow `json:"marks"`
}

// seenTables are the columns of seen's rows, by table.
func (s *seen) tables() []struct {
	name, column string
	row          *seenRow
} {
	return []struct {
		name, column string
		row          *seenRow
	}{{"runs", "started", &s.Runs}, {"attempts", "started", &s.Attempts}, {"marks", "at", &s.Marks}}
}

func (l *Ledger) seenPath() string { return filepath.Join(l.opt.dir(), seenName) }

// seenBook is the file: what was seen, by ledger. An embedded ledger is "".
type seenBook map[string]seen

func (l *Ledger) readSeen() seenBook {
	book := seenBook{}
	data, err := os.ReadFile(l.seenPath())
	if err != nil || json.Unmarshal(data, &book) != nil {
		return seenBook{}
	}
	return book
}

// remember notes how far the ledger is seen now. A failure is no reason to stop:
// the next run notes it.
func (l *Ledger) remember(ctx context.Context) {
	var s seen
	err := l.read.query(ctx, func(q queryer) error { return newest(ctx, q, &s) })
	if err != nil {
		return
	}
	book := l.readSeen()
	if book[l.id] == s {
		return
	}
	book[l.id] = s
	data, err := json.Marshal(book)
	if err == nil {
		_ = writeAtomic(l.opt.files(), l.seenPath(), append(data, '\n'))
	}
}

// newest reads the newest rows.
func newest(ctx context.Context, q queryer, s *seen) error {
	for _, t := range s.tables() {
		// The names are our own.
		err := q.QueryRowContext(ctx, `SELECT id, `+t.column+` FROM `+t.name+` ORDER BY id DESC LIMIT 1`).Scan(&t.row.ID, &t.row.At)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	return nil
}

// Gap is what a ledger does not know.
type Gap struct {
	Restored time.Time `json:"restored"` // when a backup was restored; zero where the ledger is older than this machine has seen
	Backup   time.Time `json:"backup"`   // when that backup was made, as far as is known
	LastRun  time.Time `json:"last_run"` // the latest run that the ledger knows
	Seen     time.Time `json:"seen"`     // the latest run that this machine has seen; zero for none
}

// Open reports whether there is a gap.
func (g Gap) Open() bool { return g != Gap{} }

// err words a gap, nil where there is none.
func (g Gap) err() error {
	if !g.Open() {
		return nil
	}
	return fail(fault.Config, nil, g.Sentence()+"，没有上传。",
		"请先弄清此后上传过什么（对照平台上的名单；传过的文件用 hbupload adopt 登记），再执行 hbupload ledger accept-gap，然后照常上传。")
}

// Sentence says what the ledger does not know.
func (g Gap) Sentence() string {
	if !g.Restored.IsZero() {
		return fmt.Sprintf("台账是从备份恢复的（备份于 %s，其中最后一次运行是 %s）：此后上传过什么，它不知道，可能重复上传", moment(g.Backup), moment(g.LastRun))
	}
	return fmt.Sprintf("台账比本机见过的旧（台账里最后一次运行是 %s，本机见过 %s 的）：之间上传过什么，它不知道，可能重复上传", moment(g.LastRun), moment(g.Seen))
}

func moment(t time.Time) string {
	if t.IsZero() {
		return "（不明）"
	}
	return t.Local().Format("2006-01-02 15:04")
}

// Gap returns what the ledger does not know.
func (l *Ledger) Gap(ctx context.Context) (g Gap, err error) {
	if !l.read.exists() {
		book := l.readSeen()
		if s := book[l.id]; s != (seen{}) {
			return Gap{Seen: s.moment()}, nil
		}
		return Gap{}, nil
	}
	err = l.read.query(ctx, func(q queryer) (err error) {
		g, err = l.gap(ctx, q)
		return err
	})
	return g, storageError("查询", err)
}

// whole fails where the ledger has a gap.
func (l *Ledger) whole(ctx context.Context, q queryer) error {
	g, err := l.gap(ctx, q)
	if err != nil {
		return err
	}
	return g.err()
}

// Whole fails where the ledger has a gap.
func (l *Ledger) Whole(ctx context.Context) error {
	g, err := l.Gap(ctx)
	if err != nil {
		return err
	}
	return g.err()
}

func (l *Ledger) gap(ctx context.Context, q queryer) (Gap, error) {
	restored, err := lastNote(ctx, q, noteGap)
	if err != nil {
		return Gap{}, err
	}
	accepted, err := lastNote(ctx, q, noteAccepted)
	if err != nil {
		return Gap{}, err
	}
	if restored.id > accepted.id {
		var g Gap
		_ = json.Unmarshal([]byte(restored.value), &g) // written by Restore; what cannot be read is a gap all the same
		if g.Restored.IsZero() {
			g.Restored = time.Unix(0, 0)
		}
		return g, nil
	}
	return l.behind(ctx, q)
}

// behind reports whether a ledger lacks what this machine has seen of it.
func (l *Ledger) behind(ctx context.Context, q queryer) (Gap, error) {
	s := l.readSeen()[l.id]
	for _, t := range s.tables() {
		if *t.row == (seenRow{}) {
			continue
		}
		var at int64
		// The names are our own.
		err := q.QueryRowContext(ctx, `SELECT `+t.column+` FROM `+t.name+` WHERE id = ?`, t.row.ID).Scan(&at)
		switch {
		case err == nil && at == t.row.At:
			continue
		case err != nil && !errors.Is(err, sql.ErrNoRows):
			return Gap{}, err
		}
		var now seen
		if err := newest(ctx, q, &now); err != nil {
			return Gap{}, err
		}
		return Gap{LastRun: now.moment(), Seen: s.moment()}, nil
	}
	return Gap{}, nil
}

// moment is when the latest thing happened that was seen.
func (s *seen) moment() time.Time {
	at := max(s.Runs.At, s.Attempts.At, s.Marks.At)
	if at == 0 {
		return time.Time{}
	}
	return fromMicro(at)
}

// AcceptGap lets pushes go on: a person has read what the ledger does not know.
// It returns that. The caller holds Lock.
func (l *Ledger) AcceptGap(ctx context.Context) (Gap, error) {
	if l.w == nil {
		return Gap{}, readOnlyError()
	}
	g, err := l.Gap(ctx)
	if err != nil || !g.Open() {
		return g, err
	}
	if err := l.w.do(ctx, func(t *tx) error { return noteWhole(t, noteAccepted, "", l.opt) }); err != nil {
		return g, storageError("登记", err)
	}
	book := l.readSeen()
	delete(book, l.id)
	data, err := json.Marshal(book)
	if err == nil {
		err = writeAtomic(l.opt.files(), l.seenPath(), append(data, '\n'))
	}
	if err != nil {
		return g, fail(fault.Config, err, "无法写入 "+l.seenPath()+"。", "检查数据文件夹的权限和磁盘空间。")
	}
	l.remember(ctx)
	return g, nil
}

// noteRestored marks a ledger that nobody uses as restored from a backup.
func noteRestored(ctx context.Context, opt Options, g Gap) error {
	l, err := Open(ctx, opt) // brings an older one up to date
	if err != nil {
		return err
	}
	value, err := json.Marshal(g)
	if err == nil {
		err = l.w.do(ctx, func(t *tx) error { return noteWhole(t, noteGap, string(value), opt) })
	}
	return storageError("检查备份", errors.Join(err, l.Close()))
}
