package main

import (
	"context"
	"regexp"
	"testing"
	"time"
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
