package measure_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sharedkms/bench/measure"

	"github.com/google/go-cmp/cmp"
)

func TestRunMeasures(t *testing.T) {
	var acts atomic.Int64
	busy := measure.Scenario{
		Name: "busy", DB: "sqlite", Rows: 7, Callers: 3, For: 50 * time.Millisecond,
		Do: func(context.Context, int) error {
			for until := time.Now().Add(time.Millisecond); time.Now().Before(until); {
			}
			acts.Add(1)
			return nil
		},
		Queries: func() int64 { return 2 * acts.Load() },
	}
	r, err := busy.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if r.Rate <= 0 || r.P50 < 1 || r.P99 < r.P50 || r.CPU <= 0 || r.Queries != 2 {
		t.Errorf("got %+v, want a rate, at least 1 ms per act, CPU and 2 queries", r)
	}
}

func TestRunStopsAtAnError(t *testing.T) {
	wrong := errors.New("wrong")
	_, err := measure.Scenario{
		Name: "broken", Callers: 2, For: time.Minute,
		Do: func(_ context.Context, caller int) error {
			if caller == 1 {
				return wrong
			}
			return nil
		},
	}.Run(t.Context())
	if !errors.Is(err, wrong) {
		t.Errorf("got %v, want the act's error at once", err)
	}
}

func TestJudge(t *testing.T) {
	goal := func(name, _ string) measure.Goal {
		if name != "list" {
			return measure.Goal{}
		}
		return measure.Goal{Ratio: 0.5, CPU: 750, Over: measure.Over{Times: 2, Name: "alone"}}
	}
	results := []measure.Result{
		{Name: "bare", DB: "postgres", Callers: 8, Rate: 1000},
		{Name: "list", DB: "postgres", Callers: 8, Rate: 600, CPU: 700, Limit: "bare"},
		{Name: "list", DB: "postgres", Callers: 8, Rate: 400, CPU: 700, Limit: "bare"},
		{Name: "list", DB: "postgres", Callers: 8, Rate: 600, CPU: 800, Limit: "bare"},
		{Name: "list", DB: "sqlite", Callers: 8, Rate: 600, CPU: 700, Limit: "bare"},
		{Name: "bare", DB: "sqlite", Callers: 8, Rate: 1000},
		{Name: "alone", DB: "postgres", Callers: 1, Rate: 300},
		{Name: "alone", DB: "sqlite", Callers: 1, Rate: 301},
	}
	if err := measure.Judge(results, goal); err != nil {
		t.Fatal(err)
	}
	var ok []bool
	for _, r := range results {
		ok = append(ok, r.OK)
	}
	if diff := cmp.Diff([]bool{true, true, false, false, false, true, true, true}, ok); diff != "" {
		t.Errorf("goals met (-want +got):\n%s", diff)
	}
	if got := results[1]; got.Ratio != 0.6 || got.Goal != "ratio ≥ 0.5, rate ≥ 2 × alone, CPU ≤ 750 µs" {
		t.Errorf("got ratio %v and goal %q", got.Ratio, got.Goal)
	}

	growing := []measure.Result{
		{Name: "small", DB: "sqlite", Callers: 1, Rate: 1000, CPU: 100},
		{Name: "large", DB: "sqlite", Callers: 1, Rate: 700, CPU: 125, Limit: "small"},
		{Name: "large", DB: "sqlite", Callers: 1, Rate: 900, CPU: 135, Limit: "small"},
		{Name: "large", DB: "sqlite", Callers: 1, Limit: "small"}, // not answered
	}
	if err := measure.Judge(growing, func(name, _ string) measure.Goal {
		return map[string]measure.Goal{"large": {Times: 1.3}}[name]
	}); err != nil {
		t.Fatal(err)
	}
	if !growing[1].OK || growing[2].OK || growing[3].OK || growing[1].Ratio != 0.7 || growing[1].Times != 1.25 || growing[1].Goal != "CPU ≤ 1.3 times" {
		t.Errorf("got %+v", growing)
	}

	alone := []measure.Result{{Name: "list", DB: "sqlite", Callers: 8, Rate: 600, Limit: "bare"}}
	if err := measure.Judge(alone, goal); err == nil {
		t.Error("a ratio to a limit that was not measured passed")
	}
}

