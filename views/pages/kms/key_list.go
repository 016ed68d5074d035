package kms

import (
	"strconv"
	"time"

	"github.com/a-h/templ"

	"sharedkms/internal/kms"
	"sharedkms/views/components/filter"
	"sharedkms/views/components/menu"
	"sharedkms/views/components/pager"
	"sharedkms/views/components/table"
	"sharedkms/views/components/tabs"
	"sharedkms/views/components/when"
	"sharedkms/views/to"
)

// Tabs of the list, as the address names them; Custom has none.
const (
	TabDefault = "default"
	TabShared  = "shared"
)

// CustomList is the tab Custom Keys. Empty means that there are none and no filter is in force.
type CustomList struct {
	CanCreate bool
	Empty     bool
	Quota     string
	Filter    filter.Props
	Columns   []table.Column
	Rows      []KeyRow
	Menus     []RowMenu
	Pager     pager.Props
}

// RowMenu is the menu of all rows with the same acts.
type RowMenu struct {
	ID    string // KeyRow.Menu names it
	Items []menu.Item
	kind  menuKind
}

// menuKind is what the acts of a row depend on.
type menuKind struct {
	state      kms.State
	use, write bool
}

// DefaultList is the tab Default Keys.
type DefaultList struct{ Rows []KeyRow }

// SharedList is the tab Shared Key.
type SharedList struct {
	Account string // the reader's
	Empty   bool
	Filter  filter.Props
	Columns []table.Column
	Rows    []SharedRow
	Pager   pager.Props
}

// KeyRow is one own key.
type KeyRow struct {
	ID      string
	Name    string
	Href    string
	Status  templ.Component
	Below   string
	Spec    string
	Usage   string
	Origin  string
	Created time.Time
	Act     Act // the one that is shown; its Href is empty when there is none
	Menu    string
}

// Act is a link to a question.
type Act struct{ Text, Href string }

// Rights are what the reader may do with an own key.
type Rights struct{ Enable, Disable, Update, Use bool }

// NewKeyRow words an own key of a list.
func NewKeyRow(k kms.Key, may Rights) KeyRow {
	id := string(k.ID)
	r := KeyRow{
		ID: id, Name: k.Name, Href: to.Key(k.Region, id), Status: status(k.State), Below: below(k, false),
		Spec: string(k.Spec), Usage: UsageName(k.Usage), Origin: OriginName(k.Origin), Created: k.CreatedAt,
	}
	if k.Kind == kms.Default {
		return r
	}
	switch {
	case k.State == kms.Enabled && may.Disable:
		r.Act = Act{"Disable…", to.KeyAct(k.Region, id, "disable")}
	case k.State == kms.Disabled && may.Enable:
		r.Act = Act{"Enable…", to.KeyAct(k.Region, id, "enable")}
	case k.State == kms.PendingDeletion && may.Update:
		r.Act = Act{"Cancel deletion…", to.KeyAct(k.Region, id, "cancel-deletion")}
	}
	return r
}

// Add appends the row of a custom key.
func (m *CustomList) Add(k kms.Key, may Rights) {
	r := NewKeyRow(k, may)
	r.Menu = m.menuOf(k.Region, menuKind{k.State, k.State == kms.Enabled && may.Use, k.State != kms.PendingDeletion && may.Update})
	m.Rows = append(m.Rows, r)
}

func (m *CustomList) menuOf(region string, kind menuKind) string {
	for i := range m.Menus {
		if m.Menus[i].kind == kind {
			return m.Menus[i].ID
		}
	}
	const id = menu.RowID
	items := []menu.Item{{Text: "View key", Href: to.Key(region, id)}}
	if kind.use {
		items = append(items,
			menu.Item{Text: "Encrypt or decrypt", Href: to.KeyTab(region, id, TabTool)},
			menu.Item{Text: "Use in a new secret", Href: to.SecretNewWithKey(region, id)})
	}
	items = append(items, menu.Item{Text: "Resource shares", Href: to.KeyTab(region, id, TabShares)})
	if kind.write {
		items = append(items, menu.Item{Text: "Delete…", Href: to.KeyAct(region, id, "delete"), Danger: true})
	}
	m.Menus = append(m.Menus, RowMenu{"m" + strconv.Itoa(len(m.Menus)), items, kind})
	return m.Menus[len(m.Menus)-1].ID
}

// SharedRow is one foreign key.
type SharedRow struct {
	ID        string
	Name      string
	Href      string
	Status    templ.Component
	Below     string
	Spec      string
	Usage     string
	Origin    string
	OwnerID   string
	OwnerName string
	Share     string
	ShareHref string
	Path      string // how it reaches this account, and "+1 more share"
	Actions   string
	Grants    string // name of the permission, shortened
	Since     time.Time
	UseHref   string // begins a secret with it; empty when it cannot be used
	Short     string // why, in a cell
}

// NewSharedRow words a foreign key.
func NewSharedRow(k kms.SharedKey, now time.Time) SharedRow {
	id := string(k.ID)
	r := SharedRow{
		ID: id, Name: k.Name, Href: to.Key(k.Region, id), Status: status(k.State), Below: below(k.Key, true),
		Spec: string(k.Spec), Usage: UsageName(k.Usage), Origin: OriginName(k.Origin), OwnerID: string(k.Account), OwnerName: k.OwnerName,
		Since: k.Since,
	}
	if len(k.Paths) > 0 {
		first := k.Paths[0]
		r.Share, r.ShareHref, r.Path = first.ShareName, to.ShareReceived(first.Share), path(first.Kind)
		r.Actions, r.Grants = count(first.ActionCount, "action", "actions"), first.Permission
		if n := len(k.Paths) - 1; k.More {
			r.Path = "one of more than " + count(n+1, "share", "shares")
		} else if n > 0 {
			r.Path += ", +" + count(n, "more share", "more shares")
		}
	}
	if k.EndsAt != nil {
		r.Path += ", ends " + when.Distance(*k.EndsAt, now)
	}
	if r.Short = shortReason(k); r.Short == "" {
		r.UseHref = to.SecretNewWithKey(k.Region, id)
	}
	return r
}

func shortReason(k kms.SharedKey) string {
	switch {
	case k.Reason == "":
		return ""
	case k.State != kms.Enabled:
		return "Not usable now"
	}
	return "Not for secrets"
}

// ListTabs are the tabs of the list.
func ListTabs(region, current string) []tabs.Tab {
	return []tabs.Tab{
		{Text: "Custom Keys", Href: to.Keys(region), Current: current == ""},
		{Text: "Default Keys", Href: to.DefaultKeys(region), Current: current == TabDefault},
		{Text: "Shared Key", Href: to.SharedKeys(region), Current: current == TabShared},
	}
}
