package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tree writes files into a new directory and returns it.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		name = filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// expect runs a check over files and compares where it finds something: "file:line".
func expect(t *testing.T, run func(string) ([]string, error), files map[string]string, want ...string) {
	t.Helper()
	findings, err := run(tree(t, files))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range findings {
		place := f
		for i, colons := 0, 0; i < len(f); i++ {
			if f[i] == ':' {
				if colons++; colons == 2 {
					place = f[:i]
				}
			}
		}
		got = append(got, place)
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s\n%v", diff, findings)
	}
}

func TestRooms(t *testing.T) {
	const upward = "package kms\n\nimport _ \"sharedkms/internal/ram\"\n"
	expect(t, rooms, map[string]string{
		// As it should be.
		"cmd/console/main.go":            "package main\nimport _ \"sharedkms/web/kms\"\n",
		"web/kms/list.go":                "package kms\nimport (\n_ \"github.com/labstack/echo/v4\"\n_ \"sharedkms/internal/kms\"\n_ \"sharedkms/views/pages/kms\"\n)\n",
		"views/pages/kms/list.go":        "package kms\nimport _ \"sharedkms/internal/kms\"\n",
		"internal/kms/key.go":            "package kms\nimport (\n_ \"sharedkms/internal/iam\"\n_ \"sharedkms/internal/kms/material\"\n_ \"gorm.io/gorm\"\n)\n",
		"internal/kms/share_test.go":     "package kms_test\nimport _ \"sharedkms/internal/ram\"\n",
		"internal/store/storetest/st.go": "package storetest\nimport _ \"sharedkms/internal/store\"\n",

		// As it should not.
		"internal/kms/up.go":         upward,
		"internal/kms/in_test.go":    upward,
		"internal/ram/side.go":       "package ram\nimport _ \"sharedkms/internal/csms\"\n",
		"internal/iam/page.go":       "package iam\nimport _ \"sharedkms/views/layout\"\n",
		"internal/iam/http.go":       "package iam\nimport _ \"github.com/labstack/echo/v4\"\n",
		"internal/billing/bill.go":   "package billing\n",
		"internal/kms/util/x.go":     "package util\n",
		"views/layout/top.go":        "package layout\nimport _ \"sharedkms/internal/store\"\n",
		"views/layout/gorm.go":       "package layout\nimport _ \"gorm.io/gorm\"\n",
		"views/pages/kms/route.go":   "package kms\nimport _ \"sharedkms/web\"\n",
		"web/kms/query.go":           "package kms\nimport _ \"gorm.io/gorm/clause\"\n",
		"web/kms/main.go":            "package kms\nimport _ \"sharedkms/cmd/console\"\n",
		"cmd/console/echo.go":        "package main\nimport _ \"github.com/labstack/echo/v4/middleware\"\n",
		"static/static.go":           "package static\nimport _ \"sharedkms/views/layout\"\n",
		"web/bench.go":               "package web\nimport _ \"sharedkms/bench/measure\"\n",
		"node_modules/x/y/z.go":      "package z\nimport _ \"sharedkms/web\"\n",
		"internal/kms/testdata/x.go": upward,
	},
		"internal/kms/up.go:3", "internal/kms/in_test.go:3", "internal/ram/side.go:2",
		"internal/iam/page.go:2", "internal/iam/http.go:2", "internal/billing/bill.go:1",
		"internal/kms/util/x.go:1", "views/layout/top.go:2", "views/layout/gorm.go:2",
		"views/pages/kms/route.go:2", "web/kms/query.go:2", "web/kms/main.go:2",
		"cmd/console/echo.go:2", "static/static.go:2", "web/bench.go:2")
}

