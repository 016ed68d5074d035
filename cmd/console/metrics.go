package main

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// metrics holds what the process and its connection pools say of themselves.
func (con *console) metrics() *prometheus.Registry {
	registry := prometheus.NewRegistry()
	read, write := con.store.Pools()
	registry.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		collectors.NewDBStatsCollector(read, "read"), collectors.NewDBStatsCollector(write, "write"),
	)
	return registry
}
