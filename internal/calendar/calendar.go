// Package calendar writes calendars in the text of RFC 5545, as calendar programs
// subscribe to them: UTF-8, lines that end in CR LF and are folded at 75 octets.
//
// It is a writer of our own, because what the console publishes is a list of moments: no
// recurrence, no time zones but UTC, no parsing. It knows no shares and no users.
package calendar

import (
	"strings"
	"time"
	"unicode/utf8"
)

// ContentType is how the text is served.
const ContentType = "text/calendar; charset=utf-8"

// Event is a moment. UID stays the same while the thing it stands for does, so that a
// program moves the event instead of adding a second one.
type Event struct {
	UID     string
	Summary string
	At      time.Time
}

// Length is how long an event is shown to last; it ends at its moment. A moment alone
// would be drawn as nothing by some programs, and RFC 5545 wants an end after the start.
const Length = 15 * time.Minute

// Refresh is how often programs are asked to read again.
const Refresh = "PT1H"

// utc stands in each calendar, because RFC 5545 (3.6) wants at least one component, also
// in a calendar without events.
var utc = []string{
	"BEGIN:VTIMEZONE", "TZID:UTC", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0000", "TZOFFSETTO:+0000", "END:STANDARD", "END:VTIMEZONE",
}

// Write gives the calendar called name as of now.
func Write(name string, now time.Time, events []Event) []byte {
	var b []byte
	line := func(text string) { b = fold(b, text) }
	for _, text := range []string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Shared KMS//Console//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
		"NAME:" + escape(name), "X-WR-CALNAME:" + escape(name), "REFRESH-INTERVAL;VALUE=DURATION:" + Refresh, "X-PUBLISHED-TTL:" + Refresh,
	} {
		line(text)
	}
	for _, text := range utc {
		line(text)
	}
	for _, e := range events {
		line("BEGIN:VEVENT")
		line("UID:" + escape(e.UID))
		line("DTSTAMP:" + stamp(now))
		line("DTSTART:" + stamp(e.At.Add(-Length)))
		line("DTEND:" + stamp(e.At))
		line("SUMMARY:" + escape(e.Summary))
		line("TRANSP:TRANSPARENT")
		line("END:VEVENT")
	}
	line("END:VCALENDAR")
	return b
}

func stamp(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

var escapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

// escape writes TEXT (3.3.11): control characters besides line breaks are left out.
func escape(text string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f {
			return -1
		}
		return r
	}, escapes.Replace(strings.ToValidUTF8(text, "\uFFFD")))
}

// fold ends a line, broken before it has more than 75 octets (3.1) and between characters.
func fold(b []byte, text string) []byte {
	for room := 75; len(text) > room; room = 74 { // the space that continues a line counts
		cut := room
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		b = append(append(b, text[:cut]...), "\r\n "...)
		text = text[cut:]
	}
	return append(append(b, text...), "\r\n"...)
}
