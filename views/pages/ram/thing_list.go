package ram

import (
	"context"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"sharedkms/internal/ram"
	"sharedkms/views/components/filter"
	"sharedkms/views/components/icon"
	"sharedkms/views/components/label"
	"sharedkms/views/components/pager"
	"sharedkms/views/components/table"
	"sharedkms/views/components/when"
	"sharedkms/views/layout"
	"sharedkms/views/to"
)

// ThingList is one of the lists in which a principal, a key or an owner stands once, however many
// shares it is in.
type ThingList struct {
	Kind      ThingKind
	Filter    filter.Props
	Rows      []ThingRow
	Pager     pager.Props
	Empty     bool // and no filter is in force
	CanCreate bool // of the lists of what this account shares
}

// ThingKind says which of the lists it is, and what of it is always the same.
type ThingKind struct {
	Title      string // of the page
	Lead       string
	Label      string // of the table
	Noun       string // of a row
	Things     string // of rows
	EmptyTitle string
	EmptyText  string
	ByMe       bool
	columns    []string
	class      string // by which the style sheet knows the columns
}

// The four lists.
var (
	ResourcesByMe = ThingKind{
		Title: "Shared Resources", Lead: "Keys of this account that are in resource shares.", Label: "Shared resources", Noun: "key", Things: "keys", ByMe: true,
		EmptyTitle: "No key is shared", EmptyText: "Nothing appears here until a resource share holds a key.",
		columns: []string{"Resource name and ID", "Region", "Resource type", "State", "Shares", "Principals"}, class: "k-of-resources",
	}
	PrincipalsByMe = ThingKind{
		Title: "Principals", Lead: "Accounts, units and organizations that resource shares of this account name.", Label: "Principals", Noun: "principal", Things: "principals", ByMe: true,
		EmptyTitle: "Nothing is shared with anybody", EmptyText: "Nothing appears here until a resource share names a principal.",
		columns: []string{"Principal", "Type", "Organization", "Shares", "Resources", "Operation"}, class: "k-of-principals",
	}
	ResourcesWithMe = ThingKind{
		Title: "Shared Resources", Lead: "Keys of other accounts that this account can use.", Label: "Resources shared with this account", Noun: "key", Things: "keys",
		EmptyTitle: "No key is shared with this account", EmptyText: "Keys appear here once you accept an invitation, or at once when they come through your organization.",
		columns: []string{"Resource name and ID", "Region", "Resource type", "State", "Owner", "Last shared", "Shares"}, class: "k-of-received-resources",
	}
	OwnersWithMe = ThingKind{
		Title: "Owners", Lead: "Accounts that share keys with this account.", Label: "Owners", Noun: "owner", Things: "owners",
		EmptyTitle: "No account shares anything with this one", EmptyText: "An owner appears here once you accept its invitation, or at once when it shares through your organization.",
		columns: []string{"Owner", "Shares", "Resources"}, class: "k-of-owners",
	}
)

// Columns are the columns of the table.
func (k ThingKind) Columns() []table.Column {
	columns := make([]table.Column, len(k.columns))
	for i, title := range k.columns {
		columns[i] = table.Column{Title: title, Optional: title == "Resource type", Acts: title == "Operation"}
	}
	return columns
}

func (k ThingKind) crumbs() []layout.Crumb {
	side := layout.Crumb{Text: "Shared with Me", Href: to.SharesReceived()}
	if k.ByMe {
		side = layout.Crumb{Text: "Shared by Me", Href: to.Shares()}
	}
	return []layout.Crumb{{Text: "Resource Access Manager", Href: to.Shares()}, side, {Text: k.Title}}
}

// ThingRow is one row: its cells from left to right.
type ThingRow struct {
	Name, Href, ID string
	Cells          []Cell
}

// Cell is a text, linked or not, a label, or a party, over small words.
type Cell struct {
	Text     string
	Small    string
	Href     string
	Act      bool
	Label    templ.Component
	ID       string // below Text, to copy
	Optional bool
}

