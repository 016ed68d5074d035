package ram

import (
	"strconv"
	"time"

	"sharedkms/internal/ram"
	"sharedkms/views/components/form"
	"sharedkms/views/components/when"
	"sharedkms/views/to"
)

// Ends is the pair of fields that says when something ends, as typed.
type Ends struct {
	Date, Clock string
	Wrong       Input // what is wrong with both together
}

// NewEnds fills the fields.
func NewEnds(e ram.End) Ends { return Ends{Date: e.Date(), Clock: e.Clock()} }

// End is when a share or a principal's part in it ends, with what the reader may do.
type End struct {
	At       time.Time
	Set      bool
	Over     bool
	In       string // "in 3 days"
	Seen     string // the end that the forms were made for
	Change   string // opens the form; empty when the reader may not
	Href     string // posts
	ExtendBy []Extension
}

// Extension is a button that moves an end on.
type Extension struct{ Days, Text, Label string }

// DoRemoveEnd is the button that leaves a thing without an end.
const DoRemoveEnd = "remove-end"

// extensions are the steps by which an end can be moved on.
var extensions = []int{30, 90, 365}

func newEnd(at *time.Time, href, what string, may bool, now time.Time) End {
	e := End{Seen: string(ram.EndAt(at))}
	if at != nil {
		e.At, e.Set, e.Over, e.In = *at, true, !at.After(now), when.Distance(*at, now)
	}
	if !may {
		return e
	}
	e.Change, e.Href = href, href
	if e.Set && !e.Over {
		for _, n := range extensions {
			days := strconv.Itoa(n)
			e.ExtendBy = append(e.ExtendBy, Extension{days, "Extend by " + days + " days", "Extend by " + days + " days " + what})
		}
	}
	return e
}

// shareEnd is the end of a share on its own page.
func shareEnd(s ram.Share, may Rights, now time.Time) End {
	return newEnd(s.EndsAt, to.ShareAct(string(s.ID), "end"), "the share "+s.Name, may.Update && s.Status == ram.ShareActive, now)
}

// renewable reports whether the end of a principal comes soon, and can move on by the least
// of the steps: not past the end of the share.
func renewable(s ram.Share, p ram.Principal, now time.Time) bool {
	if p.EndsAt == nil || !p.EndsAt.After(now) || p.EndsAt.Sub(now) > ram.EndsSoon {
		return false
	}
	return s.EndsAt == nil || !p.EndsAt.AddDate(0, 0, extensions[0]).After(*s.EndsAt)
}

// ends says how long until an end, in the line below a state; empty without an end.
func ends(at *time.Time, now time.Time) string {
	switch {
	case at == nil:
		return ""
	case at.After(now):
		return "ends " + when.Distance(*at, now)
	}
	return "ended " + when.Distance(*at, now)
}

// EndPage is the form that sets when a share, or one principal's part in it, ends.
type EndPage struct {
	Title     string
	Lead      string
	ShareName string
	ShareHref string
	End       End
	Fields    Ends
	Problems  []form.Problem
}

// NewShareEnd is the form of a share as a whole.
func NewShareEnd(s ram.Share, may Rights, now time.Time) EndPage {
	p := EndPage{
		Title: "End of " + s.Name, ShareName: s.Name, ShareHref: to.Share(string(s.ID)), End: shareEnd(s, may, now), Fields: NewEnds(ram.EndAt(s.EndsAt)),
		Lead: "At this moment all principals lose access to the keys of this share, whatever is running. The share stays, without principals.",
	}
	if p.End.Over {
		p.Lead = "The end has come, and nobody has access. With a later end, or none, the share can name principals again; those whose time ended stay out until they are named again."
		p.Fields = Ends{}
	}
	return p
}

// NewPrincipalEnd is the form of one principal; ok is false when the share does not name it now.
func NewPrincipalEnd(s ram.Share, association string, may Rights, now time.Time) (page EndPage, ok bool) {
	for _, p := range s.Principals {
		if string(p.ID) != association || !p.State.Live() {
			continue
		}
		party := newParty(p.Kind, p.Principal, p.Name)
		page = EndPage{
			Title: "End of access for " + party.Name, ShareName: s.Name, ShareHref: to.Share(string(s.ID)), Fields: NewEnds(ram.EndAt(p.EndsAt)),
			Lead: "At this moment " + party.Name + " loses access by this share, whatever is running. Others keep theirs.",
			End:  principalEnd(s, p, may, now),
		}
		if s.EndsAt != nil {
			page.Lead += " The share itself ends at " + when.Text(*s.EndsAt) + " UTC."
		}
		return page, true
	}
	return EndPage{}, false
}

func principalEnd(s ram.Share, p ram.Principal, may Rights, now time.Time) End {
	return newEnd(p.EndsAt, to.SharePrincipalEnd(string(s.ID), string(p.ID)), "for "+newParty(p.Kind, p.Principal, p.Name).Name,
		may.Update && s.Status == ram.ShareActive && p.State.Live(), now)
}
