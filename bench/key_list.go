package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"sharedkms/internal/kms"
	"sharedkms/internal/store"
	"sharedkms/views/components/filter"
	"sharedkms/views/components/pager"
	"sharedkms/views/components/table"
	"sharedkms/views/layout"
	page "sharedkms/views/pages/kms"
	"sharedkms/views/to"
)

// keyList measures the list of 50 keys: as it is, compressed as browsers ask for it, and
// from the same rows by the bare driver and templ alone, whose own limit is static bytes.
func (s *site) keyList(ctx context.Context, token string) (group, error) {
	path := to.Keys(region)
	g, err := s.page(ctx, "page/keys", path, token, ownKeys, "retail-orders-099")
	if err != nil {
		return nil, err
	}
	zipped := s.visits("page/keys gzip", s.get(path, token, "Accept-Encoding: gzip"))
	size := g[0].Bytes
	zipped.Rows, zipped.Bytes = ownKeys, size
	bare, err := s.w.replayOf(ctx, windows, s.listening(func(ctx context.Context) error {
		_, err := s.fetch(ctx, path, token)
		return err
	}))
	if err != nil {
		return nil, err
	}
	model, frame, err := s.keyListModel(ctx)
	if err != nil {
		return nil, err
	}
	const name = "page/keys rows and templ"
	free := make(chan int, windows) // connections of the bare driver
	for i := range windows {
		free <- i
	}
	s.limits.HandleFunc(limitPrefix+"keys", func(rw http.ResponseWriter, r *http.Request) {
		conn := <-free
		defer func() { free <- conn }()
		body := templ.GetBuffer()
		defer templ.ReleaseBuffer(body)
		err := bare.do(r.Context(), conn)
		if err == nil {
			err = page.CustomListPage(frame, model).Render(r.Context(), body)
		}
		if err != nil {
			http.Error(rw, err.Error(), http.StatusInternalServerError)
			return
		}
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		rw.Header().Set("Content-Length", strconv.Itoa(body.Len()))
		_, _ = rw.Write(body.Bytes()) // whoever asked is gone when this fails, and says so
	})
	limit := s.visits(name, s.get(limitPrefix+"keys", token))
	limit.Rows, limit.Bytes, limit.Limit = ownKeys, size, g[0].Limit
	g[0].Limit, zipped.Limit = name, name
	return append(g, limit, zipped), s.sameSize(ctx, page.CustomListPage(frame, model), size)
}

// sameSize keeps the limit's page from becoming another one than the console's.
func (s *site) sameSize(ctx context.Context, c templ.Component, size int) error {
	var b bytes.Buffer
	if err := c.Render(ctx, &b); err != nil {
		return err
	}
	if n := b.Len(); n < size*95/100 || n > size*105/100 {
		return fmt.Errorf("the list has %d bytes, its limit %d: mend keyListModel", size, n)
	}
	return nil
}

func (s *site) keyListModel(ctx context.Context) (page.CustomList, layout.Frame, error) {
	list, err := s.w.services.KMS.ListKeys(ctx, s.w.owner, kms.ListKeysInput{Region: region, Sort: kms.SortCreated, Desc: true, Slice: store.Slice{Size: 50}})
	here := to.Keys(region)
	m := page.CustomList{
		CanCreate: true, Quota: "Keys this account made in " + region + ". 100 of 100 used.",
		Filter: filter.Props{
			Action: here, Placeholder: "Key name or ID", ClearHref: here, ExportHref: to.KeysExport(region),
			Selects: []filter.Select{{Name: "status", Label: "Status", Options: []filter.Option{
				{Text: "Any status"}, {Value: "enabled", Text: "Enabled"}, {Value: "disabled", Text: "Disabled"},
				{Value: "pending_deletion", Text: "Pending deletion"}, {Value: "pending_import", Text: "Pending import"},
			}}},
			Inputs: []filter.Input{{Name: "tag", Label: "Tag as key or key=value", Placeholder: "Tag, key=value"}},
		},
		Columns: []table.Column{
			{Title: "Name and ID", SortHref: here + "?sort=name"}, {Title: "Status"}, {Title: "Created", SortHref: here + "?sort=created", Sorted: table.Descending},
			{Title: "Algorithm"}, {Title: "Origin", Optional: true}, {Title: "Operation"},
		},
		Pager: pager.Props{Things: "keys", Text: "50 keys on this page.", Times: true, Next: here + "?after=" + list.Edges.Next},
	}
	for _, k := range list.Keys {
		m.Add(k, page.Rights{Enable: true, Disable: true, Update: true, Use: true})
	}
	f := layout.Frame{
		Title: "Key Management Service", Path: here, AccountID: string(s.w.owner.Account), AccountName: s.w.owner.AccountName, UserName: s.w.owner.UserName,
		Region: region, HomeRegion: region, Area: layout.AreaWorkshop, Active: layout.ItemKeys,
		FormToken: "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
	}
	for _, r := range regions {
		f.Regions = append(f.Regions, layout.Region{Name: r, Href: to.Keys(r)})
	}
	return m, f, err
}
