package main

import (
	"strings"

	"sharedkms/bench/measure"
)

// ordered are filters together with an order that is not the list's own: what matches is
// sorted, and costs what it is. An index for each pair would cost every write instead.
var ordered = map[string]bool{
	"scale/keys/tag-of-half-by-name": true, "scale/keys/tag-of-few-by-name": true, "scale/keys/created-in-a-month-by-name": true,
	"scale/secrets/under-a-busy-key-by-name": true, "scale/shares/nobody-by-name": true,
	"scale/shares/tag-of-half-by-name": true, "scale/shares/tag-of-few-by-name": true,
}

// larger are pages that show more in the large world: its organization has 1,000 units, all
// of which a page offers as places.
var larger = map[string]bool{
	"scale/wizard/principals": true, "scale/wizard/principals-found": true, "scale/organization/tree": true, "scale/settings/sharing": true,
	"scale/unit/detail": true, "scale/depots/detail": true, "scale/member/detail": true, "scale/deep-members-organization/place": true,
	"scale/traces/resource": true, // of one key, which has been used as often as chance had it
}

// parts are searches for a part of a name, which no index serves: this one looks at the
// accounts of one organization, all of them.
var parts = map[string]bool{"scale/members/name-of-few": true}

// goal is asked on both databases: what grows with the rows grows on any machine.
func goal(name, _ string) measure.Goal {
	switch {
	case ordered[name], larger[name], parts[name]:
		return measure.Goal{Queries: queries(name)}
	case strings.HasPrefix(name, "scale/decision/"):
		return measure.Goal{Times: 1.5, Queries: 1}
	case name == "scale/organization/move-unit":
		return measure.Goal{Times: 1.3}
	case strings.HasPrefix(name, "scale/"):
		return measure.Goal{Times: 1.3, Queries: queries(name)}
	}
	return measure.Goal{}
}

// lists are the pages that may take four statements; others may take eight.
var lists = map[string]bool{
	"keys": true, "shared-keys": true, "collectors-keys": true, "deep-members-keys": true, "secrets": true, "recipients-secrets": true,
	"shares": true, "received": true, "deep-members-received": true, "invitations": true, "shared-resources": true, "principals": true,
	"invitations-sent": true, "received-resources": true, "deep-members-received-resources": true, "owners": true, "deep-members-owners": true, "permissions": true,
	"members": true, "traces": true,
}

func queries(name string) float64 {
	if lists[strings.Split(name, "/")[1]] {
		return 4
	}
	return 8
}
