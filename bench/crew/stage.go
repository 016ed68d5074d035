package crew

import (
	"context"
	"errors"
	"time"

	"sharedkms/bench/program"
	"sharedkms/internal/seal"
	"sharedkms/internal/store"
	"sharedkms/web"
)

// Stage is a database with a world in it, and what starts consoles on it.
type Stage struct {
	*World
	Store    *store.Store // beside the consoles, to look at rows
	Sealer   *seal.Sealer
	Settings program.Settings
}

// NewStage builds a world for the console that binary is. dir becomes its own.
func NewStage(ctx context.Context, binary, dir string, cfg store.Config, size Size) (_ *Stage, err error) {
	settings := program.Settings{Binary: binary, Dir: dir, Database: cfg}
	root, err := settings.RootKey()
	if err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, st.Close())
		}
	}()
	sealer, err := seal.OpenSealer(ctx, st, root, time.Now)
	if err != nil {
		return nil, err
	}
	s := &Stage{Store: st, Sealer: sealer, Settings: settings}
	if s.World, err = Build(ctx, web.NewServices(st, sealer, Regions, time.Now), st, size); err != nil {
		return nil, err
	}
	// Rows that come by and by are counted by PostgreSQL itself within a minute.
	_, write := st.Pools()
	_, err = write.ExecContext(ctx, "ANALYZE")
	return s, err
}

// Close leaves the database.
func (s *Stage) Close() error { return s.Store.Close() }
