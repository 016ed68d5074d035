package measure

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime/metrics"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Scenario is one thing to do again and again.
type Scenario struct {
	Name    string
	DB      string
	Rows    int
	Callers int           // at least 1
	For     time.Duration // measured time; a fifth of it again is spent on warming up
	Limit   string        // name of the scenario to compare with, if any

	Bytes int // of one answer before compression, where that counts

	// Do is one act by one caller, 0 to Callers-1. Acts of different callers run at the
	// same time. An error ends the run.
	Do func(ctx context.Context, caller int) error

	// Queries reads a counter of database statements; nil where nobody counts.
	Queries func() int64

	// CPU reads the processor time of what is measured, where that is another process; nil
	// means this one. The database server's is added anyway.
	CPU func() time.Duration
}

// rounds is how often the scenarios of Together take turns, and least how many acts each
// caller does in a turn, however long they take.
const rounds, least = 5, 4

// Run warms up, then measures. The callers work without pause, so the latencies are those
// of a saturated console, and the next act of a caller waits for its last one.
func (s Scenario) Run(ctx context.Context) (Result, error) {
	results, err := Together(ctx, s)
	if err != nil {
		return Result{}, err
	}
	return results[0], nil
}

// Together measures scenarios that are compared with each other: in turns, a part of the
// time each, so that a machine that is busy for a while slows all of them.
//
// A turn goes on until its time is up and each caller has done a few acts, so that acts
// that take longer than a turn are measured, too; in one of a few milliseconds, by which
// tests see that a scenario works, each caller does one.
func Together(ctx context.Context, scenarios ...Scenario) ([]Result, error) {
	taken := make([]turns, len(scenarios))
	for _, s := range scenarios {
		if s.DB == "postgres" && postgresCPU() == 0 {
			return nil, errors.New("the processor time of the database server is not known: run this through scripts/with-postgres, without TEST_DATABASE_URL")
		}
		if _, err := s.load(ctx, s.For/rounds, 1); err != nil {
			return nil, fmt.Errorf("%s on %s: warming up: %w", s.Name, s.DB, err)
		}
	}
	for range rounds {
		for i, s := range scenarios {
			if err := taken[i].take(ctx, s); err != nil {
				return nil, fmt.Errorf("%s on %s: %w", s.Name, s.DB, err)
			}
		}
	}
	results := make([]Result, len(scenarios))
	for i, s := range scenarios {
		results[i] = taken[i].result(s)
	}
	return results, nil
}

// turns is what a scenario did and used in all its turns.
type turns struct {
	waits []time.Duration
	took  time.Duration
	used  reading
}

func (t *turns) take(ctx context.Context, s Scenario) error {
	// Looking at the server's processes costs as much as many an act: it comes before the
	// own counters are read, and after.
	server := postgresCPU()
	before, start := s.meter(), time.Now()
	acts := least
	if s.For < 100*time.Millisecond {
		acts = 1
	}
	waits, err := s.load(ctx, s.For/rounds, acts)
	if err != nil {
		return err
	}
	t.took += time.Since(start)
	t.used = t.used.plus(s.meter().minus(before))
	t.used.cpu += postgresCPU() - server
	t.waits = append(t.waits, waits...)
	return nil
}

func (t *turns) result(s Scenario) Result {
	n := float64(len(t.waits))
	r := Result{
		Name: s.Name, DB: s.DB, Rows: s.Rows, Callers: s.Callers, Limit: s.Limit,
		Rate:    round(n / t.took.Seconds()),
		CPU:     round(float64(t.used.cpu.Microseconds()) / n),
		Queries: round(float64(t.used.queries) / n),
		Allocs:  round(float64(t.used.allocs) / n),
		Bytes:   s.Bytes,
	}
	r.Waits(t.waits)
	return r
}

// Waits fills in how long acts took, which are sorted by that.
func (r *Result) Waits(waits []time.Duration) {
	slices.Sort(waits)
	r.P50, r.P95, r.P99 = round(ms(percentile(waits, 50))), round(ms(percentile(waits, 95))), round(ms(percentile(waits, 99)))
}

// load lets all callers work until the time is up and each has done that many acts, and
// returns how long each act took.
func (s Scenario) load(ctx context.Context, d time.Duration, acts int) ([]time.Duration, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var over atomic.Bool
	timer := time.AfterFunc(d, func() { over.Store(true) })
	defer timer.Stop()

	waits := make([][]time.Duration, s.Callers)
	var callers sync.WaitGroup
	for c := range s.Callers {
		callers.Go(func() {
			for {
				start := time.Now()
				if err := s.Do(ctx, c); err != nil {
					cancel(err)
				}
				if ctx.Err() != nil {
					return
				}
				waits[c] = append(waits[c], time.Since(start))
				if over.Load() && len(waits[c]) >= acts {
					return
				}
			}
		})
	}
	callers.Wait()
	return slices.Concat(waits...), context.Cause(ctx)
}

// reading is what counters show at one moment.
type reading struct {
	cpu     time.Duration
	queries int64
	allocs  uint64
}

func (s Scenario) meter() reading {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:objects"}}
	metrics.Read(sample)
	r := reading{cpu: ownCPU(), allocs: sample[0].Value.Uint64()}
	if s.CPU != nil { // allocations of this process say nothing then
		r = reading{cpu: s.CPU()}
	}
	if s.Queries != nil {
		r.queries = s.Queries()
	}
	return r
}

func (r reading) plus(b reading) reading {
	return reading{cpu: r.cpu + b.cpu, queries: r.queries + b.queries, allocs: r.allocs + b.allocs}
}

func (r reading) minus(b reading) reading {
	return reading{cpu: r.cpu - b.cpu, queries: r.queries - b.queries, allocs: r.allocs - b.allocs}
}

// percentile is the nearest rank of sorted durations.
func percentile(sorted []time.Duration, p int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	rank := (len(sorted)*p + 99) / 100
	return sorted[max(rank, 1)-1]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// round keeps three digits that count; more would be noise.
func round(f float64) float64 {
	if f == 0 || math.IsInf(f, 0) || math.IsNaN(f) {
		return 0
	}
	scale := math.Pow(10, 2-math.Floor(math.Log10(math.Abs(f))))
	return math.Round(f*scale) / scale
}
