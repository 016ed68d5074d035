package history_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

// beside is what a decision would read if the mutated view stood in the database: the same
// question, over the three views written out.
func (m mutation) beside(t *testing.T) string {
	t.Helper()
	var with []string
	for _, view := range deciding {
		sql := shipped(t, view)
		if view == m.view {
			sql = m.change(t)
		}
		with = append(with, view+" AS ("+strings.TrimPrefix(sql, "CREATE VIEW "+view+" AS ")+")")
	}
	return "WITH " + strings.Join(with, ", ") + " " + viewRows
}

// suspect is a mutation that no history has noticed yet.
type suspect struct {
	mutation
	query string
}

const shieldedEvery = 7 // steps between looks at those that must go unnoticed

// TestMutationsAreNoticed plays histories until each mutation would have given access that
// the model refuses, or the other way round. All are looked at beside each other, after
// every step: until the first difference a program with the mutated view would have done
// the same. In torture nothing but chance leads there, and on both databases.
func TestMutationsAreNoticed(t *testing.T) {
	each := storetest.Each
	if !torture() {
		each = func(t *testing.T, test func(t *testing.T, st *store.Store)) { test(t, storetest.SQLite(t)) }
	}
	each(t, func(t *testing.T, st *store.Store) {
		var alive, hidden []suspect
		for _, m := range mutations {
			alive = append(alive, suspect{m, m.beside(t)})
		}
		for _, s := range shielded {
			hidden = append(hidden, suspect{s.mutation, s.beside(t)})
		}
		play := func(st *store.Store, follow bool) {
			w, m := newWorld(t, st, follow)
			h := newHistory(seed(t), w, m)
			differs := func(s suspect, want []string) bool {
				got, err := w.rows(st, s.query)
				if err != nil {
					t.Fatalf("%v: %v", s, err)
				}
				return !slices.Equal(want, got)
			}
			most, last := 4*steps(st), 0
			first := seldom()
			if torture() {
				first = nil
			}
			for n := 1; n <= most && len(alive) > 0; n++ {
				next := h.chance.next
				if n <= len(first) {
					next = func() act { return first[n-1](m) }
				}
				if err := h.play(next()); err != nil {
					t.Fatal(err)
				}
				want := m.rows()
				before := len(alive)
				alive = slices.DeleteFunc(alive, func(s suspect) bool { return differs(s, want) })
				if len(alive) < before {
					last = n
				}
				if follow && onlyDeaf(alive) {
					break
				}
				if !follow || n%shieldedEvery != 0 {
					continue
				}
				for _, s := range hidden {
					if differs(s, want) {
						t.Errorf("%v is noticed (HISTORY_SEED=%d, step %d), so nothing shields it", s, h.seed, n)
					}
				}
			}
			t.Logf("%d steps, the last mutation was noticed at step %d; %d of %d are left", h.counts.steps, last, len(alive), len(mutations))
		}
		play(st, true)
		if len(alive) > 0 { // what rows shield while they follow the organization
			fresh := storetest.SQLite
			if st.Dialect() == store.PostgreSQL {
				fresh = storetest.PostgreSQL
			}
			play(fresh(t), false)
		}
		for _, s := range alive {
			t.Errorf("nobody noticed: %v", s)
		}
	})
}

// seldom is a beginning that brings about what chance takes its time for: the ends of a
// share and of somebody in it, a switch turned twice between two sweeps, somebody who is
// named and leaves, a key deleted for good.
func seldom() []func(m *model) act {
	const owner, invited, named = "Ben", "Xena", "Dan"
	minute := func(m *model, d time.Duration) time.Time { return m.now.Truncate(time.Minute).Add(d) }
	dan := principal{account: named}
	later := func(d time.Duration) func(m *model) act { return func(m *model) act { return wait{m.now.Add(d)} } }
	return []func(m *model) act{
		func(*model) act {
			return createShare{by: owner, name: "s0", keys: []int{0}, permission: all, external: true, principals: []principal{{account: invited}, dan, {org: 0, unit: 1}}}
		},
		later(time.Minute),
		func(*model) act { return answerInvitation{by: invited, share: 0} },
		later(time.Minute),
		func(m *model) act { return editShare{by: owner, share: 0, keysIn: []int{1}, seen: m.shares[0].changes} },
		func(m *model) act { return setEnd{by: owner, share: 0, principal: &dan, ends: minute(m, 10*time.Hour)} },
		func(m *model) act { return setEnd{by: owner, share: 0, ends: minute(m, 5*time.Hour)} },
		func(m *model) act { return setEnd{by: owner, share: 0, seen: m.shares[0].ends} },
		func(*model) act { return setSharing{boss, false} },
		func(*model) act { return setSharing{boss, true} },
		func(*model) act { return addPrincipal{owner, 0, dan} },
		func(*model) act { return leaveOrganization{named} },
		func(*model) act { return addMember{boss, named, 0, 1} },
		func(*model) act { return leaveOrganization{owner} },
		func(*model) act { return addMember{boss, owner, 0, 0} },
		func(m *model) act {
			return editShare{by: owner, share: 0, permission: readOnly, seen: m.shares[0].changes}
		},
		func(*model) act { return changeKey{owner, 1, "schedule the deletion of"} },
		later(7 * 24 * time.Hour),
		func(*model) act { return sweep{"kms"} },
	}
}

func (m mutation) throughMembership() bool {
	return m.view == "live_principals" && (strings.Contains(m.from, "theirs") || strings.Contains(m.from, "ours"))
}

func onlyDeaf(alive []suspect) bool {
	return !slices.ContainsFunc(alive, func(s suspect) bool { return !s.throughMembership() })
}

// TestMutatedViewsFailTheHistories puts each mutated view into a database and plays there,
// as somebody who had changed it by mistake would see it. Torture takes every mutation, else
// a few that are noticed soon: TestMutationsAreNoticed looks at all of them.
func TestMutatedViewsFailTheHistories(t *testing.T) {
	soon := []string{"ap.kind = sp.kind AND ap.principal = sp.principal", "AND ap.account_id <> sp.account_id", "k.id = sr.key_id AND", "lp.path AS path"}
	for _, m := range mutations {
		if !torture() && !slices.Contains(soon, m.from) {
			continue
		}
		t.Run(m.String(), func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, st *store.Store) {
				w, model := newWorld(t, st, !m.throughMembership())
				if st.Dialect() == store.SQLite {
					w.Exec("DROP VIEW " + m.view)
					w.Exec(m.change(t))
				} else {
					w.Exec(strings.Replace(m.change(t), "CREATE VIEW", "CREATE OR REPLACE VIEW", 1))
				}
				h := newHistory(seed(t), w, model)
				for range max(steps(st), 2_000) {
					if h.step() != nil {
						t.Logf("noticed at step %d", h.counts.steps)
						return
					}
				}
				t.Errorf("nobody noticed in %d steps", h.counts.steps)
			})
		})
	}
}
