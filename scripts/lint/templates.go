package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// inline are things the content security policy refuses, so they would silently not work.
var inline = []struct {
	pattern *regexp.Regexp
	why     string
}{
	{regexp.MustCompile(`<style\b`), "a style sheet inside a page: styles live in static"},
	{regexp.MustCompile(`[\s"]style\??=`), "an inline style: use a class"},
	{regexp.MustCompile(`<script\b`), "a script: only views/layout loads scripts, from static"},
	{regexp.MustCompile(`^\s*(script|css) \w+\(`), "a templ script or css block writes inline code: use static"},
	{regexp.MustCompile(`\son[a-z]+\??=`), "an inline event handler: listen in a file of static"},
	{regexp.MustCompile(`\bhx-on\b|\bhx-vals=["']js:`), "evaluated JavaScript: listen in a file of static"},
	{regexp.MustCompile(`(?i)javascript:`), "a javascript: address"},
	{regexp.MustCompile(`templ\.Raw\(`), "templ.Raw writes text as it is, unescaped"},
}

var loadsScript = regexp.MustCompile(`<script\b[^>]*\bsrc=[^>]*></script>`)

func templates(root string) ([]string, error) {
	var findings []string
	err := walk(root, ".templ", func(path string) error {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
		if err != nil {
			return err
		}
		for i, line := range strings.Split(string(text), "\n") {
			if strings.HasPrefix(path, "views/layout/") {
				line = loadsScript.ReplaceAllString(line, "")
			}
			for _, in := range inline {
				if in.pattern.MatchString(line) {
					findings = append(findings, fmt.Sprintf("%s:%d: %s", path, i+1, in.why))
				}
			}
		}
		return nil
	})
	return findings, err
}
