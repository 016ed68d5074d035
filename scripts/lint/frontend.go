package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
)

// cssLines is how long our own style sheet may grow: PatternFly does the rest.
const cssLines = 150

// frontend checks that every script parses and that our own style sheet stays small and
// takes its colours from PatternFly's tokens, so that dark and light both work.
func frontend(root string) ([]string, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, errors.New("node is needed to check JavaScript; scripts/prepare npm installs it")
	}
	var findings []string
	for _, ext := range []string{".js", ".mjs", ".cjs"} {
		err := walk(root, ext, func(file string) error {
			if strings.HasPrefix(file, "static/") && strings.HasSuffix(file, ".min.js") {
				return nil
			}
			out, err := exec.Command(node, "--check", filepath.Join(root, filepath.FromSlash(file))).CombinedOutput()
			if err != nil {
				findings = append(findings, fmt.Sprintf("%s:1: does not parse: %s", file, bytes.TrimSpace(out)))
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	err = walk(root, ".css", func(file string) error {
		if path.Base(file) != "console.css" {
			return nil
		}
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file)))
		if err != nil {
			return err
		}
		findings = append(findings, checkCSS(file, string(text))...)
		return nil
	})
	return findings, err
}

func checkCSS(file, text string) []string {
	var findings []string
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) > cssLines {
		findings = append(findings, fmt.Sprintf("%s:%d: our own style sheet has %d lines, more than %d: use PatternFly's parts", file, cssLines+1, len(lines), cssLines))
	}
	for i, line := range lines {
		if strings.Contains(line, "!important") {
			findings = append(findings, fmt.Sprintf("%s:%d: !important: raise the selector's weight instead", file, i+1))
		}
	}
	return findings
}
