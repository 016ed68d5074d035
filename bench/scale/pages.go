package scale

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"sharedkms/internal/audit"
	"sharedkms/internal/store"
	"sharedkms/views/to"
)

// Page is one page as one of the world's accounts asks for it.
type Page struct {
	Name    string // the same in worlds of all sizes
	Account Account
	Path    string
}

// Pages are the lists of the console, at their beginning, middle and end, in each order
// and with each filter, and the pages behind them. draft is one of the heavy account's.
func (w World) Pages(draft string) []Page {
	var all []Page
	for _, some := range [][]Page{w.keyPages(), w.sharedKeyPages(), w.secretPages(), w.sharePages(draft), w.receivedPages(), w.thingPages(), w.organizationPages(), w.tracePages(), w.overviews()} {
		all = append(all, some...)
	}
	return all
}

// list is one list of an account, from which pages are made by more of the query.
type list struct {
	account Account
	name    string
	path    string
}

func (l list) page(what, query string) Page {
	join := "?"
	if strings.Contains(l.path, "?") {
		join = "&"
	}
	if query == "" {
		return Page{l.name + "/" + what, l.account, l.path}
	}
	return Page{l.name + "/" + what, l.account, l.path + join + query}
}

// pages are several with the queries given in pairs: what, query.
func (l list) pages(pairs ...string) []Page {
	var some []Page
	for i := 0; i < len(pairs); i += 2 {
		some = append(some, l.page(pairs[i], pairs[i+1]))
	}
	return some
}

// cursor continues a list behind a row: value is what it is ordered by, none for an order
// by ids alone.
func cursor(value any, id string) string {
	_, by := value.(time.Time)
	k := store.Keyset{Column: "by", ID: "id", Time: by}
	if value == nil {
		k.Column = ""
	}
	_, edges := store.Cut(k, store.Slice{Size: 1}, []any{value, value}, func(v any) (any, string) { return v, id })
	return "cursor=" + edges.Next
}

func (w World) ago(i, n int) time.Time { return (&loader{now: w.Now}).ago(i, n) }

func (w World) keyPages() []Page {
	l := list{w.Heavy, "keys", to.Keys(Region)}
	byTime := func(n int) string { return cursor(w.ago(n, w.Size.Heavy), heavyKey(n).String()) }
	byName := func(n int) string { return cursor(strings.ToLower(keyName(n)), heavyKey(n).String()) }
	middle, end := w.Size.Heavy/2, w.Size.Heavy-51
	some := l.pages(
		"first", "", "middle", byTime(middle), "last", byTime(50),
		"oldest", "sort=created", "oldest middle", "sort=created&"+byTime(middle),
		"by name", "sort=name", "by name middle", "sort=name&"+byName(middle), "by name last", "sort=name&"+byName(end), "by name down", "sort=-name",
		"disabled", "status=disabled", "disabled by name", "status=disabled&sort=name", "pending", "status=pending_deletion",
		"tag of half", "tag=env%3Dprod", "tag of half by name", "tag=env%3Dprod&sort=name", "tag key of all", "tag=team", "tag of few", "tag=case%3Daudit", "tag of few by name", "tag=case%3Daudit&sort=name", "tag of none", "tag=none",
		"name of few", "q=retail-orders-000001", "name of all", "q=retail", "name of all by name", "q=retail&sort=name", "name of none", "q=nothing", "disabled name of all", "q=retail&status=disabled",
		"ID", "q="+w.Key, "start of ID", "q="+w.Key[:9],
		"algorithm", "spec=AES_256", "usage", "usage=ENCRYPT_DECRYPT", "origin", "origin=kms", "origin of none", "origin=external",
		"created in a month", "from="+w.ago(1, 2).Format(time.DateOnly)+"&to="+w.ago(3, 5).Format(time.DateOnly), "created in a month by name", "sort=name&from="+w.ago(1, 2).Format(time.DateOnly)+"&to="+w.ago(3, 5).Format(time.DateOnly),
		"default", "tab=default",
	)
	for _, k := range []struct{ name, id string }{{"key", w.Key}, {"popular key", w.Popular}, {"busy key", w.Busy}} {
		d := list{w.Heavy, k.name, to.Key(Region, k.id)}
		some = append(some, d.pages("detail", "", "shares", "tab=shares", "tags", "tab=tags", "tool", "tab=tool")...)
		some = append(some, Page{k.name + "/disable?", w.Heavy, to.KeyAct(Region, k.id, "disable")}, Page{k.name + "/delete?", w.Heavy, to.KeyAct(Region, k.id, "delete")})
	}
	return some
}

