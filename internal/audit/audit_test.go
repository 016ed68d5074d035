package audit_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"sharedkms/internal/audit"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

type row struct {
	AccountID string     `gorm:"column:account_id"`
	ID        string     `gorm:"column:id"`
	At        store.Time `gorm:"column:at"`
	UserName  string     `gorm:"column:user_name"`
	Body      string     `gorm:"column:body"`
	Repeats   int        `gorm:"column:repeats"`
}

func entry(at time.Time) audit.Entry {
	return audit.Entry{
		At: at, Trails: []string{"caller", "owner"}, CallerAccount: "caller", UserID: "u1", UserName: "anna", Address: "10.0.0.1", Agent: "b\"\\\x01\u2028é<&",
		Action: "kms:cmk:decryptData", Event: "decryptData", ResourceType: "KeyId", ResourceID: "k1", ResourceURN: "kms:r:owner:KeyId:k1",
		Outcome: audit.Succeeded, Details: map[string]string{"size": audit.Number(12)}, Private: map[string]string{"name": "db"},
	}
}

func write(t *testing.T, st *store.Store, fn func(tx *gorm.DB) error) []row {
	t.Helper()
	ctx := context.Background()
	if err := st.Write(ctx, fn); err != nil {
		t.Fatal(err)
	}
	var rows []row
	if err := st.Read(ctx).Raw("SELECT account_id, id, at, user_name, body, repeats FROM audit_traces ORDER BY account_id, id").Scan(&rows).Error; err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestBodyIsCanonicalAndCopiesAreReduced(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		at := time.Date(2026, 11, 23, 9, 52, 7, 123456000, time.UTC)
		rows := write(t, st, func(tx *gorm.DB) error { return audit.WriteIn(tx, []audit.Entry{entry(at)}) })
		if len(rows) != 2 || rows[0].ID != rows[1].ID {
			t.Fatalf("got %+v, want two copies with one id", rows)
		}
		own, copied := rows[0], rows[1]
		want := `{"account":"caller","action":"kms:cmk:decryptData","address":"10.0.0.1","agent":"b\"\\\u0001` + "\u2028" + `é<&","caller_account":"caller","details":{"name":"db","size":"12"},` +
			`"event":"decryptData","id":"` + own.ID + `","outcome":"succeeded","resource_id":"k1","resource_type":"KeyId","resource_urn":"kms:r:owner:KeyId:k1","time":"2026-11-23T09:52:07.123456Z","user_id":"u1","user_name":"anna","v":1}`
		if d := cmp.Diff(want, own.Body); d != "" {
			t.Errorf("own body: %s", d)
		}
		if !json.Valid([]byte(own.Body)) {
			t.Error("the body is not JSON")
		}
		for _, secret := range []string{"anna", "u1", "10.0.0.1", "agent", `"db"`} {
			if strings.Contains(copied.Body, secret) || copied.UserName != "" {
				t.Errorf("the owner's copy says %s: %s", secret, copied.Body)
			}
		}
		if !own.At.Equal(at) {
			t.Errorf("time: got %v", own.At)
		}
	})
}

func TestIDsSortByTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		at := time.Date(2026, 11, 23, 9, 52, 7, 0, time.UTC)
		var entries []audit.Entry
		for i := range 50 {
			e := entry(at.Add(time.Duration(i) * 1700 * time.Microsecond))
			e.Trails = []string{"caller"}
			entries = append(entries, e)
		}
		rows := write(t, st, func(tx *gorm.DB) error { return audit.WriteIn(tx, entries) })
		for i := 1; i < len(rows); i++ {
			if !rows[i-1].At.Before(rows[i].At.Time) {
				t.Fatalf("%s at %v comes before %s at %v", rows[i-1].ID, rows[i-1].At, rows[i].ID, rows[i].At)
			}
		}
		floor := audit.FloorID(at.Add(17 * time.Millisecond))
		for _, r := range rows {
			if later := !r.At.Before(at.Add(17 * time.Millisecond)); later != (r.ID >= floor) {
				t.Errorf("%s at %v is on the wrong side of %s", r.ID, r.At, floor)
			}
		}
	})
}

// Traces of one act have one time, and stand in the order in which they were decided; that it
// failed after all stands behind them.
func TestTracesOfOneActKeepTheirOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		at := time.Date(2026, 11, 23, 9, 52, 7, 0, time.UTC)
		var entries []audit.Entry
		var want []string
		for i := range 100 {
			e := entry(at)
			e.Trails, e.Address = []string{"caller"}, fmt.Sprintf("10.0.0.%d", i)
			entries, want = append(entries, e), append(want, e.Address)
		}
		var got []string
		failure := entry(at)
		failure.Trails, failure.Address = []string{"caller"}, "10.0.1.0"
		want = append(want, failure.Address)
		for _, r := range write(t, st, func(tx *gorm.DB) error { return errors.Join(audit.WriteIn(tx, entries), audit.FoldIn(tx, failure)) }) {
			var body struct {
				Address string `json:"address"`
			}
			if err := json.Unmarshal([]byte(r.Body), &body); err != nil {
				t.Fatal(err)
			}
			got = append(got, body.Address)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	})
}

func TestRepeatsOfOneMinuteFold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		at := time.Date(2026, 11, 23, 9, 52, 0, 0, time.UTC)
		rows := write(t, st, func(tx *gorm.DB) error {
			for _, after := range []time.Duration{0, time.Second, 59 * time.Second, 60 * time.Second} {
				e := entry(at.Add(after))
				e.Outcome = audit.Refused
				if err := audit.FoldIn(tx, e); err != nil {
					return err
				}
			}
			return nil
		})
		var repeats []int
		for _, r := range rows {
			repeats = append(repeats, r.Repeats)
		}
		if d := cmp.Diff([]int{3, 1, 3, 1}, repeats); d != "" {
			t.Error(d)
		}
	})
}

// An act may concern more accounts than one statement has room for.
func TestThousandsOfCopies(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		e := entry(time.Date(2026, 11, 23, 9, 52, 7, 0, time.UTC))
		for i := range 4999 {
			e.Trails = append(e.Trails, fmt.Sprintf("member %d", i))
		}
		if rows := write(t, st, func(tx *gorm.DB) error { return audit.WriteIn(tx, []audit.Entry{e}) }); len(rows) != 5001 {
			t.Errorf("%d copies, want 5001", len(rows))
		}
	})
}
