package main

import (
	"strings"
	"testing"

	"sharedkms/bench/measure"
)

// written are the figures that the documents show.
func written(t *testing.T) []measure.Result {
	t.Helper()
	results, err := measure.Read("results/bench.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	return results
}

// What was measured last says that uses at the same time reach half of what their groups of
// statements do, and on PostgreSQL two and a half times what one caller reaches.
func TestUsesReachHalfOfTheirLimit(t *testing.T) {
	rates := map[string]float64{}
	seen := 0
	for _, r := range written(t) {
		if r.Name == "kms/decrypt" {
			rates[r.DB] = r.Rate
		}
		if r.Name != "kms/decrypt, 32 callers" {
			continue
		}
		seen++
		if r.Limit == "" || r.Ratio < 0.5 {
			t.Errorf("32 uses at the same time on %s reach %g of %q, want half", r.DB, r.Ratio, r.Limit)
		}
		if r.DB == "postgres" && (rates[r.DB] == 0 || r.Rate < 2.5*rates[r.DB]) {
			t.Errorf("32 callers use keys %g times a second, one caller %g", r.Rate, rates[r.DB])
		}
	}
	if seen != 2 {
		t.Errorf("%d figures of 32 uses at the same time, want one for each database", seen)
	}
}

// What was measured last says that no page is below half of what its statements and its
// component do alone, asked for by 32 browsers. Compressed ones are measured beside a limit
// that is not compressed, and have no such goal.
func TestPagesReachHalfOfTheirLimit(t *testing.T) {
	for _, r := range written(t) {
		if !strings.HasPrefix(r.Name, "page/") || r.Limit != r.Name+" rows and templ" || r.Callers != windows {
			continue
		}
		if r.Ratio < 0.5 {
			t.Errorf("%s on %s reaches %g of %q, want half", r.Name, r.DB, r.Ratio, r.Limit)
		}
	}
}
