package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sharedkms/internal/seal"
	"sharedkms/internal/store"
	"sharedkms/web"
)

func (c *config) file(name string) string { return filepath.Join(c.DataDir, name) }

// makeDataDir makes the data directory when something will lie in it.
func (c *config) makeDataDir() error {
	if c.DatabaseURL != "" {
		return nil
	}
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return fmt.Errorf("make data directory: %w", err)
	}
	return nil
}

// rootKey opens the root key. With the embedded database and no key named, a file in the data
// directory is made, before the database, and never beside a database that exists already: its
// keys would not open under a new one.
func (c *config) rootKey() (seal.RootKey, error) {
	if c.RootKey != "" {
		return seal.OpenRootKey(c.RootKey, c.DataDir, false)
	}
	_, err := os.Stat(c.file("console.db"))
	key, keyErr := seal.OpenRootKey("file:", c.DataDir, errors.Is(err, os.ErrNotExist))
	if keyErr != nil && err == nil {
		return nil, fmt.Errorf("%w: the database in %s needs the root key it was made with; restore %s from the backup", keyErr, c.DataDir, c.file(seal.RootKeyFile))
	}
	return key, keyErr
}

// console is everything that stands on the database.
type console struct {
	store    *store.Store
	sealer   *seal.Sealer
	services web.Services
	now      func() time.Time // of the process, to be compared with the database's
}

// open migrates the database, opens the sealer and wires the rooms. It refuses a database
// that does not fit the configuration.
func (c *config) open(ctx context.Context) (_ *console, err error) {
	if err := c.makeDataDir(); err != nil {
		return nil, err
	}
	root, err := c.rootKey()
	if err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, c.database())
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
	con := &console{store: st, sealer: sealer, services: web.NewServices(st, sealer, c.Regions, time.Now), now: time.Now}
	if err := c.fits(ctx, con); err != nil {
		return nil, err
	}
	return con, con.publishShipped(ctx)
}

// fits refuses a database whose keys or accounts the configuration would leave out.
func (c *config) fits(ctx context.Context, con *console) error {
	used, err := con.services.KMS.RegionsInUse(ctx)
	if err != nil {
		return err
	}
	var dropped []string
	for _, r := range used {
		if !slices.Contains(c.Regions, r) {
			dropped = append(dropped, r)
		}
	}
	if len(dropped) > 0 {
		return fmt.Errorf("CONSOLE_REGIONS: %s holds keys that would be out of reach; offer it again", strings.Join(dropped, ", "))
	}
	if !on(c.Demo) {
		return nil
	}
	_, others, err := con.services.IAM.AccountKinds(ctx)
	if err != nil {
		return err
	}
	if others {
		return errors.New("CONSOLE_DEMO: the database holds accounts that are not part of the demo world; anyone could sign in to the console beside them. Use another database")
	}
	return nil
}

// refuseDemo refuses a demo world to commands of real use: its accounts stand in the source,
// its users have no passwords, and whoever started it as a demo could act as any of them.
func (con *console) refuseDemo(ctx context.Context) error {
	demo, _, err := con.services.IAM.AccountKinds(ctx)
	if err == nil && demo {
		return errors.New("the database holds the demo world, whose users have no passwords. Set CONSOLE_DEMO=1 to enter it; for real use name another place: CONSOLE_DATA_DIR, or DATABASE_URL")
	}
	return err
}

func migrate(ctx context.Context, c config, out io.Writer) error {
	if err := c.makeDataDir(); err != nil {
		return err
	}
	if err := store.Migrate(ctx, c.database()); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, "The schema is up to date.")
	return err
}
