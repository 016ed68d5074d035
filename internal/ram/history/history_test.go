// Package history plays random histories of resource shares against the program and
// against a model of the rules, and compares them after every step.
//
// Words: an Act is something somebody does through a service, the clock moving on, or a
// sweep. The Model (model_*_test.go) holds what the rules say, in maps and slices, and
// never reads the database. Rows are what the views key_access and share_access hold at a
// moment, in words. A Mutation is one clause of these views changed, so that somebody has
// access who should not, or the other way round; the histories must notice each.
//
// Invariants: after each step the rows equal the model's; an act is done exactly if the
// model says so, and what is refused changes nothing; a real decryption succeeds exactly
// if the model has a live path that allows it and the key is enabled.
//
// A history follows from its seed alone. HISTORY_SEED=n plays that one.
package history_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sharedkms/bench/measure"
	"sharedkms/internal/fault"
	"sharedkms/internal/kms"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

func torture() bool { return os.Getenv("TORTURE") != "" }

// steps of a run: a tenth of the full size but in torture.
func steps(st *store.Store) int {
	n := 10_000
	if st.Dialect() == store.PostgreSQL {
		n = 2_000
	}
	if torture() {
		return n
	}
	return n / 10
}

func seed(t *testing.T) uint64 {
	t.Helper()
	if text := os.Getenv("HISTORY_SEED"); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("HISTORY_SEED: %v", err)
		}
		return n
	}
	return uint64(time.Now().UnixNano())
}

