package audit

import (
	"maps"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// body writes the trace in the canonical form of RFC 8785. Keys stand in their order
// here; values are strings, one integer and one flat object, so no number rule is needed.
func (e Entry) body(account, id string, own bool) string {
	var b strings.Builder
	b.Grow(640)
	field := func(key, value string) {
		if b.Len() > 0 {
			b.WriteByte(',')
		} else {
			b.WriteByte('{')
		}
		quote(&b, key)
		b.WriteByte(':')
		quote(&b, value)
	}
	optional := func(shown bool, key, value string) {
		if shown && value != "" {
			field(key, value)
		}
	}
	field("account", account)
	field("action", e.Action)
	optional(own, "address", e.Address)
	optional(true, "agency", e.Agency)
	optional(own, "agent", e.Agent)
	field("caller_account", e.CallerAccount)
	if details := e.details(own); len(details) > 0 {
		b.WriteString(`,"details":`)
		object(&b, details)
	}
	field("event", e.Event)
	field("id", id)
	field("outcome", string(e.Outcome))
	optional(true, "reason", e.Reason)
	optional(own, "request_id", e.RequestID)
	field("resource_id", e.ResourceID)
	field("resource_type", e.ResourceType)
	optional(true, "resource_urn", e.ResourceURN)
	field("time", e.At.UTC().Format("2006-01-02T15:04:05.000000Z"))
	optional(own, "user_id", e.UserID)
	optional(own, "user_name", e.UserName)
	b.WriteString(`,"v":1}`)
	return b.String()
}

func (e Entry) details(own bool) map[string]string {
	if !own || len(e.Private) == 0 {
		return e.Details
	}
	all := maps.Clone(e.Private)
	for k, v := range e.Details {
		if _, private := all[k]; !private {
			all[k] = v
		}
	}
	return all
}

func object(b *strings.Builder, m map[string]string) {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool { return lessUTF16(keys[i], keys[j]) })
	b.WriteByte('{')
	for i, k := range keys {
		if i > 0 {
			b.WriteByte(',')
		}
		quote(b, k)
		b.WriteByte(':')
		quote(b, m[k])
	}
	b.WriteByte('}')
}

func lessUTF16(a, b string) bool {
	x, y := utf16.Encode([]rune(a)), utf16.Encode([]rune(b))
	for i := 0; i < len(x) && i < len(y); i++ {
		if x[i] != y[i] {
			return x[i] < y[i]
		}
	}
	return len(x) < len(y)
}

// quote escapes what RFC 8785 escapes, and nothing else. Bytes that are not UTF-8
// become U+FFFD.
func quote(b *strings.Builder, s string) {
	b.WriteByte('"')
	if plain(s) {
		b.WriteString(s)
		b.WriteByte('"')
		return
	}
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\b':
			b.WriteString(`\b`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\f':
			b.WriteString(`\f`)
		case r == '\r':
			b.WriteString(`\r`)
		case r < 0x20:
			b.WriteString(`\u00`)
			b.WriteByte("0123456789abcdef"[r>>4])
			b.WriteByte("0123456789abcdef"[r&15])
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
}

// plain reports that s is ASCII without anything to escape.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c >= utf8.RuneSelf || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// Number writes an integer as a detail.
func Number(n int64) string { return strconv.FormatInt(n, 10) }

// Instant writes a time as a detail.
func Instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }
