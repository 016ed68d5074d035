package to

import "net/url"

// Traces is the account's trail, newest first.
func Traces() string { return "/cts/traces" }

// TracesOf is the trail of one resource, by its URN.
func TracesOf(urn string) string { return Traces() + "?resource=" + url.QueryEscape(urn) }

// Trace is one trace in full.
func Trace(id string) string { return Traces() + "/" + url.PathEscape(id) }

// TracesExport is the trail as CSV, with the list's filters in its query.
func TracesExport() string { return Traces() + "/export.csv" }
