// Package static holds the files that browsers load beside the pages: style sheets, the script,
// htmx, icons and fonts. They are embedded in the binary.
//
// Words: a name is the path of a file in this directory ("console.css", "fonts/RedHatText.woff2");
// its URL is the name with a piece of the SHA-256 of its content before the extension
// ("/static/console.0f3a9c21d4.css").
//
// Invariants: a URL never changes its content, so browsers keep it for a year without asking; a style
// sheet names fonts and icons by their URLs; a URL with another hash is not found, so that nobody caches the
// wrong content under it.
//
// Decisions: the hash stands in the path and not in a query, which some caches ignore; hashes are
// computed at start from the embedded bytes (about 2 ms) instead of by a build step that could be
// forgotten; gzip is made at first use of a file and kept. Brotli would save another 4 KB of 35 once
// per visitor and year, and costs a dependency in the binary.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"sync"
)

// Prefix is the first part of every URL of this package.
const Prefix = "/static/"

//go:embed patternfly.css console.css console.js htmx.min.js icons.svg favicon.svg fonts/*.woff2
var files embed.FS

// asset is one file as it is served.
type asset struct {
	url         string
	contentType string
	body        []byte
	zipped      func() []byte // nil when compression does not pay
}

var (
	byName = load()
	byURL  = index(byName)
)

// URL returns the URL of a file. It panics when there is none of that name: names are written in
// templates, and every template is rendered by a test.
func URL(name string) string {
	a, ok := byName[name]
	if !ok {
		panic("static: no file " + name)
	}
	return a.url
}

// load reads the embedded files; style sheets come last, because they name the others.
func load() map[string]*asset {
	assets := map[string]*asset{}
	var sheets []string
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil || entry.IsDir():
			return err
		case path.Ext(name) == ".css":
			sheets = append(sheets, name)
			return nil
		}
		body, err := files.ReadFile(name)
		assets[name] = newAsset(name, body)
		return err
	})
	if err != nil {
		panic("static: " + err.Error())
	}
	for _, name := range sheets {
		body, err := files.ReadFile(name)
		if err != nil {
			panic("static: " + err.Error())
		}
		assets[name] = newAsset(name, pointToURLs(body, assets))
	}
	return assets
}

func newAsset(name string, body []byte) *asset {
	sum := sha256.Sum256(body)
	ext := path.Ext(name)
	a := &asset{
		url:         Prefix + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:5]) + ext,
		contentType: contentTypes[ext],
		body:        body,
	}
	if ext != ".woff2" {
		a.zipped = sync.OnceValue(func() []byte { return compress(body) })
	}
	return a
}

// contentTypes is closed on purpose: mime.TypeByExtension asks the machine, whose answer differs.
var contentTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".woff2": "font/woff2",
}

var fileURL = regexp.MustCompile(`url\("?(fonts/[\w.-]+|[\w.-]+\.svg)(#[\w-]+)?"?\)`)

// pointToURLs replaces the names of fonts and icons in a style sheet by their URLs.
func pointToURLs(sheet []byte, assets map[string]*asset) []byte {
	return fileURL.ReplaceAllFunc(sheet, func(match []byte) []byte {
		parts := fileURL.FindSubmatch(match)
		name := string(parts[1])
		a, ok := assets[name]
		if !ok {
			panic("static: a style sheet names " + name + ", which is missing")
		}
		return []byte("url(" + a.url + string(parts[2]) + ")")
	})
}

func index(assets map[string]*asset) map[string]*asset {
	urls := make(map[string]*asset, len(assets))
	for _, a := range assets {
		urls[a.url] = a
	}
	return urls
}

func compress(body []byte) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is a constant
	}
	w.Write(body) // a bytes.Buffer takes everything
	w.Close()
	return out.Bytes()
}
