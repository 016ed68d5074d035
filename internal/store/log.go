package store

import (
	"context"
	"sync/atomic"
	"time"

	gormlog "gorm.io/gorm/logger"
)

// statementLog counts statements for whoever asked and stays silent otherwise:
// errors travel to the edge and are logged there once, arguments never.
type statementLog struct{}

type counterKey struct{}

// Counter counts the statements sent under one context.
type Counter struct{ n atomic.Int64 }

// N is the number of statements so far, BEGIN and COMMIT not included.
func (c *Counter) N() int { return int(c.n.Load()) }

// Count gives a context under which statements are counted.
func Count(ctx context.Context) (context.Context, *Counter) {
	c := &Counter{}
	return context.WithValue(ctx, counterKey{}, c), c
}

// Sent is a statement as it went to the database beside GORM.
type Sent struct {
	Write bool // on the writing pool
	Rows  bool // answers with rows
	SQL   string
	Args  []any
}

type hearingKey struct{}

// Hear gives a context under which statements that go beside GORM are told to fn, to be
// measured without our layers.
func Hear(ctx context.Context, fn func(Sent)) context.Context {
	return context.WithValue(ctx, hearingKey{}, fn)
}

func note(ctx context.Context, sent Sent) {
	if c, ok := ctx.Value(counterKey{}).(*Counter); ok {
		c.n.Add(1)
	}
	if fn, ok := ctx.Value(hearingKey{}).(func(Sent)); ok {
		fn(sent)
	}
}

// LogMode is GORM's; there is one mode.
func (l statementLog) LogMode(gormlog.LogLevel) gormlog.Interface { return l }

// Info is GORM's.
func (statementLog) Info(context.Context, string, ...any) {}

// Warn is GORM's.
func (statementLog) Warn(context.Context, string, ...any) {}

// Error is GORM's.
func (statementLog) Error(context.Context, string, ...any) {}

// Trace is called once per statement.
func (statementLog) Trace(ctx context.Context, _ time.Time, _ func() (string, int64), _ error) {
	if c, ok := ctx.Value(counterKey{}).(*Counter); ok {
		c.n.Add(1)
	}
}
