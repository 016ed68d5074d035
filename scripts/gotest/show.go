package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// event is one line of go test -json (go doc test2json).
type event struct{ Action, Package, Test, Output string }

// summary counts tests and their subtests, as go test -v would list them. A package that
// fails without a failing test (it does not compile, its TestMain gives up) counts as one.
type summary struct {
	passed, failed, skipped int
	blamed                  map[string]bool // packages one of whose tests failed
}

func (s summary) good() bool { return s.failed == 0 && s.skipped == 0 && s.passed > 0 }

func (s summary) String() string {
	line := fmt.Sprintf("%d passed, %d failed", s.passed, s.failed)
	if s.skipped > 0 {
		line += fmt.Sprintf(", %d skipped", s.skipped)
	}
	return line
}

// show reads events until the end and prints what a person needs: build errors at once,
// a test's output when it fails or is skipped, a package's closing line and what a test has
// counted always.
func show(w io.Writer, r io.Reader) (summary, error) {
	sum := summary{blamed: map[string]bool{}}
	kept := map[string]*strings.Builder{}
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) != nil {
				_, _ = w.Write(line)
			} else {
				sum.take(w, kept, e)
			}
		}
		if err == io.EOF {
			return sum, nil
		}
		if err != nil {
			return sum, err
		}
	}
}

func (s *summary) take(w io.Writer, kept map[string]*strings.Builder, e event) {
	key := e.Package + "\x00" + e.Test
	switch e.Action {
	case "build-output":
		fmt.Fprint(w, e.Output)
	case "output":
		if m := counted.FindStringSubmatch(e.Output); m != nil {
			fmt.Fprintf(w, "%s: %s\n", e.Test, m[1])
			return
		}
		if kept[key] == nil {
			kept[key] = &strings.Builder{}
		}
		if e.Test != "" || !closing(e.Output) {
			kept[key].WriteString(e.Output)
		} else {
			fmt.Fprint(w, e.Output)
		}
	case "pass", "fail", "skip":
		s.count(e)
		if e.Action == "fail" || e.Action == "skip" && e.Test != "" {
			if out := kept[key]; out != nil {
				fmt.Fprint(w, out.String())
			}
		}
		delete(kept, key)
	}
}

func (s *summary) count(e event) {
	switch {
	case e.Action == "fail" && (e.Test != "" || !s.blamed[e.Package]):
		s.failed++
		s.blamed[e.Package] = true
	case e.Action == "pass" && e.Test != "":
		s.passed++
	case e.Action == "skip" && e.Test != "":
		s.skipped++
	}
}

// counted is a line that a test logged to say what it counted, whether it passes or not.
var counted = regexp.MustCompile(`^\s*(?:\S+\.go:\d+: )?counted: (.*)\n?$`)

// closing tells the line that go test prints for a package as a whole.
func closing(line string) bool {
	return strings.HasPrefix(line, "ok  \t") || strings.HasPrefix(line, "FAIL\t") ||
		strings.HasPrefix(line, "?   \t")
}