func TestRows(t *testing.T) {
	expect(t, rows, map[string]string{
		"internal/kms/rows.go": `package kms

import (
	"time"

	"gorm.io/gorm"
)

type Key struct{ Created time.Time }

type good struct {
	ID      string     ` + "`gorm:\"column:id;primaryKey\"`" + `
	Created store.Time ` + "`gorm:\"column:created_at\"`" + `
}

type bad struct {
	gorm.Model
	ID      string     ` + "`gorm:\"column:id;primaryKey\"`" + `
	Name    string
	Created *time.Time ` + "`gorm:\"column:created_at\"`" + `
}

func f(db *gorm.DB) {
	db.AutoMigrate(&bad{})
	db.Preload("Tags").Find(&bad{})
	db.Save(&bad{})
	db.Select("name").Updates(&bad{})
}
`,
		"web/session.go":          "package web\nfunc f(s session) { s.Save(nil) }\n",
		"internal/iam/access.go":  "package iam\nconst q = `SELECT 1 FROM key_access`\n",
		"internal/kms/who.go":     "package kms\nconst q = `SELECT 1 FROM key_access`\n",
		"internal/kms/us_test.go": "package kms_test\nconst q = `SELECT 1 FROM key_access`\n",
	},
		"internal/kms/who.go:2",
		"internal/kms/rows.go:17", // gorm.Model
		"internal/kms/rows.go:17", // and it names no column
		"internal/kms/rows.go:19",
		"internal/kms/rows.go:20",
		"internal/kms/rows.go:24", "internal/kms/rows.go:25", "internal/kms/rows.go:26")
}

func TestTemplates(t *testing.T) {
	expect(t, templates, map[string]string{
		"views/layout/document.templ": "<script src={ static.Path(\"console.js\") } defer></script>\n<script>alert(1)</script>\n",
		"views/pages/kms/list.templ": `<p class="x" data-style="y" aria-on="z">on time = now</p>
<p style="color: red">
<p class="a"style={ s }>
<style>p {}</style>
<script src="x.js"></script>
<button onclick="go()">
<a href="javascript:go()">
script greet(name string) {
@templ.Raw(s)
<p hx-on:click="go()">
`,
	},
		"views/layout/document.templ:2", "views/pages/kms/list.templ:2", "views/pages/kms/list.templ:3",
		"views/pages/kms/list.templ:4", "views/pages/kms/list.templ:5", "views/pages/kms/list.templ:6",
		"views/pages/kms/list.templ:7", "views/pages/kms/list.templ:8", "views/pages/kms/list.templ:9",
		"views/pages/kms/list.templ:10")
}

func TestFrontend(t *testing.T) {
	long := make([]byte, 0, 2*cssLines+2)
	for range cssLines + 1 {
		long = append(long, "a\n"...)
	}
	expect(t, frontend, map[string]string{
		"static/good.js":       "const a = 1;\n",
		"static/bad.js":        "const = ;\n",
		"static/console.css":   "p { margin: 0 !important }\n",
		"static/x/console.css": string(long),
	},
		"static/bad.js:1", "static/console.css:1", "static/x/console.css:151")
}

func TestPromises(t *testing.T) {
	expect(t, promises, map[string]string{
		"docs/promises.md": "# Promises\n\n| Promise | Shown by |\n|---|---|\n" +
			"| Kept | `internal/kms.TestKey`, `web/e2e/stories/a.js: owner shares`, `bench/results/b.jsonl: gate` |\n" +
			"| No such test | `internal/kms.TestNone` |\n" +
			"| No such story | `web/e2e/stories/a.js: nobody` |\n" +
			"| No such figure | `bench/results/b.jsonl: none` |\n" +
			"| A figure that misses its goal | `bench/results/b.jsonl: slow` |\n" +
			"| Nothing | later |\n" +
			"| Unclear | `somewhere` |\n",
		"internal/kms/key_test.go": "package kms_test\nfunc TestKey(t *testing.T) {}\n",
		"internal/kms/key.go":      "package kms\nfunc TestNone() {}\n",
		"web/e2e/stories/a.js":     "{ name: \"owner shares\" }",
		"bench/results/b.jsonl":    "{\"name\":\"gate\",\"ok\":true}\n{\"name\":\"slow\",\"ok\":true}\n{\"name\":\"slow\",\"ok\":false}\n",
	},
		"docs/promises.md:6", "docs/promises.md:7", "docs/promises.md:8",
		"docs/promises.md:9", "docs/promises.md:10", "docs/promises.md:11")
}
