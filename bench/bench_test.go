package main

import (
	"context"
	"regexp"
	"testing"
	"time"
)

// Every scenario runs, its statements are counted, and its answer is the one expected.
func TestScenarios(t *testing.T) {
	o := options{only: regexp.MustCompile("^(gate|kms|csms|page)/"), time: 10 * time.Millisecond}
	for _, db := range []string{"sqlite", "postgres"} {
		t.Run(db, func(t *testing.T) {
			results, err := onDatabase(context.Background(), o, db)
			if err != nil {
				t.Fatal(err)
			}
			seen := map[string]bool{}
			for _, r := range results {
				seen[r.Name] = true
				if r.Rate <= 0 {
					t.Errorf("%s did nothing", r.Name)
				}
				if goals[r.Name].Queries > 0 && r.Queries <= 0 {
					t.Errorf("%s: nobody counted its statements", r.Name)
				}
			}
			for name := range goals {
				if name != startName && name != buildName && !seen[name] {
					t.Errorf("there is a goal for %s and no such scenario", name)
				}
			}
		})
	}
}
