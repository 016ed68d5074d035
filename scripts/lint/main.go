// Command lint checks what no ready-made linter knows of this project. Run from the
// repository's root it prints one line per finding, "file:line: what is wrong and what to
// do", and exits with 1 when there is one.
//
// The checks: rooms (which package may import which), rows (how database rows are
// declared), templates (no inline style or script), frontend (JavaScript parses, own CSS
// stays small), promises (docs/promises.md names tests, stories and figures that exist).
// Arguments choose some of them; without one all run.
//
// They read source text and syntax trees and never build the program, so they take less
// than a second and also work while another package does not compile.
package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// check looks at the tree under root. Findings are for people to mend; an error means
// that the check itself could not be done.
type check struct {
	name string
	run  func(root string) (findings []string, err error)
}

var checks = []check{
	{"rooms", rooms},
	{"rows", rows},
	{"templates", templates},
	{"frontend", frontend},
	{"promises", promises},
}

func main() {
	os.Exit(lint(".", os.Args[1:]))
}

func lint(root string, names []string) int {
	code := 0
	for _, c := range checks {
		if len(names) > 0 && !slices.Contains(names, c.name) {
			continue
		}
		findings, err := c.run(root)
		if err != nil {
			fmt.Fprintf(os.Stderr, "lint %s: %v\n", c.name, err)
			code = 1
			continue
		}
		if len(findings) > 0 {
			slices.Sort(findings)
			fmt.Println(strings.Join(slices.Compact(findings), "\n"))
			code = 1
		}
	}
	return code
}
