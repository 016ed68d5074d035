package main

import (
	"strings"

	"sharedkms/bench/measure"
)

// goal is asked on both databases: what grows with the rows grows on any machine.
func goal(name, _ string) measure.Goal {
	switch {
	case strings.HasPrefix(name, "scale/decision/"):
		return measure.Goal{Times: 1.5, Queries: 1}
	case strings.HasPrefix(name, "scale/"):
		return measure.Goal{Times: 1.3}
	}
	return measure.Goal{}
}