func TestFill(t *testing.T) {
	dir := t.TempDir()
	want := []measure.Result{
		{Name: "keys/list", DB: "sqlite", Rows: 50, Callers: 1, Rate: 1234.5, P50: 0.5, P95: 1, P99: 2, CPU: 400, Queries: 3, Bytes: 40000, Limit: "bare", Ratio: 0.61, Times: 1.7, Goal: "ratio ≥ 0.5", OK: true, Note: "counted 7"},
		{Name: "other", DB: "sqlite"},
	}
	if err := measure.Write(filepath.Join(dir, "bench.jsonl"), want); err != nil {
		t.Fatal(err)
	}
	got, err := measure.Read(filepath.Join(dir, "bench.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}

	document := "Before\n<!-- figures: bench.jsonl keys/ -->\nold\n<!-- /figures -->\nafter\n"
	filled, err := measure.Fill(document, dir)
	if err != nil {
		t.Fatal(err)
	}
	row := "| keys/list | sqlite | 50 | 1 | 1234.5 | 0.5 | 2 | 400 | 3 | 40000 B | 0.61 of bare, 1.7 times its CPU | ratio ≥ 0.5 | yes |\n<!-- /figures -->\nafter\n"
	if !strings.HasSuffix(filled, row) || strings.Contains(filled, "old") || strings.Contains(filled, "| other") {
		t.Errorf("got\n%s\nwant it to end with\n%s", filled, row)
	}
	again, err := measure.Fill(filled, dir)
	if err != nil || again != filled {
		t.Errorf("filling twice changed the document: %v\n%s", err, cmp.Diff(filled, again))
	}

	load, err := measure.Fill("<!-- load: bench.jsonl keys/ -->\n<!-- /load -->\n<!-- counts: bench.jsonl keys/ -->\n<!-- /counts -->\n<!-- growth: bench.jsonl keys/ -->\n<!-- /growth -->\n", dir)
	if err != nil || !strings.Contains(load, "| keys/list | sqlite | 1 | 1234.5 | 0.5 | 1 | 2 | 400 |  | 0.61 of bare, 1.7 times its CPU | ratio ≥ 0.5 | yes |\n") ||
		!strings.Contains(load, "| keys/list | sqlite | counted 7 | yes |\n") || !strings.Contains(load, "| keys/list | sqlite | 0.5 | 400 | 3 | 1.70 | ratio ≥ 0.5 | yes |\n") {
		t.Errorf("%v, got\n%s", err, load)
	}

	if _, err := measure.Fill(strings.Replace(document, " keys/ ", " keys/ kinds/ ", 1), dir); err == nil {
		t.Error("a document lost one of its figures without an error")
	}
	if err := os.Remove(filepath.Join(dir, "bench.jsonl")); err != nil {
		t.Fatal(err)
	}
	if _, err := measure.Fill(document, dir); err == nil {
		t.Error("a document lost its figures without an error")
	}
}

// What other tests counted stays when one is counted anew, on one database.
func TestKeepReplacesItsOwn(t *testing.T) {
	file := filepath.Join(t.TempDir(), "results", "counts.jsonl")
	for _, r := range []measure.Result{{Name: "kill", DB: "sqlite", Note: "1"}, {Name: "kill", DB: "postgres", Note: "2"}, {Name: "clock", DB: "sqlite", Note: "3"}, {Name: "kill", DB: "sqlite", Note: "4"}} {
		if err := measure.Keep(file, r); err != nil {
			t.Fatal(err)
		}
	}
	got, err := measure.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	want := []measure.Result{{Name: "kill", DB: "sqlite", Note: "4"}, {Name: "kill", DB: "postgres", Note: "2"}, {Name: "clock", DB: "sqlite", Note: "3"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
