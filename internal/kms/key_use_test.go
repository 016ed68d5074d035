package kms_test

import (
	"fmt"
	"testing"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
)

// Uses at the same time are read for together; each gets its own key, version and answer.
func TestUsesAtTheSameTime(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		type sealed struct{ plain, text string }
		var all []sealed
		for i := range 4 {
			id := w.key(fmt.Sprint("key-", i))
			if i%2 == 0 {
				w.share(fmt.Sprint("share-", i), allActions, id)
			}
			plain := fmt.Sprint("words ", i)
			text, err := w.encrypt(w.owner, id, plain, "")
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, sealed{plain, text})
		}
		const rounds = 12
		failed := make(chan string, 3*rounds*len(all))
		for range rounds {
			for i, s := range all {
				for who, caller := range []iam.Caller{w.owner, w.recipient, w.stranger} {
					go func() {
						got, err := w.decrypt(caller, s.text, "")
						may := who == 0 || who == 1 && i%2 == 0
						switch {
						case may && (err != nil || got != s.plain):
							failed <- fmt.Sprintf("caller %d, key %d: %q, %v", who, i, got, err)
						case !may && !fault.Is(err, fault.NotFound):
							failed <- fmt.Sprintf("caller %d, key %d: %q, %v, want not found", who, i, got, err)
						default:
							failed <- ""
						}
					}()
				}
			}
		}
		for range 3 * rounds * len(all) {
			if text := <-failed; text != "" {
				t.Error(text)
			}
		}
		if got, want := len(w.Traces(w.recipient.Account)), 2*rounds+2; got != want {
			t.Errorf("the recipient's trail has %d traces, want %d: each use, and a folded refusal for each other key", got, want)
		}
	})
}
