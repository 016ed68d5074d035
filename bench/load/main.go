// Command load measures the console as it is shipped, a process of its own, under the mixed
// load of a crew (package crew) by real HTTP and real sign-ins, and writes one JSON line per
// scenario to bench/results/load.jsonl; see package measure. With -soak it watches consoles on
// both databases side by side for that long, and writes bench/results/soak.jsonl. `make torture`
// runs both.
//
// The callers work without pause, so the figures are those of a saturated console on a
// machine that also runs the crew and the database. Beside each number of connections its
// limit is measured in turns: as many static bytes by the same process as an answer has.
//
// CPU is that of the console and of the database server; the crew's is left out. Memory is
// the most that the process ever had until then.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"sharedkms/bench/crew"
	"sharedkms/bench/measure"
	"sharedkms/bench/program"
)

const (
	resultsFile = "bench/results/load.jsonl"
	soakFile    = "bench/results/soak.jsonl"
)

// options are the flags. Without any, all numbers of connections are measured and written down.
type options struct {
	db          string        // sqlite, postgres, or both when empty
	time        time.Duration // measured time of each number of connections
	soak        time.Duration // 0 for no soak
	connections []int
	size        crew.Size
}

// soakers are the connections while the console is watched for long.
const soakers = 32

func main() {
	o := options{connections: []int{1, 8, 32, 128}, size: crew.Full}
	flag.StringVar(&o.db, "db", "", "measure on sqlite or postgres alone, and write nothing down")
	flag.DurationVar(&o.time, "time", 20*time.Second, "measured `time` of each number of connections")
	flag.DurationVar(&o.soak, "soak", 0, "watch consoles at work for this `time` instead")
	flag.Parse()
	file := resultsFile
	if o.soak > 0 {
		file, o.connections = soakFile, nil
	}
	results, err := run(context.Background(), o)
	if err == nil && o.db == "" {
		err = measure.Write(file, results)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (results []measure.Result, err error) {
	dir, err := os.MkdirTemp("", "console-load")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	binary, err := program.Build(ctx, dir)
	if err != nil {
		return nil, err
	}
	dbs := []string{"sqlite", "postgres"}
	if o.db != "" {
		dbs = []string{o.db}
	}
	part, errs := make([][]measure.Result, len(dbs)), make([]error, len(dbs))
	var soaks sync.WaitGroup
	for i, db := range dbs {
		if o.soak > 0 { // memory does not depend on what else the machine does
			soaks.Go(func() { part[i], errs[i] = soak(ctx, o, binary, db) })
		} else if part[i], errs[i] = load(ctx, o, binary, db); errs[i] != nil {
			break
		}
	}
	soaks.Wait()
	for i, db := range dbs {
		if errs[i] != nil {
			return nil, fmt.Errorf("%s: %w", db, errs[i])
		}
	}
	results = slices.Concat(part...)
	return results, measure.Judge(results, goal)
}

// goal is what is asked of memory; load itself has none but to go on.
func goal(name, _ string) measure.Goal {
	switch name {
	case startName:
		return measure.Goal{Memory: 64}
	case mixedName, soakName:
		return measure.Goal{Memory: 256}
	}
	return measure.Goal{}
}

const (
	startName  = "load/start with the demo world"
	mixedName  = "load/mixed"
	staticName = "load/static"
	soakName   = "load/soak"
)

// load measures a start and each number of connections.
func load(ctx context.Context, o options, binary, db string) (results []measure.Result, err error) {
	start, err := demo(ctx, binary, db)
	if err != nil {
		return nil, err
	}
	say(start)
	b, err := open(ctx, o, binary, db)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	results = append(results, start)
	for _, n := range o.connections {
		some, err := b.load(ctx, o.time, n)
		if err != nil {
			return nil, errors.Join(err, errors.New(b.program.Said.String()))
		}
		for _, r := range some {
			say(r)
		}
		results = append(results, some...)
	}
	return results, nil
}

// soak watches one console at work.
func soak(ctx context.Context, o options, binary, db string) (results []measure.Result, err error) {
	b, err := open(ctx, o, binary, db)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	r, err := b.soak(ctx, o.soak)
	if err != nil {
		return nil, errors.Join(err, errors.New(b.program.Said.String()))
	}
	say(r)
	return []measure.Result{r}, nil
}

// demo starts the console with the demo world, and again once it is made.
func demo(ctx context.Context, binary, db string) (r measure.Result, err error) {
	b := &bench{db: db}
	defer func() { err = errors.Join(err, b.close()) }()
	settings, err := b.settings(ctx, binary)
	if err != nil {
		return r, err
	}
	settings.Demo = true
	r = measure.Result{Name: startName, DB: db, Callers: 1}
	for range 2 {
		p, err := program.Start(ctx, settings)
		if err != nil {
			return r, err
		}
		memory, err := p.Resident()
		if err := errors.Join(err, p.Stop()); err != nil {
			return r, err
		}
		r.Memory = max(r.Memory, memory)
	}
	return r, nil
}

func say(r measure.Result) {
	fmt.Printf("%-9s %-31s %3d connections %8.5g/s  p50 %6.3g ms  p95 %6.3g ms  p99 %6.3g ms  %6.4g µs", r.DB, r.Name, r.Callers, r.Rate, r.P50, r.P95, r.P99, r.CPU)
	if r.Memory > 0 {
		fmt.Printf("  %g MB", r.Memory)
	}
	if r.Note != "" {
		fmt.Printf("  %s", r.Note)
	}
	fmt.Println()
}

// share is a part of all acts, by kind.
type shares map[crew.Kind][]time.Duration

func (s shares) total() (n int) {
	for _, waits := range s {
		n += len(waits)
	}
	return n
}

func (s shares) join(b shares) {
	for kind, waits := range b {
		s[kind] = slices.Concat(s[kind], waits)
	}
}
