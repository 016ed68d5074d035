// Package me shows what belongs to the user alone: own sign-ins, password, appearance.
package me

import (
	"strings"
	"time"

	"sharedkms/internal/iam"
	"sharedkms/views/components/form"
	"sharedkms/views/to"
)

// View is the page of the user.
type View struct {
	User      string
	Account   string
	Policies  []string // empty for the root user, who needs none
	Root      bool
	SignIns   []SignIn
	Feeds     []Feed
	FeedsFull bool // no more links can be made
}

// Feed is a link to the calendar of what ends.
type Feed struct {
	Created time.Time
	Read    time.Time // zero for never
	Revoke  string
}

// SignIn is one row.
type SignIn struct {
	ID       string
	Browser  string // in short
	Agent    string // as the browser says it
	Address  string
	Created  time.Time
	LastSeen time.Time
	Ends     time.Time // at the latest
	Current  bool
	Revoke   string
}

// NewMe makes the view.
func NewMe(c iam.Caller, list []iam.SignInInfo, feeds []iam.Feed, now time.Time) View {
	v := View{User: c.UserName, Account: c.AccountName, Root: c.Kind == iam.RootUser, Policies: c.Policies.Names(), FeedsFull: len(feeds) >= iam.MaxFeeds}
	for _, f := range feeds {
		one := Feed{Created: f.Created, Revoke: to.FeedRevoke(string(f.ID))}
		if f.Read != nil {
			one.Read = *f.Read
		}
		v.Feeds = append(v.Feeds, one)
	}
	for _, s := range list {
		seen := s.LastSeen
		if s.Current {
			seen = now // this very request; the row is written once a minute
		}
		v.SignIns = append(v.SignIns, SignIn{
			ID: string(s.ID), Browser: browser(s.Agent), Agent: s.Agent, Address: s.Address, Created: s.Created, LastSeen: seen, Ends: s.Expires,
			Current: s.Current, Revoke: to.RevokeSignIn(string(s.ID)),
		})
	}
	return v
}

// browser names browser and system out of the usual ones; the whole text stands in the title.
func browser(agent string) string {
	find := func(pairs ...string) string {
		for i := 0; i+1 < len(pairs); i += 2 {
			if strings.Contains(agent, pairs[i]) {
				return pairs[i+1]
			}
		}
		return ""
	}
	name := find("Edg/", "Edge", "Firefox/", "Firefox", "OPR/", "Opera", "Chrome/", "Chrome", "Safari/", "Safari", "curl/", "curl")
	system := find("Windows", "Windows", "Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Mac OS X", "macOS", "Linux", "Linux")
	switch {
	case name != "" && system != "":
		return name + " on " + system
	case name != "":
		return name
	}
	return "Another program"
}

// PasswordView is the form that changes the password.
type PasswordView struct {
	Must     bool // the one-time password has to be changed before anything else
	Current  Input
	New      Input
	Again    Input
	Problems []form.Problem
}

// Input is what is wrong with one field; what was typed never comes back.
type Input struct{ Error, Code string }
