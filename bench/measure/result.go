// Package measure times what the console does and keeps the figures.
//
// A scenario is one thing done again and again by a number of callers at once. Its result
// is one JSON line in bench/results; figures in documents are written from those lines by
// bench/document and never by hand.
//
// A figure is worth something only beside a limit taken in the same run on the same
// machine: the same statements by the bare driver, the same bytes by the bare server.
// Absolute speeds of one machine swing by 40 %, ratios hardly. So a scenario that names a
// limit is compared with that other scenario's rate, and its goal is a ratio; CPU time and
// latencies have goals of their own.
package measure

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Result is one measured scenario. Rates are acts per second of all callers together;
// CPU, queries and allocations are per act.
type Result struct {
	Name    string  `json:"name"`
	DB      string  `json:"db"`      // sqlite or postgres
	Rows    int     `json:"rows"`    // rows of the main table while measuring
	Callers int     `json:"callers"` // at the same time
	Rate    float64 `json:"rate"`
	P50     float64 `json:"p50_ms"`
	P95     float64 `json:"p95_ms,omitempty"`
	P99     float64 `json:"p99_ms"`
	CPU     float64 `json:"cpu_us"`              // of this process and of the database server's
	Queries float64 `json:"queries"`             // 0 where nobody counts
	Allocs  float64 `json:"allocs"`              // heap objects
	Bytes   int     `json:"bytes,omitempty"`     // of one answer before compression
	Memory  float64 `json:"memory_mb,omitempty"` // resident, of the whole process
	Limit   string  `json:"limit"`               // scenario of the same run and database to compare with
	Ratio   float64 `json:"ratio"`               // rate / the limit's rate
	Times   float64 `json:"times,omitempty"`     // CPU / the limit's CPU
	Goal    string  `json:"goal"`                // as a person reads it: "ratio ≥ 0.5, cpu ≤ 750 µs"
	OK      bool    `json:"ok"`
	Note    string  `json:"note,omitempty"` // what has no column, as a person reads it
}

// Write replaces file with one line per result, in the order given. The file is complete
// or not there: a run that is cut short leaves the old one.
func Write(file string, results []Result) error {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	for _, r := range results {
		if err := enc.Encode(r); err != nil {
			return fmt.Errorf("write figure %s: %w", r.Name, err)
		}
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	next := file + ".next"
	if err := os.WriteFile(next, text.Bytes(), 0o644); err != nil {
		return err
	}
	return os.Rename(next, file)
}

// Keep writes results into file in place of those of the same names and databases. The others
// stay: they take an hour together, and each tells of itself.
func Keep(file string, results ...Result) error {
	kept, err := Read(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, r := range results {
		same := func(k Result) bool { return k.Name == r.Name && k.DB == r.DB }
		if i := slices.IndexFunc(kept, same); i >= 0 {
			kept[i] = r
		} else {
			kept = append(kept, r)
		}
	}
	return Write(file, kept)
}

// Read returns the results of a file that Write wrote.
func Read(file string) ([]Result, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var results []Result
	for dec := json.NewDecoder(bytes.NewReader(text)); dec.More(); {
		var r Result
		if err := dec.Decode(&r); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		results = append(results, r)
	}
	return results, nil
}
