package ledger

import (
	"database/sql"
	"encoding/binary"
)

// recoveredKeys bounds the keys a recovery names.
const recoveredKeys = 100

func collectKeys(rec *Recovered) func(*sql.Rows) error {
	*rec = Recovered{}
	return func(rs *sql.Rows) error {
		var key string
		err := rs.Scan(&key)
		if rec.Count++; len(rec.Keys) < recoveredKeys {
			rec.Keys = append(rec.Keys, key)
		}
		return err
	}
}

// keepPaths stores the paths of packed leaves that the database does not have
// yet. What this transaction stored counts for later ones only once it is
// committed.
func (l *Ledger) keepPaths(t *tx, leaves []byte) error {
	for ; len(leaves) >= leafSize; leaves = leaves[leafSize:] {
		h := binary.BigEndian.Uint32(leaves)
		if _, ok := t.w.paths[h]; ok {
			continue
		}
		if _, ok := t.paths[h]; ok {
			continue
		}
		path, ok := l.digester.path(h)
		if !ok {
			continue
		}
		if _, err := t.exec(`INSERT INTO paths (hash, path) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING`, int64(h), path); err != nil {
			return err
		}
		t.paths[h] = struct{}{}
	}
	return nil
}
