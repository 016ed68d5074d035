package main

import "sharedkms/bench/measure"

// goal is what is asked of a scenario. Rates, CPU time, waits and ratios are asked of
// PostgreSQL on two cores; counts and sizes of both databases.
func goal(name, db string) measure.Goal {
	g := goals[name]
	if name == buildName {
		return g
	}
	if db != "postgres" {
		return measure.Goal{Queries: g.Queries, Bytes: g.Bytes, Memory: g.Memory}
	}
	return g
}

// listCPU is 600 µs of the console and 150 µs of the database, for 50 rows.
const listCPU, listBytes = 750, 40_000

var goals = map[string]measure.Goal{
	"gate/decision":           {Queries: 1},
	"kms/encrypt":             {CPU: 250},
	"kms/decrypt":             {CPU: 250},
	"kms/encrypt, 32 callers": {CPU: 250, Rate: 5000, P99: 8},
	"kms/decrypt, 32 callers": {CPU: 250, Rate: 5000, P99: 8},
	"csms/create secret":      {CPU: 750, Queries: 5},
	"page/keys":               {Ratio: 0.5, CPU: listCPU, Queries: 4, Bytes: listBytes},
	"page/shared keys":        {CPU: listCPU, Queries: 4, Bytes: listBytes},
	"page/share detail":       {Queries: 8},
	startName:                 {P99: 150, Memory: 64},
	buildName:                 {P99: 150_000},
}
