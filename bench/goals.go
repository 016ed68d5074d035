package main

import "sharedkms/bench/measure"

// goal is what design asks of a scenario. Rates, CPU time and waits are asked of
// PostgreSQL on two cores; counts and sizes of both databases.
func goal(name, db string) measure.Goal {
	g := goals[name]
	if db != "postgres" {
		return measure.Goal{Queries: g.Queries, Bytes: g.Bytes, Memory: g.Memory}
	}
	return g
}

var goals = map[string]measure.Goal{
	"gate/decision":           {Queries: 1},
	"kms/encrypt":             {CPU: 250},
	"kms/decrypt":             {CPU: 250},
	"kms/encrypt, 32 callers": {CPU: 250, Rate: 5000, P99: 8},
	"kms/decrypt, 32 callers": {CPU: 250, Rate: 5000, P99: 8},
	"csms/create secret":      {CPU: 750, Queries: 5},
}
