package main

import (
	"strings"

	"sharedkms/bench/measure"
)

// goal is what is asked of a scenario. Rates, CPU time, waits and ratios are asked of
// PostgreSQL on two cores; counts and sizes of both databases.
func goal(name, db string) measure.Goal {
	g := goals[name]
	if name == buildName {
		return g
	}
	if db != "postgres" {
		other := measure.Goal{Bytes: g.Bytes, Memory: g.Memory}
		if name != createSecret { // whose statements travel together on PostgreSQL only
			other.Queries = g.Queries
		}
		if strings.HasSuffix(name, " callers") || strings.HasPrefix(name, "page/") {
			other.Ratio, other.Times = g.Ratio, g.Times // the same statements on both sides
		}
		return other
	}
	return g
}

const createSecret = "csms/create secret"

// A list of 50 rows may take 600 µs of the console and 150 µs of the database, and twice
// what its statements and its templates take alone; no page may be half as fast as those.
var (
	list   = measure.Goal{Ratio: 0.5, Times: 2, CPU: 750, Queries: 4, Bytes: 40_000}
	detail = measure.Goal{Ratio: 0.5, Queries: 8}
)

var goals = map[string]measure.Goal{
	"gate/decision": {Queries: 1},
	"kms/encrypt":   {CPU: 250},
	"kms/decrypt":   {CPU: 250},
	// Uses at the same time; their limit makes the same groups.
	"kms/encrypt, 8 callers":   {Ratio: 0.5},
	"kms/decrypt, 8 callers":   {Ratio: 0.5},
	"kms/encrypt, 32 callers":  {Ratio: 0.5, CPU: 250, Rate: 5000, P99: 8, Over: measure.Over{Times: 2.5, Name: "kms/encrypt"}},
	"kms/decrypt, 32 callers":  {Ratio: 0.5, CPU: 250, Rate: 5000, P99: 8, Over: measure.Over{Times: 2.5, Name: "kms/decrypt"}},
	"kms/encrypt, 128 callers": {Ratio: 0.5},
	"kms/decrypt, 128 callers": {Ratio: 0.5},
	createSecret:               {CPU: 750, Queries: 5},
	"page/keys":                list,
	"page/shared keys":         list,
	"page/secrets":             list,
	"page/shares":              list,
	"page/received":            list,
	"page/traces":              list,
	"page/key detail":          detail,
	"page/foreign key detail":  detail,
	"page/share detail":        detail,
	"page/overview":            detail,
	"page/wizard keys":         detail,
	"page/wizard confirm":      detail,
	startName:                  {P99: 150, Memory: 64},
	buildName:                  {P99: 150_000},
}
