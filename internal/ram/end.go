package ram

import (
	"fmt"
	"strings"
	"time"

	"sharedkms/internal/fault"
	"sharedkms/internal/store"
)

// MaxEnd is how far away the end of a share may lie, in years.
const MaxEnd = 10

// End is the time at which a share, or one principal's part in it, ends, as its date and
// time are typed: "2027-01-31 18:30", in UTC and whole minutes. Empty means no end; one that
// is half typed is kept in drafts and refused by Time.
type End string

const endLayout = "2006-01-02 15:04"

// TypedEnd joins a date and a time of day as typed.
func TypedEnd(date, clock string) End {
	date, clock = strings.TrimSpace(date), strings.TrimSpace(clock)
	if date == "" && clock == "" {
		return ""
	}
	return End(date + " " + clock)
}

// EndAt is the end at a time, or none.
func EndAt(t *time.Time) End {
	if t == nil {
		return ""
	}
	return End(t.UTC().Format(endLayout))
}

// Date and Clock are the halves as typed.
func (e End) Date() string {
	date, _, _ := strings.Cut(string(e), " ")
	return date
}

// Clock is the time of day as typed.
func (e End) Clock() string {
	_, clock, _ := strings.Cut(string(e), " ")
	return clock
}

// Time reads the end: nil when there is none.
//
// Errors: Invalid with the field ends when it is no date and time.
func (e End) Time() (*time.Time, error) {
	switch {
	case e == "":
		return nil, nil
	case e.Date() == "":
		return nil, fault.InField("ends", "", "Enter the date as well.")
	case e.Clock() == "":
		return nil, fault.InField("ends", "", "Enter the time as well, in UTC.")
	}
	at, err := time.Parse(endLayout, string(e))
	if err != nil {
		return nil, fault.InField("ends", "", fmt.Sprintf("%q is no date and time. Enter a date such as 2027-01-31 and a time such as 18:30.", short(string(e))))
	}
	return &at, nil
}

// check holds an end that is to be set to its limits.
func (e End) check(f *fault.Fields, now time.Time) {
	at, err := e.Time()
	if wrong, ok := fault.As(err); ok {
		*f = append(*f, wrong.Fields...)
		return
	}
	switch {
	case at == nil:
	case !at.After(now):
		f.Add("ends", "", fmt.Sprintf("The end must be in the future. It is now %s UTC.", now.UTC().Format(endLayout)))
	case at.After(now.AddDate(MaxEnd, 0, 0)):
		f.Add("ends", "", fmt.Sprintf("The end can be at most %d years away. Leave it empty for a share without an end.", MaxEnd))
	}
}

// column is the end as stored; it was checked.
func (e End) column() *store.Time {
	at, err := e.Time()
	if at == nil || err != nil {
		return nil
	}
	stored := store.At(*at)
	return &stored
}

// earlier gives the end that comes first; nil is never.
func earlier(a, b *store.Time) *store.Time {
	if a == nil || b != nil && b.Before(a.Time) {
		return b
	}
	return a
}

// over reports whether an end has come.
func over(end *store.Time, now time.Time) bool { return end != nil && !end.After(now) }

// timeOver reports whether the time of a part in a share has come, marked or not.
func (p principalRow) timeOver(share shareRow, now time.Time) bool {
	return over(earlier(p.EndsAt, share.EndsAt), now)
}

// invitedUntil is how long an invitation sent at a time waits: 7 days, and never longer than
// what it invites to.
func invitedUntil(sent time.Time, end *store.Time) store.Time {
	until := store.At(sent.Add(InvitationLifetime))
	return *earlier(&until, end)
}
