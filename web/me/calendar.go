package me

import (
	"net/http"
	"strings"
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

// Calendar answers whoever has a link, signed in or not, for the link's user: what the user
// may see now, names of shares and times alone.
func (h *Handlers) Calendar(x *handle.Exchange) error {
	header := x.Response().Header()
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	d, err := h.iam.OpenFeed(x.Context(), x.Param("token"))
	if fault.Is(err, fault.NotFound) {
		// Not the console's error page: it would name the address in its forms.
		return x.Text(http.StatusNotFound, "text/plain; charset=utf-8", []byte("There is no calendar at this address.\n"))
	}
	if err != nil {
		return err
	}
	events, err := h.ending(x, d)
	if err != nil {
		return err
	}
	return x.Text(http.StatusOK, calendar.ContentType, calendar.Write("Shared KMS: what ends", x.Now(), events))
}

// ending reads what ends for a delegate. A user who was disabled, or may not see shares any
// more, has a calendar without events, so that programs take away those they knew.
func (h *Handlers) ending(x *handle.Exchange, d iam.Delegate) ([]calendar.Event, error) {
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
	if err != nil {
		return nil, err
	}
	events := make([]calendar.Event, len(list))
	for i, e := range list {
		id := []string{string(e.Share), string(e.Part)}
		events[i] = calendar.Event{UID: strings.TrimSuffix(strings.Join(id, "."), ".") + "@shared-kms", At: e.EndsAt, Summary: "Share " + e.Name + " ends"}
		switch {
		case e.Part != "":
			events[i].Summary = "A part of share " + e.Name + " ends"
		case !e.Given:
			events[i].Summary = "Access by share " + e.Name + " ends"
		}
	}
	return events, nil
}
