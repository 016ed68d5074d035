package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics counts and times requests by the pattern of their route, so that ids and what was
// typed become no labels.
type metrics struct {
	took    *prometheus.HistogramVec
	handler http.Handler
}

// newMetrics adds the requests to what registry holds and serves all of it. Without a registry
// nothing is counted.
func newMetrics(registry *prometheus.Registry) *metrics {
	if registry == nil {
		return nil
	}
	m := &metrics{
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "console_request_duration_seconds", Help: "Time to answer a request, by method, route pattern and status.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 25},
		}, []string{"method", "route", "status"}),
		handler: promhttp.HandlerFor(registry, promhttp.HandlerOpts{}),
	}
	registry.MustRegister(m.took)
	return m
}

func (m *metrics) observe(c echo.Context, took time.Duration) {
	if m == nil {
		return
	}
	route := c.Path()
	if route == "" {
		route = "none"
	}
	m.took.WithLabelValues(knownMethod(c.Request().Method), route, strconv.Itoa(c.Response().Status)).Observe(took.Seconds())
}

// knownMethod keeps methods that people make up from becoming labels.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodPost:
		return method
	}
	return "other"
}
