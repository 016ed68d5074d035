package me

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"sharedkms/internal/calendar"
	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
	"sharedkms/views/components/alert"
	"sharedkms/views/layout"
	page "sharedkms/views/pages/me"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// FeedCreate makes a link to the calendar of what ends, and shows it this once.
func (h *Handlers) FeedCreate(x *handle.Exchange) error {
	token, err := h.iam.CreateFeed(x.Context(), x.Caller)
	if refusal, ok := handle.Refused(err); ok {
		return x.Redirect(to.Me()+"#calendar", layout.Notice{Kind: alert.Danger, Text: refusal.Message()})
	}
	if err != nil {
		return err
	}
	x.NoStore()
	return x.Page(http.StatusOK, page.NewFeed(frame(x, "Calendar link"), x.Origin()+to.Calendar(token)))
}

// FeedRevoke ends one of the user's links.
func (h *Handlers) FeedRevoke(x *handle.Exchange) error {
	if err := h.iam.RevokeFeed(x.Context(), x.Caller, iam.FeedID(x.Param("id"))); err != nil {
		return err
	}
	return x.Redirect(to.Me()+"#calendar", handle.Done("The calendar link was revoked"))
}

const (
	feedAhead  = ram.MaxEnd * 366 * 24 * time.Hour
	feedEvents = 1000
)

// NoCalendar is the one answer for links that were revoked and that nobody made. It is no page
// of the console, which would name the address, and so the token, in its forms.
const NoCalendar = "There is no calendar at this address.\n"

// Calendar answers whoever has a link, signed in or not, for the link's user: what the user
// may see now, names of shares and times alone.
func (h *Handlers) Calendar(x *handle.Exchange) error {
	header := x.Response().Header()
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	feed, d, err := h.iam.OpenFeed(x.Context(), x.Param("token"))
	if fault.Is(err, fault.NotFound) {
		return x.Text(http.StatusNotFound, "text/plain; charset=utf-8", []byte(NoCalendar))
	}
	if err != nil {
		return err
	}
	events, err := h.ending(x, feed, d)
	if err != nil {
		return err
	}
	return x.Text(http.StatusOK, calendar.ContentType, calendar.Write("Shared KMS: what ends", x.Now(), events))
}

// ending reads what ends for a delegate. A user who was disabled, or may not see shares any
// more, has a calendar without events, so that programs take away those they knew.
func (h *Handlers) ending(x *handle.Exchange, feed iam.FeedID, d iam.Delegate) ([]calendar.Event, error) {
	caller, err := h.iam.Delegated(x.Context(), d)
	if fault.Is(err, fault.Unauthenticated) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	device := x.Device()
	caller.Address, caller.Agent, caller.RequestID = device.Address, device.Agent, x.RequestID()
	if !caller.May(ram.ActionSearch, iam.URN{Service: "ram", Account: caller.Account, Type: iam.TypeShare, ID: "*"}) {
		return nil, nil
	}
	list, err := h.ram.ListEnding(x.Context(), caller, x.Now().Add(feedAhead), feedEvents)
	if fault.Is(err, fault.Unauthenticated) || fault.Is(err, fault.Forbidden) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	events := make([]calendar.Event, len(list))
	for i, e := range list {
		events[i] = calendar.Event{UID: eventUID(feed, e), At: e.EndsAt, Summary: "Share " + e.Name + " ends"}
		switch {
		case e.Part != "":
			events[i].Summary = "A part of share " + e.Name + " ends"
		case !e.Given:
			events[i].Summary = "Access by share " + e.Name + " ends"
		}
	}
	return events, nil
}

// eventUID stays the same for one link and tells no ID of share or part: readers get names and
// times alone, and readers of two links cannot compare them.
func eventUID(feed iam.FeedID, e ram.Ending) string {
	sum := sha256.Sum256([]byte(string(feed) + "\x00" + string(e.Share) + "\x00" + string(e.Part)))
	return hex.EncodeToString(sum[:]) + "@shared-kms"
}
