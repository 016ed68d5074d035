package ram

import (
	"net/url"
	"strconv"
	"time"

	"sharedkms/internal/ram"
	"sharedkms/internal/tag"
	"sharedkms/views/components/filter"
	"sharedkms/views/components/form"
	"sharedkms/views/components/label"
	"sharedkms/views/components/table"
	"sharedkms/views/to"
)

// ShareDetail is an own share with all that is in it.
type ShareDetail struct {
	Facts          ShareFacts
	Tags           []string
	Keys           []Key
	KeysNote       string
	FindKeys       filter.Props
	Permission     Permission
	Associated     Status // of the permission
	Update         Act    // to the default version of the permission
	Newer          string // "Version 2 of kms KeyId … is available", empty for none
	Principals     []Principal
	PrincipalsNote string
	FindPrincipals filter.Props
	Delete         Act
	EditHref       string // begins a draft of changes, posted; empty when the reader may not
	CopyHref       string // begins a draft of a new share, posted
	Rename         Rename
	End            End
	TagRows        []Tag
	TagHref        string // sets a tag, posted
	NewTag         NewTag
	Add            AddForm
	Ticks          bool // several keys or principals can be removed at once
	NotDone        string
	Problems       []form.Problem
}

// Rename is the small form of name and description.
type Rename struct {
	Href        string // empty when the reader may not
	Version     string
	Open        bool
	Name        Input
	Description Input
}

// AddForm is the small form that shares with more principals.
type AddForm struct {
	Href  string // empty when the reader may not
	Open  bool
	Typed Input
}

// Tag is a tag of a share with what the reader may do about it.
type Tag struct {
	Key, Value string
	Edit       string // opens the form with this tag
	Delete     Act
}

// NewTag is the small form that sets a tag.
type NewTag struct {
	Open       bool
	Key, Value Input
}

// The small forms of the page.
const (
	FormRename = "rename"
	FormTag    = "tag"
)

// Open opens one of the small forms; key is the tag that is to be changed, if any.
func (m *ShareDetail) Open(form, key string) {
	m.Rename.Open, m.NewTag.Open = form == FormRename, form == FormTag
	for _, t := range m.TagRows {
		if t.Key == key && form == FormTag {
			m.NewTag.Key.Value, m.NewTag.Value.Value = t.Key, t.Value
		}
	}
}

// ShareFacts is the basic information of a share.
type ShareFacts struct {
	ID          string
	Name        string
	Status      Status
	Description string
	Scope       string
	Retain      string
	Created     time.Time
}

// Principal is one principal of a share.
type Principal struct {
	Party  Party
	Kind   string // Account, Organizational unit, Organization
	Where  string // in the organization, outside; grey
	State  Status
	Since  time.Time
	Remove Act
	Resend string // withdraws the invitation and sends another, posted
	Waits  string // of a pending one: the ID of the invitation
	End    End
	Extend string // moves an end that comes soon on, posted; empty when there is none
	Again  string // invites again: the principal to post, empty when there is nothing to repeat

	Association string // of a live one
	External    bool
	Reason      string // why it rejected
}

// columns begin with the one of boxes to tick, where rows can be ticked.
func (m ShareDetail) columns(list []table.Column) []table.Column {
	if !m.Ticks {
		return list
	}
	return append([]table.Column{{Title: "Select", Unseen: true, Narrow: true}}, list...)
}

// Rights says which acts the reader may do on a share.
type Rights struct{ Create, Update, Delete, Remove, Add, Replace, Tag, Untag bool }

