package main

import (
	"testing"
	"time"

	"sharedkms/bench/crew"
)

// Each number of connections is measured beside its limit, on both databases, and every
// answer is the one expected.
func TestRun(t *testing.T) {
	o := options{connections: []int{1, 4}, size: crew.Small, time: 500 * time.Millisecond}
	results, err := run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, r := range results {
		seen[r.DB+" "+r.Name]++
		if r.Name == mixedName && (r.Rate <= 0 || r.CPU <= 0 || r.P99 < r.P95 || r.Ratio <= 0 || r.Memory <= 0) {
			t.Errorf("got %+v, want rate, waits, CPU, memory and a limit", r)
		}
		if r.Name == startName && !r.OK {
			t.Errorf("%g MB after start with the demo world, want %s", r.Memory, r.Goal)
		}
	}
	for _, db := range []string{"sqlite", "postgres"} {
		if seen[db+" "+startName] != 1 || seen[db+" "+mixedName] != 2 || seen[db+" "+staticName] != 2 {
			t.Errorf("on %s: %v", db, seen)
		}
	}
}
