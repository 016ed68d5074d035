package measure

import (
	"fmt"
	"math"
	"strings"
)

// Goal is what a scenario has to reach. A zero field asks for nothing.
type Goal struct {
	Ratio   float64 // at least this part of the limit's rate
	Times   float64 // at most so many times the limit's CPU, which other work on the machine changes least
	Rate    float64 // at least, per second
	CPU     float64 // at most, µs per act
	P99     float64 // at most, ms
	Queries float64 // at most, per act
	Bytes   float64 // at most, of one answer
	Memory  float64 // at most, MB
	Over    Over    // rate beside that of another scenario
}

// Over asks for at least Times the rate of the scenario Name on the same database,
// whatever its number of callers.
type Over struct {
	Times float64
	Name  string
}

func (g Goal) String() string {
	var parts []string
	add := func(set float64, format string) {
		if set != 0 {
			parts = append(parts, fmt.Sprintf(format, set))
		}
	}
	add(g.Ratio, "ratio ≥ %g")
	add(g.Times, "CPU ≤ %g times")
	add(g.Rate, "rate ≥ %g/s")
	if g.Over.Times != 0 {
		parts = append(parts, fmt.Sprintf("rate ≥ %g × %s", g.Over.Times, g.Over.Name))
	}
	add(g.CPU, "CPU ≤ %g µs")
	add(g.P99, "p99 ≤ %g ms")
	add(g.Queries, "queries ≤ %g")
	add(g.Bytes, "bytes ≤ %g")
	add(g.Memory, "memory ≤ %g MB")
	return strings.Join(parts, ", ")
}

func (g Goal) met(r Result) bool {
	return r.Ratio >= g.Ratio && r.Rate >= g.Rate &&
		(g.Times == 0 || r.Times > 0 && r.Times <= g.Times) &&
		(g.CPU == 0 || r.CPU <= g.CPU) &&
		(g.P99 == 0 || r.P99 <= g.P99) &&
		(g.Queries == 0 || r.Queries > 0 && math.Round(r.Queries) <= g.Queries) && // one act in a minute notes the sign-in too
		(g.Bytes == 0 || r.Bytes > 0 && float64(r.Bytes) <= g.Bytes) &&
		(g.Memory == 0 || r.Memory > 0 && r.Memory <= g.Memory)
}

// Judge compares each result with its limit, a result of the same database and of the
// same number of callers, and says whether its goal is met. A limit that was not measured
// is an error: a ratio to nothing must not pass.
func Judge(results []Result, goal func(name, db string) Goal) error {
	for i := range results {
		r := &results[i]
		g := goal(r.Name, r.DB)
		if r.Limit != "" {
			limit, ok := find(results, *r)
			if !ok {
				return fmt.Errorf("%s on %s: its limit %q was not measured with %d callers", r.Name, r.DB, r.Limit, r.Callers)
			}
			r.Ratio = round(r.Rate / limit.Rate)
			if limit.CPU > 0 {
				r.Times = round(r.CPU / limit.CPU)
			}
		}
		r.Goal, r.OK = g.String(), g.met(*r)
		if g.Over.Times != 0 {
			other, ok := rateOf(results, g.Over.Name, r.DB)
			if !ok {
				return fmt.Errorf("%s on %s: %q was not measured", r.Name, r.DB, g.Over.Name)
			}
			r.OK = r.OK && r.Rate >= g.Over.Times*other
		}
	}
	return nil
}

func find(results []Result, of Result) (Result, bool) {
	for _, r := range results {
		if r.Name == of.Limit && r.DB == of.DB && r.Callers == of.Callers && r.Rate > 0 {
			return r, true
		}
	}
	return Result{}, false
}

func rateOf(results []Result, name, db string) (float64, bool) {
	for _, r := range results {
		if r.Name == name && r.DB == db {
			return r.Rate, true
		}
	}
	return 0, false
}
