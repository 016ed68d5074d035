package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"sharedkms/internal/demo"
)

// seedDemo makes the demo world where it is missing, or anew.
func seedDemo(ctx context.Context, c config, reset bool, out io.Writer) error {
	con, err := c.open(ctx)
	if err != nil {
		return err
	}
	if err = con.seed(ctx, c, reset); err == nil {
		_, err = fmt.Fprintln(out, "The demo world is in place. Start the console with CONSOLE_DEMO=1 to enter it.")
	}
	return errors.Join(err, con.store.Close())
}

func (con *console) seed(ctx context.Context, c config, reset bool) error {
	if reset {
		return demo.Reset(ctx, con.store, con.sealer, c.Regions, time.Now())
	}
	return demo.Seed(ctx, con.store, con.sealer, c.Regions, time.Now())
}
