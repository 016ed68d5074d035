package audit

import (
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// body writes the trace in the canonical form of RFC 8785. Keys are sorted; values
// are strings, one integer and two flat objects, so no number rule is needed.
func (e Entry) body(account, id string, own bool) string {
	fields := map[string]string{
		"account":        account,
		"action":         e.Action,
		"caller_account": e.CallerAccount,
		"event":          e.Event,
		"id":             id,
		"outcome":        string(e.Outcome),
		"resource_id":    e.ResourceID,
		"resource_type":  e.ResourceType,
		"time":           e.At.UTC().Format("2006-01-02T15:04:05.000000Z"),
	}
	optional := map[string]string{"agency": e.Agency, "reason": e.Reason, "resource_urn": e.ResourceURN}
	details := map[string]string{}
	for k, v := range e.Details {
		details[k] = v
	}
	if own {
		optional["user_id"], optional["user_name"] = e.UserID, e.UserName
		optional["address"], optional["agent"], optional["request_id"] = e.Address, e.Agent, e.RequestID
		for k, v := range e.Private {
			details[k] = v
		}
	}
	for k, v := range optional {
		if v != "" {
			fields[k] = v
		}
	}
	var b strings.Builder
	keys := make([]string, 0, len(fields)+2)
	for k := range fields {
		keys = append(keys, k)
	}
	keys = append(keys, "v")
	if len(details) > 0 {
		keys = append(keys, "details")
	}
	sort.Strings(keys) // ASCII, so byte order is the order of UTF-16 code units
	b.WriteByte('{')
	for i, k := range keys {
		if i > 0 {
			b.WriteByte(',')
		}
		quote(&b, k)
		b.WriteByte(':')
		switch k {
		case "v":
			b.WriteString("1")
		case "details":
			object(&b, details)
		default:
			quote(&b, fields[k])
		}
	}
	b.WriteByte('}')
	return b.String()
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
		case r == utf8.RuneError:
			b.WriteRune(utf8.RuneError)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
}

// Number writes an integer as a detail.
func Number(n int64) string { return strconv.FormatInt(n, 10) }

// Instant writes a time as a detail.
func Instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }
