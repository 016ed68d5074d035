package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

const promisesFile = "docs/promises.md"

// evidence are the three ways to show a promise, as they stand in backquotes in the second
// column: a Go test by directory and name, a browser story by file and title, a figure by
// file and the name of its line.
var (
	testEvidence   = regexp.MustCompile(`^([\w./-]+)\.((?:Test|Fuzz)\w+)$`)
	storyEvidence  = regexp.MustCompile(`^(web/e2e/stories/[\w-]+\.js): (.+)$`)
	figureEvidence = regexp.MustCompile(`^(bench/results/[\w.-]+\.jsonl): (.+)$`)
	quoted         = regexp.MustCompile("`([^`]+)`")
)

// promises holds docs/promises.md to what exists: each row of its tables names at least
// one test, story or figure, and every one named is there.
func promises(root string) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(promisesFile)))
	if err != nil {
		return nil, err
	}
	tests, err := testNames(root)
	if err != nil {
		return nil, err
	}
	var findings []string
	for i, line := range strings.Split(string(text), "\n") {
		report := func(text string, args ...any) {
			findings = append(findings, fmt.Sprintf("%s:%d: %s", promisesFile, i+1, fmt.Sprintf(text, args...)))
		}
		cells := strings.Split(strings.Trim(line, "| "), "|")
		if !strings.HasPrefix(line, "|") || len(cells) != 2 || strings.Trim(cells[0], "- ") == "" || strings.TrimSpace(cells[1]) == "Shown by" {
			continue
		}
		shown := quoted.FindAllStringSubmatch(cells[1], -1)
		if len(shown) == 0 {
			report("a promise names the test, story or figure that shows it")
		}
		for _, s := range shown {
			if why := missing(root, tests, s[1]); why != "" {
				report("%s", why)
			}
		}
	}
	return findings, nil
}

// missing says what a piece of evidence lacks, or nothing.
func missing(root string, tests map[string]bool, evidence string) string {
	if m := storyEvidence.FindStringSubmatch(evidence); m != nil {
		if !contains(filepath.Join(root, m[1]), m[2]) {
			return fmt.Sprintf("no story %q in %s", m[2], m[1])
		}
		return ""
	}
	if m := figureEvidence.FindStringSubmatch(evidence); m != nil {
		return missingFigure(root, m[1], m[2])
	}
	if m := testEvidence.FindStringSubmatch(evidence); m != nil {
		if !tests[evidence] {
			return fmt.Sprintf("no test %s in %s", m[2], m[1])
		}
		return ""
	}
	return fmt.Sprintf("%q is neither directory.TestName, nor web/e2e/stories/file.js: title, nor bench/results/file.jsonl: name", evidence)
}

// missingFigure wants a line of that name whose goal was met each time it was measured.
func missingFigure(root, file, name string) string {
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file)))
	if err != nil {
		return fmt.Sprintf("no file %s: make bench writes it", file)
	}
	found := false
	for line := range strings.Lines(string(text)) {
		var result struct {
			Name string
			DB   string
			OK   bool
		}
		if json.Unmarshal([]byte(line), &result) != nil || result.Name != name {
			continue
		}
		found = true
		if !result.OK {
			return fmt.Sprintf("the figure %q in %s misses its goal on %s", name, file, result.DB)
		}
	}
	if !found {
		return fmt.Sprintf("no figure %q in %s", name, file)
	}
	return ""
}

func contains(file, text string) bool {
	b, err := os.ReadFile(filepath.FromSlash(file))
	return !errors.Is(err, os.ErrNotExist) && strings.Contains(string(b), text)
}

// testNames are the tests of the project as "internal/kms.TestEncrypt".
func testNames(root string) (map[string]bool, error) {
	sources, err := goFiles(root, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, s := range sources {
		if !s.test() {
			continue
		}
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
				names[path.Dir(s.path)+"."+f.Name.Name] = true
			}
		}
	}
	return names, nil
}
