package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"strings"
)

// banned are the conveniences of GORM that hide what happens to a row.
var banned = map[string]string{
	"AutoMigrate": "the schema is SQL, in internal/store/migrations",
	"Preload":     "a join is written as a join",
	"Save":        "an update names its columns: Select(…).Updates(row)",
}

// accessView tells who may use a key.
const accessView = "key_access"

// rows holds how database rows are declared and written. A row is a struct with at least
// one gorm tag: each of its fields names its column, and an instant is a store.Time,
// because the two databases keep instants differently. The view of effective access is read
// by iam alone.
func rows(root string) ([]string, error) {
	sources, err := goFiles(root, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var findings []string
	for _, s := range sources {
		report := func(n ast.Node, text string, args ...any) {
			findings = append(findings, fmt.Sprintf("%s:%d: %s", s.path, s.line(n.Pos()), fmt.Sprintf(text, args...)))
		}
		usesGORM := imports(s.file, "gorm.io/gorm")
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				if strings.Contains(n.Value, accessView) && !s.test() && !strings.HasPrefix(s.path, "internal/iam/") && !strings.HasPrefix(s.path, "scripts/lint/") {
					report(n, "%s: effective access is asked of internal/iam, which alone names the view", accessView)
				}
			case *ast.StructType:
				if isRow(n) {
					checkRow(n, report)
				}
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && x.Name == "gorm" && (n.Sel.Name == "Model" || n.Sel.Name == "DeletedAt") {
					report(n, "gorm.%s: a row declares its own columns, and the domain has its own states", n.Sel.Name)
				}
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.SelectorExpr); ok && usesGORM && banned[f.Sel.Name] != "" {
					report(n, "%s: %s", f.Sel.Name, banned[f.Sel.Name])
				}
			}
			return true
		})
	}
	return findings, nil
}

func imports(f *ast.File, path string) bool {
	for _, imp := range f.Imports {
		if strings.Trim(imp.Path.Value, `"`) == path {
			return true
		}
	}
	return false
}

func isRow(s *ast.StructType) bool {
	for _, f := range s.Fields.List {
		if f.Tag != nil && strings.Contains(f.Tag.Value, `gorm:"`) {
			return true
		}
	}
	return false
}

func checkRow(s *ast.StructType, report func(ast.Node, string, ...any)) {
	for _, f := range s.Fields.List {
		tag := ""
		if f.Tag != nil {
			tag = f.Tag.Value
		}
		if !strings.Contains(tag, "column:") && !strings.Contains(tag, `gorm:"-`) && !strings.Contains(tag, "embedded") {
			report(f, `a field of a row names its column: gorm:"column:…"`)
		}
		ast.Inspect(f.Type, func(n ast.Node) bool {
			if t, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := t.X.(*ast.Ident); ok && x.Name == "time" && t.Sel.Name == "Time" {
					report(t, "time.Time in a row: use store.Time, which both databases keep alike")
				}
				if x, ok := t.X.(*ast.Ident); ok && x.Name == "sql" && t.Sel.Name == "NullTime" {
					report(t, "sql.NullTime in a row: use *store.Time, which both databases keep alike")
				}
			}
			return true
		})
	}
}
