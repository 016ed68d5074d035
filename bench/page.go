package main

import (
	"context"
	"fmt"
	"strings"

	"sharedkms/bench/measure"
	"sharedkms/views/to"
)

// windows are open at once while pages are measured: enough to keep two cores busy.
const windows = 4

// pages measures pages as a browser that is signed in gets them.
func pages(ctx context.Context, w *world) ([]group, error) {
	s, err := newSite(w)
	if err != nil {
		return nil, err
	}
	owner, partner := w.tokens[w.owner.User], w.tokens[w.partner.User]
	keys, err := s.keyList(ctx, owner)
	if err != nil {
		return nil, err
	}
	detail, err := s.page(ctx, "page/share detail", to.Share(w.shares[0]), owner, keysAShare, "retail-orders-")
	if err != nil {
		return nil, err
	}
	tab, err := s.page(ctx, "page/shared keys", to.SharedKeys(region), partner, sharedKeys, "retail-orders-")
	if err != nil {
		return nil, err
	}
	submit, err := s.submit(ctx)
	if err != nil {
		return nil, err
	}
	return []group{keys, detail, tab, submit}, nil
}

// page measures a page beside static bytes of its size. It must say what is expected, so
// that no error page is measured.
func (s *site) page(ctx context.Context, name, path, token string, rows int, says string) (group, error) {
	body, err := s.fetch(ctx, path, token)
	if err != nil {
		return nil, err
	}
	if !strings.Contains(body, says) {
		return nil, fmt.Errorf("%s does not say %q", path, says)
	}
	limit := name + " static"
	static := s.static(strings.ReplaceAll(limit, " ", "-"), 200, len(body))
	own, bytes := s.visits(name, s.get(path, token)), s.visits(limit, s.get(static, token))
	own.Limit, own.Rows, own.Bytes, own.Queries = limit, rows, len(body), s.queries.Load
	return group{own, bytes}, nil
}

// visits sends one request again and again from all windows.
func (s *site) visits(name string, request []byte) measure.Scenario {
	browsers := s.browsers(windows)
	return measure.Scenario{
		Name: name, Callers: windows,
		Do: func(_ context.Context, caller int) error { return browsers[caller].Send(request, 200) },
	}
}
