package ledger

import (
	"maps"
	"slices"
	"strings"
)

// keepPaths notes the paths that this process has met and the database does not
// have yet; those of the leaves at hand are among them.
func (l *Ledger) keepPaths(t *tx) {
	if more := l.digester.beyond(t.w.paths, len(t.paths)); more != nil {
		t.paths = more
	}
}

// pathChunk bounds the paths of one statement.
const pathChunk = 200

// learn stores the noted paths after their transaction, in a statement of its
// own and in ascending order: within it, two machines that meet the same new
// paths would wait for each other. A kill in between costs the name of a field,
// until some process meets the path again.
func (w *writer) learn(t *tx) error {
	hashes := slices.Sorted(maps.Keys(t.paths))
	for chunk := range slices.Chunk(hashes, pathChunk) {
		args := make([]any, 0, 2*len(chunk))
		for _, h := range chunk {
			args = append(args, int64(h), t.paths[h])
		}
		//nolint:gosec // only placeholders are put together
		query := `INSERT INTO paths (hash, path) VALUES ` + strings.TrimSuffix(strings.Repeat(`(?, ?),`, len(chunk)), ",") + ` ON CONFLICT (hash) DO NOTHING`
		query, args = w.d.bind(query, args)
		if _, err := w.conn.ExecContext(t.ctx, query, args...); err != nil {
			return err
		}
		for _, h := range chunk {
			w.paths[h] = struct{}{}
		}
	}
	return nil
}
