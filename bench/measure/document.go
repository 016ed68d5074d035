package measure

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// block is a table in a document: between
//
//	<!-- figures: bench.jsonl -->
//	<!-- /figures -->
//
// stands what Fill writes there. "load" in place of "figures" makes the table of a load, with
// the 95th percentile, "growth" one of what costs how many times its limit, and "counts" one of
// notes: what was counted and has no column. After the file's name may follow beginnings of the
// names wanted; without any, all of the file are.
var block = regexp.MustCompile(`(?s)(<!-- (figures|load|growth|counts): ([\w.-]+\.jsonl)((?: [\w/.-]+)*) -->\n).*?(<!-- /(?:figures|load|growth|counts) -->)`)

// Fill returns the text of a document with each of its tables written anew from the
// results in dir. A file that is not there is an error, and so is a beginning that no figure
// has: a document must not lose its figures unseen.
func Fill(text, dir string) (string, error) {
	var failed error
	filled := block.ReplaceAllStringFunc(text, func(b string) string {
		m := block.FindStringSubmatch(b)
		results, err := Read(filepath.Join(dir, m[3]))
		if err != nil {
			failed = err
			return b
		}
		results, missing := wanted(results, strings.Fields(m[4]))
		if missing != "" || len(results) == 0 {
			failed = fmt.Errorf("%s holds no figure %q for %q", m[3], missing, m[1])
			return b
		}
		return m[1] + tables[m[2]](results) + m[5]
	})
	return filled, failed
}

// wanted are the results whose names begin so; missing is a beginning that none has.
func wanted(results []Result, beginnings []string) (some []Result, missing string) {
	if len(beginnings) == 0 {
		return results, ""
	}
	found := map[string]bool{}
	for _, r := range results {
		for _, b := range beginnings {
			if strings.HasPrefix(r.Name, b) {
				some, found[b] = append(some, r), true
				break
			}
		}
	}
	for _, b := range beginnings {
		if !found[b] {
			return nil, b
		}
	}
	return some, ""
}

var tables = map[string]func([]Result) string{"figures": table, "load": loadTable, "growth": growthTable, "counts": countTable}

func loadTable(results []Result) string {
	var t strings.Builder
	t.WriteString("| What | Database | Connections | Per second | p50 ms | p95 ms | p99 ms | CPU µs | Memory MB | Part of limit | Goal | Met |\n")
	t.WriteString("|---|---|--:|--:|--:|--:|--:|--:|--:|---|---|---|\n")
	for _, r := range results {
		ratio, met := verdict(r)
		fmt.Fprintf(&t, "| %s | %s | %d | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n",
			r.Name, r.DB, r.Callers, some(r.Rate), some(r.P50), some(r.P95), some(r.P99), some(r.CPU), some(r.Memory), ratio, r.Goal, met)
	}
	return t.String()
}

func growthTable(results []Result) string {
	var t strings.Builder
	t.WriteString("| What | Database | p50 ms | CPU µs | Queries | Times the CPU at a thousand | Goal | Met |\n|---|---|--:|--:|--:|--:|---|---|\n")
	for _, r := range results {
		_, met := verdict(r)
		times := ""
		if r.Times > 0 {
			times = fmt.Sprintf("%.2f", r.Times)
		}
		fmt.Fprintf(&t, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", r.Name, r.DB, some(r.P50), some(r.CPU), some(r.Queries), times, r.Goal, met)
	}
	return t.String()
}

func countTable(results []Result) string {
	var t strings.Builder
	t.WriteString("| What | Database | Counted | Met |\n|---|---|---|---|\n")
	for _, r := range results {
		_, met := verdict(r)
		fmt.Fprintf(&t, "| %s | %s | %s | %s |\n", r.Name, r.DB, r.Note, met)
	}
	return t.String()
}

// some leaves out what was not measured.
func some(f float64) string {
	if f == 0 {
		return ""
	}
	return number(f)
}

// verdict is how a result stands to its limit and its goal, where it has them.
func verdict(r Result) (ratio, met string) {
	if r.Limit != "" {
		ratio = fmt.Sprintf("%s of %s", number(r.Ratio), r.Limit)
		if r.Times > 0 {
			ratio += fmt.Sprintf(", %s times its CPU", number(r.Times))
		}
	}
	if r.Goal != "" {
		met = map[bool]string{true: "yes", false: "**no**"}[r.OK]
	}
	return ratio, met
}

func table(results []Result) string {
	var t strings.Builder
	t.WriteString("| What | Database | Rows | Callers | Per second | p50 ms | p99 ms | CPU µs | Queries | Size | Part of limit | Goal | Met |\n")
	t.WriteString("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|---|---|---|\n")
	for _, r := range results {
		ratio, met := verdict(r)
		fmt.Fprintf(&t, "| %s | %s | %d | %d | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n",
			r.Name, r.DB, r.Rows, r.Callers, number(r.Rate), number(r.P50), number(r.P99),
			number(r.CPU), number(r.Queries), size(r), ratio, r.Goal, met)
	}
	return t.String()
}

// size is that of an answer, or of the process.
func size(r Result) string {
	switch {
	case r.Memory > 0:
		return number(r.Memory) + " MB"
	case r.Bytes > 0:
		return number(float64(r.Bytes)) + " B"
	}
	return ""
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
