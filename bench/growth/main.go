// Command growth measures what a page, and a decision, cost in a database of a million rows
// beside what they cost in one of a thousand, and writes bench/results/scale.jsonl.
//
// Both consoles run in this process, each over a database of its own that package scale
// has filled, and are asked in turns, so that what else the machine does slows both. The
// account that asks has 1,000 keys, secrets and shares in one world and 100,000 in the
// other, and in its trail 20,000 traces, of which each filter fills a page. A page that
// shows another number of rows in both worlds is an error.
//
// A goal that is missed is measured again, five times as long, and that figure counts. One
// that is missed then is reported, and does not fail the run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"sharedkms/bench/measure"
	"sharedkms/bench/scale"
)

const resultsFile = "bench/results/scale.jsonl"

// options are the flags. Without any, all is measured at full size and written down; with a
// database, what was measured on it takes the place of what is written of it.
type options struct {
	only *regexp.Regexp
	db   string
	part int           // measure one n-th of the full size
	time time.Duration // measured time of a scenario
	keep string        // directory of worlds that are loaded once and used again
}

func main() {
	var o options
	only := flag.String("only", "", "measure the pages whose name matches this `expression`, and write nothing down")
	flag.StringVar(&o.db, "db", "", "measure on sqlite or postgres alone, and keep the figures of the other one")
	flag.IntVar(&o.part, "part", 1, "load one `n`-th of the full size, and write nothing down")
	flag.DurationVar(&o.time, "time", 400*time.Millisecond, "measured `time` of a scenario")
	flag.StringVar(&o.keep, "keep", "", "keep the loaded worlds in this `directory`, and on the server, and use those that are there")
	flag.Parse()
	var err error
	if o.only, err = regexp.Compile(*only); err == nil {
		err = run(context.Background(), o, *only == "" && o.part == 1)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "growth:", err)
		os.Exit(1)
	}
}

// traces of the full size: PostgreSQL is the database of those who have many.
var traces = map[string]int{"sqlite": 1_000_000, "postgres": 10_000_000}

var databases = []string{"sqlite", "postgres"}

func run(ctx context.Context, o options, whole bool) error {
	if o.db != "" && !slices.Contains(databases, o.db) {
		return fmt.Errorf("there is no database %q", o.db)
	}
	var results []measure.Result
	for _, db := range databases {
		if o.db != "" && o.db != db {
			continue
		}
		some, err := onDatabase(ctx, o, db)
		if err != nil {
			return fmt.Errorf("%s: %w", db, err)
		}
		results = append(results, some...)
	}
	n, err := missed(results)
	if err != nil {
		return err
	}
	for _, r := range results {
		if !r.OK {
			fmt.Printf("missed: %s on %s: %.3g µs of CPU, %.3g times that of %s; wanted %s\n", r.Name, r.DB, r.CPU, r.Times, r.Limit, r.Goal)
		}
	}
	fmt.Printf("%d figures, %d goals missed\n", len(results), n)
	if !whole {
		return nil
	}
	if o.db != "" {
		before, err := measure.Read(resultsFile)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		results = instead(before, results, o.db)
	}
	return measure.Write(resultsFile, results)
}

// missed judges results and counts the goals that they miss.
func missed(results []measure.Result) (n int, err error) {
	err = measure.Judge(results, goal)
	for _, r := range results {
		if !r.OK {
			n++
		}
	}
	return n, err
}

// instead puts what was measured on one database in place of what was before, and keeps the
// others' figures and the order of the databases.
func instead(before, results []measure.Result, db string) []measure.Result {
	at := slices.IndexFunc(before, func(r measure.Result) bool { return r.DB == db })
	kept := slices.DeleteFunc(slices.Clone(before), func(r measure.Result) bool { return r.DB == db })
	if at < 0 {
		at = len(kept)
		if db == databases[0] {
			at = 0
		}
	}
	return slices.Insert(kept, at, results...)
}

func onDatabase(ctx context.Context, o options, db string) (_ []measure.Result, err error) {
	var sites [3]*site
	full := scale.Full(traces[db])
	sizes := [3]scale.Size{full.Part(1000), full.Part(max(100, o.part)), full}
	if o.part > 1 {
		sizes[2] = full.Part(o.part)
	}
	sizes[1].Traces = min(200_000, sizes[2].Traces)
	for i, size := range sizes {
		begun := time.Now()
		s, err := open(ctx, o, db, size)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, s.close()) }()
		sites[i] = s
		fmt.Printf("%s: %d keys, %d associations, %d traces in %s\n", db, size.Keys(), size.Associations(), size.Traces, time.Since(begun).Round(time.Second))
	}
	var results []measure.Result
	for _, prepare := range []func(context.Context, options, [3]*site) ([]pair, error){decisions, moves, pages} {
		pairs, err := prepare(ctx, o, sites)
		if err != nil {
			return nil, err
		}
		for _, p := range pairs {
			some, err := p.decide(ctx, o, db)
			if err != nil {
				return nil, err
			}
			results = append(results, some...)
		}
	}
	return results, nil
}

// unanswered tells a page that the console did not wait for to the end.
func unanswered(err error) bool { return err != nil && strings.Contains(err.Error(), "status 503") }

// pair is an act in a large world, and the same in a small one, its limit.
type pair struct{ acts [2]measure.Scenario }

// decide measures, and once more for longer where a goal is missed: by a short look alone,
// one of twenty is missed by chance.
func (p pair) decide(ctx context.Context, o options, db string) ([]measure.Result, error) {
	results, err := p.measure(ctx, o, db)
	if err != nil {
		return nil, err
	}
	n, err := missed(results)
	if err != nil || n == 0 {
		return results, err
	}
	o.time *= 5
	return p.measure(ctx, o, db)
}

func (p pair) measure(ctx context.Context, o options, db string) ([]measure.Result, error) {
	if !o.only.MatchString(p.acts[0].Name) {
		return nil, nil
	}
	for i := range p.acts {
		p.acts[i].DB, p.acts[i].For, p.acts[i].Callers = db, o.time, 1
	}
	var results []measure.Result
	var err error
	if p.acts[0].Do != nil && p.acts[1].Do != nil {
		results, err = measure.Together(ctx, p.acts[:]...)
	}
	if unanswered(err) {
		fmt.Println(err)
		results, err = nil, nil
	}
	if results == nil && err == nil && p.acts[1].Do != nil {
		if results, err = measure.Together(ctx, p.acts[1]); unanswered(err) {
			fmt.Println(err)
			results, err = nil, nil
		}
	}
	if err != nil {
		return nil, err
	}
	if len(results) < 2 { // missed, whatever the goal
		missed := measure.Result{Name: p.acts[0].Name, DB: db, Rows: p.acts[0].Rows, Callers: 1}
		if len(results) == 1 {
			missed.Limit = p.acts[0].Limit
		}
		return append(results, missed), nil
	}
	fmt.Printf("%-9s %-44s %8.3f ms, of %8.3f ms  %6.2f times  %6.0f µs of %6.0f µs  %g queries\n", db, p.acts[0].Name,
		results[0].P50, results[1].P50, results[0].P50/results[1].P50, results[0].CPU, results[1].CPU, results[0].Queries)
	return results, nil
}
