package when_test

import (
	"testing"
	"time"

	"github.com/a-h/templ"

	"sharedkms/views/components/when"
	"sharedkms/views/viewtest"
)

func TestInstants(t *testing.T) {
	// A local time is shown in UTC.
	at := time.Date(2026, 11, 23, 11, 52, 7, 0, time.FixedZone("", 2*3600))
	for name, shape := range map[string]func(time.Time) templ.Component{
		"cell": when.Cell, "bare": when.Bare, "line": when.Line, "full": when.Full, "sentence": when.Sentence,
	} {
		viewtest.Golden(t, name, viewtest.Render(t, shape(at)))
		if got, want := viewtest.Render(t, shape(time.Time{})), `<span class="k-sub">Never</span>`; got != want {
			t.Errorf("%s of the zero time is %s, want %s", name, got, want)
		}
	}
	if got, want := when.Text(at), "2026-11-23 09:52 UTC+00:00"; got != want {
		t.Errorf("Text: got %s, want %s", got, want)
	}
	if got := when.Text(time.Time{}); got != "never" {
		t.Errorf("Text of the zero time: got %s", got)
	}
}

func TestDistance(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		d    time.Duration
		want string
	}{
		{4*24*time.Hour + 23*time.Hour, "in 4 days"},
		{48 * time.Hour, "in 2 days"},
		{48*time.Hour - time.Second, "in 47 h"},
		{21 * time.Hour, "in 21 h"},
		{59*time.Minute + 59*time.Second, "in 59 min"},
		{59 * time.Second, "in less than 1 min"},
		{0, "in less than 1 min"},
		{-3 * 24 * time.Hour, "3 days ago"},
	} {
		if got := when.Distance(now.Add(test.d), now); got != test.want {
			t.Errorf("%v: got %q, want %q", test.d, got, test.want)
		}
	}
}
