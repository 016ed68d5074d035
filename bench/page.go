package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"sharedkms/bench/measure"
	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
	"sharedkms/views/to"
)

// windows are open at once while pages are measured.
const windows = 32

// shown is a page, as one of the accounts asks for it.
type shown struct {
	name, path string
	by         iam.Caller
	rows       int
	says       string // what it must say, so that no error page is measured
}

// pages measures pages as a browser that is signed in gets them.
func pages(ctx context.Context, w *world) ([]group, error) {
	s, err := newSite(ctx, w)
	if err != nil {
		return nil, err
	}
	draft, _, err := w.draft(ctx, w.friend)
	if err != nil {
		return nil, err
	}
	for range 50 {
		if _, err := w.createSecret(ctx); err != nil {
			return nil, err
		}
	}
	all := []shown{
		{"keys", to.Keys(region), w.owner, ownKeys, "retail-orders-099"},
		{"shared keys", to.SharedKeys(region), w.partner, sharedKeys, "retail-orders-"},
		{"secrets", to.Secrets(region), w.partner, 50, "orders-"},
		{"shares", to.Shares(), w.owner, len(w.shares), "orders-"},
		{"received", to.SharesReceived() + "?tab=accepted", w.friend, moreShares, "orders-"},
		{"traces", to.Traces(), w.owner, 50, "encryptData"},
		{"key detail", to.Key(region, string(w.keys[0])), w.owner, ownKeys, "retail-orders-000"},
		{"foreign key detail", to.Key(region, string(w.keys[0])), w.partner, sharedKeys, "retail-orders-000"},
		{"share detail", to.Share(w.shares[0]), w.owner, keysAShare, "retail-orders-"},
		{"overview", to.Overview(), w.owner, ownKeys, "Overview"},
		{"wizard keys", to.ShareDraft(string(draft), string(ram.StepDetails)), w.friend, 3, "orders-"},
		{"wizard confirm", to.ShareDraft(string(draft), string(ram.StepConfirm)), w.friend, 3, "orders-"},
	}
	var groups []group
	for _, p := range all {
		g, err := s.page(ctx, p)
		if err != nil {
			return nil, err
		}
		groups = append(groups, g)
	}
	submit, err := s.submit(ctx)
	if err != nil {
		return nil, err
	}
	return append(groups, submit), nil
}

// page measures a page: as it is, compressed as browsers ask for it, and from the same
// statements by the bare driver and the page's component alone, whose own limit is as many
// static bytes.
func (s *site) page(ctx context.Context, p shown) (group, error) {
	name, token := "page/"+p.name, s.w.tokens[p.by.User]
	var body string
	fetch := func(ctx context.Context) (err error) {
		body, err = s.fetch(ctx, p.path, token)
		return err
	}
	bare, err := s.w.replayBy(ctx, s.bare, s.listening(fetch))
	if errors.Is(err, errOtherStatements) { // once a minute a request notes that its sign-in was seen
		bare, err = s.w.replayBy(ctx, s.bare, s.listening(fetch))
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if !strings.Contains(body, p.says) {
		return nil, fmt.Errorf("%s does not say %q", p.path, p.says)
	}
	component := *s.drawn.Load()
	if err := sameSize(ctx, component, len(body)); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	slug := strings.ReplaceAll(p.name, " ", "-")
	path := limitPrefix + slug
	s.limits.HandleFunc(path, s.rowsAndTempl(bare, component))
	own, zipped := s.visits(name, s.get(p.path, token)), s.visits(name+" gzip", s.get(p.path, token, "Accept-Encoding: gzip"))
	limit, static := s.visits(name+" rows and templ", s.get(path, token)), s.visits(name+" static", s.get(s.static("static-"+slug, 200, len(body)), token))
	own.Queries = s.queries.N
	own.Limit, zipped.Limit, limit.Limit = limit.Name, limit.Name, static.Name
	g := group{own, zipped, limit, static}
	for i := range g[:3] {
		g[i].Rows, g[i].Bytes = p.rows, len(body)
	}
	return g, nil
}

// rowsAndTempl is a page without the console's layers.
func (s *site) rowsAndTempl(bare *replay, page templ.Component) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		conn := <-s.free
		defer func() { s.free <- conn }()
		body := templ.GetBuffer()
		defer templ.ReleaseBuffer(body)
		err := bare.do(r.Context(), conn)
		if err == nil {
			err = page.Render(r.Context(), body)
		}
		if err != nil {
			http.Error(rw, err.Error(), http.StatusInternalServerError)
			return
		}
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		rw.Header().Set("Content-Length", strconv.Itoa(body.Len()))
		_, _ = rw.Write(body.Bytes()) // whoever asked is gone when this fails, and says so
	}
}

// sameSize keeps the limit's page from being another one than the console's.
func sameSize(ctx context.Context, c templ.Component, size int) error {
	var b bytes.Buffer
	if err := c.Render(ctx, &b); err != nil {
		return err
	}
	if n := b.Len(); n < size*99/100 || n > size*101/100 {
		return fmt.Errorf("the page has %d bytes, its limit %d", size, n)
	}
	return nil
}

// visits sends one request again and again from all windows.
func (s *site) visits(name string, request []byte) measure.Scenario {
	browsers := s.browsers(windows)
	return measure.Scenario{
		Name: name, Callers: windows,
		Do: func(_ context.Context, caller int) error { return browsers[caller].Send(request, 200) },
	}
}
