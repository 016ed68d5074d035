package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"time"

	"github.com/google/uuid"

	"sharedkms/internal/store"
)

// replay sends the statements of an act again by the bare driver: pgx on PostgreSQL, a
// connection per caller, database/sql over prepared statements on SQLite.
type replay struct {
	steps []step
	ids   []byte // version of each id that is new in each act
	by    driver
}

// driver sends steps: those that wrote in the transaction of the act in one, those that
// went together in one round trip.
type driver interface {
	prepare(ctx context.Context, steps []step) error
	send(ctx context.Context, caller int, steps []step, ids []string, now time.Time) error
}

type step struct {
	statement
	fresh []fresh
}

// fresh is a part of the arguments that differs in each act: an instant, or text around
// ids; in the element of an array, or outside of any at -1.
type fresh struct {
	arg, element int
	now          bool
	texts        []string // one more than ids
	ids          []int
}

var anyID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// textMax keeps bodies of traces as they were: nothing in them has to be new.
const textMax = 200

// replayOf is a replay by as many callers.
func (w *world) replayOf(ctx context.Context, callers int, act func(ctx context.Context) error) (*replay, error) {
	by, err := w.driver(ctx, callers)
	if err != nil {
		return nil, err
	}
	return w.replayBy(ctx, by, act)
}

func (w *world) driver(ctx context.Context, callers int) (driver, error) {
	if w.st.Dialect() == store.SQLite {
		return newSQLDriver(w), nil
	}
	return newPgxDriver(ctx, w, callers)
}

var errOtherStatements = errors.New("the act sent another number of statements when it was repeated")

// replayBy compares two recordings of the same act: what differs between them is made
// anew each time it is replayed.
func (w *world) replayBy(ctx context.Context, by driver, act func(ctx context.Context) error) (*replay, error) {
	first, err := w.record(ctx, act)
	if err != nil {
		return nil, err
	}
	second, err := w.record(ctx, act)
	if err != nil {
		return nil, err
	}
	if len(first) == 0 || len(first) != len(second) {
		return nil, fmt.Errorf("%w: %d, then %d", errOtherStatements, len(first), len(second))
	}
	r := &replay{by: by}
	known := map[string]int{}
	for i := range first {
		s := step{statement: first[i]}
		if !sameShape(s.args, second[i].args) { // a group of another size
			return nil, fmt.Errorf("%w: with other arguments", errOtherStatements)
		}
		for n := range s.args {
			s.fresh = append(s.fresh, r.compare(known, n, s.args[n], second[i].args[n])...)
		}
		r.steps = append(r.steps, s)
	}
	return r, by.prepare(ctx, r.steps)
}

// sameShape reports whether two lists of arguments are as long, and the lists in them.
func sameShape(a, b []any) bool {
	return slices.EqualFunc(a, b, func(a, b any) bool {
		list, other := reflect.ValueOf(a), reflect.ValueOf(b)
		return list.Kind() != reflect.Slice || other.Kind() == reflect.Slice && list.Len() == other.Len()
	})
}

func (r *replay) compare(known map[string]int, arg int, a, b any) (list []fresh) {
	switch a := a.(type) {
	case store.Time:
		if a != b {
			list = append(list, fresh{arg: arg, element: -1, now: true})
		}
	case []time.Time:
		for i := range a {
			list = append(list, fresh{arg: arg, element: i, now: true})
		}
	case string:
		if f, ok := r.compareText(known, a, b.(string)); ok {
			f.arg, f.element = arg, -1
			list = append(list, f)
		}
	case []string:
		for i := range a {
			if f, ok := r.compareText(known, a[i], b.([]string)[i]); ok {
				f.arg, f.element = arg, i
				list = append(list, f)
			}
		}
	}
	return list
}

func (r *replay) compareText(known map[string]int, a, b string) (f fresh, differs bool) {
	if a == b || len(a) > textMax {
		return f, false
	}
	at := 0
	for _, span := range anyID.FindAllStringIndex(a, -1) {
		id := a[span[0]:span[1]]
		if _, ok := known[id]; !ok {
			known[id] = len(r.ids)
			r.ids = append(r.ids, id[14])
		}
		f.texts, f.ids = append(f.texts, a[at:span[0]]), append(f.ids, known[id])
		at = span[1]
	}
	f.texts = append(f.texts, a[at:])
	return f, len(f.ids) > 0
}

// do is one act of a caller.
func (r *replay) do(ctx context.Context, caller int) error {
	ids := make([]string, len(r.ids))
	for i, version := range r.ids {
		if version == '7' {
			ids[i] = uuid.Must(uuid.NewV7()).String()
		} else {
			ids[i] = uuid.NewString()
		}
	}
	return r.by.send(ctx, caller, r.steps, ids, store.At(time.Now()).Time)
}

func (s step) arguments(ids []string, now time.Time) []any {
	if len(s.fresh) == 0 {
		return s.args
	}
	args := slices.Clone(s.args)
	for i, f := range s.fresh {
		if f.element >= 0 && (i == 0 || s.fresh[i-1].arg != f.arg) {
			args[f.arg] = cloned(args[f.arg])
		}
		if list, ok := args[f.arg].([]time.Time); ok {
			list[f.element] = now
			continue
		}
		if f.now {
			args[f.arg] = store.At(now)
			continue
		}
		text := f.texts[0]
		for i, id := range f.ids {
			text += ids[id] + f.texts[i+1]
		}
		if list, ok := args[f.arg].([]string); ok {
			list[f.element] = text
		} else {
			args[f.arg] = text
		}
	}
	return args
}

func cloned(array any) any {
	switch a := array.(type) {
	case []string:
		return slices.Clone(a)
	case []time.Time:
		return slices.Clone(a)
	}
	return array
}
