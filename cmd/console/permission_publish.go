package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"sharedkms/internal/fault"
	"sharedkms/internal/ram"
)

// permissionFileMost is the most that a file of permissions is read for, in bytes.
const permissionFileMost = 1 << 20

// publishPermissions publishes new versions of system-defined permissions from a file.
func publishPermissions(ctx context.Context, c config, path string, out io.Writer) error {
	file, err := readPermissionFile(path)
	if err != nil {
		return err
	}
	con, err := c.open(ctx)
	if err != nil {
		return err
	}
	published, err := con.services.RAM.PublishPermissions(ctx, file)
	if f, ok := fault.As(err); ok {
		err = fmt.Errorf("%s: %s Nothing was published", path, f.Message)
	}
	for _, p := range published {
		text := fmt.Sprintf("%s is at version %d already.\n", p.Permission, p.Version)
		if p.New {
			text = fmt.Sprintf("%s: version %d is published. Shares of %d accounts use older ones until their owners update them.\n", p.Permission, p.Version, p.Accounts)
		}
		if _, writeErr := io.WriteString(out, text); writeErr != nil {
			err = errors.Join(err, writeErr)
		}
	}
	return errors.Join(err, con.store.Close())
}

func readPermissionFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // read only
	text, err := io.ReadAll(io.LimitReader(file, permissionFileMost+1))
	if err == nil && len(text) > permissionFileMost {
		err = fmt.Errorf("%s is larger than %d bytes", path, permissionFileMost)
	}
	return text, err
}

// publishShipped publishes the permissions that this release brings.
func (con *console) publishShipped(ctx context.Context) error {
	published, err := con.services.RAM.PublishShipped(ctx)
	logPublished(published)
	return err
}

func logPublished(list []ram.Published) {
	for _, p := range list {
		if p.New {
			slog.Info("published a new version of a permission", "permission", p.Permission, "version", p.Version, "accounts", p.Accounts)
		}
	}
}