func (w World) sharedKeyPages() []Page {
	var some []Page
	byName := func(n int) string { return cursor(strings.ToLower(keyName(n)), heavyKey(n).String()) }
	l := list{w.Recipient, "shared keys", to.SharedKeys(Region)}
	some = append(some, l.pages(
		"first", "", "middle", byName(w.Size.Heavy/2), "last", byName(w.Size.shared()-51), "by name down", "sort=-name",
		"by time", "sort=shared", "by time down", "sort=-shared",
		"disabled", "status=disabled", "name of few", "q=retail-orders-000001", "name of all", "q=retail", "name of none", "q=nothing", "ID", "q="+w.Key,
		"owner", "owner="+string(w.Heavy.ID[:8]), "owner's name", "owner="+url.QueryEscape(w.Heavy.Name), "owner nobody", "owner=nobody", "share", "share=orders-0000001", "share of none", "share=nothing", "origin", "origin=kms", "origin of none", "origin=external",
	)...)
	some = append(some, list{w.Collector, "collector's keys", to.SharedKeys(Region)}.pages("first", "")...)
	some = append(some, list{w.Deep, "deep member's keys", to.SharedKeys(Region)}.pages("first", "")...)
	for _, k := range []struct {
		name    string
		account Account
		id      string
	}{{"foreign key", w.Recipient, w.Key}, {"popular foreign key", w.Collector, w.Popular}, {"deep foreign key", w.Deep, w.Key}} {
		some = append(some, list{k.account, k.name, to.Key(Region, k.id)}.pages("detail", "", "tool", "tab=tool")...)
	}
	return some
}

func (w World) secretPages() []Page {
	l := list{w.Heavy, "secrets", to.Secrets(Region)}
	byTime := func(n int) string { return cursor(w.ago(n, w.Size.Heavy), secretID(heavy, n).String()) }
	byName := func(n int) string {
		return cursor(strings.ToLower(secret{n: n}.name()), secretID(heavy, n).String())
	}
	middle := w.Size.Heavy / 2
	some := l.pages(
		"first", "", "middle", byTime(middle), "last", byTime(50), "oldest", "sort=created",
		"by name", "sort=name", "by name middle", "sort=name&"+byName(middle), "by name down", "sort=-name",
		"name of few", "q=orders.secret-000001", "name of all", "q=orders", "name of none", "q=nothing", "ID", "q="+w.Secret,
		"under a busy key", "key="+w.Busy, "under a key", "key="+w.Key, "under a busy key by name", "sort=name&key="+w.Busy,
		"tag of half", "tag=env%3Dprod", "tag of few", "tag=case%3Daudit", "tag of none", "tag=none",
	)
	some = append(some, list{w.Heavy, "secret", to.Secret(Region, w.Secret)}.pages("detail", "")...)
	some = append(some, list{w.Heavy, "new secret", to.SecretNew(Region)}.pages("form", "")...)
	some = append(some, list{w.Recipient, "recipient's new secret", to.SecretNew(Region)}.pages("form", "")...)
	return append(some, list{w.Recipient, "recipient's secrets", to.Secrets(Region)}.pages("first", "", "by name", "sort=name")...)
}

