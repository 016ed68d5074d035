package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"sharedkms/bench/measure"
)

const buildName = "console/cold build"

// build measures how long the first `make run` compiles: with all modules downloaded and
// nothing compiled before.
func build(ctx context.Context) (r measure.Result, err error) {
	dir, err := os.MkdirTemp("", "console-build")
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", filepath.Join(dir, "console"), "./cmd/console")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly", "GOCACHE="+filepath.Join(dir, "cache"))
	from := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		return r, fmt.Errorf("compile the console: %w\n%s", err, out)
	}
	took := float64(time.Since(from).Milliseconds())
	used := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	r.Name, r.Callers, r.P50, r.P99, r.CPU = buildName, 1, took, took, float64(used.Microseconds())
	return r, nil
}