func TestRandomHistories(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w, m := newWorld(t, st, true)
		h := newHistory(seed(t), w, m)
		keeps(t, st, h.figures)
		for range steps(st) {
			if err := h.step(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestViewsAloneDecide plays without anybody telling the shares what happens to
// organizations: who has access follows from membership at each moment, by the views.
func TestViewsAloneDecide(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w, m := newWorld(t, st, false)
		h := newHistory(seed(t), w, m)
		keeps(t, st, h.figures)
		for range steps(st) / 4 {
			if err := h.step(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// history is a run.
type history struct {
	seed   uint64
	w      *world
	m      *model
	chance chance
	told   []string // what happened, in words
	counts struct{ steps, done, refused, idle, decrypts, opened, paths, rows int }
}

func newHistory(seed uint64, w *world, m *model) *history {
	return &history{seed: seed, w: w, m: m, chance: newChance(seed, m)}
}

// step plays whatever comes next.
func (h *history) step() error { return h.play(h.chance.next()) }

// play plays one act and compares. Its error tells all that is needed to understand it.
func (h *history) play(a act) error {
	h.counts.steps++
	want := a.on(h.m)
	err := a.run(h.w)
	h.tell(fmt.Sprintf("%v: %s", a, said(err)))
	switch want {
	case done:
		h.counts.done++
	case refused:
		h.counts.refused++
	case idle:
		h.counts.idle++
	}
	if err != nil && !answered(err) {
		return h.fail("an error that is no answer: " + err.Error())
	}
	if want == done && err != nil || want == refused && err == nil {
		return h.fail("the model says: " + string(want))
	}
	got, err := h.w.rows(h.w.Store, viewRows)
	if err != nil {
		return h.fail(err.Error())
	}
	h.counts.paths += len(h.m.paths())
	h.counts.rows += len(got)
	if diff := cmp.Diff(h.m.rows(), got); diff != "" {
		return h.fail("access (-model +program):\n" + diff)
	}
	if err := h.offered(); err != nil {
		return err
	}
	if h.chance.often(30) {
		return h.decrypt()
	}
	return nil
}

// offered compares access with the offers.
func (h *history) offered() error {
	var apart int
	if err := h.w.Store.Read(context.Background()).Raw(offersApart).Scan(&apart).Error; err != nil || apart != 0 {
		return h.fail(fmt.Sprintf("paths that key_access has and offers lack, or the other way round: %d, %v", apart, err))
	}
	return nil
}

// decrypt opens a ciphertext as some account, for real.
func (h *history) decrypt() error {
	account, k := h.chance.account(), h.chance.IntN(len(h.m.keys))
	if paths := h.m.paths(); len(paths) > 0 && h.chance.often(60) {
		one := oneOf(h.chance, paths)
		account, k = one.account, one.key
	}
	sealed := h.w.keys[k]
	plain, err := h.w.kms.DecryptData(context.Background(), h.w.as(account), kms.DecryptInput{Region: sealed.region, Ciphertext: sealed.text})
	got := opens
	if f, ok := fault.As(err); ok {
		got = answer(f.Kind.String())
	} else if err != nil {
		got = answer(err.Error())
	} else if string(plain.Plain.Bytes()) != h.m.keys[k].name {
		got = "opens to something else"
	}
	h.counts.decrypts++
	if got == opens {
		h.counts.opened++
	}
	if want := h.m.decrypt(account, k); got != want {
		h.tell(fmt.Sprintf("%s decrypts with key %d: %s", account, k, got))
		return h.fail("the model says: " + string(want))
	}
	return nil
}

func (h *history) tell(what string) {
	h.told = append(h.told, fmt.Sprintf("%5d  %s  %s", h.counts.steps, clock(h.m.now), what))
}

const shownSteps = 30

func (h *history) fail(why string) error {
	return fmt.Errorf("HISTORY_SEED=%d, step %d: %s\nwhat happened last:\n%s", h.seed, h.counts.steps, why, strings.Join(h.told[max(0, len(h.told)-shownSteps):], "\n"))
}

// resultsFile keeps the figures of runs at full size.
const resultsFile = "../../../bench/results/histories.jsonl"

// keeps tells what a test counted when it has ended, however that was, and keeps it where the test ran
// at full size.
func keeps(t *testing.T, st *store.Store, counted func() string) {
	t.Cleanup(func() {
		t.Log(counted())
		if !torture() {
			return
		}
		name, _, _ := strings.Cut(t.Name(), "/")
		line := measure.Result{Name: name, DB: string(st.Dialect()), Goal: "no difference to the model", OK: !t.Failed(), Note: counted()}
		if err := measure.Keep(resultsFile, line); err != nil {
			t.Error(err)
		}
	})
}

func (h *history) figures() string {
	c := h.counts
	return fmt.Sprintf("%d steps of %d accounts with %d keys: %d done, %d refused, %d idle; access compared after each, %d rows in all, %.1f paths at a time; %d decryptions tried, %d opened; seed %d",
		c.steps, len(h.m.accounts), len(h.m.keys), c.done, c.refused, c.idle, c.rows, float64(c.paths)/float64(max(1, c.steps)), c.decrypts, c.opened, h.seed)
}

// answered tells whether an error is an answer to a person. That nobody is signed in, or
// too many are at work, is none here.
func answered(err error) bool {
	f, ok := fault.As(err)
	return ok && f.Kind != fault.Unauthenticated && f.Kind != fault.Busy && f.Kind != fault.Unavailable
}

func said(err error) string {
	var f *fault.Error
	switch {
	case err == nil:
		return "done"
	case errors.As(err, &f):
		return "refused, " + f.Error()
	}
	return err.Error()
}

// accessRow is a row of either view; those of share_access have no key.
type accessRow struct {
	Account    string      `gorm:"column:account_id"`
	User       *string     `gorm:"column:user_id"`
	Key        *string     `gorm:"column:key_id"`
	Share      string      `gorm:"column:share_id"`
	Grant      *string     `gorm:"column:grant_id"`
	Kind       string      `gorm:"column:kind"`
	Permission *string     `gorm:"column:permission_id"`
	Version    int         `gorm:"column:version"`
	Since      *store.Time `gorm:"column:since"`
	Ends       *store.Time `gorm:"column:ends_at"`
}

// viewRows asks both views; the present comes twice.
const viewRows = `SELECT ka.account_id, ka.user_id, CAST(ka.key_id AS text) AS key_id, ka.share_id, ka.grant_id, ka.path AS kind,
	CAST(v.permission_id AS text) AS permission_id, v.version, ka.since, ka.ends_at
FROM key_access ka LEFT JOIN permission_versions v ON v.id = ka.permission_version_id WHERE ka.ends_at IS NULL OR ka.ends_at > ?
UNION ALL
SELECT sa.account_id, NULL, NULL, sa.share_id, NULL, sa.role, NULL, 0, NULL, sa.ends_at FROM share_access sa WHERE sa.ends_at IS NULL OR sa.ends_at > ?`

// offersApart counts where access and what lists look for candidates in, and count, differ:
// live associations with the keys that principal_keys and principal_paths keep for them.
const offersApart = `SELECT (SELECT count(*) FROM (` + accessPaths + ` EXCEPT ` + offeredPaths + `) AS lacking) + (SELECT count(*) FROM (` + offeredPaths + ` EXCEPT ` + accessPaths + `) AS beyond)`

const accessPaths = `SELECT ka.account_id, ka.key_id, ka.association_id FROM key_access ka`

const offeredPaths = `SELECT lp.account_id, o.key_id, lp.association_id FROM live_principals lp
JOIN offered_paths e ON e.association_id = lp.association_id
JOIN offered_keys o ON o.kind = e.kind AND o.principal = e.principal AND o.key_id = e.key_id AND o.state <> 'deleted'`
