package ram

import (
	"fmt"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
	"sharedkms/views/components/field"
	"sharedkms/views/components/filter"
	"sharedkms/views/components/form"
	"sharedkms/views/components/icon"
	"sharedkms/views/components/label"
	"sharedkms/views/components/table"
	"sharedkms/views/components/tabs"
	"sharedkms/views/layout"
	"sharedkms/views/to"
)

// PermissionList is the library. Old counts own shares that use an old version of some
// permission.
type PermissionList struct {
	MayCreate bool
	Filter    filter.Props
	Rows      []PermissionRow
	Old       string // "3 resource shares use an older version of a permission", empty for none
}

// PermissionRow is one permission of the library.
type PermissionRow struct {
	ID, Name, Href string
	ResourceType   string
	Default        bool // of its resource type
	Version        string
	Actions        string
	Type           templ.Component
	Shares         string // how many
	SharesHref     string
	Update         Act // of the shares that use an old version
}

var permissionColumns = []table.Column{
	{Title: "Name and ID"}, {Title: "Resource type"}, {Title: "Default version"}, {Title: "Type"}, {Title: "Shares"}, {Title: "Operation"},
}

// NewPermissionRows words permissions; mayUpdate says whether the reader may update shares.
func NewPermissionRows(list []ram.Permission, mayUpdate bool) []PermissionRow {
	rows := make([]PermissionRow, len(list))
	for i, p := range list {
		id := string(p.ID)
		r := PermissionRow{
			ID: id, Name: p.Name, Href: to.Permission(id), ResourceType: p.ResourceType, Default: p.Default,
			Version: "Version " + number(p.Version), Actions: count(len(p.Actions), "action", "actions"),
			Type: permissionType(p.Managed), Shares: capped(p.Shares), SharesHref: to.SharesOfPermission(id),
		}
		if p.OldShares > 0 && mayUpdate {
			r.Update = Act{Text: "Update " + cappedOf(p.OldShares, "share", "shares") + "…", Label: "Update shares that use " + p.Name, Href: to.PermissionAct(id, "update")}
		}
		rows[i] = r
	}
	return rows
}

// OldShares says how many shares use old versions of what is named, empty for none.
func OldShares(n int, of string) string {
	if n == 0 {
		return ""
	}
	return cappedOf(n, "resource share is", "resource shares are") + " not on the default version of " + of
}

