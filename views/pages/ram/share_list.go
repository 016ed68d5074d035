package ram

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"sharedkms/internal/ram"
	"sharedkms/internal/tag"
	"sharedkms/views/components/filter"
	"sharedkms/views/components/label"
	"sharedkms/views/components/pager"
	"sharedkms/views/components/table"
	"sharedkms/views/components/when"
	"sharedkms/views/to"
)

// ShareList is the list of own shares. Empty means that nothing is shared and no filter is in force,
// Ended that there were shares before.
type ShareList struct {
	CanCreate      bool
	Empty          bool
	Ended          bool
	Old            bool // some share uses an old version of its permission
	DeletedHref    string
	SharedKeysHref string
	Drafts         []Draft
	Filter         filter.Props
	Columns        []table.Column
	Rows           []ShareRow
	Pager          pager.Props
}

// posts says that a row has an act that is no question.
func (m ShareList) posts() bool {
	return slices.ContainsFunc(m.Rows, func(r ShareRow) bool { return r.Edit != "" || r.Extend != "" })
}

// OldVersion is the value of the filter "version" for shares that use an old version of their permission.
const OldVersion = "old"

// Draft is an unfinished wizard of the reader.
type Draft struct {
	Name        string
	Note        string // "2 keys, 1 principal, lapses in 21 h"
	Href        string // the first step that is not finished
	DiscardHref string
}

// ShareRow is one own share.
type ShareRow struct {
	ID          string
	Name        string
	Href        string
	Status      Status
	Keys        string
	Access      string // "2 have access"
	AccessNote  string // "1 waits, 7 days left"
	Description string
	Tags        []string
	Created     time.Time
	Edit        string // begins a draft of changes, posted; empty when the reader may not
	Extend      string // moves the end on, posted; empty when there is none soon
	Ends        string // the end that Extend moves
	Act         Act
}

// NewDrafts words the drafts of the reader.
func NewDrafts(drafts []ram.Draft, now time.Time) []Draft {
	list := make([]Draft, len(drafts))
	for i, d := range drafts {
		name := d.Name
		if name == "" {
			name = "Without a name"
		}
		what := keysOf(len(d.Keys)) + ", " + count(len(d.Principals), "principal", "principals")
		if d.Edits != "" {
			what = "changes to " + d.EditsName
		}
		list[i] = Draft{
			Name: name, Href: to.ShareDraft(string(d.ID), string(d.Next)), DiscardHref: to.ShareDraftDiscard(string(d.ID)),
			Note: what + ", lapses " + when.Distance(d.ExpiresAt, now),
		}
	}
	return list
}

// NewShareRow words a share of the list, with what the reader may do.
func NewShareRow(s ram.ShareRow, may Rights, now time.Time) ShareRow {
	r := ShareRow{
		ID: string(s.ID), Name: s.Name, Href: to.Share(string(s.ID)), Status: shareStatus(s.Status, s.HiddenAt, now),
		Keys: strconv.Itoa(s.Keys), Access: haveAccess(s.Access), AccessNote: accessNote(s, now),
		Description: s.Description, Tags: tag.Texts(s.Tags), Created: s.CreatedAt,
	}
	if s.Status == ram.ShareActive && may.Update {
		r.Edit = to.ShareAct(string(s.ID), "edit")
	}
	if s.Status == ram.ShareActive {
		r.Status = sharing(s.EndsAt, s.FirstEnds, now)
		if s.EndsAt != nil && s.EndsAt.After(now) && s.EndsAt.Sub(now) <= ram.EndsSoon && may.Update {
			r.Extend, r.Ends = to.ShareAct(string(s.ID), "end"), string(ram.EndAt(s.EndsAt))
		}
	}
	if s.Outdated && s.Status == ram.ShareActive {
		r.Status.Note = joined(r.Status.Note, "permission update available")
	}
	switch {
	case s.Status == ram.ShareDeleted:
		r.Act.Why = "Ended"
	case may.Delete:
		r.Act = Act{Text: "Delete…", Label: "Delete… " + s.Name, Href: to.ShareAct(string(s.ID), "delete")}
	}
	return r
}

// sharing is the state of an active share with its end, and the first end of a part in it.
func sharing(end, part *time.Time, now time.Time) Status {
	switch {
	case end != nil && !end.After(now):
		return Status{label.Status(label.Grey, "Ended"), when.Distance(*end, now)}
	case end != nil && end.Sub(now) <= ram.EndsSoon:
		return Status{label.Status(label.Amber, "Sharing"), ends(end, now)}
	case end != nil:
		return Status{label.Status(label.Green, "Sharing"), ends(end, now)}
	case part != nil && part.After(now):
		return Status{label.Status(label.Green, "Sharing"), "a part " + ends(part, now)}
	}
	return Status{Label: label.Status(label.Green, "Sharing")}
}

func haveAccess(n int) string {
	if n == 1 {
		return "1 has access"
	}
	return strconv.Itoa(n) + " have access"
}

func accessNote(s ram.ShareRow, now time.Time) string {
	var parts []string
	switch {
	case s.Waiting == 1 && s.WaitingUntil != nil:
		parts = append(parts, "1 waits, "+left(*s.WaitingUntil, now))
	case s.Waiting > 0:
		parts = append(parts, strconv.Itoa(s.Waiting)+" wait")
	}
	if s.Status == ram.ShareDeleted { // whose principals have all ended, most of them with it
		s.TimeEnded, s.Removed = s.TimeEnded+s.Removed, 0
	}
	for _, end := range []struct {
		n    int
		word string
	}{{s.Rejected, "rejected"}, {s.Expired, "expired"}, {s.Left, "left"}, {s.TimeEnded, "ended"}, {s.Removed, "removed"}} {
		if end.n > 0 {
			parts = append(parts, strconv.Itoa(end.n)+" "+end.word)
		}
	}
	switch {
	case s.Reason != "":
		return strings.Join(parts, ", ") + ": “" + s.Reason + "”"
	case len(parts) > 0:
		return strings.Join(parts, ", ")
	case s.Access > 0 && s.AtOnce == s.Access:
		return "through the organization"
	case s.Access == 0 && s.Ended && s.Status == ram.ShareActive:
		return "nobody at present"
	case s.Access == 0 && s.Status == ram.ShareActive:
		return "nobody added yet"
	}
	return ""
}
