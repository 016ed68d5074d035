package ram

import (
	"time"

	"sharedkms/internal/ram"
	"sharedkms/views/components/table"
	"sharedkms/views/to"
)

// ShareDetail is an own share with all that is in it.
type ShareDetail struct {
	Facts          ShareFacts
	Tags           []string
	Keys           []Key
	KeysNote       string
	Permission     Permission
	Principals     []Principal
	PrincipalsNote string
	Delete         Act
}

// ShareFacts is the basic information of a share.
type ShareFacts struct {
	ID          string
	Name        string
	Status      Status
	Description string
	Scope       string
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
	Again  string // invites again: the principal to post, empty when there is nothing to repeat
}

// Rights says which acts the reader may do on a share.
type Rights struct{ Delete, Remove, Add bool }

// NewShareDetail words an own share.
func NewShareDetail(s ram.Share, may Rights, now time.Time) ShareDetail {
	id, live := string(s.ID), s.Status == ram.ShareActive
	m := ShareDetail{
		Facts: ShareFacts{
			ID: id, Name: s.Name, Status: shareStatus(s.Status, s.HiddenAt, now), Description: s.Description,
			Scope: "Any account", Created: s.CreatedAt,
		},
		Tags: tagTexts(s.Tags), Permission: onlyPermission(s.Permissions),
	}
	if !s.AllowExternal {
		m.Facts.Scope = "Only within the organization"
	}
	if live && may.Delete {
		m.Delete = Act{Text: "Delete…", Href: to.ShareAct(id, "delete")}
	}
	keys := 0
	for _, r := range s.Resources {
		k := newKey(r.Key)
		if r.EndedAt != nil {
			k.State = Status{Label: grey("Removed"), Note: r.EndReason}
		} else {
			keys++
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
		switch {
		case p.State.Live():
			people++
			again[p.Principal] = true
			if live && may.Remove {
				row.Remove = Act{Text: "Remove…", Label: "Remove… " + row.Party.Name, Href: to.SharePrincipalRemove(id, string(p.ID))}
			}
		case live && may.Add && !again[p.Principal]:
			// Live rows come first, so whoever is back already is not offered again.
			again[p.Principal] = true
			row.Again = p.Principal
		}
		m.Principals = append(m.Principals, row)
	}
	m.PrincipalsNote = count(people, "principal", "principals")
	return m
}

func newPrincipal(p ram.Principal, now time.Time) Principal {
	where := "in the organization"
	if p.External {
		where = "outside the organization"
	}
	return Principal{
		Party: newParty(p.Kind, p.Principal, p.Name), Kind: kindText(p.Kind), Where: where,
		State: principalState(p, now), Since: p.Since,
	}
}

var sharedKeyColumns = []table.Column{
	{Title: "Name and ID"}, {Title: "Region"}, {Title: "Algorithm"}, {Title: "State"}, {Title: "Operation"},
}

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