func permissionType(managed bool) templ.Component {
	if managed {
		return label.Status(label.Blue, "Built-in")
	}
	return label.With(label.Violet, icon.User, "Customer managed")
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// capped is a number of shares that were counted to ram.CountedShares.
func capped(n int) string {
	if n > ram.CountedShares {
		return "1,000+"
	}
	return strconv.Itoa(n)
}

func cappedOf(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return capped(n) + " " + many
}

// PermissionAction is one action with its sentence.
type PermissionAction struct {
	Name string // kms:cmk:get
	Text string
}

func newActions(list []iam.Action) []PermissionAction {
	rows := make([]PermissionAction, len(list))
	for i, a := range list {
		rows[i] = PermissionAction{Name: string(a), Text: ram.TextOf(a)}
	}
	return rows
}

// PermissionDetail is a permission with its versions and the shares that use it.
type PermissionDetail struct {
	ID, Name     string
	Type         templ.Component
	Default      bool
	ResourceType string
	Description  string
	Version      string
	Newest       string // "version 2"
	Created      time.Time
	Tabs         []tabs.Tab
	Versioned    bool // the tab of versions is open
	Groups       []ActionGroup
	MayNot       []ram.Sentence
	Versions     []PermissionVersion
	Users        []PermissionUser
	Shares       string // "3 shares"
	SharesHref   string
	Old          string // as of the list
	Update       Act
	NewHref      string // of a new version; empty when the reader may not
	WhyNotNew    string
	Delete       Act
}

// ActionGroup is a group of actions that a permission holds, or of all it can hold.
type ActionGroup struct {
	Title   string
	Actions []PermissionAction
}

// PermissionVersion is one version in the tab.
type PermissionVersion struct {
	Number  string
	Title   string // "Version 2"
	Default bool
	Made    time.Time
	Actions []PermissionAction
	Count   string // "9 actions"
	Before  string // "Version 1"; empty for the first
	Added   []PermissionAction
	Removed []PermissionAction
	Shares  string
	SetHref string // makes it the default one by POST
	Delete  Act    // Why says why not
}

// PermissionUser is a share that uses the permission.
type PermissionUser struct{ Name, Href, Version string }

// PermissionRights says which acts the reader may do on a permission and on shares.
type PermissionRights struct{ Version, SetDefault, DeleteVersion, Delete, Update bool }

// NewPermissionDetail words a permission.
func NewPermissionDetail(p ram.PermissionDetail, may PermissionRights, versioned bool) PermissionDetail {
	id := string(p.ID)
	m := PermissionDetail{
		ID: id, Name: p.Name, Type: permissionType(p.Managed), Default: p.Default, ResourceType: p.ResourceType, Description: p.Description,
		Version: "Version " + number(p.Version), Newest: "version " + number(p.Version), Created: p.CreatedAt, Versioned: versioned, MayNot: p.MayNot,
		Shares: cappedOf(p.Shares, "share", "shares"), SharesHref: to.SharesOfPermission(id), Old: OldShares(p.OldShares, "this permission"),
		Tabs: []tabs.Tab{
			{Text: "Details", Href: to.Permission(id), Current: !versioned},
			{Text: "Versions", Href: to.PermissionVersions(id), Current: versioned},
		},
	}
	for _, g := range ram.ActionGroups() {
		group := ActionGroup{Title: g.Title}
		for _, one := range g.Actions {
			for _, has := range p.Actions {
				if has == one.Action {
					group.Actions = append(group.Actions, PermissionAction{string(one.Action), one.Text})
				}
			}
		}
		if len(group.Actions) > 0 {
			m.Groups = append(m.Groups, group)
		}
	}
	for _, u := range p.Users {
		user := PermissionUser{Name: u.Name, Href: to.Share(string(u.ID)), Version: "version " + number(u.Version)}
		m.Users = append(m.Users, user)
	}
	if p.OldShares > 0 && may.Update {
		m.Update = Act{Text: "Update " + cappedOf(p.OldShares, "share", "shares") + "…", Href: to.PermissionAct(id, "update")}
	}
	if !p.Managed {
		m.own(p, may)
	}
	for _, v := range p.Versions {
		m.Versions = append(m.Versions, newVersion(p, v, may))
	}
	return m
}

// own adds what the account may do with a permission of its own.
func (m *PermissionDetail) own(p ram.PermissionDetail, may PermissionRights) {
	if may.Version && len(p.Versions) < ram.MaxVersions {
		m.NewHref = to.PermissionVersionNew(m.ID)
	} else if may.Version {
		m.WhyNotNew = fmt.Sprintf("A permission has at most %d versions. Delete one first.", ram.MaxVersions)
	}
	switch {
	case may.Delete && p.Shares == 0:
		m.Delete = Act{Text: "Delete…", Href: to.PermissionAct(m.ID, "delete")}
	case may.Delete:
		m.Delete = Act{Why: "A permission that a share uses cannot be deleted."}
	}
}

func newVersion(p ram.PermissionDetail, v ram.PermissionVersion, may PermissionRights) PermissionVersion {
	id := string(p.ID)
	row := PermissionVersion{
		Number: number(v.Version), Title: "Version " + number(v.Version), Default: v.Default, Made: v.Made, Actions: newActions(v.Actions),
		Count: count(len(v.Actions), "action", "actions"), Added: newActions(v.Added), Removed: newActions(v.Removed), Shares: cappedOf(v.Shares, "share", "shares"),
	}
	if v.Before > 0 {
		row.Before = "version " + number(v.Before)
	}
	if p.Managed {
		return row
	}
	if !v.Default && may.SetDefault {
		row.SetHref = to.PermissionVersionAct(id, v.Version, "default")
	}
	switch {
	case !may.DeleteVersion:
	case v.Default:
		row.Delete.Why = "The default version cannot be deleted."
	case v.Shares > 0:
		row.Delete.Why = "Shares use it, so it cannot be deleted."
	default:
		row.Delete = Act{Text: "Delete…", Label: "Delete… version " + row.Number, Href: to.PermissionVersionAct(id, v.Version, "delete")}
	}
	return row
}

// PermissionForm makes a permission, or another version of the one named by ID.
type PermissionForm struct {
	ID, Of      string // of a new version: the permission
	Once        string
	NotDone     string
	Problems    []form.Problem
	Name        field.Props
	Description field.Props
	Groups      []ActionChoices
	Error       field.Props // of the actions
	Default     bool
}

// ActionChoices is a group of actions to tick.
type ActionChoices struct {
	Title   string
	Actions []ActionChoice
}

// ActionChoice is one action to tick.
type ActionChoice struct {
	PermissionAction
	Ticked bool
}

// NewActionChoices lists the fourteen actions, with those ticked that were chosen.
func NewActionChoices(chosen []string) []ActionChoices {
	ticked := map[string]bool{}
	for _, c := range chosen {
		ticked[c] = true
	}
	var groups []ActionChoices
	for _, g := range ram.ActionGroups() {
		group := ActionChoices{Title: g.Title}
		for _, a := range g.Actions {
			group.Actions = append(group.Actions, ActionChoice{PermissionAction{string(a.Action), a.Text}, ticked[string(a.Action)]})
		}
		groups = append(groups, group)
	}
	return groups
}

// PermissionUpdatePage is what updating shares does, before it is done.
type PermissionUpdatePage struct {
	Title    string
	Action   string
	Back     string
	Crumbs   []layout.Crumb
	Verb     string // "Update to version 2"
	To       string // number of the version
	Name     string // of the permission
	Href     string
	Changes  []VersionChange
	Shares   []string // ids
	More     string
	ManyMore bool
	Stops    Stops
	Problems []form.Problem
}

// VersionChange is what shares of one version gain and lose.
type VersionChange struct {
	Title  string // "From version 1 to version 2"
	Gained []PermissionAction
	Lost   []PermissionAction
	Shares []ChangedShare
}

// ChangedShare is a share that is updated, with the accounts that gain or lose.
type ChangedShare struct {
	Name, Href string
	Accounts   string
	Note       string
}

var changedColumns = []table.Column{{Title: "Resource share"}, {Title: "Accounts with access"}}

// NewPermissionUpdate words an update of shares. Back leads where it came from.
func NewPermissionUpdate(u ram.PermissionUpdate, action, back string, crumbs []layout.Crumb, problems []form.Problem) PermissionUpdatePage {
	version := number(u.Permission.Version)
	m := PermissionUpdatePage{
		Title: "Update to version " + version + "?", Verb: "Update to version " + version, To: version, Action: action, Back: back, Crumbs: crumbs,
		Name: u.Permission.Name, Href: to.Permission(string(u.Permission.ID)), ManyMore: u.ManyMore, Problems: problems, Stops: othersStop(u.Lost),
	}
	for _, c := range u.Changes {
		change := VersionChange{Title: "From version " + number(c.From) + " to version " + version, Gained: newActions(c.Gained), Lost: newActions(c.Lost)}
		for _, s := range c.Shares {
			m.Shares = append(m.Shares, string(s.ID))
			change.Shares = append(change.Shares, changedShare(s))
		}
		m.Changes = append(m.Changes, change)
	}
	if u.More {
		m.More = fmt.Sprintf("At most %d resource shares are updated at a time. Open this page again for the others.", ram.MaxUpdates)
	}
	return m
}

func changedShare(s ram.UpdatedShare) ChangedShare {
	const named = 20
	row := ChangedShare{Name: s.Name, Href: to.Share(string(s.ID)), Accounts: list(s.Accounts)}
	if more := len(s.Accounts) - named; more > 0 {
		row.Accounts = list(append(append([]string(nil), s.Accounts[:named]...), strconv.Itoa(more)+" more"))
	}
	if len(s.Accounts) == 0 {
		row.Accounts = "Nobody has access now"
	}
	if s.Waiting > 0 {
		row.Note = count(s.Waiting, "invitation is", "invitations are") + " not answered"
	}
	return row
}

// Count writes a number with its noun.
func Count(n int, one, many string) string { return count(n, one, many) }

// NewDeletePermission asks before an own permission is deleted.
func NewDeletePermission(p ram.PermissionDetail) Question {
	id := string(p.ID)
	q := Question{
		ID: "delete-permission", Title: "Delete permission " + p.Name + "?", Verb: "Delete", Stay: "Keep the permission",
		Action: to.PermissionAct(id, "delete"), Back: to.Permission(id), NotDone: "The permission was not deleted",
		Crumbs: permissions(layout.Crumb{Text: p.Name, Href: to.Permission(id)}, layout.Crumb{Text: "Delete"}),
		Before: "The permission goes with all its versions. No share uses it, so nobody loses access.",
		Lines:  []string{"It cannot be brought back. Its name can be used again."},
	}
	return q
}

// NewDeleteVersion asks before a version of an own permission is deleted.
func NewDeleteVersion(p ram.PermissionDetail, version int64) Question {
	id, n := string(p.ID), number(version)
	return Question{
		ID: "delete-version", Title: "Delete version " + n + " of " + p.Name + "?", Verb: "Delete", Stay: "Keep the version",
		Action: to.PermissionVersionAct(id, version, "delete"), Back: to.PermissionVersions(id), NotDone: "The version was not deleted",
		Crumbs: permissions(layout.Crumb{Text: p.Name, Href: to.PermissionVersions(id)}, layout.Crumb{Text: "Delete version " + n}),
		Before: "No share uses this version, so nobody loses access. Its number is not used again.",
	}
}

// PermissionCrumbs lead to a page below a permission.
func PermissionCrumbs(id, name, last string) []layout.Crumb {
	return permissions(layout.Crumb{Text: name, Href: to.Permission(id)}, layout.Crumb{Text: last})
}

// ShareCrumbs lead to a page below an own share.
func ShareCrumbs(id, name, last string) []layout.Crumb {
	return shares(layout.Crumb{Text: name, Href: to.Share(id)}, layout.Crumb{Text: last})
}

func permissions(last ...layout.Crumb) []layout.Crumb {
	return append([]layout.Crumb{
		{Text: "Resource Access Manager", Href: to.Shares()},
		{Text: "Permissions Library", Href: to.Permissions()},
	}, last...)
}
