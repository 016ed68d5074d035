package iam_test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"sync"
	"sync/atomic"
	"testing"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

const goodPassword = "Zebra-correct-horse-9"

func guess(w *iamtest.World, account iam.AccountID, user, password string) error {
	_, err := w.IAM.SignIn(context.Background(), string(account), user, password, iam.Device{Address: "192.0.2.7"})
	return err
}

func withPassword(t *testing.T, w *iamtest.World, account iam.AccountID, name string) {
	t.Helper()
	if _, err := w.IAM.CreateUser(context.Background(), account, iam.NewUser{Name: name, Kind: iam.IAMUser}, goodPassword); err != nil {
		t.Fatal(err)
	}
}

// A user's own sign-in must not wipe the delay that its guesses at a colleague earned.
func TestOwnSignInKeepsTheDelayOfGuessesAtAColleague(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := iamtest.New(t, st)
		a := w.Account("Harbor Retail")
		withPassword(t, w, a.Account, "victim")
		withPassword(t, w, a.Account, "insider")
		for i := range 12 {
			if err := guess(w, a.Account, "victim", "wrong-password-x"); fault.Is(err, fault.Busy) {
				return // delayed, as promised
			}
			if i%2 == 1 {
				if err := guess(w, a.Account, "insider", goodPassword); err != nil {
					return
				}
			}
		}
		t.Error("12 wrong guesses at a colleague, none delayed")
	})
}

// Guesses sent at once must not all slip past the delay.
func TestParallelGuessesDoNotPassADelayTogether(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := iamtest.New(t, st)
		a := w.Account("Harbor Retail")
		withPassword(t, w, a.Account, "victim")
		for range 6 {
			_ = guess(w, a.Account, "victim", "wrong-password-x")
		}
		w.Advance(400e9) // the delay is over: one more try is due
		var tried atomic.Int64
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				if err := guess(w, a.Account, "victim", "wrong-password-x"); fault.Is(err, fault.Unauthenticated) {
					tried.Add(1)
				}
			})
		}
		wg.Wait()
		if n := tried.Load(); n > 2 {
			t.Errorf("%d guesses were checked after one delay", n)
		}
	})
}

// A refusal about an id that is very long must be recorded, and answered like any other.
func TestALongTypedIDIsRefusedAndTraced(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := iamtest.New(t, st)
		a := w.Account("Harbor Retail")
		b := make([]byte, 3000)
		_, _ = rand.Read(b)
		err := w.Gate.Read(context.Background(), a, func(tx *iam.Tx) error {
			return tx.Allow("kms:cmk:get", iam.URN{Service: "kms", Region: "eu-west-101", Type: iam.TypeKey, ID: hex.EncodeToString(b)})
		})
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("got %v, want NotFound", err)
		}
	})
}

// Sign-ins of one user at once, from one address: each gets in or is told to come again.
func TestSignInsAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := iamtest.New(t, st)
		a := w.Account("Harbor Retail")
		withPassword(t, w, a.Account, "operator")
		var in atomic.Int64
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 8 {
					err := guess(w, a.Account, "operator", goodPassword)
					if err == nil {
						in.Add(1)
					} else if !fault.Is(err, fault.Busy) {
						t.Errorf("got %v, want a sign-in or Busy", err)
					}
				}
			})
		}
		all.Wait()
		if in.Load() == 0 {
			t.Error("nobody got in")
		}
	})
}
