package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
)

// createAccount makes an account and prints what its first user needs, once.
func createAccount(ctx context.Context, c config, name string, out io.Writer) error {
	if on(c.Demo) {
		return errors.New("CONSOLE_DEMO: a demo world takes no other accounts")
	}
	con, err := c.open(ctx)
	if err != nil {
		return err
	}
	if err := con.refuseDemo(ctx); err != nil {
		return errors.Join(err, con.store.Close())
	}
	id, password, err := con.services.IAM.CreateAccount(ctx, iam.NewAccount{Name: name})
	if f, ok := fault.As(err); ok {
		err = errors.New(f.Message)
		if len(f.Fields) > 0 {
			err = errors.New(f.Fields[0].Message)
		}
	}
	if err == nil {
		_, err = fmt.Fprintf(out, `Account            %s
Account ID         %s
User               root
One-time password  %s

The password is shown once and must be changed at first sign-in.
`, name, id, password)
	}
	return errors.Join(err, con.store.Close())
}
