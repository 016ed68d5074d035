package calendar_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"sharedkms/internal/calendar"
)

var now = time.Date(2026, 11, 24, 9, 30, 15, 0, time.UTC)

func TestWrite(t *testing.T) {
	end := time.Date(2027, 1, 31, 19, 30, 0, 0, time.FixedZone("CET", 3600))
	text := string(calendar.Write("What ends", now, []calendar.Event{{UID: "42@shared-kms", Summary: `a, b; c\d` + "\ne\x00", At: end}}))
	want := []string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Shared KMS//Console//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
		"NAME:What ends", "X-WR-CALNAME:What ends", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H",
		"BEGIN:VTIMEZONE", "TZID:UTC", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0000", "TZOFFSETTO:+0000", "END:STANDARD", "END:VTIMEZONE",
		"BEGIN:VEVENT", "UID:42@shared-kms", "DTSTAMP:20261124T093015Z", "DTSTART:20270131T181500Z", "DTEND:20270131T183000Z",
		`SUMMARY:a\, b\; c\\d\ne`, "TRANSP:TRANSPARENT", "END:VEVENT", "END:VCALENDAR", "",
	}
	if diff := cmp.Diff(want, strings.Split(text, "\r\n")); diff != "" {
		t.Errorf("the calendar differs (-want +got):\n%s", diff)
	}
}

// Long lines are folded at 75 octets between characters, and unfold to what they were.
func TestFold(t *testing.T) {
	for n := range 200 {
		summary := strings.Repeat("x", n%7) + strings.Repeat("钥é🔑", n)
		text := string(calendar.Write("n", now, []calendar.Event{{UID: "u", Summary: summary, At: now}}))
		for line := range strings.SplitSeq(text, "\r\n") {
			if len(line) > 75 || !utf8.ValidString(line) {
				t.Fatalf("a line of %d octets: %q", len(line), line)
			}
		}
		if !strings.Contains(strings.ReplaceAll(text, "\r\n ", ""), "SUMMARY:"+summary+"\r\n") {
			t.Fatalf("%q does not unfold", summary)
		}
	}
}