func (l ThingList) rows() templ.Component {
	return table.NewRows(func(ctx context.Context, r *table.Rows) {
		for _, row := range l.Rows {
			r.Row("")
			r.Name(row.Name, row.Href, row.ID)
			for _, c := range row.Cells {
				switch {
				case c.Label != nil:
					r.Part(ctx, c.Label, c.Small)
				case c.Act:
					r.Acts()
					r.Act(c.Text, c.Href)
				case c.Href != "":
					r.Link(c.Text, c.Href, c.Small)
				case c.ID != "":
					r.Owner(c.Text, c.ID)
				case c.Optional:
					r.Optional(c.Text)
				default:
					r.Text(c.Text, c.Small)
				}
			}
		}
	})
}

// countCell links a count to the list that shows what was counted.
func countCell(c ram.Count, one, many, href string) Cell {
	switch {
	case c.N == 0 && !c.More:
		return Cell{Text: "0 " + many}
	case c.More:
		return Cell{Text: strconv.Itoa(c.N) + "+ " + many, Href: href}
	}
	return Cell{Text: count(c.N, one, many), Href: href}
}

// CountText is a count for a file.
func CountText(c ram.Count) string {
	if c.More {
		return strconv.Itoa(c.N) + "+"
	}
	return strconv.Itoa(c.N)
}

func keyCells(k ram.Key) []Cell {
	return []Cell{{Text: k.Region}, {Text: ram.ResourceTypeKey, Optional: true}, {Label: keyState(k.State).Label, Small: keyState(k.State).Note}}
}

// NewSharedResourceRow words a key that this account shares.
func NewSharedResourceRow(r ram.SharedResource) ThingRow {
	id := r.Key.ID
	return ThingRow{Name: r.Key.Name, Href: to.Key(r.Key.Region, id), ID: id, Cells: append(keyCells(r.Key),
		countCell(r.Shares, "share", "shares", to.Filtered(to.Shares(), "resource", id)),
		countCell(r.Principals, "principal", "principals", to.Filtered(to.SharedPrincipals(), "resource", id)))}
}

// NewSharedPrincipalRow words a principal of shares of this account.
func NewSharedPrincipalRow(p ram.SharedPrincipal, mayRemove bool) ThingRow {
	party, shares := newParty(p.Kind, p.Principal, p.Name), to.Filtered(to.Shares(), "principal", p.Principal)
	where := Cell{Text: "Inside"}
	if p.External {
		where = Cell{Label: label.With(label.Amber, icon.External, "External")}
	}
	act := Cell{Act: true}
	if mayRemove {
		act.Text, act.Href = "Remove…", to.PrincipalWithdraw(p.Principal)
	}
	return ThingRow{Name: PrincipalName(p), Href: shares, ID: party.ID, Cells: []Cell{
		{Text: kindText(p.Kind)}, where, countCell(p.Shares, "share", "shares", shares),
		countCell(p.Keys, "key", "keys", to.Filtered(to.SharedResources(), "principal", p.Principal)), act,
	}}
}

// PrincipalName is the name of a principal, or words for one whose name may not be read.
func PrincipalName(p ram.SharedPrincipal) string {
	if p.Name == p.Principal {
		return "Account that has not accepted yet"
	}
	return newParty(p.Kind, p.Principal, p.Name).Name
}

// NewReceivedResourceRow words a key of another account.
func NewReceivedResourceRow(r ram.ReceivedResource, now time.Time) ThingRow {
	id := r.Key.ID
	return ThingRow{Name: r.Key.Name, Href: to.Key(r.Key.Region, id), ID: id, Cells: append(keyCells(r.Key),
		Cell{Text: r.OwnerName, ID: string(r.Owner)},
		Cell{Label: when.Bare(r.Since), Small: when.Distance(r.Since, now)},
		countCell(r.Shares, "share", "shares", to.SharesReceivedFiltered("resource", id)))}
}

// NewOwnerRow words an account that shares with this one.
func NewOwnerRow(o ram.Owner) ThingRow {
	id := string(o.Account)
	shares := to.SharesReceivedFiltered("q", id)
	return ThingRow{Name: o.Name, Href: shares, ID: id, Cells: []Cell{
		countCell(o.Shares, "share", "shares", shares), countCell(o.Keys, "key", "keys", to.Filtered(to.ReceivedResources(), "owner", id)),
	}}
}
