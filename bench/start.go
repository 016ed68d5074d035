package main

import (
	"context"
	"errors"
	"math"
	"os"
	"slices"

	"sharedkms/bench/measure"
	"sharedkms/bench/program"
)

const startName = "console/start"

// starts is how often the console is started; the slowest counts as the 99th percentile.
const starts = 5

// start measures the program as it is shipped, on a database that is migrated: how long
// after the process was started it has answered its first page, and its memory then.
func start(ctx context.Context, binary, db string) (r measure.Result, err error) {
	dir, err := os.MkdirTemp("", "console-start")
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	cfg, drop, err := program.NewDatabase(ctx, db, dir)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, drop()) }()
	settings := program.Settings{Binary: binary, Dir: dir, Database: cfg}
	if _, err := settings.RootKey(); err != nil {
		return r, err
	}
	var waits []float64
	for i := range starts + 1 {
		wait, memory, err := startOnce(ctx, settings)
		if err != nil {
			return r, err
		}
		if i > 0 { // the first one migrates
			waits = append(waits, wait)
			r.Memory = max(r.Memory, memory)
		}
	}
	slices.Sort(waits)
	r.Name, r.DB, r.Callers = startName, db, 1
	r.P50, r.P99, r.Rate = waits[len(waits)/2], waits[len(waits)-1], math.Round(10_000/waits[len(waits)/2])/10
	return r, nil
}

// startOnce gives milliseconds and megabytes.
func startOnce(ctx context.Context, s program.Settings) (wait, memory float64, err error) {
	p, err := program.Start(ctx, s)
	if err != nil {
		return 0, 0, err
	}
	memory, err = p.Resident()
	return float64(p.Took.Microseconds()) / 1000, memory, errors.Join(err, p.Stop())
}
