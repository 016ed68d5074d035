package ram

import "strings"

// CountCap is where counts in rows of a list end: beyond it there are "more than 50".
const CountCap = 50

// Count is a number in a row of a list, which stops counting at CountCap. More tells that
// there are, or may be, more.
type Count struct {
	N    int
	More bool
}

// capped makes a count from what was found among the first seen ones.
func capped(n, seen int) Count {
	if seen > CountCap {
		return Count{min(n, CountCap), true}
	}
	return Count{n, false}
}

// packed is one number of two: how many different values a column has, and in how many
// rows, of which there are CountCap+1 at most. A column of a query gives one number, and the
// rows are read once.
func packed(column string) string {
	return "count(DISTINCT " + column + ") * 1000 + count(*)"
}

// unpacked makes a count of what packed gave.
func unpacked(n int) Count { return capped(n/1000, n%1000) }

// unforeseen ends a part of a query at a number that it takes and PostgreSQL does not plan
// with: it then reads the first rows of an index. Where it plans with more rows than it
// expects, it collects all there are before the first.
const unforeseen = " LIMIT (SELECT CAST(? AS bigint))"

// walk goes through the values of a column, each once, in the order of an index that
// begins with the columns of where: from one value it seeks the next, whatever number of
// rows stands between. It makes a recursive table of one column v, whose last row is null;
// what reads it with a limit ends the walk.
type walk struct {
	name   string // of the table
	table  string
	column string
	where  string
	args   []any
	low    string // values are not below it; empty without such a bound
	high   string // values are below it; empty without such a bound
	from   string // the walk begins behind it; empty for the first value
	desc   bool
}

// sql bounds the column by one value from each side: of two from the same side SQLite takes
// one into the index, and reads from there to the other.
func (w walk) sql() (string, []any) {
	op, bound, dir, start, end := ">", ">=", "", w.low, w.high
	closes := " AND " + w.column + " < ?"
	begins := w.from != "" && w.from >= w.low
	if w.desc {
		op, bound, dir, start, end = "<", "<", " DESC", w.high, w.low
		closes = " AND " + w.column + " >= ?"
		begins = w.from != "" && (w.high == "" || w.from < w.high)
	}
	next := func(behind string) string {
		if end != "" {
			behind += closes
		}
		return "(SELECT " + w.column + " FROM " + w.table + " WHERE " + w.where + behind + " ORDER BY " + w.column + dir + " LIMIT 1)"
	}
	first, args := "", append([]any{}, w.args...)
	switch {
	case begins:
		first, args = " AND "+w.column+" "+op+" ?", append(args, w.from)
	case start != "":
		first, args = " AND "+w.column+" "+bound+" ?", append(args, start)
	}
	ends := []any{}
	if end != "" {
		ends = append(ends, end)
	}
	args = append(append(append(args, ends...), w.args...), ends...)
	return w.name + "(v) AS (SELECT " + next(first) + " UNION ALL SELECT " + next(" AND "+w.column+" "+op+" "+w.name+".v") +
		" FROM " + w.name + " WHERE " + w.name + ".v IS NOT NULL)", args
}

// walks writes several walks as the tables of one query.
func walks(list ...walk) (string, []any) {
	var tables []string
	var args []any
	for _, w := range list {
		sql, more := w.sql()
		tables, args = append(tables, sql), append(args, more...)
	}
	return "WITH RECURSIVE " + strings.Join(tables, ", ") + "\n", args
}
