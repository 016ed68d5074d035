package ram

import "slices"

// KeepPermission stands in an edit draft for the version that the share is tied to,
// whichever that is by then.
const KeepPermission PermissionID = "keep"

// merge lays an edit draft over its share as it is now: what its user changed since base is
// done to it, and everything else is as others left it. So nothing is overwritten that the
// user did not mean to change, and whoever left or was removed meanwhile stays out.
func (d draftData) merge(now shareState) draftData {
	base, want := *d.Base, d
	want.Base = &now
	if d.Name == base.Name {
		want.Name = now.Name
	}
	if d.Description == base.Description {
		want.Description = now.Description
	}
	if d.AllowExternal == base.AllowExternal {
		want.AllowExternal = now.AllowExternal
	}
	if d.Ends == base.Ends {
		want.Ends = now.Ends
	}
	if d.Retain == base.Retain {
		want.Retain = now.Retain
	}
	want.Tags = mergeTags(base.Tags, d.Tags, now.Tags)
	want.Keys = mergeSet(base.Keys, d.Keys, now.Keys)
	want.Principals = mergeSet(base.Principals, d.Principals, now.Principals)
	want.Again = nil
	for _, p := range d.Again {
		if slices.Contains(now.Principals, p) {
			want.Again = append(want.Again, p)
		} else {
			want.Principals = append(want.Principals, p)
		}
	}
	return want
}

// mergeSet does to now what leads from base to mine.
func mergeSet(base, mine, now []string) []string {
	var list []string
	for _, one := range now {
		if slices.Contains(mine, one) || !slices.Contains(base, one) {
			list = append(list, one)
		}
	}
	for _, one := range mine {
		if !slices.Contains(base, one) && !slices.Contains(list, one) {
			list = append(list, one)
		}
	}
	return list
}

func mergeTags(base, mine, now []Tag) []Tag {
	was, is := tagValues(base), tagValues(now)
	var list []Tag
	typed := map[string]bool{}
	for _, t := range mine {
		typed[t.Key] = true
		if value, ok := was[t.Key]; !ok || value != t.Value {
			list = append(list, t)
		} else if value, ok := is[t.Key]; ok {
			list = append(list, Tag{Key: t.Key, Value: value})
		}
	}
	for _, t := range now {
		if _, removed := was[t.Key]; !removed && !typed[t.Key] {
			list = append(list, t)
		}
	}
	return list
}

func tagValues(tags []Tag) map[string]string {
	values := map[string]string{}
	for _, t := range tags {
		values[t.Key] = t.Value
	}
	return values
}

// without gives what is in list and not in other.
func without(list, other []string) []string {
	var rest []string
	for _, one := range list {
		if !slices.Contains(other, one) {
			rest = append(rest, one)
		}
	}
	return rest
}

// added and removed are what a draft changes of its base: of keys and of principals.
func (d draftData) added() (keys, principals []string) {
	if d.Base == nil {
		return d.Keys, d.Principals
	}
	return without(d.Keys, d.Base.Keys), append(without(d.Principals, d.Base.Principals), d.Again...)
}

func (d draftData) removed() (keys, principals []string) {
	if d.Base == nil {
		return nil, nil
	}
	return without(d.Base.Keys, d.Keys), without(d.Base.Principals, d.Principals)
}
