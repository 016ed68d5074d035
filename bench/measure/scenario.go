package measure

import (
	"context"
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

	// Do is one act by one caller, 0 to Callers-1. Acts of different callers run at the
	// same time. An error ends the run.
	Do func(ctx context.Context, caller int) error

	// Queries reads a counter of database statements; nil where nobody counts.
	Queries func() int64
}

// Run warms up, then measures. The callers work without pause, so the latencies are those
// of a saturated console, and the next act of a caller waits for its last one.
func (s Scenario) Run(ctx context.Context) (Result, error) {
	if _, err := s.load(ctx, s.For/5); err != nil {
		return Result{}, fmt.Errorf("%s on %s: warming up: %w", s.Name, s.DB, err)
	}
	before := s.meter()
	start := time.Now()
	waits, err := s.load(ctx, s.For)
	if err != nil {
		return Result{}, fmt.Errorf("%s on %s: %w", s.Name, s.DB, err)
	}
	took := time.Since(start)
	used := s.meter().minus(before)

	n := float64(len(waits))
	slices.Sort(waits)
	return Result{
		Name: s.Name, DB: s.DB, Rows: s.Rows, Callers: s.Callers, Limit: s.Limit,
		Rate:    round(n / took.Seconds()),
		P50:     round(ms(percentile(waits, 50))),
		P99:     round(ms(percentile(waits, 99))),
		CPU:     round(float64(used.cpu.Microseconds()) / n),
		Queries: round(float64(used.queries) / n),
		Allocs:  round(float64(used.allocs) / n),
	}, nil
}

// load lets all callers work until the time is up and returns how long each act took, at
// least one per caller.
func (s Scenario) load(ctx context.Context, d time.Duration) ([]time.Duration, error) {
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
				if over.Load() {
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
	r := reading{cpu: ownCPU() + postgresCPU(), allocs: sample[0].Value.Uint64()}
	if s.Queries != nil {
		r.queries = s.Queries()
	}
	return r
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
