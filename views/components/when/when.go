// Package when draws instants. They are UTC; the offset stands once per table or page (the pager says
// it) and is written out in sentences and details. Beside a deadline stands the distance.
//
// It is written in Go instead of templ, because a list draws one or two in each row. The zero time is
// the grey word Never.
package when

import (
	"context"
	"io"
	"strconv"
	"time"

	"github.com/a-h/templ"
)

const never = `<span class="k-sub">Never</span>`

// Cell is two lines for a table: the day over the minute.
func Cell(t time.Time) templ.Component { return at{t, cell} }

// Bare is Cell for table.List, whose style sheet puts the minute below the day.
func Bare(t time.Time) templ.Component { return at{t, bare} }

// Line is day and minute in one line, for narrow tables and lists.
func Line(t time.Time) templ.Component { return at{t, line} }

// Full has seconds and the offset, for details.
func Full(t time.Time) templ.Component { return at{t, full} }

// Sentence has minutes and the offset, for running text.
func Sentence(t time.Time) templ.Component { return at{t, sentence} }

type at struct {
	t     time.Time
	shape func(b []byte, t time.Time) []byte
}

func (a at) Render(_ context.Context, w io.Writer) error {
	if a.t.IsZero() {
		_, err := io.WriteString(w, never)
		return err
	}
	_, err := w.Write(a.shape(make([]byte, 0, 160), a.t.UTC()))
	return err
}

func cell(b []byte, t time.Time) []byte {
	b = append(b, `<time class="k-two k-nowrap" datetime="`...)
	b = t.AppendFormat(b, time.RFC3339)
	b = append(b, `">`...)
	b = t.AppendFormat(b, `2006-01-02 `)
	b = append(b, `<span class="k-sub">`...)
	b = t.AppendFormat(b, `15:04`)
	return append(b, `</span></time>`...)
}

func bare(b []byte, t time.Time) []byte {
	b = append(b, `<time>`...)
	b = appendMinute(b, t)
	return append(b, `</time>`...)
}

// appendMinute writes "2006-01-02 15:04" without reading a layout, for the rows of lists.
func appendMinute(b []byte, t time.Time) []byte {
	year, month, day := t.Date()
	hour, minute, _ := t.Clock()
	two := func(n int) { b = append(b, byte('0'+n/10), byte('0'+n%10)) }
	two(year / 100)
	two(year % 100)
	b = append(b, '-')
	two(int(month))
	b = append(b, '-')
	two(day)
	b = append(b, ' ')
	two(hour)
	b = append(b, ':')
	two(minute)
	return b
}

func line(b []byte, t time.Time) []byte {
	b = append(b, `<time class="k-nowrap" datetime="`...)
	b = t.AppendFormat(b, time.RFC3339)
	b = append(b, `">`...)
	b = t.AppendFormat(b, "2006-01-02 15:04")
	return append(b, `</time>`...)
}

func full(b []byte, t time.Time) []byte {
	b = append(b, `<time datetime="`...)
	b = t.AppendFormat(b, time.RFC3339)
	b = append(b, `">`...)
	b = t.AppendFormat(b, "2006-01-02 15:04:05")
	return append(b, ` <span class="k-sub">UTC+00:00</span></time>`...)
}

func sentence(b []byte, t time.Time) []byte {
	b = append(b, `<time class="k-nowrap" datetime="`...)
	b = t.AppendFormat(b, time.RFC3339)
	b = append(b, `">`...)
	b = t.AppendFormat(b, "2006-01-02 15:04")
	return append(b, ` UTC+00:00</time>`...)
}

// Text is the instant as Sentence shows it, for texts that are no markup.
func Text(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format("2006-01-02 15:04") + " UTC+00:00"
}

// Distance says how far t is from now in one unit, rounded down, as one counts the time that is left:
// "in 4 days", "in 21 h", "in 5 min", "in less than 1 min", or "3 days ago".
func Distance(t, now time.Time) string {
	d := t.Sub(now)
	if d < 0 {
		return span(-d) + " ago"
	}
	return "in " + span(d)
}

func span(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return strconv.Itoa(int(d/(24*time.Hour))) + " days"
	case d >= time.Hour:
		return strconv.Itoa(int(d/time.Hour)) + " h"
	case d >= time.Minute:
		return strconv.Itoa(int(d/time.Minute)) + " min"
	default:
		return "less than 1 min"
	}
}
