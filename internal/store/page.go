package store

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
)

// Keyset is a total order of a list: a column, then the id. Column and ID are
// names from code, never from a request.
type Keyset struct {
	Column string // "" when the order is by ID alone
	ID     string
	Time   bool // Column holds instants
	TextID bool // ID holds text, neither UUIDs nor ids of accounts
	Desc   bool
}

// Slice asks for at most Size rows: the first ones, or those after (Back: before)
// a cursor that an earlier answer gave. A cursor that cannot be read is ignored.
type Slice struct {
	Size   int
	Cursor string
	Back   bool
}

// Edges holds the cursors of the neighbouring slices, empty where there is none.
type Edges struct{ Prev, Next string }

// Apply adds condition, order and limit. It asks for one row more than Size, by
// which Cut knows whether there is another slice.
func (k Keyset) Apply(s Slice) func(*gorm.DB) *gorm.DB {
	return func(tx *gorm.DB) *gorm.DB {
		desc := k.Desc != s.Back
		op, dir := ">", " ASC"
		if desc {
			op, dir = "<", " DESC"
		}
		if value, id, ok := k.open(s.Cursor); ok {
			if k.Column == "" {
				tx = tx.Where(k.ID+" "+op+" ?", id)
			} else {
				tx = tx.Where("("+k.Column+", "+k.ID+") "+op+" (?, ?)", value, id)
			}
		}
		order := k.ID + dir
		if k.Column != "" {
			order = k.Column + dir + ", " + order
		}
		return tx.Order(order).Limit(s.Size + 1)
	}
}

// From opens the cursor of a slice, for lists that write condition and order themselves;
// ok is false on the first slice.
func (k Keyset) From(s Slice) (value any, id string, ok bool) { return k.open(s.Cursor) }

// NoID stands for the id in a keyset whose column alone is a total order.
const NoID = "00000000000000000000000000000000"

// idShape is that of the ids which lists end in: a UUID or 32 hex characters. A made-up one
// would fail on a uuid column of PostgreSQL.
var idShape = regexp.MustCompile(`^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$`)

// textIDShape is that of ids in columns of text.
var textIDShape = regexp.MustCompile(`^[0-9a-z-]{1,64}$`)

type cursor struct {
	Micros int64  `json:"m,omitempty"`
	Text   string `json:"t,omitempty"`
	ID     string `json:"i"`
}

func (k Keyset) open(text string) (value any, id string, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if text == "" || err != nil {
		return nil, "", false
	}
	var c cursor
	if json.Unmarshal(raw, &c) != nil || !k.shape().MatchString(c.ID) || len(c.Text) > 1000 || strings.ContainsRune(c.Text, 0) {
		return nil, "", false
	}
	if k.Time {
		return At(time.UnixMicro(c.Micros)), c.ID, true
	}
	return c.Text, c.ID, true
}

func (k Keyset) shape() *regexp.Regexp {
	if k.TextID {
		return textIDShape
	}
	return idShape
}

func (k Keyset) seal(value any, id string) string {
	c := cursor{ID: id}
	switch v := value.(type) {
	case time.Time:
		c.Micros = v.UnixMicro()
	case Time:
		c.Micros = v.UnixMicro()
	case string:
		c.Text = v
	}
	raw, err := json.Marshal(c)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// Cut drops the extra row, turns a backward slice round and gives the cursors.
// key gives the value of Column (time.Time, Time or string) and the id of a row.
func Cut[T any](k Keyset, s Slice, rows []T, key func(T) (any, string)) ([]T, Edges) {
	more := len(rows) > s.Size
	if more {
		rows = rows[:s.Size]
	}
	if s.Back {
		slices.Reverse(rows)
	}
	var e Edges
	if len(rows) == 0 {
		return rows, e
	}
	if (s.Back && more) || (!s.Back && s.Cursor != "") {
		value, id := key(rows[0])
		e.Prev = k.seal(value, id)
	}
	if (!s.Back && more) || s.Back {
		value, id := key(rows[len(rows)-1])
		e.Next = k.seal(value, id)
	}
	return rows, e
}
