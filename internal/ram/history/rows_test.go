package history_test

import (
	"context"
	"fmt"
	"sort"
	"time"

	"sharedkms/internal/store"
)

// rows reads what the views hold now, in the model's words.
func (w *world) rows(st *store.Store, query string) ([]string, error) {
	now := store.At(w.Now())
	var rows []accessRow
	if err := st.Read(context.Background()).Raw(query, now, now).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read access: %w", err)
	}
	names := w.names()
	list := make([]string, 0, len(rows))
	for _, r := range rows {
		if r.Key == nil && r.Permission == nil && (r.Kind == "party" || r.Kind == "invited") {
			list = append(list, shareRow(names[r.Account], names[r.Share], r.Kind, at(r.Ends)))
			continue
		}
		line := keyRow(names[r.Account], names[text(r.Key)], names[r.Share], r.Kind, version{names[text(r.Permission)], r.Version}, at(r.Since), at(r.Ends))
		if r.User != nil || r.Grant != nil {
			line += fmt.Sprintf(", of user %q by grant %q", text(r.User), text(r.Grant))
		}
		list = append(list, line)
	}
	sort.Strings(list)
	return list, nil
}

// names gives the model's names of IDs.
func (w *world) names() map[string]string {
	names := map[string]string{}
	for name, u := range w.people {
		names[string(u.caller.Account)] = name
	}
	for i, k := range w.keys {
		names[string(k.id)] = fmt.Sprintf("k%d", i)
	}
	for i, s := range w.shares {
		names[string(s)] = fmt.Sprintf("s%d", i)
	}
	for name, id := range w.permissions {
		names[string(id)] = name
	}
	return names
}

func at(t *store.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.Time
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
