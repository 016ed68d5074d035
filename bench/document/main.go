// Command document writes the figures of bench/results into the tables of the documents
// that ask for them (see measure.Fill). Run it from the repository's root.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"sharedkms/bench/measure"
)

func main() {
	names := []string{"README.md"}
	for _, folder := range []string{"docs", "docs/adr"} {
		some, err := filepath.Glob(folder + "/*.md")
		if err != nil {
			fatal(err)
		}
		names = append(names, some...)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			fatal(err)
		}
		filled, err := measure.Fill(string(text), "bench/results")
		if err != nil {
			fatal(fmt.Errorf("%s: %w", name, err))
		}
		if filled == string(text) {
			continue
		}
		if err := os.WriteFile(name, []byte(filled), 0o644); err != nil {
			fatal(err)
		}
	}
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, "document:", err)
	os.Exit(1)
}
