package store

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Time is an instant in a row: timestamptz on PostgreSQL, INTEGER microseconds
// since 1970 on SQLite; always UTC, cut to microseconds. Row structs use it instead
// of time.Time, whose text form on SQLite neither sorts nor compares.
type Time struct{ time.Time }

// At cuts t to what both databases keep.
func At(t time.Time) Time { return Time{t.UTC().Truncate(time.Microsecond)} }

// AtPtr is At for a column that may be NULL.
func AtPtr(t *time.Time) *Time {
	if t == nil {
		return nil
	}
	at := At(*t)
	return &at
}

// TimePtr is the reverse of AtPtr.
func (t *Time) TimePtr() *time.Time {
	if t == nil {
		return nil
	}
	return &t.Time
}

// Scan reads either form.
func (t *Time) Scan(v any) error {
	switch v := v.(type) {
	case int64:
		t.Time = time.UnixMicro(v).UTC()
	case time.Time:
		t.Time = v.UTC()
	default:
		return fmt.Errorf("read an instant from %T", v)
	}
	return nil
}

// Value writes UTC; the SQLite driver turns it into microseconds.
func (t Time) Value() (driver.Value, error) { return t.UTC().Truncate(time.Microsecond), nil }

// GormDataType keeps GORM from guessing.
func (Time) GormDataType() string { return "time" }
