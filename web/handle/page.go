package handle

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/a-h/templ"
	templruntime "github.com/a-h/templ/runtime"
)

// NoStore marks the answer as one that shows a secret: browsers and proxies keep no copy, it
// is not compressed, and the buffer it was rendered into is overwritten and not used again.
func (x *Exchange) NoStore() { x.secret = true }

type seeing struct{}

// See gives a context of requests whose pages are shown to see before they are rendered:
// benchmarks compare a page with its component alone.
func See(ctx context.Context, see func(templ.Component)) context.Context {
	return context.WithValue(ctx, seeing{}, see)
}

// Page renders the component and sends it with status. A page that fails to render becomes
// an error page, not half a page.
func (x *Exchange) Page(status int, page templ.Component) error {
	if x.secret {
		return x.secretPage(status, page)
	}
	if see, ok := x.Context().Value(seeing{}).(func(templ.Component)); ok {
		see(page)
	}
	body := buffers.Get().(*bytes.Buffer)
	defer func() {
		if body.Cap() <= 1<<20 {
			body.Reset()
			buffers.Put(body)
		}
	}()
	body.Reset()
	w, _ := templruntime.GetBuffer(body)
	err := page.Render(x.Context(), w)
	if releaseErr := templruntime.ReleaseBuffer(w); err == nil {
		err = releaseErr
	}
	if err != nil {
		return fmt.Errorf("render page: %w", err)
	}
	h := x.header()
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Accept-Encoding")
	if body.Len() < 1024 || !acceptsGzip(x.Request()) {
		return x.send(status, body.Bytes())
	}
	zipped := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(zipped)
	zipped.Reset()
	z := zippers.Get().(*gzip.Writer)
	defer zippers.Put(z)
	z.Reset(zipped)
	_, err = z.Write(body.Bytes())
	if closeErr := z.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("compress page: %w", err)
	}
	h.Set("Content-Encoding", "gzip")
	return x.send(status, zipped.Bytes())
}

var (
	buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
	zippers = sync.Pool{New: func() any {
		z, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed) // the level is valid
		return z
	}}
)

// secretPage renders into memory of its own and overwrites it.
func (x *Exchange) secretPage(status int, page templ.Component) error {
	body := new(pieces)
	w := new(templruntime.Buffer)
	w.Reset(body)
	defer func() {
		body.wipe()
		w.Reset(io.Discard)
		_, _ = w.Write(make([]byte, w.Size())) // fills the writer's own memory; nowhere to fail
	}()
	err := page.Render(x.Context(), w)
	if flushErr := w.Flush(); err == nil {
		err = flushErr
	}
	if err != nil {
		return fmt.Errorf("render page: %w", err)
	}
	h := x.header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(body.size))
	x.echo.Response().WriteHeader(status)
	return body.sendTo(x.echo.Response())
}

// Text sends something that is no page. The handler has set what of the header matters.
func (x *Exchange) Text(status int, kind string, body []byte) error {
	x.echo.Response().Header().Set("Content-Type", kind)
	return x.send(status, body)
}

func (x *Exchange) header() http.Header {
	h := x.echo.Response().Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	return h
}

func (x *Exchange) send(status int, body []byte) error {
	r := x.echo.Response()
	r.Header().Set("Content-Length", strconv.Itoa(len(body)))
	r.WriteHeader(status)
	_, err := r.Write(body)
	return err
}

func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			q := strings.TrimPrefix(strings.ReplaceAll(params, " ", ""), "q=")
			weight, err := strconv.ParseFloat(q, 64)
			return params == "" || err == nil && weight > 0
		}
	}
	return false
}
