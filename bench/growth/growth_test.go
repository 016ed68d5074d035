package main

import (
	"context"
	"regexp"
	"slices"
	"testing"
	"time"

	"sharedkms/bench/measure"
)

// Every page and decision is there in worlds of both sizes, and is answered.
func TestScenarios(t *testing.T) {
	o := options{only: regexp.MustCompile("/(first|detail|direct|deep|owner)$"), part: 1000, time: 5 * time.Millisecond}
	for _, db := range []string{"sqlite", "postgres"} {
		t.Run(db, func(t *testing.T) {
			results, err := onDatabase(context.Background(), o, db)
			if err != nil {
				t.Fatal(err)
			}
			if len(results) < 40 {
				t.Errorf("%d figures", len(results))
			}
			for _, r := range results {
				if r.Rate <= 0 || r.P50 <= 0 {
					t.Errorf("%s did nothing", r.Name)
				}
			}
		})
	}
}

// Measuring on one database keeps the figures of the other one.
func TestInstead(t *testing.T) {
	of := func(words ...string) (results []measure.Result) {
		for i := 0; i < len(words); i += 2 {
			results = append(results, measure.Result{DB: words[i], Name: words[i+1]})
		}
		return results
	}
	for _, c := range []struct {
		db                 string
		before, some, want []measure.Result
	}{
		{"postgres", nil, of("postgres", "a"), of("postgres", "a")},
		{"postgres", of("sqlite", "a", "postgres", "a", "postgres", "b"), of("postgres", "c"), of("sqlite", "a", "postgres", "c")},
		{"sqlite", of("sqlite", "a", "postgres", "a"), of("sqlite", "b", "sqlite", "c"), of("sqlite", "b", "sqlite", "c", "postgres", "a")},
		{"sqlite", of("postgres", "a"), of("sqlite", "a"), of("sqlite", "a", "postgres", "a")},
		{"postgres", of("sqlite", "a"), of("postgres", "a"), of("sqlite", "a", "postgres", "a")},
	} {
		if got := instead(c.before, c.some, c.db); !slices.Equal(got, c.want) {
			t.Errorf("%s in place of %v: got %v, want %v", c.db, c.before, got, c.want)
		}
	}
}

// A filter with another order than the list's own may cost what it does, but takes no more
// statements than other lists.
func TestOrderedKeepTheirStatements(t *testing.T) {
	for name := range ordered {
		if g := goal(name, "postgres"); g.Queries != 4 || g.Times != 0 {
			t.Errorf("%s has the goal %q", name, g)
		}
	}
}
