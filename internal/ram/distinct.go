package ram

import "strings"

// CountCap is where counts in rows of a list end: beyond it there are "more than 100".
const CountCap = 100

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
	from   any // the walk begins behind it; nil for the first value
	desc   bool
}

func (w walk) sql() (string, []any) {
	op, dir := ">", ""
	if w.desc {
		op, dir = "<", " DESC"
	}
	next := func(behind string) string {
		return "(SELECT " + w.column + " FROM " + w.table + " WHERE " + w.where + behind + " ORDER BY " + w.column + dir + " LIMIT 1)"
	}
	first, args := "", append([]any{}, w.args...)
	if w.from != nil {
		first, args = " AND "+w.column+" "+op+" ?", append(args, w.from)
	}
	return w.name + "(v) AS (SELECT " + next(first) + " UNION ALL SELECT " + next(" AND "+w.column+" "+op+" "+w.name+".v") +
		" FROM " + w.name + " WHERE " + w.name + ".v IS NOT NULL)", append(args, w.args...)
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
