// Package scale fills an empty, migrated database with a large world: as the services
// would write it, but by plain batches of SQL and beside the gate, because ten million
// rows through the gate would take hours.
//
// The world: one organization in which every member account is, its units five levels
// deep; eight accounts outside. One member, the heavy one, owns a tenth of the keys and
// secrets and most of the shares. Outside stand the recipient, who is invited to half of
// its shares and so uses many of its keys, the collector, who reaches one and the same key
// by the other half, the invited one, whose invitations wait, and five partners.
//
// Everything that the console can ask of a row holds: foreign keys and unique names are
// checked by the database while loading, counters are what the acts would have counted,
// and the material of every key and the value of every secret is sealed for its own row
// and opens. Two loads of one size and time give the same rows, except for ids of traces,
// nonces, and with them ciphertexts.
//
// Not there, because nobody would read them: traces of the acts that would have made the
// rows. The trails hold uses of keys instead.
package scale

import (
	"context"
	"fmt"
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/seal"
	"sharedkms/internal/store"
)

// Region is where everything regional lies.
const Region = "eu-west-101"

// Size says how much there is of what.
type Size struct {
	Heavy   int // keys, secrets and active shares of the heavy account, a multiple of 20
	Members int // accounts of the organization, the heavy one among them
	Units   int
	Traces  int
}

// ownOfMember is how many keys and secrets each member has, but the heavy one, and the
// manager, who has none.
const ownOfMember = 91

// Full is the whole size: a good 1,000,000 keys and secrets each, and 120,000 shares with
// 1,000,000 live associations; and that many traces.
func Full(traces int) Size {
	return Size{Heavy: 100_000, Members: 10_000, Units: 1_000, Traces: traces}
}

// Part is one n-th of the size, with at least four units of each level.
func (s Size) Part(n int) Size {
	return Size{Heavy: max(s.Heavy/n/20*20, 100), Members: max(s.Members/n, 10), Units: max(s.Units/n/levels*levels, 4*levels), Traces: max(s.Traces/n, 1000)}
}

// Keys is how many custom keys there are.
func (s Size) Keys() int { return s.Heavy + (s.Members-2)*ownOfMember }

// Associations is how many live ones there are, of keys and of principals.
func (s Size) Associations() int {
	return s.Heavy*(keysOfHeavyShare+principalsOfHeavyShare) + s.nobodys() + (s.Members-2)*sharesOfMember*(keysOfShare+principalsOfShare)
}

// Account is one of those that a reader of the world starts from.
type Account struct {
	ID   iam.AccountID
	Root iam.UserID
	Name string
}

// World names what is worth looking at.
type World struct {
	Size Size
	Now  time.Time

	Manager   Account // of the organization
	Heavy     Account // owns Size.Heavy keys, secrets and shares
	Recipient Account // invited to the first half of the heavy account's shares
	Collector Account // invited to the other half, each of which holds the Popular key
	Invited   Account // has invitations that wait
	Deep      Account // a member in a unit of the lowest level
	Member    Account // a member like most

	Key       string // of the heavy account: two shares lead to it for Recipient, and two units for Deep
	Popular   string // key in half of the heavy account's shares
	Busy      string // key under which a tenth of the heavy account's secrets lie
	Share     string // of the heavy account, that the recipient accepted
	Collected string // share that the collector accepted
	Secret    string // of the heavy account
	UserName  string // of the heavy account, with traces of its own
}

// Load fills the database. It must hold nothing but what migrations bring.
func Load(ctx context.Context, st *store.Store, sealer *seal.Sealer, size Size, now time.Time) (World, error) {
	w, err := newWriter(ctx, st)
	if err != nil {
		return World{}, err
	}
	l := &loader{writer: w, size: size, now: now.UTC().Truncate(time.Microsecond), sealer: sealer}
	err = l.all(ctx)
	if closed := w.close(ctx); err == nil {
		err = closed
	}
	if err != nil {
		return World{}, fmt.Errorf("load world: %w", err)
	}
	return l.world(), nil
}

// Known is the world that a load of that size at that time has made.
func Known(size Size, now time.Time) World { return (&loader{size: size, now: now}).world() }

// loader is a load under way.
type loader struct {
	*writer
	size   Size
	now    time.Time
	sealer *seal.Sealer
}

func (l *loader) all(ctx context.Context) error {
	for _, part := range []func(context.Context) error{
		l.accounts, l.organization, l.keys, l.shares, l.secrets, l.quotas, l.traces,
	} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) world() World {
	deep := levels - 1 // first unit of the lowest level
	member := first(l.size.Members, func(m int) bool { return m > heavy && l.unitOf(m) == deep })
	return World{
		Size: l.size, Now: l.now,
		Manager: accountOf(0), Heavy: accountOf(heavy), Recipient: accountOf(l.outside(recipient)), Collector: accountOf(l.outside(collector)), Invited: accountOf(l.outside(invited)),
		Deep: accountOf(member), Member: accountOf(heavy + 1),
		Key: heavyKey(l.key(deep)).String(), Popular: heavyKey(l.popular()).String(), Busy: heavyKey(busy).String(),
		Share: heavyShare(l.size.Heavy / 4).String(), Collected: heavyShare(l.size.Heavy * 3 / 4).String(), Secret: secretID(heavy, l.size.Heavy/2).String(),
		UserName: userName(1),
	}
}

func first(n int, is func(int) bool) int {
	for i := range n {
		if is(i) {
			return i
		}
	}
	return 0
}

// key is the first of the heavy account in as many shares for the recipient as for an
// account in that unit, so that decisions about both have as much to read.
func (l *loader) key(unit int) int {
	for s := range l.size.Heavy / 2 {
		recipients, deeps, all := 0, 0, 0
		for at := s % (l.size.shared() / keysOfHeavyShare); at < l.size.Heavy; at += l.size.shared() / keysOfHeavyShare {
			all++
			if at < l.size.Heavy/2 {
				recipients++
			}
			if u := at % l.size.Units; u/levels == unit/levels && u <= unit {
				deeps++
			}
		}
		if recipients == 2 && deeps == 2 && all == 4 {
			return l.heavyShareKey(s, 0)
		}
	}
	panic("no key is shared with both alike")
}

// ago is the instant of the i-th of n things made one after the other in the last 300 days.
func (l *loader) ago(i, n int) time.Time {
	const span = 300 * 24 * time.Hour
	return l.now.Add(-span + time.Duration(float64(span-time.Hour)*float64(i)/float64(n))).Truncate(time.Microsecond)
}
