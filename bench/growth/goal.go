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

// goal is asked on both databases: what grows with the rows grows on any machine.
func goal(name, _ string) measure.Goal {
	switch {
	case ordered[name]:
		return measure.Goal{}
	case strings.HasPrefix(name, "scale/decision/"):
		return measure.Goal{Times: 1.5, Queries: 1}
	case strings.HasPrefix(name, "scale/"):
		return measure.Goal{Times: 1.3}
	}
	return measure.Goal{}
}
