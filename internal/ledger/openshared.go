package ledger

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"

	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/ledger/shared"
)

// Unverified reports whether the way to a shared ledger is open to others: another
// machine's database, without a verified certificate.
func Unverified(address string) bool { return shared.Unverified(address) }

// Place names a shared ledger's database without the password.
func Place(address string) string { return shared.Place(address) }

// postgresStore is the database of several machines.
type postgresStore struct {
	db  *sql.DB
	opt Options
}

// exists implements store: what was not there was refused when it was opened.
func (s *postgresStore) exists() bool { return true }

// query implements store.
func (s *postgresStore) query(ctx context.Context, read func(q queryer) error) error {
	return shared.Read(ctx, func() error { return read(shared.Numbered{Queryer: s.db}) })
}

// snapshot implements store.
func (s *postgresStore) snapshot(ctx context.Context, read func(q queryer) error) error {
	opt := &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	return shared.Read(ctx, func() error {
		return snapshot(ctx, s.db, opt, func(q queryer) error { return read(shared.Numbered{Queryer: q}) })
	})
}

// integrity implements store: the server looks after its own files.
func (s *postgresStore) integrity(context.Context) ([]string, error) { return nil, nil }

// close implements store.
func (s *postgresStore) close() error { return s.db.Close() }

// openShared opens a shared ledger for writing.
func openShared(ctx context.Context, opt Options) (*Ledger, error) {
	return openSeveral(ctx, opt, func(path string, data []byte) error { return createOnce(opt.files(), path, data) })
}

// readShared opens a shared ledger for reading.
func readShared(ctx context.Context, opt Options) (*Ledger, error) {
	return openSeveral(ctx, opt, nil)
}

// openSeveral opens a shared ledger; without create it is for reading.
func openSeveral(ctx context.Context, opt Options, create func(path string, data []byte) error) (*Ledger, error) {
	db, _, err := shared.Dial(opt.URL)
	if err != nil {
		return nil, err
	}
	l := &Ledger{opt: opt, read: &postgresStore{db, opt}}
	s := &several{l: l}
	l.machines = s
	if err = l.verifyShared(ctx, s); err == nil {
		s.machine, err = shared.Machine(filepath.Join(opt.dir(), MachineName), opt.Host, create)
	}
	if err == nil && create != nil {
		l.w, err = newWriter(ctx, db, postgresDialect(), opt)
	}
	if err != nil {
		return nil, errors.Join(storageError("打开", err), db.Close())
	}
	return l, nil
}

// verifyShared checks version and key.
func (l *Ledger) verifyShared(ctx context.Context, s *several) error {
	return l.read.query(ctx, func(q queryer) error {
		version, err := shared.Version(ctx, q)
		switch {
		case err != nil:
			return err
		case version == 0:
			return fail(fault.Config, nil, "台账数据库里还没有台账，或这个用户没有权限。", "由数据库的所有者执行一次 hbupload ledger init，再执行它打印的授权语句。")
		case version > newestSchema("postgres"):
			return tooNew(version)
		case version < newestSchema("postgres"):
			return fail(fault.Config, nil, "台账数据库由旧版程序建立，需先升级。", "由数据库的所有者再执行一次 hbupload ledger init。")
		}
		key, err := sharedKey(ctx, q, l.opt)
		if err != nil {
			return err
		}
		l.digester = NewDigester(key)
		s.check = checkValue(key)
		l.id, err = metaValue(ctx, q, shared.LedgerID)
		return err
	})
}

// sharedKey reads the key that all machines have, and holds it against the
// database's check value.
func sharedKey(ctx context.Context, q queryer, opt Options) ([]byte, error) {
	path := opt.keyPath()
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fail(fault.Config, err, "共用台账的密钥文件 "+path+" 不存在。", "从建立台账的那台电脑复制 ledger_key_file 指定的文件到这里（权限 0600），不要另建。")
	case err == nil && info.Mode().Perm()&0o077 != 0 && filepath.Separator == '/':
		return nil, fail(fault.Config, nil, "其他用户可以读取共用台账的密钥文件 "+path+"。", "请执行 chmod 600 "+host.ShellQuote(path))
	}
	key, err := readKey(path)
	if err != nil {
		return nil, keyFailure(opt, err)
	}
	check, err := metaValue(ctx, q, checkName)
	switch {
	case err != nil:
		return nil, err
	case check != checkValue(key):
		return nil, fail(fault.Config, nil, "密钥文件 "+path+" 不是这个台账的密钥，无法核对台账里的记录。", "从建立台账的那台电脑重新复制 ledger_key_file 指定的文件。")
	}
	return key, nil
}