// NewShareDetail words an own share.
func NewShareDetail(s ram.Share, may Rights, now time.Time) ShareDetail {
	id, live := string(s.ID), s.Status == ram.ShareActive
	m := ShareDetail{
		Facts: ShareFacts{
			ID: id, Name: s.Name, Status: shareStatus(s.Status, s.HiddenAt, now), Description: s.Description,
			Scope: "Any account", Created: s.CreatedAt,
		},
		Tags: tag.Texts(s.Tags), Permission: onlyPermission(s.Permissions),
	}
	if !s.AllowExternal {
		m.Facts.Scope = "Only within the organization"
	}
	m.Facts.Retain = "Off: accounts of the organization get access at once, and lose it when they leave"
	if s.Retain {
		m.Facts.Retain = "On: accounts named by their ID are invited, and stay when they leave the organization"
	}
	if live {
		m.Facts.Status = sharing(s.EndsAt, nil, now)
	}
	m.End = shareEnd(s, may, now)
	if live && may.Delete {
		m.Delete = Act{Text: "Delete…", Href: to.ShareAct(id, "delete")}
	}
	if live && may.Update {
		m.EditHref = to.ShareAct(id, "edit")
		m.Rename = Rename{
			Href: to.ShareAct(id, "rename"), Version: strconv.FormatInt(s.Version, 10), Name: Input{Value: s.Name}, Description: Input{Value: s.Description},
		}
	}
	if may.Create {
		m.CopyHref = to.ShareAct(id, "copy")
	}
	m.tags(s, live && may.Tag, live && may.Untag)
	if live && len(s.Permissions) > 0 && s.Permissions[0].Outdated() {
		newest := "version " + number(s.Permissions[0].DefaultVersion)
		m.Newer = title(newest) + " of " + s.Permissions[0].Name + " is the default one now; this share uses version " + number(s.Permissions[0].Version)
		if may.Replace {
			m.Update = Act{Text: "Update to " + newest + "…", Href: to.ShareAct(id, "permission")}
		}
	}
	keys := 0
	for _, r := range s.Resources {
		k := newKey(r.Key)
		if r.EndedAt != nil {
			k.State = Status{Label: grey("Removed"), Note: r.EndReason}
		} else {
			keys++
			k.Association = string(r.ID)
			if live && may.Remove {
				k.Remove = Act{Text: "Remove…", Label: "Remove… " + k.Name, Href: to.ShareResourceRemove(id, string(r.ID))}
			}
		}
		m.Keys = append(m.Keys, k)
	}
	m.KeysNote = keysOf(keys)
	again := map[string]bool{}
	people := 0
	for _, p := range s.Principals {
		row := newPrincipal(p, now)
		row.End = principalEnd(s, p, may, now)
		if row.End.Href != "" && renewable(s, p, now) {
			row.Extend = row.End.Href
		}
		switch {
		case p.State.Live():
			people++
			row.Association = string(p.ID)
			again[p.Principal] = true
			if live && may.Remove {
				row.Remove = Act{Text: "Remove…", Label: "Remove… " + row.Party.Name, Href: to.SharePrincipalRemove(id, string(p.ID))}
				if p.State == ram.InvitationPending {
					row.Remove.Text, row.Remove.Label = "Cancel invitation…", "Cancel invitation… to "+row.Party.Name
				}
			}
			if live && may.Remove && may.Add && p.State == ram.InvitationPending {
				row.Resend = to.SharePrincipalResend(id, string(p.ID))
			}
		case live && may.Add && !again[p.Principal]:
			// Live rows come first, so whoever is back already is not offered again.
			again[p.Principal] = true
			row.Again = p.Principal
		}
		m.Principals = append(m.Principals, row)
	}
	m.Ticks = live && may.Remove
	if live && may.Add {
		m.Add.Href = to.SharePrincipals(id)
	}
	m.PrincipalsNote = count(people, "principal", "principals")
	m.Associated = Status{Label: grey("Disassociated"), Note: "with the share"}
	if live {
		m.Associated = Status{Label: label.Status(label.Green, "Associated")}
	}
	return m
}

// tags words the tags with their controls.
func (m *ShareDetail) tags(s ram.Share, mayTag, mayUntag bool) {
	id := string(s.ID)
	for _, t := range s.Tags {
		row := Tag{Key: t.Key, Value: t.Value}
		if mayTag {
			row.Edit = to.ShareAct(id, "tag") + "?key=" + url.QueryEscape(t.Key) + "#tags"
		}
		if mayUntag {
			row.Delete = Act{Text: "Delete…", Label: "Delete… tag " + t.Key, Href: to.ShareUntag(id, t.Key)}
		}
		m.TagRows = append(m.TagRows, row)
	}
	if mayTag {
		m.TagHref = to.ShareAct(id, "tag")
	}
}

func newPrincipal(p ram.Principal, now time.Time) Principal {
	where := "in the organization"
	if p.External {
		where = "outside the organization"
	}
	row := Principal{
		External: p.External, Reason: p.Reason, Party: newParty(p.Kind, p.Principal, p.Name), Kind: kindText(p.Kind), Where: where,
		State: principalState(p, now), Since: p.Since,
	}
	if p.State == ram.InvitationPending {
		row.Waits = string(p.Invitation)
		if p.ExpiresAt != nil {
			row.State.Note = "expires " + p.ExpiresAt.UTC().Format("2006-01-02 15:04") + ", " + row.State.Note
		}
	}
	return row
}

// extendForm names the form of a row's button: the row stands in the form of all rows.
func extendForm(p Principal) string { return "extend-" + p.Association }

var sharedKeyColumns = []table.Column{
	{Title: "Name and ID"}, {Title: "Region"}, {Title: "Algorithm"}, {Title: "State"}, {Title: "Operation"},
}

var tagColumns = []table.Column{{Title: "Key"}, {Title: "Value"}, {Title: "Operation"}}

var principalColumns = []table.Column{
	{Title: "Principal"}, {Title: "Type"}, {Title: "Access"}, {Title: "Since"}, {Title: "Operation"},
}

func keyColumns(withState bool) []table.Column {
	columns := []table.Column{{Title: "Name and ID"}, {Title: "Region"}, {Title: "Algorithm"}}
	if withState {
		columns = append(columns, table.Column{Title: "State"})
	}
	return columns
}