func (w World) sharePages(draft string) []Page {
	l := list{w.Heavy, "shares", to.Shares()}
	all := w.Size.Heavy + w.Size.nobodys() + w.Size.deleted()
	byTime := func(n int) string { return cursor(w.ago(n, all), heavyShare(n).String()) }
	byName := func(n int) string { return cursor(shareName(n), heavyShare(n).String()) }
	middle := w.Size.Heavy / 2
	some := l.pages(
		"first", "", "middle", byTime(middle), "last", byTime(50), "oldest", "sort=oldest",
		"by name", "sort=name", "by name middle", "sort=name&"+byName(middle), "by name down", "sort=-name",
		"name of few", "q=orders-000001", "name of all", "q=orders", "name of none", "q=nothing", "ID", "q="+w.Share,
		"deleted", "status=deleted", "waiting", "principals=waiting", "rejected", "principals=rejected", "nobody", "principals=nobody", "nobody by name", "principals=nobody&sort=name",
		"tag of half", "tag=env%3Dprod", "tag of half by name", "tag=env%3Dprod&sort=name", "tag of few", "tag=case%3Daudit", "tag of few by name", "tag=case%3Daudit&sort=name", "tag of none", "tag=none",
		"principal", "principal="+string(w.Recipient.ID), "principal later", "principal="+string(w.Recipient.ID)+"&"+byTime(w.Size.Heavy/4), "key", "resource="+w.Key, "popular key", "resource="+w.Popular, "key and principal", "resource="+w.Key+"&principal="+string(w.Recipient.ID),
		"permission", "permission="+permissionID.String(), "old version", "version=old", "region", "region="+Region, "outside", "principals=external", "ending", "principals=ending",
	)
	some = append(some, list{w.Heavy, "share", to.Share(w.Share)}.pages("detail", "")...)
	some = append(some, list{w.Heavy, "share", to.ShareAct(w.Share, "delete")}.pages("delete?", "")...)
	if draft == "" {
		return some
	}
	picker := list{w.Heavy, "key picker", to.ShareDraft(draft, "details")}
	some = append(some, list{w.Heavy, "wizard", to.ShareDraft(draft, "principals")}.pages("principals", "", "principals found", "find=Account+0000")...)
	picks := func(n int) string { return cursor(strings.ToLower(keyName(n)), heavyKey(n).String()) }
	return append(some, picker.pages(
		"first", "", "middle", "region="+Region+"&"+picks(middle), "last", "region="+Region+"&"+picks(w.Size.Heavy-51),
		"name of few", "q=retail-orders-000001", "name of all", "q=retail", "name of none", "q=nothing", "ID", "q="+w.Key)...)
}

func (w World) receivedPages() []Page {
	all := w.Size.Heavy + w.Size.nobodys() + w.Size.deleted()
	at := func(n int) string {
		return cursor(w.ago(n, all).Add(10*time.Minute), heavyShare(n).String())
	}
	l := list{w.Recipient, "received", to.SharesReceived() + "?tab=accepted"}
	some := l.pages("first", "", "middle", at(w.Size.Heavy/4), "last", at(50), "name of few", "q=orders-000001", "name of all", "q=orders", "name of none", "q=nothing", "ID", "q="+w.Share, "owner", "q="+string(w.Heavy.ID),
		"ending", "ends=soon", "of a key", "resource="+w.Key, "live", "status=live", "ended", "status=ended", "of a region", "region="+Region)
	some = append(some, list{w.Deep, "deep member's received", to.SharesReceived() + "?tab=accepted"}.pages("first", "", "name of few", "q=orders-000001", "owner", "q="+string(w.Heavy.ID))...)
	some = append(some, list{w.Invited, "invitations", to.SharesPending()}.pages("first", "", "name of few", "q=orders-000001", "owner", "q="+string(w.Heavy.ID))...)
	some = append(some, Page{"received share/detail", w.Recipient, to.ShareReceived(w.Share)}, Page{"received share/leave?", w.Recipient, to.ShareReceivedAct(w.Share, "leave")})
	return append(some, Page{"collected share/leave?", w.Collector, to.ShareReceivedAct(w.Collected, "leave")})
}

