// Command bench measures the console and writes one JSON line per scenario to
// bench/results/bench.jsonl; see package measure. `make bench` runs it.
//
// It runs in one process with the console, over an empty database of each kind, and beside
// each scenario it measures its limit in turns: the same statements by the bare driver, the
// same page from the same rows without the console's layers, or the same number of bytes
// from the same server. The statements of a limit are not written down here: they are those
// that the console itself was seen to send for the act, so a limit cannot fall behind it.
//
// The browser is in the process too. It sends a request that was written once and reads the
// answer to its end, which costs 30 µs or less; that is part of each figure of a page.
//
// A goal that is missed is reported, and does not fail the run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"time"

	"sharedkms/bench/measure"
)

const resultsFile = "bench/results/bench.jsonl"

// options are the flags. Without any, all is measured and written down.
type options struct {
	only    *regexp.Regexp // names to measure; nothing is judged or written then
	db      string         // sqlite, postgres, or both when empty
	time    time.Duration  // measured time of a scenario
	profile string         // directory of profiles, one of CPU and one of allocations per scenario
	console string         // the program
}

func main() {
	var o options
	only := flag.String("only", "", "measure the scenarios whose name matches this `expression`, and write nothing down")
	flag.StringVar(&o.db, "db", "", "measure on sqlite or postgres alone, and write nothing down")
	flag.DurationVar(&o.time, "time", 2*time.Second, "measured `time` of a scenario")
	flag.StringVar(&o.console, "console", "bin/console", "the `program`, to be started")
	flag.StringVar(&o.profile, "profile", "", "write profiles of CPU and allocations to this `directory`; the scenarios then run one after the other")
	flag.Parse()
	var err error
	if o.only, err = regexp.Compile(*only); err == nil {
		err = run(context.Background(), o, *only == "" && o.db == "" && o.profile == "")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options, whole bool) error {
	var results []measure.Result
	for _, db := range []string{"sqlite", "postgres"} {
		if o.db != "" && o.db != db {
			continue
		}
		some, err := onDatabase(ctx, o, db)
		if err != nil {
			return fmt.Errorf("%s: %w", db, err)
		}
		results = append(results, some...)
	}
	if o.only.MatchString(buildName) && o.profile == "" {
		r, err := build(ctx)
		if err != nil {
			return err
		}
		say(r)
		results = append(results, r)
	}
	if !whole {
		return nil
	}
	if err := measure.Judge(results, goal); err != nil {
		return err
	}
	missed := 0
	for _, r := range results {
		if !r.OK {
			missed++
			fmt.Printf("missed: %s on %s: %s\n", r.Name, r.DB, r.Goal)
		}
	}
	fmt.Printf("%d figures, %d goals missed; %s\n", len(results), missed, resultsFile)
	return measure.Write(resultsFile, results)
}

// group is a scenario with its limits, measured in turns.
type group []measure.Scenario

func onDatabase(ctx context.Context, o options, db string) (results []measure.Result, err error) {
	w, err := newWorld(ctx, db, draftsFor(o.time))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	for _, prepare := range []func(context.Context, *world) ([]group, error){
		decisions, uses, secrets, pages,
	} {
		groups, err := prepare(ctx, w)
		if err != nil {
			return nil, err
		}
		for _, g := range groups {
			some, err := o.measure(ctx, db, g)
			if err != nil {
				return nil, err
			}
			results = append(results, some...)
		}
	}
	if o.only.MatchString(startName) {
		r, err := start(ctx, o.console, db)
		if err != nil {
			return nil, err
		}
		say(r)
		results = append(results, r)
	}
	return results, nil
}

func (o options) measure(ctx context.Context, db string, g group) ([]measure.Result, error) {
	g = slices.DeleteFunc(g, func(s measure.Scenario) bool { return !o.only.MatchString(s.Name) })
	for i := range g {
		g[i].DB, g[i].For = db, o.time
	}
	if o.profile != "" {
		return nil, o.profiled(ctx, g)
	}
	results, err := measure.Together(ctx, g...)
	for _, r := range results {
		say(r)
	}
	return results, err
}

func say(r measure.Result) {
	fmt.Printf("%-9s %-26s %3d callers %8.5g/s  p50 %6.3g ms  p99 %6.3g ms  %6.4g µs  %5.3g queries  %6.5g allocs", r.DB, r.Name, r.Callers, r.Rate, r.P50, r.P99, r.CPU, r.Queries, r.Allocs)
	if r.Bytes > 0 {
		fmt.Printf("  %d B", r.Bytes)
	}
	if r.Memory > 0 {
		fmt.Printf("  %g MB", r.Memory)
	}
	fmt.Println()
}
