package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
)

// walk calls see for every file of the project whose name ends in ext, by its path
// relative to root with forward slashes. What is fetched or made by machines is left out.
func walk(root, ext string, see func(path string) error) error {
	return filepath.WalkDir(root, func(full string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if full != root && (strings.HasPrefix(name, ".") || name == "node_modules" ||
				name == "testdata" || name == "out" || name == "bin" || name == "data") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ext) {
			return nil
		}
		rel, err := filepath.Rel(root, full)
		if err != nil {
			return err
		}
		return see(filepath.ToSlash(rel))
	})
}

// source is one parsed Go file.
type source struct {
	path  string // relative to the root, with forward slashes
	file  *ast.File
	files *token.FileSet
}

func (s source) line(p token.Pos) int { return s.files.Position(p).Line }

func (s source) test() bool { return strings.HasSuffix(s.path, "_test.go") }

// outside tells a test file of the package's outside (package kms_test), which may import
// what its package may not.
func (s source) outside() bool { return s.test() && strings.HasSuffix(s.file.Name.Name, "_test") }

// goFiles parses every Go file. A file that does not parse is left to the compiler, which
// says it better.
func goFiles(root string, mode parser.Mode) ([]source, error) {
	var all []source
	files := token.NewFileSet()
	err := walk(root, ".go", func(path string) error {
		file, err := parser.ParseFile(files, filepath.Join(root, filepath.FromSlash(path)), nil, mode)
		if err == nil {
			all = append(all, source{path: path, file: file, files: files})
		}
		return nil
	})
	return all, err
}