// thingPages are the lists of what, with whom and from whom is shared, and of permissions.
func (w World) thingPages() []Page {
	urn := func(n int) string {
		return "kms:" + Region + ":" + string(w.Heavy.ID) + ":KeyId:" + heavyKey(n).String()
	}
	behind := func(text string) string { return cursor(text, store.NoID) }
	var urns []string
	for n := range w.Size.shared() {
		urns = append(urns, urn(n))
	}
	slices.Sort(urns)
	some := list{w.Heavy, "shared resources", to.SharedResources()}.pages(
		"first", "", "middle", behind(urns[len(urns)/2]), "last", behind(urns[len(urns)-51]), "ID", "q="+w.Key, "region", "region="+Region, "of a principal", "principal="+string(w.Recipient.ID))
	some = append(some, list{w.Heavy, "principals", to.SharedPrincipals()}.pages(
		"first", "", "middle", behind("4"), "ID", "q="+string(w.Recipient.ID), "of a key", "resource="+w.Key, "of a popular key", "resource="+w.Popular, "outside", "external=yes")...)
	some = append(some, list{w.Recipient, "received resources", to.ReceivedResources()}.pages(
		"first", "", "ID", "q="+w.Key, "region", "region="+Region, "of an owner", "owner="+string(w.Heavy.ID))...)
	some = append(some, list{w.Deep, "deep member's received resources", to.ReceivedResources()}.pages("first", "")...)
	some = append(some, list{w.Recipient, "owners", to.Owners()}.pages("first", "", "ID", "q="+string(w.Heavy.ID))...)
	some = append(some, list{w.Deep, "deep member's owners", to.Owners()}.pages("first", "")...)
	some = append(some, list{w.Heavy, "permissions", to.Permissions()}.pages("first", "")...)
	return append(some, list{w.Heavy, "permission", to.Permission(permissionID.String())}.pages("detail", "")...)
}

// organizationPages are those of the organization, as its management account and a member
// see them.
func (w World) organizationPages() []Page {
	l := &loader{now: w.Now, size: w.Size}
	some := list{w.Manager, "organization", to.Organization()}.pages("tree", "")
	some = append(some, list{w.Manager, "unit", to.Unit(unitID(0))}.pages("detail", "")...)
	some = append(some, list{w.Manager, "depots", to.Unit(depotID)}.pages("detail", "")...)
	some = append(some, list{w.Manager, "member", to.Member(string(w.Heavy.ID))}.pages("detail", "")...)
	some = append(some, list{w.Manager, "members", to.Members()}.pages("first", "", "middle", cursor(l.ago(0, 1), "8"+store.NoID[1:]), "name of few", "q=Account+00000", "ID", "q="+string(w.Heavy.ID))...)
	middle := w.Size.Members / 2
	some = append(some, list{w.Manager, "invitations sent", to.OrganizationInvitations()}.pages("first", "", "middle", cursor(l.sentAt(middle), sentID(middle)), "accepted", "status=accepted")...)
	some = append(some, list{w.Manager, "settings", to.Settings()}.pages("sharing", "")...)
	return append(some, list{w.Deep, "deep member's organization", to.Organization()}.pages("place", "")...)
}

func (w World) tracePages() []Page {
	l := list{w.Heavy, "traces", to.Traces()}
	middle, early := w.ago(1, 2), w.ago(1, 50)
	minute := func(t time.Time) string { return url.QueryEscape(t.Format("2006-01-02T15:04")) }
	return l.pages(
		"first", "", "middle", cursor(nil, audit.FloorID(middle)), "last", cursor(nil, audit.FloorID(early)),
		"user", "user="+w.UserName, "nobody", "user=nobody", "action", "action=kms%3Acmk%3AdecryptData", "refused", "outcome=refused", "failed", "outcome=failed",
		"resource", "q="+w.Key, "from", "from="+minute(middle), "until", "to="+minute(middle), "between", "from="+minute(middle)+"&to="+minute(middle.Add(48*time.Hour)),
		"user and action", "user="+w.UserName+"&action=kms%3Acmk%3AdecryptData", "refused actions", "outcome=refused&action=kms%3Acmk%3AdecryptData",
	)
}

func (w World) overviews() []Page {
	return []Page{
		{"overview/owner", w.Heavy, to.Overview()}, {"overview/recipient", w.Recipient, to.Overview()}, {"overview/invited", w.Invited, to.Overview()},
		{"overview/deep member", w.Deep, to.Overview()}, {"overview/collector", w.Collector, to.Overview()},
	}
}

func shareName(n int) string { return fmt.Sprintf("orders-%07d", n) }
